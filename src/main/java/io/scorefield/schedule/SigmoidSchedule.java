package io.scorefield.schedule;

/// The sigmoid schedule in continuous time: alpha^2 falls from 1 to 0 as a logistic function between its values at -3 and 3.
///
/// ```
/// alpha^2 = (v(3) - v(6 t - 3)) / (v(3) - v(-3)),   v(y) = 1 / (1 + exp(-y / temperature)),   sigma^2 = 1 - alpha^2
/// ```
///
/// Source: Jabri, Fleet and Chen 2022 (arXiv 2212.11972), algorithm 3 with their start -3 and end 3.
///
/// @param temperature tau, above 0; the smaller, the more times have neither little noise nor much
/// @param start the smallest t that is trained on and sampled at, above 0
/// @param end the largest, at most 1
public record SigmoidSchedule(double temperature, double start, double end) implements ContinuousSchedule {
  private static final double REACH = 3;

  public SigmoidSchedule {
    if (!(temperature >= 0.05 && temperature <= 100)) {
      throw new IllegalArgumentException("the temperature of the sigmoid is " + temperature + "; it must be from 0.05 to 100");
    }
    ContinuousSchedule.requireTimes(start, end, 1);
  }

  /// (v(to) - v(from)) / (v(3) - v(-3)) without cancellation: v(b) - v(a) = sinh((b - a)/2) / (2 cosh(a/2) cosh(b/2)).
  private double share(double from, double to) {
    double edge = REACH / (2 * temperature);
    double a = from / (2 * temperature);
    double b = to / (2 * temperature);
    return Math.sinh(b - a) / Math.sinh(2 * edge) * Math.pow(Math.cosh(edge), 2) / (Math.cosh(a) * Math.cosh(b));
  }

  private double at(double t) {
    return REACH * (2 * t - 1);
  }

  /// d alpha^2 / dt.
  private double squareRate(double t) {
    double slope = 1 / (4 * temperature * Math.pow(Math.cosh(at(t) / (2 * temperature)), 2));
    return -2 * REACH * slope / Math.tanh(REACH / (2 * temperature));
  }

  @Override
  public double alpha(double t) {
    return Math.sqrt(share(at(t), REACH));
  }

  @Override
  public double sigma(double t) {
    return Math.sqrt(share(-REACH, at(t)));
  }

  @Override
  public double alphaRate(double t) {
    return squareRate(t) / (2 * alpha(t));
  }

  @Override
  public double sigmaRate(double t) {
    return -squareRate(t) / (2 * sigma(t));
  }
}
