package io.scorefield.physics.formula;

import java.util.Map;

/// A regular grid that the fields of a `stencil` law live on.
///
/// @param spacing the distance of neighbouring points, the same along all axes
/// @param boundaries by field; a field without one has `Neumann`
public record Grid(double spacing, Map<String, Boundary> boundaries) {
  /// What lies beyond the edge of a field.
  public sealed interface Boundary {}

  /// A given value, one spacing beyond the last point.
  public record Dirichlet(double value) implements Boundary {}

  /// No gradient across the edge, which lies half a spacing beyond the last point: values are mirrored.
  public record Neumann() implements Boundary {}

  /// The other end of the field.
  public record Periodic() implements Boundary {}

  public Grid {
    if (!(spacing > 0) || Double.isInfinite(spacing)) {
      throw new IllegalArgumentException("the spacing is " + spacing + "; it must be positive");
    }
    boundaries = Map.copyOf(boundaries);
  }

  Boundary boundary(String field) {
    return boundaries.getOrDefault(field, new Neumann());
  }

  /// Reads `periodic`, `neumann` or `dirichlet VALUE`.
  ///
  /// @throws IllegalArgumentException when it is none of them
  public static Boundary boundaryOf(String text) {
    String[] words = text.strip().split("\\s+");
    if (words.length == 1 && words[0].equals("periodic")) {
      return new Periodic();
    }
    if (words.length == 1 && words[0].equals("neumann")) {
      return new Neumann();
    }
    if (words.length <= 2 && words[0].equals("dirichlet")) {
      try {
        double value = words.length == 2 ? Double.parseDouble(words[1]) : 0;
        if (Double.isFinite(value)) {
          return new Dirichlet(value);
        }
      } catch (NumberFormatException e) {
        // told below
      }
    }
    throw new IllegalArgumentException(
        "a boundary is 'periodic', 'neumann' or 'dirichlet VALUE', not '" + text + "'");
  }
}
