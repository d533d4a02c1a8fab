package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A column of a file whose cells name classes: text, or numbers that are no quantity.
///
/// @param classes the different cells: numbers in ascending order, else in the order of text
/// @param of which of them each row has
public record ClassColumn(List<String> classes, int[] of) {
  /// With more of them a column is hardly one of classes.
  private static final int MOST = 1000;

  /// Reads the column that is chosen, of a file of any format that points are read from.
  ///
  /// @throws FormatException when a cell is empty or there are too many classes
  public static ClassColumn read(Path file, Columns column) throws IOException {
    return read(file, column, Reading.USUAL);
  }

  /// The same of a file that is to be read in some way.
  public static ClassColumn read(Path file, Columns column, Reading reading) throws IOException {
    return of(file, TableFile.of(file, reading).cells(column).cells());
  }

  /// The names of a file's columns; none where it has none, as a .npy file, or a number is among those in the first line of a
  /// .csv file.
  public static List<String> names(Path file) throws IOException {
    return names(file, Reading.USUAL);
  }

  /// The same of a file that is to be read in some way.
  public static List<String> names(Path file, Reading reading) throws IOException {
    return TableFile.of(file, reading).names();
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
