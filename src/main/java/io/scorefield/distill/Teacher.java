package io.scorefield.distill;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.FlowSampler;
import io.scorefield.diffusion.FlowScheme;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Sampler;
import io.scorefield.diffusion.TimeGrid;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.network.Network;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/// A model whose way from noise to data is to be gone in fewer steps.
///
/// @param guidance that its samples are under; what is learned from them needs it no more
/// @param physics the laws of the guidance
public record Teacher(Engine engine, Diffuser diffuser, Network network, Guidance guidance, PhysicsTerm physics) {
  /// A model without guidance.
  public Teacher(Engine engine, Diffuser diffuser, Network network) {
    this(engine, diffuser, network, new Guidance.None(), PhysicsTerm.none());
  }

  /// Samples on their way.
  ///
  /// @param states at each of the times, [times][count, S]
  record Paths(double[] times, float[][] states) {}

  /// Paths by Heun's scheme, in the frame that suits all schedules.
  ///
  /// @param fine the levels of its steps
  /// @param stride every so many of them are those of the paths
  Paths accurate(double[] fine, int stride, Draws draws) {
    return paths(new FlowSampler(FlowScheme.HEUN, FlowFrame.CIRCLE, grid(fine), true), Levels.every(fine, stride), draws);
  }

  /// @param times levels that the sampler comes by, from the end to 0
  Paths paths(Sampler sampler, double[] times, Draws draws) {
    StepProgram program = diffuser.program(sampler, guidance);
    if (program.rows().stream().anyMatch(row -> row.noise() != 0)) {
      throw new IllegalArgumentException(
          "a sample of this method is no function of the noise that it starts from, because noise is added on its way; there "
              + "is no way to be learned");
    }
    int last = times.length - 1;
    int[] rows = new int[last];
    rows[0] = -1;
    for (int i = 1; i < last; i++) {
      rows[i] = rowAt(program, times[i]);
    }
    int size = diffuser.scaling().coordinates();
    float[][] states = new float[times.length][draws.count() * size];
    Watch watch = Watch.current();
    try {
      engine.sample(
          network, program, physics,
          diffuser.started(SampleRequest.of(draws.seed(), draws.first(), draws.count())).withSnapshots(rows),
          new SampleSink() {
            @Override
            public void accept(long first, int count, float[] samples) {
              watch.check();
              copy(last, first, count, samples);
            }

            @Override
            public void snapshot(int index, long first, int count, float[] block) {
              copy(index, first, count, block);
            }

            private void copy(int index, long first, int count, float[] from) {
              System.arraycopy(from, 0, states[index], (int) (first - draws.first()) * size, count * size);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the sink above writes to memory and throws none
    }
    return new Paths(times, states);
  }

  /// The last row of the step that ends at a level.
  private static int rowAt(StepProgram program, double time) {
    int found = -1;
    for (int row = 0; row < program.rows().size(); row++) {
      if (program.rows().get(row).endsStep() && program.rows().get(row).timeAfter() == time) {
        found = row;
      }
    }
    if (found < 0) {
      throw new IllegalArgumentException("the sampler does not come by level " + time);
    }
    return found;
  }

  /// The grid of levels that end with 0.
  static TimeGrid grid(double[] times) {
    return new TimeGrid.Given(levels(times));
  }

  /// The levels without 0.
  static List<Double> levels(double[] times) {
    return Arrays.stream(times, 0, times.length - 1).boxed().toList();
  }
}
