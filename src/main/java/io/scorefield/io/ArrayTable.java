package io.scorefield.io;

import io.scorefield.io.hdf5.Hdf5File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A table that is one array of numbers.
///
/// @param numbers reads some of its columns
/// @param names of the columns; empty where they have none
record ArrayTable(Path file, Content numbers, List<String> names) implements TableFile {
  /// Columns of an array.
  @FunctionalInterface
  interface Content {
    Points read(Columns columns) throws IOException;
  }

  /// An array without names.
  ArrayTable(Path file, Content numbers) {
    this(file, numbers, List.of());
  }

  /// The table of an HDF5 file: columns, or an array, of whose axes those behind the first are one.
  ///
  /// @throws FormatException when there is none
  static TableFile ofHdf5(Path file, Reading reading) throws IOException {
    return switch (Hdf5File.read(file, reading.dataset(), Points.MAX_NUMBERS)) {
      case Hdf5File.Table(ColumnFile columns) -> new ColumnTable(file, reading, columns);
      case Hdf5File.Matrix matrix -> new ArrayTable(file, columns -> chosen(file, matrix, columns));
    };
  }

  private static Points chosen(Path file, Hdf5File.Matrix matrix, Columns columns) throws FormatException {
    if (columns.needNames()) {
      throw new FormatException(
          file + ": the columns of the dataset have no names; give their numbers in " + columns.key() + ", counted from 0");
    }
    int rows = matrix.axes()[0];
    int width = Arrays.stream(matrix.axes()).skip(1).reduce(1, (all, axis) -> all * axis);
    if (rows == 0 || width == 0) {
      throw new FormatException(file + ": the dataset is empty");
    }
    int[] places;
    try {
      places = columns.places(List.of(), width);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
    int dimension = places.length;
    float[] floats = new float[matrix.single() ? rows * dimension : 0];
    double[] doubles = new double[matrix.single() ? 0 : rows * dimension];
    for (int i = 0; i < rows * dimension; i++) {
      double value = matrix.numbers().at(i / dimension * width + places[i % dimension]);
      if (matrix.single()) {
        floats[i] = (float) value;
      } else {
        doubles[i] = value;
      }
    }
    return new Points(
        dimension,
        matrix.single() ? new Numbers.Floats(floats) : new Numbers.Doubles(doubles),
        List.of(),
        List.of());
  }

  @Override
  public Found points(Columns columns) throws IOException {
    return new Found(numbers.read(columns), null);
  }

  @Override
  public CellColumn cells(Columns column) throws IOException {
    Points points = numbers.read(column);
    List<String> cells = new ArrayList<>();
    List<String> places = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      String where = file + ": row " + (i + 1);
      double value = points.numbers().at(i);
      if (Double.isNaN(value)) {
        throw CellColumn.missing(where, column.wanted().getFirst());
      }
      cells.add(text(points, i));
      places.add(where);
    }
    return new CellColumn(cells, places);
  }

  @Override
  public IncompleteTable table() throws IOException {
    if (names.isEmpty()) {
      throw new FormatException(file + ": the columns of this array have no names; write it as a .csv file with a line of names");
    }
    Points points = numbers.read(Columns.ALL);
    int width = points.dimension();
    return new IncompleteTable(
        file,
        names,
        IntStream.range(0, points.size())
            .mapToObj(i -> IntStream.range(0, width).mapToObj(d -> text(points, i * width + d)).toList())
            .toList(),
        IntStream.range(0, points.size()).mapToObj(i -> file + ": row " + (i + 1)).toList());
  }

  private static String text(Points points, int at) {
    return CellColumn.text(points.numbers().at(at), points.numbers() instanceof Numbers.Floats);
  }
}
