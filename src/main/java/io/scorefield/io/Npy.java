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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NumPy's .npy format for arrays of points [N, D].
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{0,16})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*([0-9]{1,18})\\s*,\\s*([0-9]{1,18})?\\s*,?\\s*\\)");

  private Npy() {}

  /// The header of a version 1.0 file of little-endian float32, padded to a multiple of 64 bytes.
  public static byte[] header(long rows, int columns) {
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }";
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

  /// Writes points [N, D] as a whole file.
  public static void write(Path file, float[] points, int dimension) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          out.write(header(points.length / dimension, dimension));
          writeValues(out, points, points.length);
        });
  }

  /// Reads points [N, D] of float32 or float64, either byte order, C order.
  ///
  /// @throws FormatException when the file is something else, or not as long as its header says
  public static Points read(Path file) throws IOException {
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
      return readData(file, in, header, size - dataStart);
    }
  }

  private static Points readData(Path file, InputStream in, String header, long dataBytes)
      throws IOException {
    Matcher descr = DESCR.matcher(header);
    Matcher order = ORDER.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new FormatException(
          file + ": expected an array of shape (N, D); the header says " + header.strip());
    }
    if (shape.group(2) == null) {
      throw new FormatException(
          file + ": the array has one axis; expected shape (N, D), use array.reshape(-1, D)");
    }
    String type = descr.group(1);
    int width =
        switch (type) {
          case "<f4", ">f4" -> 4;
          case "<f8", ">f8" -> 8;
          default ->
              throw new FormatException(
                  file + ": numbers of type '" + type + "' are not read; save the array as float32");
        };
    if (order.group(1).equals("True")) {
      throw new FormatException(
          file + ": the array is in Fortran order; save numpy.ascontiguousarray(array)");
    }
    long rows = Long.parseLong(shape.group(1));
    long columns = Long.parseLong(shape.group(2));
    if (rows == 0 || columns == 0) {
      throw new FormatException(file + ": the array of shape (" + rows + ", " + columns + ") is empty");
    }
    if (columns > dataBytes
        || rows > dataBytes
        || rows > Long.MAX_VALUE / columns / width
        || rows * columns * width != dataBytes) {
      throw new FormatException(
          file + ": shape (" + rows + ", " + columns + ") of '" + type + "' does not fit the "
              + dataBytes + " bytes of data; the file is truncated or damaged");
    }
    if (rows * columns > Points.MAX_NUMBERS) {
      throw new FormatException(
          file + ": more than " + Points.MAX_NUMBERS + " numbers are too many");
    }
    ByteOrder byteOrder = type.charAt(0) == '<' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    float[] values = new float[(int) (rows * columns)];
    for (int done = 0; done < values.length; ) {
      int count = Math.min(values.length - done, 1 << 16);
      byte[] bytes = in.readNBytes(count * width);
      if (bytes.length != count * width) {
        throw new FormatException(file + ": the file ends too early");
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(byteOrder);
      for (int i = 0; i < count; i++) {
        values[done + i] = width == 4 ? buffer.getFloat() : (float) buffer.getDouble();
      }
      done += count;
    }
    return new Points((int) columns, values);
  }
}
