package io.scorefield.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How many cells of a table are missing, in which columns, and where the first of them are.
final class MissingCells {
  /// Places that are said of a column.
  private static final int PLACES = 3;

  /// Columns that are said.
  private static final int COLUMNS = 8;

  /// What the numbers of places count: "line" or "row".
  private final String unit;

  private final long[] counts;
  private final List<List<Integer>> first;

  MissingCells(String unit, int columns) {
    this.unit = unit;
    counts = new long[columns];
    first = new ArrayList<>();
    for (int d = 0; d < columns; d++) {
      first.add(new ArrayList<>());
    }
  }

  /// @param place line or row, from 1
  void add(int column, int place) {
    counts[column]++;
    if (first.get(column).size() < PLACES) {
      first.get(column).add(place);
    }
  }

  long total() {
    return Arrays.stream(counts).sum();
  }

  /// Of the columns from a place on.
  MissingCells from(int column) {
    MissingCells rest = new MissingCells(unit, counts.length - column);
    for (int d = column; d < counts.length; d++) {
      rest.counts[d - column] = counts[d];
      rest.first.get(d - column).addAll(first.get(d));
    }
    return rest;
  }

  /// Such as `3 of 40 cells are missing: 2 in x (lines 4, 7), 1 in y (line 4)`.
  ///
  /// @param names of the columns; empty where they have none
  /// @param cells how many there are
  String line(List<String> names, long cells) {
    List<String> parts = new ArrayList<>();
    for (int d = 0; d < counts.length; d++) {
      if (counts[d] > 0) {
        parts.add(counts[d] + " in " + (names.isEmpty() || names.get(d).isBlank() ? "column " + d : names.get(d).replaceAll("\\s+", " ")) + places(d));
      }
    }
    int shown = Math.min(COLUMNS, parts.size());
    return total() + " of " + cells + (total() == 1 ? " cells is missing: " : " cells are missing: ")
        + String.join(", ", parts.subList(0, shown)) + (shown < parts.size() ? ", ..." : "");
  }

  private String places(int column) {
    List<Integer> places = first.get(column);
    return " (" + unit + (places.size() > 1 ? "s " : " ")
        + places.stream().map(String::valueOf).collect(Collectors.joining(", ")) + (counts[column] > PLACES ? ", ..." : "") + ")";
  }
}
