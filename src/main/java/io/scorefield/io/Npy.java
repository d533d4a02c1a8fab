package io.scorefield.io;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// NumPy's .npy format for arrays of points [N, D].
public final class Npy {

  private Npy() {}

  /// The header of a version 1.0 file of little-endian float32, padded to a multiple of 64 bytes.
  public static byte[] header(long rows, int columns) {
    return header("<f4", rows, columns);
  }

  /// The header of a version 1.0 file of little-endian numbers.
  ///
  /// @param type <f4 or <f8
  static byte[] header(String type, long rows, int columns) {
    return header(type, "(" + rows + ", " + columns + ")");
  }

  /// @param shape as Python has it
  static byte[] header(String type, String shape) {
    String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    int prefix = NpyHeader.MAGIC.length + 4;
    int padded = Math.ceilDiv(prefix + text.length() + 1, 64) * 64 - prefix;
    ByteBuffer bytes = ByteBuffer.allocate(prefix + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(NpyHeader.MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
    byte[] line = new byte[padded];
    Arrays.fill(line, (byte) ' ');
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, line, 0, text.length());
    line[padded - 1] = '\n';
    return bytes.put(line).array();
  }

  /// Writes the first `count` numbers as little-endian float32.
  public static void writeValues(OutputStream out, float[] values, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, 0, count);
    out.write(bytes.array());
  }

  /// Writes numbers as little-endian float64.
  static void writeValues(OutputStream out, double[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    out.write(bytes.array());
  }

  /// Writes points [N, D] as a whole file.
  public static void write(Path file, float[] points, int dimension) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          out.write(header(points.length / dimension, dimension));
          writeValues(out, points, points.length);
        });
  }

  /// Reads points [N, D] of floating-point or whole numbers, in either byte order, in C or Fortran order.
  ///
  /// @throws FormatException when the file is something else, or not as long as its header says
  public static Points read(Path file) throws IOException {
    return read(file, Columns.ALL);
  }

  /// Reads some columns, given by their numbers.
  static Points read(Path file, Columns columns) throws IOException {
    if (columns.needNames()) {
      throw new FormatException(
          file + ": a .npy file has no names; give the numbers of its columns in " + columns.key()
              + ", counted from 0");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return read(file.toString(), in, Files.size(file), columns, List.of());
    }
  }

  /// Reads an array from a stream: of several axes behind the first as one.
  ///
  /// @param file for messages
  /// @param size bytes in the stream
  /// @param names of the columns; empty where they have none
  static Points read(String file, InputStream in, long size, Columns columns, List<String> names) throws IOException {
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
    return readNumbers(file, in, type, axes.getFirst(), width, header, columns, names);
  }

  private static Points readNumbers(
      String file, InputStream in, NpyType type, long rows, long width, NpyHeader header, Columns columns, List<String> names)
      throws IOException {
    String shape = header.shape();
    long dataBytes = header.dataBytes();
    boolean columnsFirst = header.columnsFirst();
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
    int[] places;
    try {
      places = columns.places(names, (int) width);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
    int[] targets = new int[(int) width];
    Arrays.fill(targets, -1);
    for (int i = 0; i < places.length; i++) {
      targets[places[i]] = i;
    }
    int total = (int) (rows * width);
    int dimension = places.length;
    int kept = (int) rows * dimension;
    float[] floats = new float[type.fitsFloat() ? kept : 0];
    double[] doubles = new double[type.fitsFloat() ? 0 : kept];
    for (int done = 0; done < total; ) {
      int count = Math.min(total - done, 1 << 16);
      byte[] bytes = in.readNBytes(count * type.width());
      if (bytes.length != count * type.width()) {
        throw new FormatException(file + ": the file ends too early");
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(type.order());
      for (int i = done; i < done + count; i++) {
        double value = type.next(buffer);
        int target = targets[columnsFirst ? i / (int) rows : i % (int) width];
        if (target >= 0) {
          int at = (columnsFirst ? i % (int) rows : i / (int) width) * dimension + target;
          if (type.fitsFloat()) {
            floats[at] = (float) value;
          } else {
            doubles[at] = value;
          }
        }
      }
      done += count;
    }
    Numbers numbers =
        type.fitsFloat() ? new Numbers.Floats(floats) : new Numbers.Doubles(doubles);
    List<String> chosen = names.isEmpty() ? List.of() : Arrays.stream(places).mapToObj(names::get).toList();
    return new Points(dimension, numbers, chosen, List.of());
  }
}
