package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepColumn;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.RectifiedFlow;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the papers say is the same is the same here.
class SamplerFamilyTest {
  private static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(100);
  private static final VariancePreserving VP = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
  private static final KarrasSchedule EDM = new KarrasSchedule(0.01, 20, -0.5, 1.2);
  private static final GaussianMixture DATA =
      new GaussianMixture(
          "two", new double[] {0.3, 0.7}, new double[][] {{-1}, {0.8}}, new double[][][] {{{0.1}}, {{0.2}}});

  private static Diffuser diffuser(NoiseSchedule schedule, Parameterization predict) {
    return new Diffuser(schedule, predict, new TimeEmbedding.Bare(1), Scaling.identity(1));
  }

  /// The rows of two programs are the same to rounding.
  private static void same(Sampler one, Sampler other, Diffuser diffuser, StepColumn... columns) {
    StepProgram a = one.compile(diffuser);
    StepProgram b = other.compile(diffuser);
    assertThat(a.rows()).hasSameSizeAs(b.rows());
    for (int i = 0; i < a.rows().size(); i++) {
      StepRow x = a.rows().get(i);
      StepRow y = b.rows().get(i);
      assertThat(x.timeAfter()).isEqualTo(y.timeAfter());
      for (StepColumn column : columns) {
        assertThat(x.get(column)).as("row %d, %s", i, column).isCloseTo(y.get(column), within(1e-9 * (1 + Math.abs(y.get(column)))));
      }
    }
  }

  @Test
  void gammaOneIsDdim() {
    for (NoiseSchedule schedule : new NoiseSchedule[] {COSINE, VP, EDM}) {
      same(
          new GradientEstimationSampler(TimeGrid.uniform(20), 1, 0), new AncestralSampler(20, 0),
          diffuser(schedule, Parameterization.EPS), StepColumn.STATE, StepColumn.OUTPUT, StepColumn.NOISE, StepColumn.SAVED,
          StepColumn.MEMORY);
    }
  }

  @Test
  void adamsBashforthOfOrderOneIsDdim() {
    for (NoiseSchedule schedule : new NoiseSchedule[] {COSINE, VP, EDM}) {
      same(
          new AdamsBashforthSampler(TimeGrid.uniform(20), 1), new AncestralSampler(20, 0), diffuser(schedule, Parameterization.V),
          StepColumn.STATE, StepColumn.OUTPUT, StepColumn.MEMORY, StepColumn.EARLIER);
    }
  }

  @Test
  void muOneHalfIsDdpm() {
    for (NoiseSchedule schedule : new NoiseSchedule[] {COSINE, VP, EDM}) {
      same(
          new GradientEstimationSampler(TimeGrid.uniform(20), 1, 0.5), new AncestralSampler(20, 1),
          diffuser(schedule, Parameterization.V), StepColumn.STATE, StepColumn.OUTPUT, StepColumn.NOISE);
    }
  }

  /// Lu et al. 2022, section 4.1: of first order DPM-Solver++ is DDIM, and with noise DDPM. The first step is.
  @Test
  void theFirstStepOfDpmSolverIsDdimOrDdpm() {
    for (double eta : new double[] {0, 1}) {
      StepRow solver = new MultistepSolver(TimeGrid.uniform(10), eta).compile(diffuser(VP, Parameterization.EPS)).rows().getFirst();
      StepRow ancestral = new AncestralSampler(10, eta).compile(diffuser(VP, Parameterization.EPS)).rows().getFirst();
      assertThat(solver.state()).isCloseTo(ancestral.state(), within(1e-9 * Math.abs(ancestral.state())));
      assertThat(solver.output()).isCloseTo(ancestral.output(), within(1e-9 * Math.abs(ancestral.output())));
      assertThat(solver.noise()).isCloseTo(ancestral.noise(), within(1e-12));
      assertThat(solver.saved()).isZero();
    }
  }

  @Test
  void withoutChurnEdmIsHeun() {
    TimeGrid grid = new TimeGrid.Spaced(new Spacing.Karras(7), 12);
    for (NoiseSchedule schedule : new NoiseSchedule[] {COSINE, VP, EDM}) {
      same(
          new ChurnSampler(grid, 0, 0, 1e9, 1), new FlowSampler(FlowScheme.HEUN, FlowFrame.EXPLODING, grid, true),
          diffuser(schedule, Parameterization.EDM), StepColumn.STATE, StepColumn.OUTPUT, StepColumn.SAVED, StepColumn.MEMORY);
    }
    assertThat(new ChurnSampler(grid, 0, 0, 1, 1).compile(diffuser(EDM, Parameterization.EDM)).networkEvaluations())
        .isEqualTo(2 * 12 - 1);
  }

