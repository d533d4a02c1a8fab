package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.scorefield.data.Scaling;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.ProgramInterpreter;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SamplerTest {
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(100);
  private static final VariancePreserving VP = new VariancePreserving(0.1, 20, 1e-3, 1e-5);

  static Diffuser diffuser(NoiseSchedule schedule, Parameterization parameterization) {
    return new Diffuser(
        schedule, parameterization, new TimeEmbedding.Bare(1), Scaling.identity(1));
  }

  @Test
  void ddpmHasTheExercisesCoefficients() {
    StepProgram program =
        AncestralSampler.ddpm().compile(diffuser(COSINE, Parameterization.EPS));
    assertThat(program.rows()).hasSize(100);
    for (int i = 0; i < 100; i++) {
      int t = 100 - i;
      StepRow row = program.rows().get(i);
      double root = Math.sqrt(1 - COSINE.beta(t));
      assertThat(row.time()).isEqualTo(t);
      assertThat(row.timeAfter()).isEqualTo(t - 1);
      assertThat(row.state()).isCloseTo(1 / root, within(1e-9 / root));
      assertThat(row.output())
          .isCloseTo(-COSINE.beta(t) / COSINE.sigma(t) / root, within(1e-9 / root));
      double variance = COSINE.oneMinusAlphaBar(t - 1) / COSINE.oneMinusAlphaBar(t) * COSINE.beta(t);
      assertThat(row.noise()).isCloseTo(Math.sqrt(variance), within(1e-12));
      assertThat(row.x0FromX()).isCloseTo(1 / COSINE.alpha(t), within(1e-9));
      assertThat(row.x0FromOutput())
          .isCloseTo(-COSINE.sigma(t) / COSINE.alpha(t), within(1e-9));
    }
    assertThat(program.rows().getLast().noise()).isZero();
  }

  @Test
  void eulerMaruyamaHasTheStatedStep() {
    StepProgram program =
        new EulerMaruyamaSampler(1000).compile(diffuser(VP, Parameterization.SCORE));
    double dt = (1 - 1e-3) / 1000;
    for (int i : new int[] {0, 1, 500, 999}) {
      StepRow row = program.rows().get(i);
      double t = 1e-3 + (1000 - i) * dt;
      assertThat(row.time()).isCloseTo(t, within(1e-12));
      assertThat(row.state()).isCloseTo(1 + 0.5 * VP.beta(t) * dt, within(1e-12));
      assertThat(row.output()).isCloseTo(VP.beta(t) * dt, within(1e-12));
      assertThat(row.noise()).isCloseTo(Math.sqrt(VP.beta(t) * dt), within(1e-12));
    }
    assertThat(program.rows().getLast().timeAfter()).isCloseTo(1e-3, within(1e-12));
  }

  /// The exact output of a network for data N(mean, deviation^2) in one dimension.
  private static ProgramInterpreter.Output exact(
      Diffuser diffuser, double mean, double deviation) {
    return (row, x) -> {
      double alpha = diffuser.schedule().alpha(row.time());
      double sigma = diffuser.schedule().sigma(row.time());
      double variance = alpha * alpha * deviation * deviation + sigma * sigma;
      double eps = sigma * (x[0] - alpha * mean) / variance;
      Parameterization.Coefficients c = diffuser.coefficients(row.time());
      return new double[] {(eps - c.epsFromX() * x[0]) / c.epsFromOutput()};
    };
  }

  @ParameterizedTest
  @EnumSource(Parameterization.class)
  void allParameterizationsMakeTheSameSamples(Parameterization parameterization) {
    // X0 and V cannot be told apart from EPS by their results, only by what the network predicts.
    for (Sampler sampler :
        new Sampler[] {
          new AncestralSampler(20, 1), new AncestralSampler(20, 0), new EulerMaruyamaSampler(50),
          FlowSampler.heun(20)
        }) {
      Diffuser chosen = diffuser(VP, parameterization);
      Diffuser eps = diffuser(VP, Parameterization.EPS);
      for (int i = 0; i < 5; i++) {
        double actual =
            ProgramInterpreter.run(
                sampler.compile(chosen), PhysicsTerm.none(), exact(chosen, 0.7, 0.3), 2, i, 1)[0];
        double expected =
            ProgramInterpreter.run(
                sampler.compile(eps), PhysicsTerm.none(), exact(eps, 0.7, 0.3), 2, i, 1)[0];
        assertThat(actual).isCloseTo(expected, within(1e-9));
      }
    }
  }

  @Test
  void heunConvergesWithOrderTwoToTheExactFlow() {
    // For Gaussian data the probability flow keeps the standardised state fixed.
    Diffuser diffuser = diffuser(VP, Parameterization.SCORE);
    double mean = 0.4;
    double deviation = 0.8;
    double start = 1.7;
    double exact = atStart(1e-3, mean) + scale(1e-3, deviation)
        * (start - atStart(1, mean)) / scale(1, deviation);
    double[] errors = new double[3];
    int[] steps = {200, 400, 800};
    for (int k = 0; k < 3; k++) {
      double end =
          ProgramInterpreter.run(
              FlowSampler.heun(steps[k]).compile(diffuser), PhysicsTerm.none(),
              exact(diffuser, mean, deviation), 1, 0, new double[] {start})[0];
      errors[k] = Math.abs(end - exact);
    }
    double order = Math.log(errors[0] / errors[2]) / Math.log(4);
    assertThat(order).isBetween(1.8, 2.3);
    assertThat(errors[2]).isLessThan(1e-4);
  }

  private static double atStart(double t, double mean) {
    return VP.alpha(t) * mean;
  }

  private static double scale(double t, double deviation) {
    return Math.hypot(VP.alpha(t) * deviation, VP.sigma(t));
  }

  @Test
  void ddimIsExactInOneStepForAPointMass() {
    Diffuser diffuser = diffuser(COSINE, Parameterization.EPS);
    double end =
        ProgramInterpreter.run(
            new AncestralSampler(7, 0).compile(diffuser), PhysicsTerm.none(),
            exact(diffuser, 0.7, 0), 1, 3, 1)[0];
    assertThat(end).isCloseTo(0.7, within(1e-9));
  }

  @Test
  void correctionsKeepThePredictorsStepsAndTheirNoiseApart() {
    Diffuser diffuser = diffuser(COSINE, Parameterization.EPS);
    StepProgram plain = AncestralSampler.ddpm().compile(diffuser);
    StepProgram corrected = new PredictorCorrector(100, 3, 0.2).compile(diffuser);
    // The last step ends at level 0, where there is nothing to correct.
    assertThat(corrected.rows()).hasSize(100 + 3 * 99);
    List<StepRow> steps =
        corrected.rows().stream().filter(row -> row.role() == RowRole.STEP).toList();
    for (int i = 0; i < 100; i++) {
      assertThat(steps.get(i).state()).isEqualTo(plain.rows().get(i).state());
      assertThat(steps.get(i).noise()).isEqualTo(plain.rows().get(i).noise());
      assertThat(steps.get(i).noiseStep()).isEqualTo(plain.rows().get(i).noiseStep());
      assertThat(steps.get(i).stream()).isEqualTo(NoiseStream.SAMPLER);
    }
    List<StepRow> corrections =
        corrected.rows().stream().filter(row -> row.role() == RowRole.CORRECTION).toList();
    assertThat(corrections).allMatch(row -> row.stream() == NoiseStream.CORRECTOR);
    assertThat(corrections.stream().map(StepRow::noiseStep))
        .doesNotHaveDuplicates()
        .hasSize(3 * 99);
    // x + 0.1 (alpha x0hat - x) + sqrt(0.2) sigma z, with alpha x0hat = x - sigma o.
    StepRow correction = corrected.rows().get(1);
    double sigma = COSINE.sigma(99);
    assertThat(correction.state()).isCloseTo(1, within(1e-12));
    assertThat(correction.output()).isCloseTo(-0.1 * sigma, within(1e-12));
    assertThat(correction.noise()).isCloseTo(Math.sqrt(0.2) * sigma, within(1e-12));
  }

  /// With the exact score of a Gaussian every row is linear: the variance of the result is known without sampling.
  @ParameterizedTest
  @CsvSource({"0.2, 1, 0.1", "0.8, 1, 0.1", "0.8, 10, 0.1", "2, 10, 0.1", "0.8, 1, 0.5"})
  void correctionsKeepTheVarianceOfTheData(double deviation, int corrections, double size) {
    Diffuser diffuser = diffuser(VP, Parameterization.SCORE);
    double variance = 1;
    for (StepRow row : new PredictorCorrector(500, corrections, size).compile(diffuser).rows()) {
      double slope = -1 / Math.pow(scale(row.time(), deviation), 2);
      double factor = row.state() + row.output() * slope;
      variance = factor * factor * variance + row.noise() * row.noise();
    }
    assertThat(Math.sqrt(variance)).isCloseTo(scale(VP.start(), deviation), withinPercentage(0.6));
  }

  @Test
  void correctionsMendWhatLongStepsGetWrong() {
    // Ten steps of the SDE leave a Gaussian with the wrong deviation; corrections bring it back.
    Diffuser diffuser = diffuser(VP, Parameterization.SCORE);
    double deviation = 0.8;
    double[] errors = new double[2];
    Sampler[] samplers = {new EulerMaruyamaSampler(10), new PredictorCorrector(10, 50, 0.1)};
    int n = 3000;
    for (int k = 0; k < 2; k++) {
      StepProgram program = samplers[k].compile(diffuser);
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double x =
            ProgramInterpreter.run(
                program, PhysicsTerm.none(), exact(diffuser, 0, deviation), 1, i, 1)[0];
        squares += x * x / n;
      }
      errors[k] = Math.abs(Math.sqrt(squares) - deviation);
    }
    assertThat(errors[0]).isGreaterThan(0.05);
    assertThat(errors[1]).isLessThan(0.5 * errors[0]);
  }

  @Test
  void varianceExplodingStartsAtItsLargestSigma() {
    VarianceExploding ve = new VarianceExploding(0.01, 20, 1e-5);
    StepProgram program =
        new EulerMaruyamaSampler(10).compile(diffuser(ve, Parameterization.EPS));
    assertThat(program.priorScale()).isEqualTo(20);
    assertThat(program.rows().getFirst().inputScale())
        .isCloseTo(1 / Math.hypot(1, 20), within(1e-12));
    assertThat(program.rows().getFirst().state()).isEqualTo(1);
  }

  @Test
  void refusesSamplersThatDoNotFitTheSchedule() {
    Diffuser discrete = diffuser(COSINE, Parameterization.EPS);
    assertThatThrownBy(() -> new EulerMaruyamaSampler(10).compile(discrete))
        .hasMessageContaining("differential equation");
    assertThatThrownBy(() -> FlowSampler.heun(10).compile(discrete)).hasMessageContaining("heun sampler integrates over time");
    assertThatThrownBy(() -> new AncestralSampler(101, 1).compile(discrete))
        .hasMessageContaining("100 levels");
    Diffuser continuous = diffuser(VP, Parameterization.EPS);
    assertThatThrownBy(() -> AncestralSampler.ddpm().compile(continuous))
        .hasMessageContaining("set the number of steps");
    assertThatThrownBy(() -> new EulerMaruyamaSampler(0).compile(continuous))
        .hasMessageContaining("set the number of steps");
    assertThatThrownBy(() -> new AncestralSampler(1, 1.5)).hasMessageContaining("eta");
    assertThatThrownBy(() -> new PredictorCorrector(500, 1, 0.1).compile(discrete))
        .hasMessageContaining("100 levels");
    assertThatThrownBy(() -> new PredictorCorrector(0, 1, 0.1).compile(continuous))
        .hasMessageContaining("set the number of steps");
    assertThatThrownBy(() -> new PredictorCorrector(1000, 500, 0.1).compile(continuous))
        .hasMessageContaining("1000 steps with 500 corrections");
    assertThatThrownBy(() -> new PredictorCorrector(5, 0, 0.1)).hasMessageContaining("0 times");
    assertThatThrownBy(() -> new PredictorCorrector(5, 1, 0)).hasMessageContaining("above 0");
  }
}
