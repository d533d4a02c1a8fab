package io.scorefield.eval;

import io.scorefield.physics.Tape;
import java.util.Arrays;

/// How measurements come about: y = A(x) + noise.
///
/// @param operator A as residuals, in data units
/// @param origin of the data, `[D]`; points are given less it
/// @param noise the standard deviation of the noise
public record Measurements(Tape operator, double[] origin, double noise) {
  /// A(x) of a point that is given less the origin.
  public double[] predicted(double[] relative) {
    double[] x = new double[relative.length];
    Arrays.setAll(x, d -> origin[d] + relative[d]);
    return operator.residuals(x, 0);
  }

  /// How far samples are from what was measured.
  ///
  /// @param mean root mean square of (A(x) - y) / noise over samples and measurements
  /// @param largest of |A(x) - y| / noise
  public record Misfit(double mean, double largest) {}

  /// The misfit of samples.
  ///
  /// @param samples [n, D] less the origin
  public Misfit misfit(float[] samples, double[] measured) {
    int dimension = origin.length;
    double[] x = new double[dimension];
    double squares = 0;
    double largest = 0;
    int n = samples.length / dimension;
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimension; d++) {
        x[d] = samples[i * dimension + d];
      }
      double[] predicted = predicted(x);
      for (int j = 0; j < predicted.length; j++) {
        double off = (predicted[j] - measured[j]) / noise;
        squares += off * off;
        largest = Math.max(largest, Math.abs(off));
      }
    }
    return new Misfit(Math.sqrt(squares / n / measured.length), largest);
  }
}
