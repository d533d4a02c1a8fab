package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

  /// Reads a table [N, D]: a .npy, .npz, .csv, .parquet or .h5 file, or a folder of Parquet files.
  ///
  /// @throws FormatException when the file is damaged, empty, or holds a number that float32 cannot
  public static Points read(Path file) throws IOException {
    return read(file, Columns.ALL);
  }

  /// Reads some columns.
  ///
  /// @throws FormatException also when there is no such column
  public static Points read(Path file, Columns columns) throws IOException {
    return read(file, columns, Reading.USUAL);
  }

  /// Reads some columns of a file that is to be read in some way.
  public static Points read(Path file, Columns columns, Reading reading) throws IOException {
    return read(file, columns, reading, false);
  }

  /// The same where cells may be missing: empty, NaN, NA, n/a, null, or what the way to read says. Of these the number is NaN, and
  /// a note says how many there are and where.
  public static Points readWithGaps(Path file, Columns columns, Reading reading) throws IOException {
    return read(file, columns, reading, true);
  }

  private static Points read(Path file, Columns columns, Reading reading, boolean gaps) throws IOException {
    TableFile.Found found = TableFile.of(file, reading).points(columns);
    Points points = found.points();
    MissingCells missing = found.missing() == null ? points.missing(reading) : found.missing();
    if (columns.all()) {
      int all = points.dimension;
      points = IndexColumns.leftOut(file, points);
      missing = missing.from(all - points.dimension);
    }
    if (missing.total() > 0) {
      String line = missing.line(points.names, points.numbers.length());
      if (!gaps) {
        throw new FormatException(file + ": " + line + advice(columns));
      }
      points = points.noted(file.getFileName() + ": " + line);
    }
    for (int i = 0; i < points.numbers.length(); i++) {
      double value = points.numbers.at(i);
      if (!(Math.abs(value) <= Float.MAX_VALUE) && !Double.isNaN(value)) {
        throw refused(file, i / points.dimension + 1L, i % points.dimension + 1, value);
      }
    }
    return points;
  }

  private Points noted(String line) {
    List<String> more = new ArrayList<>(notes);
    more.add(line);
    return new Points(dimension, numbers, names, more);
  }

  /// Counts what is missing by its rows; numbers that stand for missing ones become NaN.
  private MissingCells missing(Reading reading) {
    MissingCells missing = new MissingCells("row", dimension);
    for (int i = 0; i < numbers.length(); i++) {
      if (reading.isMissing(numbers.at(i))) {
        missing.add(i % dimension, i / dimension + 1);
        switch (numbers) {
          case Numbers.Floats(float[] values) -> values[i] = Float.NaN;
          case Numbers.Doubles(double[] values) -> values[i] = Double.NaN;
        }
      }
    }
    return missing;
  }

  private static String advice(Columns columns) {
    return columns.key().equals("data.columns")
        ? "; fill them, set data.missing: draw or complete-rows, or leave the columns out with data.columns"
        : "; fill them, or leave their rows out of the file";
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
