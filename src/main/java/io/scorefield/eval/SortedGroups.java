package io.scorefield.eval;

import java.util.Arrays;

/// Numbers in ascending order that know their group. So what is left without a group is sorted without sorting again.
///
/// @param values ascending
/// @param groups [n] of the values
record SortedGroups(double[] values, byte[] groups) {
  /// Sorts numbers whose groups are stretches of consecutive ones.
  ///
  /// @param count of groups, 100 at most
  static SortedGroups of(double[] values, int count) {
    return merged(values, 0, count, count);
  }

  /// The groups [from, to), merged.
  private static SortedGroups merged(double[] values, int from, int to, int count) {
    if (to - from == 1) {
      double[] sorted =
          Arrays.copyOfRange(
              values, Jackknife.start(values.length, from, count), Jackknife.start(values.length, to, count));
      Arrays.sort(sorted);
      byte[] group = new byte[sorted.length];
      Arrays.fill(group, (byte) from);
      return new SortedGroups(sorted, group);
    }
    int middle = (from + to) / 2;
    return merged(merged(values, from, middle, count), merged(values, middle, to, count));
  }

  private static SortedGroups merged(SortedGroups a, SortedGroups b) {
    int n = a.values.length + b.values.length;
    double[] values = new double[n];
    byte[] groups = new byte[n];
    int i = 0;
    int j = 0;
    for (int k = 0; k < n; k++) {
      boolean first = j == b.values.length || (i < a.values.length && Double.compare(a.values[i], b.values[j]) <= 0);
      values[k] = first ? a.values[i] : b.values[j];
      groups[k] = first ? a.groups[i++] : b.groups[j++];
    }
    return new SortedGroups(values, groups);
  }

  /// The values that are not of a group, ascending; -1: all.
  double[] without(int group) {
    if (group < 0) {
      return values;
    }
    double[] left = new double[values.length];
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      left[n] = values[i];
      n += groups[i] == group ? 0 : 1;
    }
    return Arrays.copyOf(left, n);
  }
}
