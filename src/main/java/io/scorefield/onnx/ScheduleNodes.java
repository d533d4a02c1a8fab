package io.scorefield.onnx;

import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.CosineSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.LearnedSchedule;
import io.scorefield.schedule.RectifiedFlow;
import io.scorefield.schedule.SigmoidSchedule;
import io.scorefield.schedule.SubVariancePreserving;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.util.function.Supplier;

/// Writes the formulas of schedules in continuous time, in forms that single precision does not spoil.
final class ScheduleNodes {
  private final OnnxGraph graph;

  ScheduleNodes(OnnxGraph graph) {
    this.graph = graph;
  }

  /// A noise level: alpha, sigma and what networks are told of the time, each [N, 1]; rates are written where they are wanted.
  record Level(String alpha, String sigma, String clock, Supplier<String> alphaRate, Supplier<String> sigmaRate) {}

  /// @param t [N, 1]
  Level level(ContinuousSchedule schedule, String t) {
    return switch (schedule) {
      case VariancePreserving vp -> {
        Preserving own = preserving(vp.betaMin(), vp.betaMax(), t);
        String sigma = graph.node("Max", graph.node("Sqrt", own.variance), graph.number(vp.minSigma()));
        yield new Level(
            own.alpha, sigma, t, own::alphaRate, () -> graph.divide(graph.scale(own.varianceRate(), 0.5), sigma));
      }
      case SubVariancePreserving sub -> {
        Preserving own = preserving(sub.betaMin(), sub.betaMax(), t);
        yield new Level(own.alpha, own.variance, t, own::alphaRate, own::varianceRate);
      }
      case VarianceExploding ve -> {
        double rate = Math.log(ve.sigmaMax() / ve.sigmaMin());
        String sigma = graph.node("Exp", graph.shift(graph.multiply(t, graph.number(rate)), Math.log(ve.sigmaMin())));
        yield new Level(always(t, 1), sigma, t, () -> always(t, 0), () -> graph.scale(sigma, rate));
      }
      case KarrasSchedule _ ->
          new Level(
              always(t, 1), t, graph.scale(graph.node("Log", t), 0.25), () -> always(t, 0), () -> always(t, 1));
      case RectifiedFlow _ ->
          new Level(oneLess(t), t, t, () -> always(t, -1), () -> always(t, 1));
      case CosineSchedule cosine -> cosine(cosine.offset(), t);
      case SigmoidSchedule sigmoid -> sigmoid(sigmoid.temperature(), t);
      case LearnedSchedule learned -> learned(learned, t);
    };
  }

  private String always(String t, double value) {
    return graph.add(graph.multiply(t, graph.number(0)), graph.number(value));
  }

  private String oneLess(String a) {
    return graph.node("Sub", graph.number(1), a);
  }

  /// What the two preserving schedules have in common: with B the integral of beta, alpha = exp(-B/2), and
  /// 1 - exp(-B) = tanh(B/2) (1 + exp(-B)) has no cancellation.
  private record Preserving(OnnxGraph graph, String beta, String alpha, String decay, String variance) {
    String alphaRate() {
      return graph.scale(graph.multiply(beta, alpha), -0.5);
    }

    String varianceRate() {
      return graph.multiply(beta, decay);
    }
  }

  private Preserving preserving(double betaMin, double betaMax, String t) {
    String beta = graph.shift(graph.scale(t, betaMax - betaMin), betaMin);
    String integral = graph.multiply(t, graph.shift(graph.scale(t, 0.5 * (betaMax - betaMin)), betaMin));
    String decay = graph.node("Exp", graph.scale(integral, -1));
    String variance = graph.multiply(graph.node("Tanh", graph.scale(integral, 0.5)), graph.shift(decay, 1));
    return new Preserving(graph, beta, graph.node("Exp", graph.scale(integral, -0.5)), decay, variance);
  }

