package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.CosineSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.RectifiedFlow;
import io.scorefield.schedule.SigmoidSchedule;
import io.scorefield.schedule.SubVariancePreserving;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every method for the probability flow has the order that it says, by a straight line through the logarithms of its errors
/// against Dormand and Prince's method of order 8, on the exact score of three Gaussians.
class FlowOrderTest {
  private static final double[] STARTS = {-1.3, 0.2, 0.9};
  private static final GaussianMixture DATA =
      new GaussianMixture(
          "three", new double[] {0.5, 0.2, 0.3}, new double[][] {{-1.1}, {0.4}, {1.2}},
          new double[][][] {{{0.09}}, {{0.25}}, {{0.04}}});
  private static final double MEAN = -0.55 + 0.08 + 0.36;

  static Stream<Arguments> methods() {
    NoiseSchedule vp = new VariancePreserving(0.1, 20, 0.02, 1e-5);
    NoiseSchedule ve = new VarianceExploding(0.05, 10, 1e-3);
    NoiseSchedule edm = new KarrasSchedule(0.1, 20, -0.5, 1.2);
    NoiseSchedule straight = new RectifiedFlow(0.1, 1);
    NoiseSchedule cosine = new CosineSchedule(0.008, 0.05, 0.99);
    NoiseSchedule sigmoid = new SigmoidSchedule(1, 0.02, 0.99);
    NoiseSchedule subVp = new SubVariancePreserving(0.1, 20, 0.1);
    return Stream.of(
        method("ddim, log-SNR", vp, n -> new AncestralSampler(logSnr(n), 0, 0), 1, 100),
        method("ddim, karras", edm, n -> new AncestralSampler(karras(n), 0, 0), 1, 100),
        method("euler in time", vp, n -> flow(FlowScheme.EULER, FlowFrame.TIME, TimeGrid.uniform(n)), 1, 200),
        method("euler, straight lines", straight, n -> flow(FlowScheme.EULER, FlowFrame.TIME, TimeGrid.uniform(n)), 1, 100),
        method("euler, circle", cosine, n -> flow(FlowScheme.EULER, FlowFrame.CIRCLE, TimeGrid.uniform(n)), 1, 100),
        method("euler-maruyama without noise", vp, n -> new EulerMaruyamaSampler(TimeGrid.uniform(n), 0), 1, 200),
        method("gamma = 1", edm, n -> new GradientEstimationSampler(karras(n), 1, 0), 1, 100),
        method("heun in time", vp, n -> flow(FlowScheme.HEUN, FlowFrame.TIME, TimeGrid.uniform(n)), 2, 200),
        method("heun, straight lines", straight, n -> flow(FlowScheme.HEUN, FlowFrame.TIME, TimeGrid.uniform(n)), 2, 50),
        method("heun, quadratic", ve, n -> flow(FlowScheme.HEUN, FlowFrame.EXPLODING, quadratic(n)), 2, 200),
        method("heun, circle", sigmoid, n -> flow(FlowScheme.HEUN, FlowFrame.CIRCLE, TimeGrid.uniform(n)), 2, 100),
        method("heun, sub-vp", subVp, n -> flow(FlowScheme.HEUN, FlowFrame.STRAIGHT, TimeGrid.uniform(n)), 2, 200),
        method("edm without churn", edm, n -> new ChurnSampler(karras(n), 0, 0, 1, 1), 2, 50),
        method("runge-kutta in time", straight, n -> flow(FlowScheme.RUNGE_KUTTA, FlowFrame.TIME, TimeGrid.uniform(n)), 4, 20),
        method("runge-kutta, karras", edm, n -> flow(FlowScheme.RUNGE_KUTTA, FlowFrame.EXPLODING, karras(n)), 4, 30),
        method("runge-kutta, circle", cosine, n -> flow(FlowScheme.RUNGE_KUTTA, FlowFrame.CIRCLE, TimeGrid.uniform(n)), 4, 30),
        method("adams-bashforth of order 1", vp, n -> new AdamsBashforthSampler(logSnr(n), 1), 1, 100),
        method("adams-bashforth of order 2", edm, n -> new AdamsBashforthSampler(karras(n), 2), 2, 100),
        method("adams-bashforth, log-SNR", vp, n -> new AdamsBashforthSampler(logSnr(n), 3), 3, 100),
        // Its first steps are of lower order: they make no error where there is nothing but noise.
        method("adams-bashforth, equal steps of ln sigma", new VarianceExploding(0.05, 1000, 1e-3), n -> new AdamsBashforthSampler(TimeGrid.uniform(n), 3), 3, 100),
        method("dpm-solver++, vp", vp, n -> new MultistepSolver(logSnr(n), 0), 2, 100),
        method("dpm-solver++, edm", edm, n -> new MultistepSolver(karras(n), 0), 2, 100),
        method("dpm-solver++, straight", new RectifiedFlow(0.1, 0.95), n -> new MultistepSolver(TimeGrid.uniform(n), 0), 2, 200));
  }

  private static Arguments method(String name, NoiseSchedule schedule, IntFunction<Sampler> method, int order, int steps) {
    return Arguments.of(name, schedule, method, order, steps);
  }

  private static Sampler flow(FlowScheme scheme, FlowFrame frame, TimeGrid grid) {
    return new FlowSampler(scheme, frame, grid, false);
  }

  private static TimeGrid logSnr(int steps) {
    return new TimeGrid.Spaced(new Spacing.LogSnr(), steps);
  }

  private static TimeGrid karras(int steps) {
    return new TimeGrid.Spaced(new Spacing.Karras(7), steps);
  }

  private static TimeGrid quadratic(int steps) {
    return new TimeGrid.Spaced(new Spacing.Quadratic(), steps);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("methods")
  void theOrderIsTheStatedOne(String name, NoiseSchedule schedule, IntFunction<Sampler> method, int order, int steps) {
    // All predictions that know what x_0 is where alpha is 0.
    for (Parameterization predict : new Parameterization[] {Parameterization.V, Parameterization.EDM}) {
      Diffuser diffuser = new Diffuser(schedule, predict, new TimeEmbedding.Bare(1), Scaling.identity(1));
      ExactMixture exact = new ExactMixture(diffuser, DATA).withMean(MEAN);
      SimpleRegression line = new SimpleRegression();
      for (int n = steps; n <= 4 * steps; n *= 2) {
        Sampler sampler = method.apply(n);
        double after = sampler.compile(diffuser).rows().getLast().timeAfter();
        double error = 0;
        for (double start : STARTS) {
          double[] initial = {start * schedule.priorScale()};
          double[] wanted = exact.flow(initial, schedule.start());
          wanted = after == 0 ? exact.denoised(wanted, schedule.start()) : wanted;
          error += Math.abs(exact.run(sampler, initial)[0] - wanted[0]);
        }
        line.addData(Math.log(n), Math.log(error));
      }
      assertThat(-line.getSlope()).as(name + ", " + predict).isBetween(order - 0.2, order + 0.2);
    }
  }
}
