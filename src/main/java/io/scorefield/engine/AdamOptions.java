package io.scorefield.engine;

/// The optimiser: Adam with bias correction (Kingma and Ba 2015, algorithm 1).
///
/// The state is float32, the arithmetic the engine's; with g the gradient and k = 1, 2, ... the step,
///
/// ```
/// m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2
/// p = p - learningRate * (m / (1 - beta1^k)) / (sqrt(v / (1 - beta2^k)) + epsilon)
/// average = d average + (1 - d) p
/// ```
///
/// @param maxGradientNorm the gradient is scaled down to this norm; infinity: never
/// @param average the moving average of the parameters, and its d
public record AdamOptions(
    double beta1, double beta2, double epsilon, double maxGradientNorm, WeightAverage average) {
  public AdamOptions {
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException("beta1 and beta2 must lie in [0, 1)");
    }
    if (!(epsilon > 0) || !(maxGradientNorm > 0)) {
      throw new IllegalArgumentException("epsilon and the gradient norm's limit must be positive");
    }
  }

  /// Adam with an exponential average, or none where its decay is 0.
  public AdamOptions(double beta1, double beta2, double epsilon, double maxGradientNorm, double emaDecay) {
    this(beta1, beta2, epsilon, maxGradientNorm, WeightAverage.exponential(emaDecay));
  }

  /// The decay of the average in step k = 1, 2, ...; 0 where none is kept.
  public double averageDecay(long k) {
    return average.decay(k);
  }

  public static AdamOptions defaults() {
    return new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, 0);
  }
}
