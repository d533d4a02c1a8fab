package io.scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Network;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EngineCheckTest {
  /// The reference engine, made wrong a little.
  private static final class WrongEngine implements Engine {
    private final Engine right = new ReferenceEngine(1);

    @Override
    public EngineInfo info() {
      return new EngineInfo("wrong", "", 1, "");
    }

    @Override
    public void forwardNoise(
        NoiseTable table, int[] row, float[] x0, long seed, long first, float[] xt) {
      right.forwardNoise(table, row, x0, seed, first, xt);
    }

    @Override
    public void evaluate(Network network, float[] x, double[] timeFeatures, float[] output) {
      right.evaluate(network, x, timeFeatures, output);
    }

    @Override
    public void sample(
        Network network, StepProgram program, PhysicsTerm physics, SampleRequest request,
        SampleSink sink)
        throws IOException {
      right.sample(
          network, program, physics, request,
          (first, count, block) -> {
            for (int i = 0; i < block.length; i++) {
              block[i] *= 1.01f;
            }
            sink.accept(first, count, block);
          });
    }

    @Override
    public TrainingSession train(TrainingPlan plan, TrainingState state) {
      TrainingPlan other =
          new TrainingPlan(
              plan.architecture(), plan.table(), plan.data(), plan.batch(), plan.adam(), plan.seed() + 1,
              plan.physics());
      return right.train(other, state);
    }

    @Override
    public void close() {
      right.close();
    }
  }

  @Test
  void anEngineThatFailsGetsNoFigure() throws IOException {
    try (Engine reference = new ReferenceEngine(1);
        Engine wrong = new WrongEngine()) {
      Workload work =
          Workload.of(
              ExperimentSource.read("half-moons").with("sampler.steps=3").bind(), reference);
      List<String> printed = new ArrayList<>();
      Bench.Outcome outcome =
          new Bench(List.of("plain"), List.of(10L), 0.1)
              .run(
                  work, Map.of("train", work), Optional.empty(), List.of(wrong, reference), reference, Reporter.silent(),
                  figure -> printed.add(figure.engine().name()));
      assertThat(outcome.left()).hasSize(2);
      assertThat(outcome.left().get(0)).startsWith("wrong, train at batch 10: FAILED the check: the loss of step 1");
      assertThat(outcome.left().get(1))
          .startsWith("wrong, sample plain: FAILED the check: samples differ");
      assertThat(outcome.figures()).isNotEmpty().allMatch(figure -> figure.engine().name().equals("reference"));
      assertThat(printed).containsOnly("reference").hasSize(3);
    }
  }

  @Test
  void aTimingIsSortedAndHasAtLeastThreeRepetitions() {
    Timing timing = Timing.of(0, () -> {});
    assertThat(timing.seconds()).hasSize(3).isSorted();
    assertThat(new Timing(new double[] {1, 2, 4, 9}, new double[0]).median()).isEqualTo(3);
    assertThat(new Timing(new double[] {1, 2, 9}, new double[0]).median()).isEqualTo(2);
  }

  /// With a clock of the device that goes on by 2 s a run, and by 3 s at the first.
  @Test
  void whatTakesLongIsTimedOnceWhereThatIsAllowed() {
    double[] clock = {10};
    int[] runs = {0};
    Runnable task = () -> clock[0] += runs[0]++ == 0 ? 3 : 2;
    Timing once = Timing.of(new Timing.Budget(0, true), () -> OptionalDouble.of(clock[0]), task);
    assertThat(runs[0]).isEqualTo(1);
    assertThat(once.deviceMedian()).hasValue(3);
    Timing more = Timing.of(new Timing.Budget(1000, true), () -> OptionalDouble.of(clock[0]), task);
    assertThat(more.seconds()).hasSize(15);
    assertThat(more.deviceMedian()).hasValue(2);
    assertThat(runs[0]).isEqualTo(17);
  }
}