  /// Karras et al. 2022, equation 5 and table 1.
  @Test
  void edmHasItsLevelsAndItsPreconditioning() {
    KarrasSchedule schedule = new KarrasSchedule(0.002, 80, -1.2, 1.2);
    double[] levels = new TimeGrid.Spaced(new Spacing.Karras(7), 18).toData(schedule);
    assertThat(levels).hasSize(19);
    assertThat(levels[0]).isEqualTo(80);
    assertThat(levels[1]).isCloseTo(57.586, within(1e-3));
    assertThat(levels[17]).isEqualTo(0.002);
    assertThat(levels[18]).isZero();
    Parameterization.Coefficients c = Parameterization.EDM.at(schedule.level(3));
    assertThat(c.x0FromX()).isCloseTo(1 / 10.0, within(1e-15));
    assertThat(c.x0FromOutput()).isCloseTo(3 / Math.sqrt(10), within(1e-15));
    Diffuser diffuser = diffuser(schedule, Parameterization.EDM);
    assertThat(diffuser.inputScale(3)).isCloseTo(1 / Math.sqrt(10), within(1e-15));
    assertThat(diffuser.features(3)).containsExactly(Math.log(3) / 4);
  }

  @Test
  void churnNeverGoesBeyondTheScheduleAndOnlyWhereAsked() {
    TimeGrid grid = new TimeGrid.Spaced(new Spacing.Karras(7), 12);
    StepProgram program = new ChurnSampler(grid, 40, 0.1, 5, 1.01).compile(diffuser(EDM, Parameterization.EDM));
    List<StepRow> churned = program.rows().stream().filter(row -> row.noise() != 0).toList();
    assertThat(churned).isNotEmpty().allMatch(row -> row.time() >= 0.1 && row.time() <= 5 && row.role() == RowRole.STAGE);
    assertThat(churned).allSatisfy(
        row -> {
          // gamma = min(40 / 12, sqrt(2) - 1)
          assertThat(row.timeAfter()).isCloseTo(row.time() * Math.sqrt(2), within(1e-9));
          assertThat(row.noise()).isCloseTo(1.01 * row.time(), within(1e-9));
        });
    assertThat(program.rows()).allMatch(row -> row.time() <= 20 && row.timeAfter() <= 20);
  }

  @ParameterizedTest
  @EnumSource(Parameterization.class)
  void predictionsSayTheSame(Parameterization predict) {
    for (NoiseSchedule schedule : new NoiseSchedule[] {VP, EDM, new VarianceExploding(0.01, 20, 1e-5), new RectifiedFlow(0.1, 1)}) {
      for (double share : new double[] {0.1, 0.5, 0.9}) {
        double t = schedule.start() + share * (schedule.end() - schedule.start());
        double alpha = schedule.alpha(t);
        double sigma = schedule.sigma(t);
        double x0 = 0.7;
        double eps = -1.3;
        double x = alpha * x0 + sigma * eps;
        Parameterization.Coefficients c = predict.at(schedule.level(t));
        double output = c.targetX0() * x0 + c.targetEps() * eps;
        assertThat(c.x0hat(x, output)).isCloseTo(x0, within(1e-12 * (1 + Math.abs(output) + 1 / alpha)));
        assertThat(c.eps(x, output)).isCloseTo(eps, within(1e-12 * (1 + Math.abs(output) + 1 / sigma)));
        for (Parameterization other : Parameterization.values()) {
          Parameterization.Coefficients d = other.at(schedule.level(t));
          assertThat(c.converted(d, x, output)).isCloseTo(d.targetX0() * x0 + d.targetEps() * eps, within(1e-9 * (1 / sigma / sigma + 1)));
        }
      }
    }
  }

  @Test
  void velocityIsTheSlopeOfTheFlow() {
    RectifiedFlow straight = new RectifiedFlow(0.1, 1);
    Parameterization.Coefficients c = Parameterization.VELOCITY.at(straight.level(1));
    assertThat(c).isEqualTo(new Parameterization.Coefficients(1, -1, 1, 0, -1, 1));
    assertThatThrownBy(() -> Parameterization.VELOCITY.at(COSINE.level(3))).hasMessageContaining("schedule in steps");
    assertThatThrownBy(() -> diffuser(straight, Parameterization.EPS).coefficients(1)).hasMessageContaining("predicts eps");
    // Euler's step on straight lines adds the output alone.
    StepRow row =
        new FlowSampler(FlowScheme.EULER, FlowFrame.TIME, TimeGrid.uniform(9), false)
            .compile(diffuser(straight, Parameterization.VELOCITY)).rows().getFirst();
    assertThat(row.state()).isCloseTo(1, within(1e-15));
    assertThat(row.output()).isCloseTo(-0.1, within(1e-15));
  }

