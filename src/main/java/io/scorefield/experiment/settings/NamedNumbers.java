package io.scorefield.experiment.settings;

import java.util.LinkedHashMap;
import java.util.Map;

/// The numbers of named parameters of formulas.
final class NamedNumbers {
  private NamedNumbers() {}

  /// Reads them.
  ///
  /// @throws IllegalArgumentException when one is not a number
  static Map<String, Double> of(Map<String, String> given) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    given.forEach(
        (name, text) -> {
          try {
            double value = Double.parseDouble(text);
            if (!Double.isFinite(value)) {
              throw new NumberFormatException(text);
            }
            numbers.put(name, value);
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                "the parameter '" + name + "' must be a number, not '" + text + "'", e);
          }
        });
    return numbers;
  }
}
