package io.scorefield.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Points of which some components are missing.
///
/// @param values [N, D], not a number where one is missing; not copied
/// @param dimension D
public record Gaps(double[] values, int dimension) {
  /// N.
  public int size() {
    return values.length / dimension;
  }

  public boolean isMissing(int point, int component) {
    return Double.isNaN(values[point * dimension + component]);
  }

  /// How many values are missing.
  public long missing() {
    return Arrays.stream(values).filter(Double::isNaN).count();
  }

  /// How many are missing of each component, `[D]`.
  public int[] byComponent() {
    int[] missing = new int[dimension];
    for (int i = 0; i < values.length; i++) {
      missing[i % dimension] += Double.isNaN(values[i]) ? 1 : 0;
    }
    return missing;
  }

  /// Numbers of the points that lack nothing.
  public int[] complete() {
    return chosen(0);
  }

  /// Numbers of the points that have something.
  public int[] known() {
    return chosen(dimension - 1);
  }

  private int[] chosen(int most) {
    return IntStream.range(0, size())
        .filter(i -> IntStream.range(0, dimension).filter(d -> isMissing(i, d)).count() <= most)
        .toArray();
  }

  /// Some of the points.
  public Gaps part(int[] chosen) {
    double[] some = new double[chosen.length * dimension];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(values, chosen[i] * dimension, some, i * dimension, dimension);
    }
    return new Gaps(some, dimension);
  }

  /// What is missing, in a line.
  ///
  /// @param names of the components, `[D]`
  public String line(List<String> names) {
    int[] by = byComponent();
    List<String> parts = new ArrayList<>();
    for (int d = 0; d < dimension; d++) {
      if (by[d] > 0) {
        parts.add(by[d] + " in " + names.get(d));
      }
    }
    int shown = Math.min(8, parts.size());
    return missing() + " of " + values.length + " cells are missing: " + String.join(", ", parts.subList(0, shown))
        + (shown < parts.size() ? ", ..." : "");
  }
}
