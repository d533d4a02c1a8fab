package io.scorefield.simulation;

import java.util.Optional;

/// A line of a simulation's table.
///
/// @param exact what quadrature or a closed form gives; NaN where neither is at hand
public record Quantity(String name, double value, double error, double exact) {
  public static Quantity of(String name, Average average, Optional<Double> exact) {
    return new Quantity(name, average.mean(), average.error(), exact.orElse(Double.NaN));
  }
}
