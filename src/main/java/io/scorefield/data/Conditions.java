package io.scorefield.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All that a network is told: the last components of the data.
///
/// A network that has learned without conditions as well is told 0 in all of their components where there are none. Of
/// numbers, which are standardised, that would be their mean. So where all conditions are numbers, one more component,
/// {@link #TOLD}, is 1 in all data: it is 0 only where nothing is told. Classes need none: 0 is no class.
///
/// @param all in the order of their components
public record Conditions(List<Condition> all) {
  /// The component that is 1 where numbers are told.
  public static final String TOLD = "told";

  /// Nothing is told.
  public static final Conditions NONE = new Conditions(List.of());

  public Conditions {
    all = List.copyOf(all);
    Set<String> names = new HashSet<>();
    for (Condition condition : all) {
      if (!names.add(condition.name()) || (condition.name().equals(TOLD) && condition.isNumber())) {
        throw new IllegalArgumentException("two conditions are named '" + condition.name() + "'");
      }
    }
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /// Whether a component tells that there are conditions.
  public boolean hasMark() {
    return !all.isEmpty() && all.stream().allMatch(Condition::isNumber);
  }

  /// How many components of the data they are.
  public int components() {
    return all.stream().mapToInt(Condition::components).sum() + (hasMark() ? 1 : 0);
  }

  /// Whether a component, counted from the first of the conditions, is a number to be standardised.
  public boolean isNumber(int component) {
    int from = 0;
    for (Condition condition : all) {
      if (component < from + condition.components()) {
        return condition.isNumber();
      }
      from += condition.components();
    }
    return false;
  }

  /// Their components as a {@link DataSet} names them.
  public List<String> declarations() {
    List<String> names = new ArrayList<>(all.stream().map(Condition::declaration).toList());
    if (hasMark()) {
      names.add(TOLD);
    }
    return names;
  }

  public List<String> names() {
    return all.stream().map(Condition::name).toList();
  }

  /// Their components, [components] in data units, for a value of each.
  ///
  /// @param values numbers and names of classes, by the names of the conditions
  /// @throws IllegalArgumentException when one has no value, or a wrong one, or something else has one
  public double[] of(Map<String, String> values) {
    for (String name : values.keySet()) {
      if (!names().contains(name)) {
        throw new IllegalArgumentException("there is no condition '" + name + "'; there is " + String.join(", ", names()));
      }
    }
    List<double[]> parts = new ArrayList<>();
    for (Condition condition : all) {
      String value = values.get(condition.name());
      if (value == null) {
        throw new IllegalArgumentException("the condition '" + condition.name() + "' has no value; all need one, or none has");
      }
      parts.add(condition.of(value));
    }
    if (hasMark()) {
      parts.add(new double[] {1});
    }
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /// Points [n, D] with the components of conditions behind each.
  ///
  /// @param told [n][components]
  public float[] behind(float[] points, double[][] told) {
    int dimension = points.length / told.length;
    int wide = dimension + components();
    float[] all = new float[Math.multiplyExact(told.length, wide)];
    for (int i = 0; i < told.length; i++) {
      System.arraycopy(points, i * dimension, all, i * wide, dimension);
      for (int c = 0; c < components(); c++) {
        all[i * wide + dimension + c] = (float) told[i][c];
      }
    }
    return all;
  }

  /// Points [n, D] without the conditions behind each.
  public static float[] without(float[] points, int dimension, int conditions) {
    int narrow = dimension - conditions;
    float[] some = new float[points.length / dimension * narrow];
    for (int i = 0; i < points.length / dimension; i++) {
      System.arraycopy(points, i * dimension, some, i * narrow, narrow);
    }
    return some;
  }

  /// The conditions behind points [n, D] alone, [n, conditions].
  public static float[] alone(float[] points, int dimension, int conditions) {
    int count = points.length / dimension;
    float[] told = new float[count * conditions];
    for (int i = 0; i < count; i++) {
      System.arraycopy(points, (i + 1) * dimension - conditions, told, i * conditions, conditions);
    }
    return told;
  }

  /// What the values look like in a line: class=upper, weather=0.3.
  public static String line(Map<String, String> values) {
    return String.join(", ", values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }

}
