package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A network is told a condition that changes from the first step to the last.
class AnnealingTest {
  private static final int STEPS = 12;
  private static final Annealing HALVING = (share, asked) -> 4 * Math.pow(asked / 4, share);

  private static Diffuser diffuser() {
    Scaling scaling =
        new Scaling(new double[3], new double[] {1, 1, 1}, new double[3], Frame.of(2).withConditions(1));
    return new Diffuser(
            DiscreteSchedule.cosine(STEPS), Parameterization.V, new TimeEmbedding.Bare(STEPS), scaling)
        .withConditions(0.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void everyStepIsToldTheScheduleAndTheLastWhatIsAskedFor(int corrections) throws IOException {
    Sampler sampler =
        corrections > 0 ? new PredictorCorrector(STEPS, corrections, 0.1) : new AncestralSampler(0, 1);
    StepProgram plain = diffuser().program(sampler, new Guidance.None());
    StepProgram annealed = diffuser().withAnnealing(HALVING).program(sampler, new Guidance.None());
    assertThat(annealed.networkEvaluations()).isEqualTo(plain.networkEvaluations());
    assertThat(annealed.given()).containsExactly(4.0);
    int[] rows = IntStream.range(0, annealed.rows().size()).toArray();
    Network network = Network.initialize(Mlp.uniform(3, 1, 2, 8, Activation.SILU), 3);
    List<Double> told = new ArrayList<>();
    try (Engine engine = new ReferenceEngine(1)) {
      engine.sample(
          network, annealed, PhysicsTerm.none(), SampleRequest.of(1, 0, 1).withSnapshots(rows),
          new SampleSink() {
            @Override
            public void accept(long first, int count, float[] samples) {
              assertThat((double) samples[2]).isCloseTo(0.5, within(1e-6));
            }

            @Override
            public void snapshot(int index, long first, int count, float[] states) {
              StepRow row = annealed.rows().get(index);
              if (row.usesNetwork()) {
                told.add((double) states[2]);
              }
            }
          });
    }
    List<Double> steps = told.stream().distinct().toList();
    assertThat(steps).hasSize(STEPS);
    for (int k = 0; k < STEPS; k++) {
      assertThat(steps.get(k)).isCloseTo(4 * Math.pow(0.125, k / (STEPS - 1.0)), within(1e-6));
    }
  }

  @Test
  void annealingIsOfOneCondition() {
    Scaling none = Scaling.identity(2);
    Diffuser plain =
        new Diffuser(DiscreteSchedule.cosine(STEPS), Parameterization.V, new TimeEmbedding.Bare(STEPS), none);
    assertThatThrownBy(() -> plain.withAnnealing(HALVING)).hasMessageContaining("one condition");
  }
}
