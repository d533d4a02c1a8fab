package io.scorefield.schedule;

/// The cosine schedule in continuous time: alpha = cos(angle(t)) / cos(angle(0)) with angle(t) = pi/2 (t + offset)/(1 + offset),
/// and sigma^2 = 1 - alpha^2.
///
/// With the offset 0 it is the trigonometric interpolant alpha = cos(pi t/2), sigma = sin(pi t/2) of Albergo and
/// Vanden-Eijnden 2023 (arXiv 2209.15571). At t = 1 nothing is left of the data, and its log-SNR is infinite.
///
/// Source: Nichol and Dhariwal 2021 (arXiv 2102.09672), equation 17.
///
/// @param offset s, 0.008 in the paper
/// @param start the smallest t that is trained on and sampled at, above 0
/// @param end the largest, at most 1
public record CosineSchedule(double offset, double start, double end) implements ContinuousSchedule {
  public CosineSchedule {
    if (!(offset >= 0) || Double.isInfinite(offset)) {
      throw new IllegalArgumentException("the cosine offset is " + offset + "; it must be >= 0");
    }
    ContinuousSchedule.requireTimes(start, end, 1);
  }

  private double speed() {
    return Math.PI / 2 / (1 + offset);
  }

  private double first() {
    return speed() * offset;
  }

  @Override
  public double alpha(double t) {
    // cos((1 - t) off the end) is a sine, which is 0 at the end and not the rounding of pi.
    return Math.sin(speed() * (1 - t)) / Math.cos(first());
  }

  @Override
  public double sigma(double t) {
    // cos^2 a - cos^2 b = sin(b - a) sin(b + a): no cancellation at small t.
    return Math.sqrt(Math.sin(speed() * t) * Math.sin(speed() * t + 2 * first())) / Math.cos(first());
  }

  @Override
  public double alphaRate(double t) {
    return -speed() * Math.cos(speed() * (1 - t)) / Math.cos(first());
  }

  @Override
  public double sigmaRate(double t) {
    return -alpha(t) * alphaRate(t) / sigma(t);
  }
}
