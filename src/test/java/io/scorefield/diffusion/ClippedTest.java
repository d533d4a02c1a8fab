package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.ProgramInterpreter;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Samplers that keep x0hat within the range of the data.
class ClippedTest {
  private static final float[] POINTS = {-1.5f, 0.5f, 2.5f, 1.5f, 0, 1};

  private static Diffuser diffuser(NoiseSchedule schedule, Parameterization parameterization) {
    Scaling scaling = new Scaling(new double[] {0.5, 1}, new double[] {2, 0.5});
    return new Diffuser(schedule, parameterization, new TimeEmbedding.Bare(1), scaling).withRangeOf(POINTS);
  }

  static Stream<Arguments> samplers() {
    NoiseSchedule vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    NoiseSchedule ve = new VarianceExploding(0.01, 20, 1e-5);
    NoiseSchedule cosine = DiscreteSchedule.cosine(50);
    return Stream.of(
        Arguments.of(cosine, AncestralSampler.ddpm(), Parameterization.EPS),
        Arguments.of(cosine, new AncestralSampler(20, 0), Parameterization.EPS),
        Arguments.of(cosine, new PredictorCorrector(0, 1, 0.1), Parameterization.SCORE),
        Arguments.of(vp, new EulerMaruyamaSampler(200), Parameterization.SCORE),
        Arguments.of(vp, FlowSampler.heun(500), Parameterization.EPS),
        Arguments.of(vp, new AncestralSampler(50, 1), Parameterization.V),
        Arguments.of(ve, new AncestralSampler(100, 1), Parameterization.SCORE));
  }

  /// Whatever a network says, samples stay near the data; without clipping they do not.
  @ParameterizedTest(name = "{1}")
  @MethodSource("samplers")
  void aNetworkThatIsWrongThrowsNothingAway(
      NoiseSchedule schedule, Sampler sampler, Parameterization parameterization) {
    Diffuser diffuser = diffuser(schedule, parameterization);
    ProgramInterpreter.Output wrong =
        (row, x) -> new double[] {300 * Math.sin(x[0] + row.time()), -300 * Math.cos(x[1])};
    StepProgram clipped = diffuser.program(new Clipped(sampler), new Guidance.None());
    StepProgram plain = diffuser.program(sampler, new Guidance.None());
    assertThat(clipped.rows()).allMatch(StepRow::clip);
    double farthest = 0;
    double unclipped = 0;
    for (int i = 0; i < 100; i++) {
      farthest = Math.max(farthest, farthest(clipped, wrong, i, diffuser));
      unclipped = Math.max(unclipped, farthest(plain, wrong, i, diffuser));
    }
    // The last step of a sampler that ends above noise level 0 adds a little noise to x0hat.
    assertThat(farthest).isLessThan(1.5);
    assertThat(unclipped).isGreaterThan(10);
  }

  private static double farthest(
      StepProgram program, ProgramInterpreter.Output network, int sample, Diffuser diffuser) {
    double[] x = ProgramInterpreter.run(program, PhysicsTerm.none(), network, 5, sample, 2);
    return diffuser.range().orElseThrow().times(new float[] {(float) x[0], (float) x[1]}, 0);
  }

  /// An exact mean is within the range, so nothing changes.
  @Test
  void whereNothingIsOutsideNothingChanges() {
    Diffuser diffuser = diffuser(DiscreteSchedule.cosine(50), Parameterization.V);
    StepProgram plain = diffuser.program(AncestralSampler.ddpm(), new Guidance.None());
    StepProgram clipped = diffuser.program(new Clipped(AncestralSampler.ddpm()), new Guidance.None());
    // x0hat = 0: v = alpha x / sigma.
    ProgramInterpreter.Output zero =
        (row, x) -> {
          double factor =
              diffuser.schedule().alpha(row.time()) / diffuser.schedule().sigma(row.time());
          return new double[] {factor * x[0], factor * x[1]};
        };
    for (int i = 0; i < 20; i++) {
      assertThat(ProgramInterpreter.run(clipped, PhysicsTerm.none(), zero, 5, i, 2))
          .containsExactly(ProgramInterpreter.run(plain, PhysicsTerm.none(), zero, 5, i, 2), within(1e-9));
    }
  }

  @Test
  void aModelWithoutARangeSaysSo() {
    Diffuser unknown =
        new Diffuser(
            DiscreteSchedule.cosine(50), Parameterization.V, new TimeEmbedding.Bare(1), Scaling.identity(1));
    assertThatThrownBy(() -> unknown.program(new Clipped(AncestralSampler.ddpm()), new Guidance.None()))
        .hasMessageContaining("set sampler.clip to false");
  }
}
