package io.scorefield.io;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which columns of a file are read, in which order.
///
/// @param wanted names, or numbers that count from 0; empty: all columns
/// @param key the setting that chooses them, for messages; empty where none does
public record Columns(List<String> wanted, String key) {
  /// All columns of a file.
  public static final Columns ALL = new Columns(List.of(), "");

  public Columns {
    wanted = List.copyOf(wanted);
  }

  /// Whether every column is read.
  boolean all() {
    return wanted.isEmpty();
  }

  /// Whether a text is the number of a column.
  static boolean isNumber(String column) {
    return column.matches("[0-9]{1,9}");
  }

  /// Whether columns are chosen by the names in this line, so that it can be nothing but a header.
  boolean namesSomeOf(List<String> cells) {
    return wanted.stream().anyMatch(column -> !isNumber(column) && !places(column, cells).isEmpty());
  }

  /// Whether some columns are chosen by their names.
  boolean needNames() {
    return wanted.stream().anyMatch(column -> !isNumber(column));
  }

  /// The places of the columns that are read, in their order.
  ///
  /// @param names of the file's columns; empty where it has none
  /// @param width number of the file's columns
  /// @throws IllegalArgumentException when there is no such column or one is chosen twice
  int[] places(List<String> names, int width) {
    if (all()) {
      return IntStream.range(0, width).toArray();
    }
    List<Integer> chosen = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (String column : wanted) {
      List<Integer> places =
          isNumber(column)
              ? Integer.parseInt(column) < width ? List.of(Integer.valueOf(column)) : List.of()
              : places(column, names);
      if (places.isEmpty()) {
        throw new IllegalArgumentException(
            key + ": there is no column '" + column + "'; the file has " + described(names, width));
      }
      // Several columns of one choice are those of a field.
      if (places.size() > 1 && !names.get(places.getFirst()).startsWith(column + "[")) {
        throw new IllegalArgumentException(
            key + ": " + places.size() + " columns of the file are named '" + column
                + "'; choose one by its number, counted from 0");
      }
      for (int place : places) {
        if (!seen.add(place)) {
          throw new IllegalArgumentException(key + ": the column '" + column + "' is chosen twice");
        }
        chosen.add(place);
      }
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Where columns of a name are, as the file has it or as laws do; for u all columns u[0], u[1], ...
  private static List<Integer> places(String column, List<String> names) {
    List<IntPredicate> ways =
        List.of(
            i -> names.get(i).equals(column),
            i -> identifier(names.get(i), i).equals(column),
            i ->
                names.get(i).startsWith(column + "[")
                    && names.get(i).substring(column.length()).matches("\\[[0-9, ]+\\]"));
    for (IntPredicate way : ways) {
      List<Integer> found = IntStream.range(0, names.size()).filter(way).boxed().toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /// The name that formulas can use for a column: letters, digits and _ stay, accents go, anything else becomes _.
  ///
  /// @param place of the column, from 0: one without a name is called after it
  public static String identifier(String name, int place) {
    String plain =
        Normalizer.normalize(name, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .replaceAll("[^A-Za-z0-9_]+", "_")
            .replaceAll("^_+(?=.)|_+$", "");
    if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      plain = name;
    }
    if (plain.isEmpty()) {
      return "column" + place;
    }
    // pi is a number in formulas, and `in` a word of theirs.
    return plain.matches("[0-9].*") ? "_" + plain : plain.matches("pi|in") ? plain + "_" : plain;
  }

  private static String described(List<String> names, int width) {
    String numbers = width == 1 ? "column 0" : "columns 0 to " + (width - 1);
    if (names.isEmpty()) {
      return numbers + ", without names";
    }
    int shown = Math.min(20, names.size());
    return numbers + ": " + String.join(", ", names.subList(0, shown)) + (shown < names.size() ? ", ..." : "");
  }
}
