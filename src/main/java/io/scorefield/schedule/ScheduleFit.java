package io.scorefield.schedule;

import java.util.Arrays;
import java.util.List;

/// The monotone network of a {@link LearnedSchedule} that makes the variance of the loss least.
///
/// With gamma = -log-SNR, the loss of an example at time t, uniform in [0, 1], is gamma'(t)/2 e, where e is |eps - epshat|^2.
/// Its mean, the integral of `E[e]`/2 dgamma, does not depend on the schedule; its second moment is the integral of
///
/// ```
/// E[e^2 | gamma] / (4 p(gamma)) dgamma,   p = 1/gamma', the density of the noise levels that are drawn
/// ```
///
/// Of all densities p proportional to the root of E[e^2 | gamma] makes it least, and the least is a quarter of the square of
/// that root's integral. The network begins with a step for every part of that density, and is then fitted by gradient descent
/// on the second moment itself (Adam, fixed steps, no noise): a function of the moments alone.
///
/// Source: Kingma et al. 2021 (arXiv 2107.00630), appendix I.2, which descends on the square of sampled losses.
public final class ScheduleFit {
  /// Times that the integral over t is taken at.
  private static final int TIMES = 320;

  private static final int STEPS = 400;
  private static final double RATE = 0.03;

  /// A step is at most so much steeper than its part of time is wide, so that the times see it.
  private static final double STEEPEST = 8;

  /// Roots of moments are taken as at least so much of the largest: a level with next to no loss is still visited.
  private static final double LEAST = 0.02;

  private final double[] logs;

  /// Edges of intervals of time, of which each is short both in time and in what the best density makes of it, [TIMES + 1].
  private final double[] edges;

  /// @param moments E[e^2 | gamma], at gammas evenly spaced from the least noise to the most, two at least
  public ScheduleFit(double[] moments) {
    double most = Arrays.stream(moments).max().orElse(0);
    if (moments.length < 2 || !(most > 0) || Double.isInfinite(most)) {
      throw new IllegalArgumentException("there is no loss to fit a schedule to");
    }
    logs = Arrays.stream(moments).map(m -> StrictMath.log(Math.max(m / most, LEAST * LEAST))).toArray();
    edges = edges();
  }

  /// Time as the best density has it is the integral of the root; the edges are evenly spaced in the mean of time and gamma.
  private double[] edges() {
    int fine = 20 * TIMES;
    double[] time = new double[fine + 1];
    for (int i = 0; i < fine; i++) {
      time[i + 1] = time[i] + StrictMath.exp(log((i + 0.5) / fine) / 2);
    }
    double[] edges = new double[TIMES + 1];
    int i = 0;
    for (int k = 1; k < TIMES; k++) {
      double wanted = 2.0 * k / TIMES;
      while (time[i + 1] / time[fine] + (i + 1.0) / fine < wanted) {
        i++;
      }
      double low = time[i] / time[fine] + (double) i / fine;
      double high = time[i + 1] / time[fine] + (i + 1.0) / fine;
      edges[k] = (time[i] + (wanted - low) / (high - low) * (time[i + 1] - time[i])) / time[fine];
    }
    edges[TIMES] = 1;
    return edges;
  }

  /// A small line, and a step in every part of time as high as gamma rises there.
  private MonotoneNetwork start() {
    int steps = MonotoneNetwork.HIDDEN;
    int part = TIMES / steps;
    double[] theta = new double[1 + 3 * steps];
    theta[0] = StrictMath.log(0.02);
    for (int j = 0; j < steps; j++) {
      double from = edges[j * part];
      double to = edges[(j + 1) * part];
      // Mean of time and gamma: what is not time is gamma.
      double rise = Math.max(2.0 / steps - (to - from), 0.01 / steps);
      theta[1 + j] = StrictMath.log(rise);
      theta[1 + steps + j] = StrictMath.log(STEEPEST / 2 / (to - from));
      theta[1 + 2 * steps + j] = -StrictMath.exp(theta[1 + steps + j]) * (from + to) / 2;
    }
    return new MonotoneNetwork(theta);
  }

