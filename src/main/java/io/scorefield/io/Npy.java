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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NumPy's .npy format for arrays of points [N, D].
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{0,16})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]{0,700})\\)");
  private static final Pattern FIELDS = Pattern.compile("'descr'\\s*:\\s*\\[");

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
    int prefix = MAGIC.length + 4;
    int padded = Math.ceilDiv(prefix + text.length() + 1, 64) * 64 - prefix;
    ByteBuffer bytes = ByteBuffer.allocate(prefix + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
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
    long size = Files.size(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      byte[] start = in.readNBytes(8);
      if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
        throw new FormatException(file + ": not a .npy file (the first bytes are wrong)");
      }
      int version = start[6];
      int lengthBytes = version == 1 ? 2 : 4;
      if (version < 1 || version > 3) {
        throw new FormatException(file + ": .npy version " + version + " is not known");
      }
      byte[] lengthField = Arrays.copyOf(in.readNBytes(lengthBytes), 4);
      long headerLength =
          ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xFFFFFFFFL;
      long dataStart = 8L + lengthBytes + headerLength;
      if (headerLength > MAX_HEADER || dataStart > size) {
        throw new FormatException(
            file + ": the header announces " + headerLength + " bytes in a file of " + size);
      }
      String header =
          new String(in.readNBytes((int) headerLength), StandardCharsets.ISO_8859_1);
      return readData(file, in, header, size - dataStart, columns);
    }
  }

  private static Points readData(
      Path file, InputStream in, String header, long dataBytes, Columns columns) throws IOException {
    Matcher descr = DESCR.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (FIELDS.matcher(header).find()) {
      throw new FormatException(
          file + ": a structured array; save its columns as one, numpy.column_stack([a['x'], a['y']])");
    }
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new FormatException(
          file + ": expected an array of shape (N, D); the header says " + header.strip());
    }
    String name = descr.group(1);
    NpyType type =
        NpyType.of(name)
            .orElseThrow(
                () ->
                    new FormatException(
                        file + ": numbers of type '" + name + "' are not read; save the array as float32 or float64"));
    List<Long> axes = new ArrayList<>();
    for (String axis : shape.group(1).split(",")) {
      if (axis.strip().matches("[0-9]{1,18}")) {
        axes.add(Long.valueOf(axis.strip()));
      } else if (!axis.isBlank()) {
        throw new FormatException(file + ": an axis of the array cannot be " + axis.strip() + " long");
      }
    }
    if (axes.isEmpty() || axes.size() > 2) {
      String text = "(" + shape.group(1).strip() + ")";
      throw new FormatException(
          file + ": expected an array of shape (N, D), not " + text
              + (axes.isEmpty() ? ", a single number" : "; use array.reshape(len(array), -1)"));
    }
    // An array of one axis is N points of one component.
    return readNumbers(
        file, in, type, axes.getFirst(), axes.size() == 1 ? 1 : axes.getLast(),
        order.group(1).equals("True"), dataBytes, columns);
  }

  private static Points readNumbers(
      Path file, InputStream in, NpyType type, long rows, long width, boolean columnsFirst, long dataBytes,
      Columns columns)
      throws IOException {
    String shape = "(" + rows + ", " + width + ")";
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
      places = columns.places(List.of(), (int) width);
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
    return new Points(dimension, numbers, List.of(), List.of());
  }
}
