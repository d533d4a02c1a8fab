package io.scorefield.network;

import java.util.Locale;

/// The activation functions of a network, with their derivatives.
public enum Activation {
  TANH {
    @Override
    public double value(double x) {
      return Math.tanh(x);
    }

    @Override
    public double derivative(double x, double y) {
      return 1 - y * y;
    }
  },
  /// x for positive x, 0.01 x otherwise; its derivative at 0 is 0.01.
  LEAKY_RELU {
    @Override
    public double value(double x) {
      return x > 0 ? x : LEAKY_SLOPE * x;
    }

    @Override
    public double derivative(double x, double y) {
      return x > 0 ? 1 : LEAKY_SLOPE;
    }
  },
  RELU {
    @Override
    public double value(double x) {
      return Math.max(x, 0);
    }

    @Override
    public double derivative(double x, double y) {
      return x > 0 ? 1 : 0;
    }
  },
  /// x / (1 + exp(-x)).
  SILU {
    @Override
    public double value(double x) {
      return x * logistic(x);
    }

    @Override
    public double derivative(double x, double y) {
      double s = logistic(x);
      return s * (1 + x * (1 - s));
    }
  },
  /// ln(1 + exp(x)).
  SOFTPLUS {
    @Override
    public double value(double x) {
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    public double derivative(double x, double y) {
      return logistic(x);
    }
  };

  /// Slope of {@link #LEAKY_RELU} for negative arguments.
  public static final double LEAKY_SLOPE = 0.01;

  public abstract double value(double x);

  /// The derivative at the pre-activation x, whose value y = value(x) is known already.
  public abstract double derivative(double x, double y);

  /// The name used in configuration files and checkpoints: lower case, with hyphens.
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
