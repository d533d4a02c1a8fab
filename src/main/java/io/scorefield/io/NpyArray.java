package io.scorefield.io;

import io.scorefield.watch.Watch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// An array of numbers in a stream of NumPy's .npy format: N rows, of whose axes those behind the first are one.
///
/// @param file for messages
/// @param in what follows the header
record NpyArray(String file, InputStream in, NpyType type, boolean columnsFirst, int rows, int width) {
  /// Reads the header.
  ///
  /// @param file for messages
  /// @param size bytes in the stream
  /// @throws FormatException when there are no numbers, or fewer or more than it announces
  static NpyArray open(String file, InputStream in, long size) throws IOException {
    NpyHeader header = NpyHeader.read(file, in, size);
    NpyType type =
        NpyType.of(header.type())
            .orElseThrow(
                () ->
                    new FormatException(
                        file + ": numbers of type '" + header.type() + "' are not read; save the array as float32 or float64"));
    List<Long> axes = header.axes();
    if (axes.isEmpty()) {
      throw new FormatException(file + ": expected an array of shape (N, D), not (), a single number");
    }
    if (axes.size() > 2 && header.columnsFirst()) {
      throw new FormatException(
          file + ": an array of shape " + header.shape() + " in Fortran's order is not read; save numpy.ascontiguousarray(array)");
    }
    // An array of one axis is N points of one component.
    long width = 1;
    for (long axis : axes.subList(1, axes.size())) {
      width = axis > 0 && width > Integer.MAX_VALUE / axis ? Long.MAX_VALUE : width * axis;
    }
    long rows = axes.getFirst();
    requireFits(file, header, type, rows, width);
    return new NpyArray(file, in, type, header.columnsFirst(), (int) rows, (int) width);
  }

  private static void requireFits(String file, NpyHeader header, NpyType type, long rows, long width) throws FormatException {
    String shape = header.shape();
    long dataBytes = header.dataBytes();
    if (rows == 0 || width == 0) {
      throw new FormatException(file + ": the array of shape " + shape + " is empty");
    }
    if (width > dataBytes
        || rows > dataBytes
        || rows > Long.MAX_VALUE / width / type.width()
        || rows * width * type.width() != dataBytes) {
      throw new FormatException(
          file + ": shape " + shape + " of " + type.width() + " bytes each does not fit the " + dataBytes
              + " bytes of data; the file is truncated or damaged");
    }
    if (rows * width > Points.MAX_NUMBERS) {
      throw new FormatException(file + ": more than " + Points.MAX_NUMBERS + " numbers are too many");
    }
  }

  /// Some columns as points.
  ///
  /// @param names of the columns; empty where they have none
  Points points(Columns columns, List<String> names) throws IOException {
    int[] places = places(columns, names);
    int dimension = places.length;
    boolean single = type.fitsFloat();
    float[] floats = new float[single ? rows * dimension : 0];
    double[] doubles = new double[single ? 0 : rows * dimension];
    each(
        places,
        single
            ? (buffer, row, place) -> floats[row * dimension + place] = (float) type.next(buffer)
            : (buffer, row, place) -> doubles[row * dimension + place] = type.next(buffer));
    Numbers numbers = single ? new Numbers.Floats(floats) : new Numbers.Doubles(doubles);
    List<String> chosen = names.isEmpty() ? List.of() : Arrays.stream(places).mapToObj(names::get).toList();
    return new Points(dimension, numbers, chosen, List.of());
  }

  /// Some columns of whole numbers, each with its rows.
  ///
  /// @throws FormatException for a number that 64 bits with a sign do not hold
  long[][] whole(Columns columns, List<String> names) throws IOException {
    int[] places = places(columns, names);
    long[][] values = new long[places.length][rows];
    each(
        places,
        (buffer, row, place) -> {
          long value = type.nextWhole(buffer);
          if (value < 0 && !type.isSigned()) {
            throw new FormatException(
                file + ": the whole number " + Long.toUnsignedString(value) + " in row " + (row + 1) + " is beyond 64 bits with a sign");
          }
          values[place][row] = value;
        });
    return values;
  }

  private int[] places(Columns columns, List<String> names) throws FormatException {
    try {
      return columns.places(names, width);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  /// Takes the next number of a buffer.
  @FunctionalInterface
  private interface Take {
    /// @param place of the column among those that are read
    void next(ByteBuffer buffer, int row, int place) throws IOException;
  }

  private void each(int[] places, Take take) throws IOException {
    int[] targets = new int[width];
    Arrays.fill(targets, -1);
    for (int i = 0; i < places.length; i++) {
      targets[places[i]] = i;
    }
    int total = rows * width;
    for (int done = 0; done < total; ) {
      Watch.current().check();
      int count = Math.min(total - done, 1 << 16);
      byte[] bytes = in.readNBytes(count * type.width());
      if (bytes.length != count * type.width()) {
        throw new FormatException(file + ": the file ends too early");
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(type.order());
      for (int i = done; i < done + count; i++) {
        int target = targets[columnsFirst ? i / rows : i % width];
        if (target >= 0) {
          take.next(buffer, columnsFirst ? i % rows : i / width, target);
        } else {
          buffer.position(buffer.position() + type.width());
        }
      }
      done += count;
    }
  }
}
