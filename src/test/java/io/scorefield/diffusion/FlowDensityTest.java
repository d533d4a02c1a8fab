package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.ProbabilityFlow.Scheme;
import io.scorefield.engine.Engine;
import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VariancePreserving;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Densities by the flow against the closed form of a Gaussian mixture, whose score a network program is.
class FlowDensityTest {
  private static double worst(ExactModel model, Engine engine, ProbabilityFlow flow, float[] points) {
    double[] logs = new FlowDensity(model.diffuser(), flow).of(engine, model.network(), points, 1);
    return IntStream.range(0, logs.length).mapToDouble(i -> Math.abs(logs[i] - model.exact(points, i))).max().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(ExactModel.class)
  void isTheClosedFormOfAMixture(ExactModel model) {
    float[] points = ExactModel.points(60);
    try (Engine reference = new ReferenceEngine(2);
        Engine compiled = new NativeEngine(2)) {
      ProbabilityFlow flow = new ProbabilityFlow(Scheme.RUNGE_KUTTA, 100, 0);
      assertThat(worst(model, reference, flow, points)).isLessThan(1e-3);
      assertThat(worst(model, compiled, flow, points)).isLessThan(1e-3);
      assertThat(worst(model, compiled, new ProbabilityFlow(Scheme.HEUN, 1000, 0), points)).isLessThan(1e-2);
    }
  }

  /// Samples come with the density that the points have.
  @ParameterizedTest
  @EnumSource(ExactModel.class)
  void samplesHaveTheirOwnDensity(ExactModel model) {
    FlowDensity density = new FlowDensity(model.diffuser(), new ProbabilityFlow(Scheme.RUNGE_KUTTA, 100, 0));
    try (Engine engine = new NativeEngine(2)) {
      FlowDensity.Points made = density.sample(engine, model.network(), 3, 10, 60);
      double[] again = density.of(engine, model.network(), made.points(), 1);
      for (int i = 0; i < 60; i++) {
        assertThat(made.logDensities()[i]).isCloseTo(model.exact(made.points(), i), within(1e-3));
        assertThat(again[i]).isCloseTo(made.logDensities()[i], within(1e-3));
      }
      FlowDensity.Points part = density.sample(engine, model.network(), 3, 30, 7);
      assertThat(part.logDensities()).containsExactly(Arrays.copyOfRange(made.logDensities(), 20, 27));
      assertThat(part.points()).containsExactly(Arrays.copyOfRange(made.points(), 60, 81));
    }
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void halvingTheStepDividesTheErrorByTwoToTheOrder(Scheme scheme) {
    float[] points = ExactModel.points(20);
    int few = scheme == Scheme.HEUN ? 40 : 32;
    try (Engine engine = new ReferenceEngine(2)) {
      double[] fine = logs(engine, new ProbabilityFlow(Scheme.RUNGE_KUTTA, 400, 0), points);
      double coarse = rootMeanSquare(logs(engine, new ProbabilityFlow(scheme, few, 0), points), fine);
      double halved = rootMeanSquare(logs(engine, new ProbabilityFlow(scheme, 2 * few, 0), points), fine);
      double order = scheme == Scheme.HEUN ? 2 : 4;
      assertThat(Math.log(coarse / halved) / Math.log(2)).isCloseTo(order, within(0.5));
    }
  }

  private static double[] logs(Engine engine, ProbabilityFlow flow, float[] points) {
    return new FlowDensity(ExactModel.CONTINUOUS.diffuser(), flow).of(engine, ExactModel.CONTINUOUS.network(), points, 1);
  }

  private static double rootMeanSquare(double[] a, double[] b) {
    return Math.sqrt(IntStream.range(0, a.length).mapToDouble(i -> Math.pow(a[i] - b[i], 2)).average().orElseThrow());
  }

  @Test
  void probesAreUnbiased() {
    float[] one = ExactModel.points(1);
    int repeats = 4000;
    float[] many = new float[3 * repeats];
    for (int i = 0; i < many.length; i++) {
      many[i] = one[i % 3];
    }
    try (Engine engine = new NativeEngine(2)) {
      double exact = logs(engine, new ProbabilityFlow(Scheme.RUNGE_KUTTA, 20, 0), one)[0];
      double[] spreads = new double[2];
      for (int probes = 1; probes <= 4; probes += 3) {
        SummaryStatistics estimates = new SummaryStatistics();
        Arrays.stream(logs(engine, new ProbabilityFlow(Scheme.RUNGE_KUTTA, 20, probes), many)).forEach(estimates::addValue);
        double error = estimates.getStandardDeviation() / Math.sqrt(repeats);
        assertThat(error).isPositive();
        assertThat(estimates.getMean()).isCloseTo(exact, within(3 * error));
        spreads[probes / 4] = estimates.getVariance();
      }
      // Four probes have a quarter of the variance of one.
      assertThat(spreads[0] / spreads[1]).isCloseTo(4, within(0.6));
    }
  }

  /// No parameterization has numbers that grow with 1/alpha, which is 2000 here, or 1/sigma.
  @ParameterizedTest
  @EnumSource(Parameterization.class)
  void theSlopeIsFiniteAtEveryLevel(Parameterization parameterization) {
    for (NoiseSchedule schedule : new NoiseSchedule[] {ExactModel.Data.VP, ExactModel.Data.VE, ExactModel.Data.COSINE, DiscreteSchedule.linear(1000, 1e-4, 0.02)}) {
      if (parameterization == Parameterization.VELOCITY && schedule instanceof DiscreteSchedule) {
        continue; // it is a derivative with respect to time
      }
      Diffuser diffuser = new Diffuser(schedule, parameterization, new TimeEmbedding.Bare(1), ExactModel.Data.SCALING);
      ProbabilityFlow.Course course = new ProbabilityFlow(Scheme.RUNGE_KUTTA, 50, 0).toData(diffuser);
      course.program().rows().forEach(row -> assertThat(Math.abs(row.state())).isLessThan(6));
    }
  }

  @Test
  void particlesHaveADensityOverTheCoordinatesOfTheirSpace() {
    // A network that is 0 everywhere says x0hat = 0: a normal density of the least deviation.
    Frame frame = Frame.centred(4, 2);
    double[] deviation = new double[8];
    Arrays.fill(deviation, 2.5);
    Scaling scaling = new Scaling(new double[8], deviation, new double[8], frame);
    Diffuser diffuser = new Diffuser(ExactModel.Data.VP, Parameterization.X0, new TimeEmbedding.Bare(1), scaling);
    FlowDensity density = new FlowDensity(diffuser, new ProbabilityFlow(Scheme.RUNGE_KUTTA, 400, 0));
    assertThat(density.coordinates()).isEqualTo(6);
    Mlp mlp = new Mlp(6, 1, new int[] {4}, Activation.TANH);
    Network zero = new Network(mlp, new float[mlp.parameterCount()]);
    double spread = 2.5 * ExactModel.Data.VP.sigma(1e-3) / ExactModel.Data.VP.alpha(1e-3);
    float[] points = {0.01f, 0, -0.01f, 0, 0, 0.02f, 0, -0.02f};
    try (Engine engine = new ReferenceEngine(1)) {
      double exact = -3 * Math.log(2 * Math.PI * spread * spread) - 0.001 / (2 * spread * spread);
      double actual = density.of(engine, zero, points, 1)[0];
      assertThat(actual).isCloseTo(exact, within(2e-3));
      assertThat(density.bitsPerDimension(actual)).isCloseTo(-actual / (6 * Math.log(2)), within(1e-12));
    }
  }

  @Test
  void refusesWhatHasNoDensity() {
    ProbabilityFlow flow = new ProbabilityFlow(Scheme.HEUN, 10, 0);
    Scaling constant = new Scaling(new double[] {0, 3}, new double[] {1, 0});
    Diffuser diffuser = new Diffuser(ExactModel.Data.VP, Parameterization.EPS, new TimeEmbedding.Bare(1), constant);
    assertThatThrownBy(() -> new FlowDensity(diffuser, flow)).hasMessageContaining("component 1 is the same in all data");
    Diffuser one =
        new Diffuser(DiscreteSchedule.linear(1, 0.1, 0.1), Parameterization.EPS, new TimeEmbedding.Bare(1), ExactModel.Data.SCALING);
    assertThatThrownBy(() -> flow.toPrior(one)).hasMessageContaining("it needs two");
    assertThatThrownBy(() -> new ProbabilityFlow(Scheme.HEUN, 0, 0)).hasMessageContaining("0 steps");
  }
}
