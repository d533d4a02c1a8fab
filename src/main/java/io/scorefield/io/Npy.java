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
import java.util.Optional;

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

  /// The table of a file.
  static TableFile table(Path file, Reading reading) throws IOException {
    boolean whole;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      whole = NpyType.of(NpyHeader.read(file.toString(), in, Files.size(file)).type()).filter(NpyType::isWhole).isPresent();
    }
    return new ArrayTable(
        file, reading, columns -> read(file, columns),
        whole ? Optional.of(columns -> opened(file, columns, array -> array.whole(columns, List.of()))) : Optional.empty(), List.of());
  }

  /// Reads some columns, given by their numbers.
  static Points read(Path file, Columns columns) throws IOException {
    return opened(file, columns, array -> array.points(columns, List.of()));
  }

  /// What is read of an array.
  @FunctionalInterface
  interface Use<T> {
    T of(NpyArray array) throws IOException;
  }

  private static <T> T opened(Path file, Columns columns, Use<T> use) throws IOException {
    if (columns.needNames()) {
      throw new FormatException(
          file + ": a .npy file has no names; give the numbers of its columns in " + columns.key()
              + ", counted from 0");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return use.of(NpyArray.open(file.toString(), in, Files.size(file)));
    }
  }
}
