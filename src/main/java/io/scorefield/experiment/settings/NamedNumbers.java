package io.scorefield.experiment.settings;

import io.scorefield.config.Suggestion;
import io.scorefield.physics.Variables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Numbers by name: of components, `{x: 1, u: 0, 'k[2]': 3}`, where a field's number is that of all its components, and of
/// the parameters of formulas.
public final class NamedNumbers {
  private NamedNumbers() {}

  /// A finite number.
  ///
  /// @throws IllegalArgumentException when the text is none
  public static double number(String what, String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(what + " must be a number, not '" + text + "'");
  }

  /// The numbers of named parameters of formulas.
  ///
  /// @throws IllegalArgumentException when one is not a number
  static Map<String, Double> of(Map<String, String> given) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    given.forEach((name, text) -> numbers.put(name, number("the parameter '" + name + "'", text)));
    return numbers;
  }

  /// The components of a name: a scalar, a whole field, or one element of it.
  ///
  /// @throws IllegalArgumentException when there is none of that name
  public static List<Integer> components(String name, Variables variables) {
    List<String> elements = variables.elements();
    if (elements.contains(name)) {
      return List.of(elements.indexOf(name));
    }
    return variables
        .field(name)
        .map(field -> IntStream.range(field.offset(), field.offset() + field.size()).boxed().toList())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown component '" + name + "'"
                        + Suggestion.of(name, variables.fields().stream().map(Variables.Field::name).toList())));
  }

  /// A number for every component, `[D]`; 0 where none is given.
  public static double[] of(Map<String, String> given, Variables variables) {
    double[] numbers = new double[variables.dimension()];
    given.forEach(
        (name, text) -> {
          double value = number("'" + name + "'", text);
          components(name, variables).forEach(d -> numbers[d] = value);
        });
    return numbers;
  }
}
