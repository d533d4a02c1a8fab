package io.scorefield.schedule;

import java.util.List;

/// A variance-preserving schedule whose log-SNR is a monotone network of time, from `highest` at the start to `lowest` at 1:
/// alpha^2 = sigmoid(log-SNR), sigma^2 = 1 - alpha^2. Without parameters the log-SNR is linear in time.
///
/// Where the loss is the variational bound ({@link io.scorefield.diffusion.Weighting#LIKELIHOOD}), its expectation depends on
/// the two ends alone; what lies between decides how much the loss of an example varies. So the interior is chosen for the
/// least variance ({@link ScheduleFit}). The network is told the noise level by where the log-SNR is between its ends, whatever
/// the schedule, so that a schedule can change during a training.
///
/// Source: Kingma, Salimans, Poole and Ho 2021 (Variational diffusion models, arXiv 2107.00630), section 5.1 and appendix H.
public final class LearnedSchedule implements ContinuousSchedule {
  private static final double START = 1e-3;

  private final double highest;
  private final double lowest;
  private final MonotoneNetwork network;

  /// @param highest log-SNR, at the start
  /// @param lowest at 1
  /// @param parameters of the network; empty: a straight line
  /// @throws IllegalArgumentException when the log-SNR would not fall
  public LearnedSchedule(double highest, double lowest, List<Double> parameters) {
    if (!(lowest < highest) || !(Math.max(Math.abs(lowest), Math.abs(highest)) <= 30)) {
      throw new IllegalArgumentException(
          "the log-SNR must fall, between 30 and -30; it is " + highest + " at the least noise and " + lowest + " at the most");
    }
    this.highest = highest;
    this.lowest = lowest;
    network = new MonotoneNetwork(parameters.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double share(double t) {
    return (t - START) / (1 - START);
  }

  private double rate(double t) {
    return (highest - lowest) * network.slope(share(t)) / (1 - START);
  }

  @Override
  public double logSnr(double t) {
    return highest - (highest - lowest) * network.value(share(t));
  }

  @Override
  public double alpha(double t) {
    return Math.sqrt(MonotoneNetwork.sigmoid(logSnr(t)));
  }

  @Override
  public double sigma(double t) {
    return Math.sqrt(MonotoneNetwork.sigmoid(-logSnr(t)));
  }

  @Override
  public double alphaRate(double t) {
    return -0.5 * alpha(t) * Math.pow(sigma(t), 2) * rate(t);
  }

  @Override
  public double sigmaRate(double t) {
    return 0.5 * sigma(t) * Math.pow(alpha(t), 2) * rate(t);
  }

  /// All of it from one pass through the network.
  @Override
  public NoiseLevel level(double t) {
    if (t == 0) {
      return NoiseLevel.DATA;
    }
    double[] both = network.both(share(t));
    double logSnr = highest - (highest - lowest) * both[0];
    double signal = MonotoneNetwork.sigmoid(logSnr);
    double noise = MonotoneNetwork.sigmoid(-logSnr);
    double half = 0.5 * (highest - lowest) * both[1] / (1 - START);
    double alpha = Math.sqrt(signal);
    double sigma = Math.sqrt(noise);
    return new NoiseLevel(alpha, sigma, -half * alpha * noise, half * sigma * signal);
  }

  @Override
  public double clock(double t) {
    return START + (1 - START) * network.value(share(t));
  }

  @Override
  public double start() {
    return START;
  }

  /// The monotone function m of the share u of the time that is gone, m(u) = line u + sum over j of height_j
  /// s(steepness_j u + shift_j) - first, s(z) = 1 / (1 + e^-z), with m(0) = 0 and m(1) = 1:
  /// log-SNR = logSnr(start) - (logSnr(start) - logSnr(1)) m.
  public record Steps(double line, double[] height, double[] steepness, double[] shift, double first) {}

  /// The log-SNR as a formula.
  public Steps steps() {
    return network.steps();
  }
}
