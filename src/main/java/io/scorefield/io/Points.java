package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Points read from a file.
///
/// @param dimension D
/// @param numbers [N, D] row-major
/// @param names of the columns as the file has them, `[D]`; empty where it has none
/// @param notes lines for the user about what was left out or looks odd
public record Points(int dimension, Numbers numbers, List<String> names, List<String> notes) {
  /// The largest number of numbers read from one file.
  public static final int MAX_NUMBERS = 1 << 29;

  public Points {
    names = List.copyOf(names);
    notes = List.copyOf(notes);
  }

  /// N.
  public int size() {
    return numbers.length() / dimension;
  }

  /// The numbers [N, D] rounded to float32.
  public float[] values() {
    return numbers.floats();
  }

  /// The numbers [N, D] in double precision.
  public double[] doubles() {
    double[] doubles = new double[numbers.length()];
    Arrays.setAll(doubles, numbers::at);
    return doubles;
  }

  /// Reads a .npy or .csv file of shape [N, D].
  ///
  /// @throws FormatException when the file is damaged, empty, or holds a number that float32 cannot
  public static Points read(Path file) throws IOException {
    return read(file, Columns.ALL);
  }

  /// Reads some columns of a .npy or .csv file.
  ///
  /// @throws FormatException also when there is no such column
  public static Points read(Path file, Columns columns) throws IOException {
    return read(file, columns, false);
  }

  /// The same where cells may be missing: empty or NaN, NA, null. Of these the number is NaN.
  public static Points readWithGaps(Path file, Columns columns) throws IOException {
    return read(file, columns, true);
  }

  private static Points read(Path file, Columns columns, boolean gaps) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    Points points;
    if (name.endsWith(".npy")) {
      points = Npy.read(file, columns);
    } else if (name.endsWith(".csv")) {
      points = Csv.read(file, columns, gaps);
    } else {
      throw new FormatException(file + ": points are read from .npy and .csv files");
    }
    if (columns.all()) {
      points = IndexColumns.leftOut(file, points);
    }
    for (int i = 0; i < points.numbers.length(); i++) {
      double value = points.numbers.at(i);
      if (!(Math.abs(value) <= Float.MAX_VALUE) && !(gaps && Double.isNaN(value))) {
        throw refused(file, i / points.dimension + 1L, i % points.dimension + 1, value);
      }
    }
    return points;
  }

  private static FormatException refused(Path file, long row, int column, double value) {
    return Double.isFinite(value)
        ? beyond(file, row, column, text(value))
        : new FormatException(
            file + ": the number in row " + row + ", column " + column + " is " + value
                + "; every number must be finite");
  }

  /// What is said of a number that float32 cannot hold.
  static FormatException beyond(Path file, long row, int column, String number) {
    return new FormatException(
        file + ": " + number + " is beyond the range of float32, which ends at 3.4e38 (row " + row
            + ", column " + column + "); write the data in other units");
  }

  /// 1e300 for 1.0E300.
  private static String text(double value) {
    return Double.toString(value).replace(".0E", "e").replace('E', 'e');
  }
}
