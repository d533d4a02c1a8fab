package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Sampler;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.eval.Residuals;
import io.scorefield.experiment.model.ConditionalLaws;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Draws samples to be looked at: with the states on the way from noise, and the residual of every sample.
///
/// @param engine used by the calling thread alone
public record Drawing(Engine engine, Model model, Network network) {
  /// @param guidance a method of {@link DrawnMethod}
  /// @param seed of the noise; sample i depends on the seed and on i alone
  /// @param frames at about so many noise levels states are kept
  /// @throws ConfigException when the method, the sampler and the model do not go together
  /// @throws io.scorefield.engine.EngineException when a sample stops being finite
  public Draw draw(Guidance guidance, Sampler sampler, int count, long seed, int frames) throws IOException {
    long start = System.nanoTime();
    Sampling sampling = new Sampling(engine, model, network);
    StepProgram program;
    PhysicsTerm physics;
    try {
      program = sampling.program(sampler, guidance);
      physics = sampling.physics(guidance, laws(guidance));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
    int dimension = model.dimension();
    int[] rows = model.latent().isPresent() ? new int[0] : moments(program, frames);
    List<Double> times = new ArrayList<>();
    List<float[]> states = new ArrayList<>();
    for (int row : rows) {
      times.add(row < 0 ? model.diffuser().schedule().end() : program.rows().get(row).timeAfter());
      states.add(new float[Math.multiplyExact(count, dimension)]);
    }
    times.add(program.rows().getLast().timeAfter());
    states.add(new float[Math.multiplyExact(count, dimension)]);
    sampling.sample(
        guidance, program, physics, SampleRequest.of(seed, 0, count).withSnapshots(rows),
        new SampleSink() {
          @Override
          public void accept(long first, int size, float[] block) {
            Watch.current().check();
            System.arraycopy(block, 0, states.getLast(), (int) first * dimension, size * dimension);
          }

          @Override
          public void snapshot(int index, long first, int size, float[] block) {
            System.arraycopy(block, 0, states.get(index), (int) first * dimension, size * dimension);
          }
        });
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new Draw(times, states, count, residuals(states.getLast()), program.networkEvaluations(), seconds);
  }

  /// What a guidance leads to: the laws, or in an inverse problem its measurements.
  private Optional<Constraint> laws(Guidance guidance) throws IOException {
    if (!guidance.usesLaws() || !model.config().inverse().present()) {
      return model.constraint();
    }
    InverseProblem problem = InverseProblem.of(model);
    return Optional.of(
        problem.law(
            problem.measured().orElseThrow(
                () -> new ConfigException("the guidance of an inverse problem needs measurements; set inverse.measured"))));
  }

  /// The noise and evenly many ends of steps after it, but not the last, which makes the samples.
  private static int[] moments(StepProgram program, int most) {
    List<Integer> ends = new ArrayList<>();
    for (int row = 0; row < program.rows().size() - 1; row++) {
      if (program.rows().get(row).endsStep()) {
        ends.add(row);
      }
    }
    int kept = Math.min(Math.max(0, most - 2), ends.size());
    int[] rows = new int[kept + 1];
    rows[0] = -1;
    for (int i = 1; i <= kept; i++) {
      rows[i] = ends.get((int) ((long) i * ends.size() / kept) - 1);
    }
    return rows;
  }

  /// Of every point the mean |r| of all laws that are no objectives; empty where there are none.
  ///
  /// @param points [n, D] in data units less the origin
  public double[] residuals(float[] points) {
    List<Law> laws =
        ConditionalLaws.judged(model).map(Constraint::laws).orElse(List.of()).stream().filter(law -> !law.isObjective()).toList();
    if (laws.isEmpty()) {
      return new double[0];
    }
    Residuals sizes = new Residuals(model.scaling().origin());
    double[] mean = new double[points.length / model.dimension()];
    int all = laws.stream().mapToInt(law -> law.tape().residuals()).sum();
    for (Law law : laws) {
      double[] own = sizes.sizes(law, points);
      Arrays.setAll(own, i -> mean[i] + own[i] * law.tape().residuals() / all);
      System.arraycopy(own, 0, mean, 0, mean.length);
    }
    return mean;
  }
}