  private Level cosine(double offset, String t) {
    double speed = Math.PI / 2 / (1 + offset);
    double first = speed * offset;
    double size = 1 / Math.cos(first);
    String rest = graph.scale(oneLess(t), speed);
    String alpha = graph.scale(graph.node("Sin", rest), size);
    String angle = graph.scale(t, speed);
    String product = graph.multiply(graph.node("Sin", angle), graph.node("Sin", graph.shift(angle, 2 * first)));
    String sigma = graph.scale(graph.node("Sqrt", product), size);
    Supplier<String> alphaRate = () -> graph.scale(graph.node("Cos", rest), -speed * size);
    return new Level(
        alpha, sigma, t, alphaRate,
        () -> graph.scale(graph.divide(graph.multiply(alpha, alphaRate.get()), sigma), -1));
  }

  /// With e = 3 / (2 temperature) and x = e (2 t - 1): alpha^2 = sinh(2 e (1 - t)) / (2 sinh(e) cosh(x)), and sigma^2 has t in
  /// place of 1 - t.
  private Level sigmoid(double temperature, String t) {
    double edge = 3 / (2 * temperature);
    String cosh = graph.node("Cosh", graph.shift(graph.scale(t, 2 * edge), -edge));
    String below = graph.scale(cosh, 2 * Math.sinh(edge));
    String alpha = graph.node("Sqrt", graph.divide(graph.node("Sinh", graph.scale(oneLess(t), 2 * edge)), below));
    String sigma = graph.node("Sqrt", graph.divide(graph.node("Sinh", graph.scale(t, 2 * edge)), below));
    double slope = -6 / (4 * temperature * Math.tanh(edge)); // of alpha^2 where x is 0
    Supplier<String> squareRate = () -> graph.divide(graph.number(slope), graph.multiply(cosh, cosh));
    return new Level(
        alpha, sigma, t, () -> graph.divide(graph.scale(squareRate.get(), 0.5), alpha),
        () -> graph.divide(graph.scale(squareRate.get(), -0.5), sigma));
  }

  private Level learned(LearnedSchedule schedule, String t) {
    double start = schedule.start();
    LearnedSchedule.Steps steps = schedule.steps();
    String share = graph.scale(graph.shift(t, -start), 1 / (1 - start));
    int count = steps.height().length;
    String value = graph.scale(share, steps.line());
    String logistic = "";
    if (count > 0) {
      String inside =
          graph.add(
              graph.multiply(share, graph.constant(steps.steepness(), 1, count)), graph.constant(steps.shift(), 1, count));
      logistic = graph.node("Sigmoid", inside);
      String sum = graph.node("MatMul", logistic, graph.constant(steps.height(), count, 1));
      value = graph.shift(graph.add(value, sum), -steps.first());
    }
    double range = schedule.logSnr(start) - schedule.logSnr(1);
    String logSnr = graph.shift(graph.scale(value, -range), schedule.logSnr(start));
    String alpha = rootOfLogistic(graph.scale(logSnr, -1));
    String sigma = rootOfLogistic(logSnr);
    String steep = logistic;
    // d log-SNR / dt, taken off
    Supplier<String> rate =
        () -> {
          String slope = count == 0 ? always(t, steps.line()) : slope(steps, steep);
          return graph.scale(slope, range / (1 - start));
        };
    return new Level(
        alpha, sigma, graph.shift(graph.scale(value, 1 - start), start),
        () -> graph.scale(graph.multiply(graph.multiply(alpha, graph.multiply(sigma, sigma)), rate.get()), -0.5),
        () -> graph.scale(graph.multiply(graph.multiply(sigma, graph.multiply(alpha, alpha)), rate.get()), 0.5));
  }

  /// The root of 1 / (1 + exp(a)). The operator Sigmoid of runtimes is exact to its largest value only.
  private String rootOfLogistic(String a) {
    return graph.node("Sqrt", graph.node("Reciprocal", graph.shift(graph.node("Exp", a), 1)));
  }

  private String slope(LearnedSchedule.Steps steps, String logistic) {
    double[] factors = new double[steps.height().length];
    for (int j = 0; j < factors.length; j++) {
      factors[j] = steps.height()[j] * steps.steepness()[j];
    }
    String product = graph.multiply(logistic, oneLess(logistic));
    return graph.shift(graph.node("MatMul", product, graph.constant(factors, factors.length, 1)), steps.line());
  }
}
