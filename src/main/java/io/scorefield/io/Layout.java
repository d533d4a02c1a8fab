package io.scorefield.io;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What the columns of a file of samples are.
///
/// @param names of the columns, `[D]`
/// @param origin `[D]`; a column holds origin + what is written to it, in double precision where any is not 0
/// @param first number of the first sample, for messages
/// @param columns of a .csv file, which have `[D]` components together; a .npy file has a column for each component
public record Layout(List<String> names, double[] origin, long first, List<TableColumn> columns) {
  public Layout {
    names = List.copyOf(names);
    columns = List.copyOf(columns);
    if (columns.stream().mapToInt(TableColumn::components).sum() != names.size()) {
      throw new IllegalArgumentException("the columns of a .csv file do not fit " + names.size() + " components");
    }
    if (names.isEmpty() || names.size() != origin.length) {
      throw new IllegalArgumentException(names.size() + " names do not fit " + origin.length + " columns");
    }
  }

  /// The columns of samples 0, 1, ..., of a number each.
  public Layout(List<String> names, double[] origin) {
    this(names, origin, 0, names.stream().<TableColumn>map(TableColumn.Number::new).toList());
  }

  /// The same columns of samples that do not start with number 0.
  public Layout startingAt(long number) {
    return new Layout(names, origin, number, columns);
  }

  /// Columns named x, y, z, or x[0], x[1], ... where there are more.
  public static Layout usual(int dimension) {
    return new Layout(
        dimension <= 3
            ? List.of("x", "y", "z").subList(0, dimension)
            : IntStream.range(0, dimension).mapToObj(d -> "x[" + d + "]").toList(),
        new double[dimension]);
  }

  /// D.
  public int dimension() {
    return origin.length;
  }

  /// Whether float32 cannot hold the numbers.
  public boolean isDouble() {
    return Arrays.stream(origin).anyMatch(o -> o != 0);
  }

  /// Component d of a point that was written, as whoever reads the file finds it: where float32 could not hold the number,
  /// origin + relative was rounded to double precision.
  ///
  /// @param relative less the origin
  public float asRead(float relative, int d) {
    return origin[d] == 0 ? relative : (float) (origin[d] + relative - origin[d]);
  }
}
