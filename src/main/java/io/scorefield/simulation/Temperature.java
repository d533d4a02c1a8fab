package io.scorefield.simulation;

/// A temperature over the course of a simulation, in units of the energy (Boltzmann's constant is 1).
///
/// Every schedule begins with `start` and ends with `end`; tau is the length of the simulation.
public sealed interface Temperature
    permits Temperature.Constant, Temperature.Linear, Temperature.Exponential, Temperature.Cosine, EvenSpeed {
  /// T after a share s = t / tau of the simulation, 0 to 1.
  double at(double share);

  /// Whether it stays as it is.
  default boolean isConstant() {
    return at(0) == at(1);
  }

  /// @throws IllegalArgumentException when it is no temperature
  static void require(double temperature) {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("the temperature is " + temperature + "; it must be greater than 0");
    }
  }

  /// T.
  record Constant(double value) implements Temperature {
    public Constant {
      require(value);
    }

    @Override
    public double at(double share) {
      return value;
    }
  }

  /// start + (end - start) s.
  record Linear(double start, double end) implements Temperature {
    public Linear {
      require(start);
      require(end);
    }

    @Override
    public double at(double share) {
      return start + (end - start) * share;
    }
  }

  /// start (end / start)^s: the logarithm is linear.
  record Exponential(double start, double end) implements Temperature {
    public Exponential {
      require(start);
      require(end);
    }

    @Override
    public double at(double share) {
      return start * Math.pow(end / start, share);
    }
  }

  /// end + (start - end) (1 + cos(pi s)) / 2: slow at both ends.
  record Cosine(double start, double end) implements Temperature {
    public Cosine {
      require(start);
      require(end);
    }

    @Override
    public double at(double share) {
      return end + (start - end) * (1 + Math.cos(Math.PI * share)) / 2;
    }
  }
}
