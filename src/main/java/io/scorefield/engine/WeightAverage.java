package io.scorefield.engine;

/// The moving average of the weights that is sampled with, average = d average + (1 - d) p, by its decay d in step
/// k = 1, 2, ...
public sealed interface WeightAverage {
  /// d in step k, in [0, 1].
  double decay(long k);

  /// The last weights themselves.
  record None() implements WeightAverage {
    @Override
    public double decay(long k) {
      return 0;
    }
  }

  /// An exponential average with warm-up, d = min(decay, (1 + k) / (10 + k)).
  ///
  /// The decay rises with the steps, so that the first weights, which are random, are forgotten: a short training averages
  /// its last tenth instead of its beginning. Source: the warm-up is that of TensorFlow's ExponentialMovingAverage.
  ///
  /// @param decay in (0, 1)
  record Exponential(double decay) implements WeightAverage {
    public Exponential {
      if (!(decay > 0 && decay < 1)) {
        throw new IllegalArgumentException("the decay of the moving average must lie in (0, 1)");
      }
    }

    @Override
    public double decay(long k) {
      return Math.min(decay, (1.0 + k) / (10.0 + k));
    }
  }

  /// A power function, d = (1 - 1/k)^(exponent + 1): the weights of step k count in proportion to k^exponent, so that what
  /// is averaged grows with the training and its beginning is forgotten. It needs no warm-up: in step 1 d is 0.
  ///
  /// Source: Karras et al. 2024 (arXiv 2312.02696), section 3.1 and equation 5.
  ///
  /// @param exponent gamma, above 0
  record Power(double exponent) implements WeightAverage {
    /// The greatest width there is, that of gamma = 0.
    public static final double WIDEST = 1 / Math.sqrt(12);

    public Power {
      if (!(exponent >= 0) || Double.isInfinite(exponent)) {
        throw new IllegalArgumentException("the exponent of the average must be finite and not negative");
      }
    }

    /// By the standard deviation of its profile as a share of the training's length so far:
    /// width^2 = (gamma + 1) / ((gamma + 2)^2 (gamma + 3)); equation 6 of the source.
    ///
    /// @param width in (0, 1/sqrt(12)]; the source uses 0.05 to 0.15
    public static Power ofWidth(double width) {
      if (!(width > 0 && width <= WIDEST)) {
        throw new IllegalArgumentException("the width of the average is " + width + "; it must be above 0 and at most 0.2886");
      }
      // The width falls as gamma grows.
      double low = 0;
      double high = 2 / width;
      for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;
        double square = (middle + 1) / ((middle + 2) * (middle + 2) * (middle + 3));
        if (square > width * width) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return new Power((low + high) / 2);
    }

    @Override
    public double decay(long k) {
      return Math.pow(1 - 1.0 / k, exponent + 1);
    }
  }

  /// Whether there is an average besides the last weights.
  default boolean isKept() {
    return !(this instanceof None);
  }

  /// An exponential average, or none where the decay is 0.
  static WeightAverage exponential(double decay) {
    return decay == 0 ? new None() : new Exponential(decay);
  }
}
