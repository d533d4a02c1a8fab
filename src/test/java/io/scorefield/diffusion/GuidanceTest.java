package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.ProgramInterpreter;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.VariancePreserving;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class GuidanceTest {
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(100);
  private static final Diffuser DDPM =
      new Diffuser(
          COSINE, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));

  private static StepProgram guided(Guidance guidance) {
    return DDPM.program(AncestralSampler.ddpm(), guidance);
  }

  @Test
  void likelihoodMovesTheMeanByBetaOverRootAlphaTimesTheScore() {
    StepProgram program = guided(new Guidance.Likelihood(0.02, 1));
    assertThat(program.rows()).hasSize(100);
    for (StepRow row : program.rows()) {
      int t = (int) row.time();
      double spread = COSINE.oneMinusAlphaBar(t) / COSINE.alphaBar(t);
      double expected = COSINE.beta(t) / Math.sqrt(1 - COSINE.beta(t));
      assertThat(row.guidance()).isCloseTo(expected, within(1e-9 * expected));
      assertThat(row.noiseVariance()).isCloseTo(4e-4, within(1e-12));
      assertThat(row.spread()).isCloseTo(spread, within(1e-9 * spread));
      assertThat(row.isotropic()).isTrue();
    }
  }

  @Test
  void likelihoodEntersAnEulerMaruyamaStepAsTheScoreDoes() {
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    for (Parameterization parameterization : Parameterization.values()) {
      Diffuser diffuser =
          new Diffuser(
              vp, parameterization, new TimeEmbedding.Bare(1), Scaling.identity(2));
      Guidance.Likelihood likelihood = new Guidance.Likelihood(0.1, 0.5);
      StepProgram euler = diffuser.program(new EulerMaruyamaSampler(100), likelihood);
      double dt = (1 - 1e-3) / 100;
      assertThat(euler.rows()).hasSize(100);
      for (StepRow row : euler.rows()) {
        double t = row.time();
        double spread = Math.pow(vp.sigma(t) / vp.alpha(t), 2);
        double expected = vp.beta(t) * dt;
        assertThat(row.guidance()).isCloseTo(expected, within(1e-9 * expected));
        assertThat(row.noiseVariance()).isCloseTo(0.01, within(1e-12));
        assertThat(row.spread()).isCloseTo(0.5 * spread, within(1e-9 * spread));
      }
    }
  }

  @Test
  void aGuidedProgramIsThePlainProgramWithTheGuidedScore() {
    // For every sampler, parameterisation and scaling: coefficients in the table, or the score itself.
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    Scaling scaling = new Scaling(new double[] {0.3, -0.2}, new double[] {1.4, 1.4});
    Constraint law = Constraint.sphere(2, 1.5);
    Guidance.Likelihood likelihood = new Guidance.Likelihood(0.2, 0.7);
    for (Parameterization parameterization : Parameterization.values()) {
      Diffuser diffuser =
          new Diffuser(vp, parameterization, new TimeEmbedding.Bare(1), scaling);
      for (Sampler sampler :
          new Sampler[] {
            FlowSampler.heun(12), new EulerMaruyamaSampler(20), new AncestralSampler(15, 0.6)
          }) {
        ProgramInterpreter.Output plain = network(diffuser, x -> new double[2]);
        // The score of the likelihood, by differences, in data units moved to the state by hand.
        ProgramInterpreter.Output guided =
            (row, x) -> {
              double alpha = vp.alpha(row.time());
              double sigma = vp.sigma(row.time());
              double spread = Math.pow(1.4 * sigma / alpha, 2);
              double[] extra = new double[2];
              for (int d = 0; d < 2; d++) {
                double h = 1e-6;
                double[] up = x.clone();
                double[] down = x.clone();
                up[d] += h;
                down[d] -= h;
                double difference =
                    (squaredResidual(diffuser, row, plain, up)
                            - squaredResidual(diffuser, row, plain, down))
                        / (2 * h);
                extra[d] = -difference / (2 * (0.04 + 0.7 * spread));
              }
              return network(diffuser, y -> extra).of(row, x);
            };
        for (int i = 0; i < 3; i++) {
          double[] actual =
              ProgramInterpreter.run(
                  diffuser.program(sampler, likelihood),
                  diffuser.term(likelihood, Optional.of(law)), plain, 4, i, 2);
          double[] expected =
              ProgramInterpreter.run(
                  sampler.compile(diffuser), PhysicsTerm.none(), guided, 4, i, 2);
          assertThat(actual).containsExactly(expected, within(2e-4));
        }
      }
    }
  }

  /// A network whose score is that of N(0.4, 0.6 I) data plus something.
  private static ProgramInterpreter.Output network(
      Diffuser diffuser, Function<double[], double[]> extraScore) {
    return (row, x) -> {
      double alpha = diffuser.schedule().alpha(row.time());
      double sigma = diffuser.schedule().sigma(row.time());
      Parameterization.Coefficients c = diffuser.coefficients(row.time());
      double[] output = new double[2];
      double[] extra = extraScore.apply(x);
      for (int d = 0; d < 2; d++) {
        double score =
            -(x[d] - alpha * 0.4) / (0.6 * alpha * alpha + sigma * sigma) + extra[d];
        output[d] = (-sigma * score - c.epsFromX() * x[d]) / c.epsFromOutput();
      }
      return output;
    };
  }

  private static double squaredResidual(
      Diffuser diffuser, StepRow row, ProgramInterpreter.Output network, double[] x) {
    double[] o = network.of(row, x);
    double[] data = new double[2];
    for (int d = 0; d < 2; d++) {
      double x0 = row.x0FromX() * x[d] + row.x0FromOutput() * o[d];
      data[d] = diffuser.scaling().deviation()[d] * x0 + diffuser.scaling().mean()[d];
    }
    double r = Math.hypot(data[0], data[1]) - 1.5;
    return r * r;
  }

  @Test
  void likelihoodPullsTheMeasuredComponentAndLeavesTheOtherAlone() {
    // Data N(0, I) in the plane, the law x = 0.8 with tolerance 0.1.
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    Diffuser diffuser =
        new Diffuser(
            vp, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));
    TapeBuilder tape = new TapeBuilder(2);
    tape.residual(tape.subtract(tape.input(0), tape.constant(0.8)));
    Constraint law = Constraint.of(Law.of("x = 0.8", tape.build()));
    Guidance.Likelihood likelihood = new Guidance.Likelihood(0.1, 1);
    StepProgram program = diffuser.program(new EulerMaruyamaSampler(300), likelihood);
    PhysicsTerm physics = diffuser.term(likelihood, Optional.of(law));
    int n = 1500;
    double meanX = 0;
    double squareY = 0;
    double residual = 0;
    for (int i = 0; i < n; i++) {
      double[] x =
          ProgramInterpreter.run(
              program, physics,
              (row, at) -> new double[] {vp.sigma(row.time()) * at[0], vp.sigma(row.time()) * at[1]},
              3, i, 2);
      meanX += x[0] / n;
      squareY += x[1] * x[1] / n;
      residual += Math.abs(x[0] - 0.8) / n;
    }
    assertThat(squareY).isCloseTo(1, within(0.13)); // standard error sqrt(2/1500) = 0.037
    assertThat(meanX).isCloseTo(0.8, within(0.05));
    assertThat(residual).isLessThan(0.12);
  }

  @Test
  void literalAtTheCorrectedStateAddsARowAtTheNextLevel() {
    StepProgram program = guided(new Guidance.Literal(1, Guidance.At.CORRECTED));
    assertThat(program.rows()).hasSize(200);
    for (int i = 0; i < 200; i += 2) {
      StepRow step = program.rows().get(i);
      StepRow correction = program.rows().get(i + 1);
      assertThat(step.guidance()).isZero();
      assertThat(correction.guidance()).isEqualTo(1);
      assertThat(correction.time()).isEqualTo(step.timeAfter());
      assertThat(correction.state()).isEqualTo(1);
      assertThat(correction.noise()).isZero();
      assertThat(correction.output()).isZero();
    }
    // At level 0 the estimate is the state itself: no network.
    assertThat(program.rows().getLast().usesNetwork()).isFalse();
    assertThat(program.networkEvaluations()).isEqualTo(199);
  }

  @Test
  void literalBeforeAndDpsTakeOneEvaluationAStep() {
    assertThat(guided(new Guidance.Literal(0.1, Guidance.At.BEFORE)).networkEvaluations())
        .isEqualTo(100);
    StepProgram dps = guided(new Guidance.Dps(0.3));
    assertThat(dps.networkEvaluations()).isEqualTo(100);
    assertThat(dps.rows()).allSatisfy(row -> assertThat(row.guidance()).isEqualTo(0.3));
  }

  @Test
  void projectionRenoisesTheProjectedEstimate() {
    StepProgram program = guided(new Projection(false, 1));
    assertThat(program.rows()).hasSize(100);
    for (StepRow row : program.rows()) {
      double s = row.timeAfter();
      assertThat(row.state()).isZero();
      assertThat(row.output()).isZero();
      assertThat(row.projected()).isEqualTo(s == 0 ? 1 : COSINE.alpha(s));
      assertThat(row.noise()).isEqualTo(s == 0 ? 0 : COSINE.sigma(s));
      assertThat(row.usesNetwork()).isTrue();
    }
    StepProgram last = guided(new Projection(true, 1));
    assertThat(last.rows()).hasSize(101);
    assertThat(last.rows().getLast().usesNetwork()).isFalse();
  }

  private static List<RowRole> roles(Sampler sampler, Guidance guidance) {
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    Diffuser diffuser =
        new Diffuser(vp, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));
    return diffuser.program(sampler, guidance).rows().stream().map(StepRow::role).toList();
  }

  @Test
  void rowsSayWhatTheyAreFor() {
    Guidance none = new Guidance.None();
    assertThat(roles(new EulerMaruyamaSampler(2), none)).containsExactly(RowRole.STEP, RowRole.STEP);
    assertThat(roles(FlowSampler.heun(1), none)).containsExactly(RowRole.STAGE, RowRole.STEP);
    assertThat(roles(new PredictorCorrector(1, 2, 0.1), none))
        .containsExactly(RowRole.STEP, RowRole.CORRECTION, RowRole.CORRECTION);
    // A step that is followed by its gradient is over with the gradient.
    assertThat(roles(new EulerMaruyamaSampler(1), new Guidance.Literal(1, Guidance.At.CORRECTED)))
        .containsExactly(RowRole.STAGE, RowRole.STEP);
    assertThat(roles(FlowSampler.heun(1), new Guidance.Likelihood(1, 1)))
        .containsExactly(RowRole.STAGE, RowRole.STEP);
    // Projected in every step, the step itself is one; at the end, it is apart.
    assertThat(roles(FlowSampler.heun(1), new Projection(false, 1))).containsExactly(RowRole.STEP);
    assertThat(roles(new EulerMaruyamaSampler(1), new Projection(true, 1)))
        .containsExactly(RowRole.STEP, RowRole.PROJECTION);
  }

  @Test
  void projectionEndsOnTheLawAlsoWhereTheSamplerEndsAboveZero() {
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    Diffuser diffuser =
        new Diffuser(vp, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));
    StepRow last =
        diffuser
            .program(new EulerMaruyamaSampler(10), new Projection(false, 1))
            .rows()
            .getLast();
    assertThat(last.projected()).isEqualTo(1);
    assertThat(last.noise()).isZero();
    assertThatThrownBy(() -> diffuser.program(FlowSampler.heun(5), new Guidance.Dps(1)))
        .hasMessageContaining("one network evaluation a step");
  }

  @Test
  void everyGuidanceLeavesTheNoiseOfTheSamplerAlone() {
    StepProgram plain = guided(new Guidance.None());
    StepProgram literal = guided(new Guidance.Literal(1, Guidance.At.CORRECTED));
    for (int i = 0; i < 100; i++) {
      assertThat(literal.rows().get(2 * i).noiseStep()).isEqualTo(plain.rows().get(i).noiseStep());
      assertThat(literal.rows().get(2 * i).noise()).isEqualTo(plain.rows().get(i).noise());
    }
  }

  @Test
  void refusesStrengthsThatMakeNoSense() {
    assertThatThrownBy(() -> new Guidance.Likelihood(0, 1)).hasMessageContaining("sigma-y");
    assertThatThrownBy(() -> new Guidance.Likelihood(0.1, -1)).hasMessageContaining("gamma");
    assertThatThrownBy(() -> new Guidance.Dps(Double.NaN)).hasMessageContaining("zeta");
    assertThatThrownBy(() -> DDPM.term(new Guidance.Dps(1), Optional.empty()))
        .hasMessageContaining("needs a constraint");
  }

  /// With the exact mean of Gaussian data the posterior comes out exactly, up to the steps of the sampler.
  @Test
  void posteriorGuidanceIsExactForGaussianData() {
    VariancePreserving vp = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    Diffuser diffuser =
        new Diffuser(
            vp, Parameterization.EPS, new TimeEmbedding.Bare(1), Scaling.identity(2));
    // Data N(0, C) with C = [1, 0.8; 0.8, 1]; x + 2 y is measured with noise 0.4: 1.1.
    TapeBuilder tape = new TapeBuilder(2);
    int measured = tape.add(tape.input(0), tape.multiply(tape.constant(2), tape.input(1)));
    tape.residual(tape.subtract(measured, tape.constant(1.1)));
    Constraint law = Constraint.of(Law.of("measurement", tape.build()));
    Guidance.Posterior posterior = new Guidance.Posterior(0.4, 1);
    StepProgram program = diffuser.program(new EulerMaruyamaSampler(400), posterior);
    PhysicsTerm physics = diffuser.term(posterior, Optional.of(law));
    ProgramInterpreter.Output exact =
        (row, x) -> {
          double alpha = vp.alpha(row.time());
          double sigma = vp.sigma(row.time());
          // eps = sigma (alpha^2 C + sigma^2 I)^-1 x.
          double a = alpha * alpha + sigma * sigma;
          double b = 0.8 * alpha * alpha;
          double determinant = a * a - b * b;
          return new double[] {
            sigma * (a * x[0] - b * x[1]) / determinant, sigma * (a * x[1] - b * x[0]) / determinant
          };
        };
    int n = 2500;
    double[] mean = new double[2];
    double[] squares = new double[3];
    for (int i = 0; i < n; i++) {
      double[] x = ProgramInterpreter.run(program, physics, exact, 5, i, 2);
      mean[0] += x[0] / n;
      mean[1] += x[1] / n;
      squares[0] += x[0] * x[0] / n;
      squares[1] += x[0] * x[1] / n;
      squares[2] += x[1] * x[1] / n;
    }
    // K = C h / (h^T C h + 0.16) with h = (1, 2): C h = (2.6, 2.8), h^T C h = 8.2.
    double[] gain = {2.6 / 8.36, 2.8 / 8.36};
    double[] covariance = {1 - gain[0] * 2.6, 0.8 - gain[0] * 2.8, 1 - gain[1] * 2.8};
    for (int d = 0; d < 2; d++) {
      // Two standard errors of the mean are 0.017.
      assertThat(mean[d]).isCloseTo(1.1 * gain[d], within(0.02));
    }
    double[] own = {
      squares[0] - mean[0] * mean[0], squares[1] - mean[0] * mean[1], squares[2] - mean[1] * mean[1]
    };
    assertThat(own).containsExactly(covariance, within(0.015));
  }

  @Test
  void correctionsFollowAGuidedScoreAndNothingElse() {
    PredictorCorrector sampler = new PredictorCorrector(0, 2, 0.1);
    List<StepRow> plain = DDPM.program(sampler, new Guidance.None()).rows();
    int corrections = 2 * 99;
    assertThat(plain).hasSize(100 + corrections);
    List<StepRow> likelihood = DDPM.program(sampler, new Guidance.Likelihood(0.1, 1)).rows();
    // A correction adds size/2 sigma^2 of the score, so of the likelihood's score as well.
    StepRow first = likelihood.get(1);
    double sigma = COSINE.sigma(first.time());
    assertThat(first.role()).isEqualTo(RowRole.CORRECTION);
    assertThat(first.guidance()).isCloseTo(0.05 * sigma * sigma, within(1e-12));
    for (Guidance other : List.of(new Guidance.Dps(0.1), new Guidance.Literal(0.1, Guidance.At.BEFORE))) {
      List<StepRow> rows = DDPM.program(sampler, other).rows();
      assertThat(rows).hasSameSizeAs(plain);
      for (int i = 0; i < rows.size(); i++) {
        boolean correction = plain.get(i).role() == RowRole.CORRECTION;
        assertThat(rows.get(i).guidance()).isEqualTo(correction ? 0 : 0.1);
      }
    }
    assertThat(DDPM.program(sampler, new Guidance.Literal(0.1, Guidance.At.CORRECTED)).rows())
        .hasSize(200 + corrections);
    // Nothing is left to correct where x0hat is projected and noised again.
    assertThat(DDPM.program(sampler, new Projection(false, 2)).rows().stream().map(StepRow::noise))
        .containsExactlyElementsOf(
            DDPM.program(AncestralSampler.ddpm(), new Projection(false, 2)).rows().stream()
                .map(StepRow::noise)
                .toList());
  }
}
