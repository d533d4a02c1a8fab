package io.scorefield.thermodynamics;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/// The differential entropy of data with Gaussian noise of every size, from the mean squared score: with y = x + s z,
///
/// ```
/// dH(y) / d(s^2) = E |grad log p_s(y)|^2 / 2
/// ```
///
/// Where s is much larger than the data, y is nearly normal with the covariance of the data plus s^2. Source: de Bruijn's
/// identity, Stam 1959, Inf. Control 2, 101.
///
/// @param freedom d, the dimension of the space in which the data lie
/// @param variance of the data, the mean over the components
/// @param squaredScore E |grad log p_s|^2 by s
public record LevelEntropy(int freedom, double variance, DoubleUnaryOperator squaredScore) {
  private static final int NODES = 12;
  private static final double PANEL = 0.5; // of ln s

  /// H at a noise level, in nats.
  ///
  /// @param level s, above 0
  /// @param largest the noise level at which y counts as normal
  public double at(double level, double largest) {
    if (!(level < largest)) {
      return normal(level * level + variance);
    }
    double top = Math.log(largest);
    double bottom = Math.log(level);
    int panels = Math.max(1, (int) Math.ceil((top - bottom) / PANEL));
    double width = (top - bottom) / panels;
    double sum = 0;
    GaussIntegratorFactory factory = new GaussIntegratorFactory();
    for (int p = 0; p < panels; p++) {
      GaussIntegrator rule = factory.legendre(NODES, bottom + p * width, bottom + (p + 1) * width);
      // d(s^2) / 2 = s^2 d(ln s)
      sum += rule.integrate(u -> Math.exp(2 * u) * squaredScore.applyAsDouble(Math.exp(u)));
    }
    return normal(largest * largest + variance) - sum;
  }

  private double normal(double variance) {
    return 0.5 * freedom * Math.log(2 * Math.PI * Math.E * variance);
  }
}