  @Test
  void gridsAreWhatTheySay() {
    assertThat(new TimeGrid.Spaced(new Spacing.Quadratic(), 5).toData(COSINE)).containsExactly(100, 57, 26, 7, 1, 0);
    double[] logSnr = new TimeGrid.Spaced(new Spacing.LogSnr(), 8).toStart(VP);
    for (int i = 1; i < logSnr.length; i++) {
      double step = (VP.logSnr(1e-3) - VP.logSnr(1)) / 8;
      assertThat(VP.logSnr(logSnr[i]) - VP.logSnr(logSnr[i - 1])).isCloseTo(step, within(1e-9));
    }
    // Levels of a schedule in steps are never met twice.
    for (Spacing spacing : new Spacing[] {new Spacing.LogSnr(), new Spacing.Karras(7), new Spacing.Quadratic(), new Spacing.Uniform()}) {
      for (int steps : new int[] {1, 2, 17, 60, 99, 100}) {
        double[] levels = new TimeGrid.Spaced(spacing, steps).toData(COSINE);
        assertThat(levels).hasSize(steps + 1).startsWith(100).endsWith(0);
        for (int i = 1; i < levels.length; i++) {
          assertThat(levels[i]).isLessThan(levels[i - 1]).isEqualTo(Math.rint(levels[i]));
        }
      }
    }
    assertThat(new TimeGrid.Given(List.of(100.0, 30.0, 2.0)).toData(COSINE)).containsExactly(100, 30, 2, 0);
    assertThatThrownBy(() -> new TimeGrid.Given(List.of(100.0, 30.5)).toData(COSINE)).hasMessageContaining("30.5");
    assertThatThrownBy(() -> new TimeGrid.Given(List.of(90.0, 30.0)).toData(COSINE)).hasMessageContaining("begins at level 90");
    assertThatThrownBy(() -> new TimeGrid.Given(List.of(3.0, 3.0))).hasMessageContaining("must fall");
    assertThatThrownBy(() -> new TimeGrid.Given(List.of())).hasMessageContaining("one level");
    assertThatThrownBy(() -> new TimeGrid.Spaced(new Spacing.LogSnr(), 5).toData(new RectifiedFlow(0.1, 1)))
        .hasMessageContaining("log-SNR infinite");
    assertThat(new TimeGrid.Spaced(new Spacing.Karras(7), 5).toData(new RectifiedFlow(0.1, 1))).hasSize(6).startsWith(1);
  }

  /// On data N(0, 1) a step of DDPM with the variance beta keeps the variance 1: x0hat = alpha x there.
  @Test
  void betaIsTheRightVarianceForUnitNormalData() {
    Diffuser diffuser = diffuser(COSINE, Parameterization.X0);
    for (StepRow row : new AncestralSampler(TimeGrid.uniform(0), 1, 1).compile(diffuser).rows()) {
      if (row.timeAfter() > 0) {
        double slope = row.state() + row.output() * COSINE.alpha(row.time());
        assertThat(slope * slope + row.noise() * row.noise()).isCloseTo(1, within(1e-9));
      }
    }
  }

  /// Little noise, many steps: whatever the noise on the way, a sample with eta near 0 follows the flow.
  @Test
  void withoutNoiseAllFollowTheFlow() {
    Diffuser diffuser = diffuser(EDM, Parameterization.EDM);
    ExactMixture exact = new ExactMixture(diffuser, DATA);
    double[] initial = {0.4 * 20};
    double wanted = exact.denoised(exact.flow(initial, EDM.start()), EDM.start())[0];
    TimeGrid grid = new TimeGrid.Spaced(new Spacing.Karras(7), 2000);
    for (Sampler sampler :
        new Sampler[] {
          new AncestralSampler(grid, 0, 0), new MultistepSolver(grid, 0), new GradientEstimationSampler(grid, 2, 0),
          new ChurnSampler(grid, 0, 0, 1, 1)
        }) {
      assertThat(exact.run(sampler, initial)[0]).as(sampler.toString()).isCloseTo(wanted, within(2e-3));
    }
  }

  @Test
  void refusesWhatMeansNothing() {
    TimeGrid grid = TimeGrid.uniform(5);
    Diffuser straight = diffuser(new RectifiedFlow(0.1, 1), Parameterization.VELOCITY);
    assertThatThrownBy(() -> new EulerMaruyamaSampler(5).compile(straight)).hasMessageContaining("no finite drift at t = 1.0");
    assertThatThrownBy(() -> new GradientEstimationSampler(grid, 2, 0).compile(straight)).hasMessageContaining("alpha is 0");
    assertThatThrownBy(() -> new AnnealedLangevinSampler(grid, 5, 0.1).compile(straight)).hasMessageContaining("alpha is 0");
    Diffuser discrete = diffuser(COSINE, Parameterization.V);
    assertThatThrownBy(() -> new ChurnSampler(grid, 10, 0, 1, 1).compile(discrete)).hasMessageContaining("between the levels");
    assertThatThrownBy(() -> new FlowSampler(FlowScheme.RUNGE_KUTTA, FlowFrame.CIRCLE, grid, true).compile(discrete))
        .hasMessageContaining("Runge-Kutta");
    assertThatThrownBy(() -> new AncestralSampler(grid, 0.5, 1)).hasMessageContaining("eta = 1");
    assertThatThrownBy(() -> new GradientEstimationSampler(grid, 2, 1)).hasMessageContaining("mu is 1.0");
    assertThatThrownBy(() -> new ChurnSampler(grid, 1, 2, 1, 1)).hasMessageContaining("smaller");
    assertThatThrownBy(() -> new MultistepSolver(grid, 2)).hasMessageContaining("eta is 2.0");
  }
}