  /// The parameters of the network.
  public List<Double> parameters() {
    double[] theta = start().parameters();
    int steps = MonotoneNetwork.HIDDEN;
    double[] least = new double[theta.length];
    double[] most = new double[theta.length];
    for (int i = 0; i < theta.length; i++) {
      boolean steepness = i > steps && i <= 2 * steps;
      boolean shift = i > 2 * steps;
      least[i] = steepness ? theta[i] - 3 : shift ? theta[i] * 1.5 : Math.max(theta[i] - 5, -12);
      most[i] = steepness ? theta[i] + StrictMath.log(2) : shift ? theta[i] / 2 : 3;
      theta[i] = Math.clamp(theta[i], least[i], most[i]);
    }
    double[] first = new double[theta.length];
    double[] second = new double[theta.length];
    for (int k = 1; k <= STEPS; k++) {
      double[] gradient = gradient(new MonotoneNetwork(theta));
      double rate = RATE * (1 - (k - 1.0) / STEPS);
      for (int i = 0; i < theta.length; i++) {
        first[i] = 0.9 * first[i] + 0.1 * gradient[i];
        second[i] = 0.99 * second[i] + 0.01 * gradient[i] * gradient[i];
        double m = first[i] / (1 - StrictMath.pow(0.9, k));
        double v = second[i] / (1 - StrictMath.pow(0.99, k));
        theta[i] = Math.clamp(theta[i] - rate * m / (Math.sqrt(v) + 1e-8), least[i], most[i]);
      }
    }
    return Arrays.stream(theta).boxed().toList();
  }

  /// The second moment of the loss with a network, over that of the best density; at least 1.
  ///
  /// @param parameters of the network; empty: a straight line
  public double excess(List<Double> parameters) {
    MonotoneNetwork network = new MonotoneNetwork(parameters.stream().mapToDouble(Double::doubleValue).toArray());
    double sum = 0;
    double root = 0;
    int fine = 20 * TIMES;
    for (int k = 0; k < fine; k++) {
      double width = (edges[k / 20 + 1] - edges[k / 20]) / 20;
      double u = edges[k / 20] + (k % 20 + 0.5) * width;
      double slope = network.slope(u);
      sum += StrictMath.exp(log(network.value(u))) * slope * slope * width;
      root += StrictMath.exp(log((k + 0.5) / fine) / 2) / fine;
    }
    return sum / (root * root);
  }

  /// Of the logarithm of the second moment.
  private double[] gradient(MonotoneNetwork network) {
    int count = network.parameters().length;
    double whole = network.whole();
    double[] gradient = new double[count];
    double[] ofRise = new double[count];
    double[] ofSpeed = new double[count];
    double[] end = new double[count];
    network.gradients(1, end, ofSpeed);
    double sum = 0;
    for (int k = 0; k < TIMES; k++) {
      double u = (edges[k] + edges[k + 1]) / 2;
      double value = network.value(u);
      double slope = network.slope(u);
      double term = StrictMath.exp(log(value)) * slope * slope * (edges[k + 1] - edges[k]);
      sum += term;
      network.gradients(u, ofRise, ofSpeed);
      double rise = rise(value);
      for (int i = 0; i < count; i++) {
        double ofValue = (ofRise[i] - value * end[i]) / whole;
        double ofSlope = (ofSpeed[i] - slope * end[i]) / whole;
        gradient[i] += term * (rise * ofValue + 2 / slope * ofSlope);
      }
    }
    for (int i = 0; i < count; i++) {
      gradient[i] /= sum;
    }
    return gradient;
  }

  private int cell(double share) {
    return Math.clamp((long) (share * (logs.length - 1)), 0, logs.length - 2);
  }

  /// The logarithm of the moment at a share of the way from the first gamma to the last, linear between.
  private double log(double share) {
    int i = cell(share);
    double part = share * (logs.length - 1) - i;
    return logs[i] + part * (logs[i + 1] - logs[i]);
  }

  /// Its slope.
  private double rise(double share) {
    int i = cell(share);
    return (logs[i + 1] - logs[i]) * (logs.length - 1);
  }
}
