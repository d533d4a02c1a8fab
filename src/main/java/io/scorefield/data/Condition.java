package io.scorefield.data;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// Something that a network is told of a sample beside its noisy state: a number, or to which of several classes it belongs.
///
/// A class is told as 1 in a component of its own and 0 in the components of the others. So 0 in all of them is no class.
///
/// @param name as settings have it
/// @param classes their names in the order of the components; empty: the condition is a number
public record Condition(String name, List<String> classes) {
  public Condition {
    classes = List.copyOf(classes);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException("a condition cannot be named '" + name + "': use letters, digits and _");
    }
    if (classes.size() == 1 || new HashSet<>(classes).size() < classes.size()) {
      throw new IllegalArgumentException("the condition '" + name + "' needs at least two different classes, not " + classes);
    }
  }

  /// A condition that is a number.
  public static Condition number(String name) {
    return new Condition(name, List.of());
  }

  public boolean isNumber() {
    return classes.isEmpty();
  }

  /// How many components of the data it is.
  public int components() {
    return isNumber() ? 1 : classes.size();
  }

  /// Its components as a {@link DataSet} names them: `weather`, or `tariff[3]`.
  public String declaration() {
    return isNumber() ? name : name + "[" + classes.size() + "]";
  }

  /// The components of a value: [components], in data units.
  ///
  /// @param value a number, or the name of a class
  /// @throws IllegalArgumentException when there is no such class, or the text is no number
  public double[] of(String value) {
    if (isNumber()) {
      return new double[] {numberOf(value)};
    }
    int place = classes.indexOf(value.strip());
    if (place < 0) {
      throw new IllegalArgumentException(
          "the condition '" + name + "' has no class '" + value.strip() + "'; it has " + shown());
    }
    return ofClass(place);
  }

  /// The components of class k.
  public double[] ofClass(int k) {
    double[] components = new double[classes.size()];
    components[k] = 1;
    return components;
  }

  private double numberOf(String value) {
    try {
      double number = Double.parseDouble(value.strip());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as of a number that is not finite.
    }
    throw new IllegalArgumentException("the condition '" + name + "' is a number; '" + value.strip() + "' is none");
  }

  private String shown() {
    int some = Math.min(20, classes.size());
    return String.join(", ", classes.subList(0, some)) + (some < classes.size() ? ", ..." : "");
  }

  /// The class that components tell, or -1 where they tell none.
  public int classOf(double[] components) {
    for (int k = 0; k < classes.size(); k++) {
      if (Arrays.equals(components, ofClass(k))) {
        return k;
      }
    }
    return -1;
  }
}
