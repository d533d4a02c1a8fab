package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A column of a file whose cells name classes: text, or numbers that are no quantity.
///
/// @param classes the different cells: numbers in ascending order, else in the order of text
/// @param of which of them each row has
public record ClassColumn(List<String> classes, int[] of) {
  /// With more of them a column is hardly one of classes.
  private static final int MOST = 1000;

  /// Reads the column that is chosen of a .csv file with names, or of a .npy file.
  ///
  /// @throws FormatException when a cell is empty or there are too many classes
  public static ClassColumn read(Path file, Columns column) throws IOException {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")
        ? of(file, CellColumn.read(file, column).cells())
        : of(file, numbers(Points.read(file, column)));
  }

  /// The names in the first line of a .csv file; none where a number is among them, and of other files.
  public static List<String> names(Path file) throws IOException {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
      return List.of();
    }
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      List<String> first = new CsvLines(file, reader).next();
      return first.stream().noneMatch(Decimal::isPlain) ? first : List.of();
    }
  }

  private static List<String> numbers(Points points) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      double value = points.numbers().at(i);
      cells.add(value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value));
    }
    return cells;
  }

  private static ClassColumn of(Path file, List<String> cells) throws FormatException {
    boolean numbers = cells.stream().allMatch(Decimal::isPlain);
    List<String> classes =
        cells.stream()
            .distinct()
            .sorted(numbers ? Comparator.comparingDouble(Double::parseDouble) : Comparator.naturalOrder())
            .toList();
    if (classes.size() > MOST) {
      throw new FormatException(
          file + ": a column of classes has " + classes.size() + " different cells; is it a number? Then leave it out of "
              + "data.classes");
    }
    Map<String, Integer> places = new HashMap<>();
    classes.forEach(name -> places.put(name, places.size()));
    return new ClassColumn(classes, cells.stream().mapToInt(places::get).toArray());
  }
}
