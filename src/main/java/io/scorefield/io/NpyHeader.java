package io.scorefield.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a .npy file says of its array.
///
/// @param type of a number, such as <f4
/// @param columnsFirst whether the first axis is the fastest, in Fortran's order
/// @param axes lengths of the axes
/// @param dataBytes how many bytes follow
record NpyHeader(String type, boolean columnsFirst, List<Long> axes, long dataBytes) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{0,16})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]{0,700})\\)");
  private static final Pattern FIELDS = Pattern.compile("'descr'\\s*:\\s*\\[");

  /// Reads the header; what follows in the stream are the numbers.
  ///
  /// @param file for messages
  /// @param size bytes in the stream
  /// @throws FormatException when it is none, or announces more than there is
  static NpyHeader read(String file, InputStream in, long size) throws IOException {
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
    long length = ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xFFFFFFFFL;
    long dataStart = 8L + lengthBytes + length;
    if (length > LONGEST || dataStart > size) {
      throw new FormatException(file + ": the header announces " + length + " bytes in a file of " + size);
    }
    return parse(file, new String(in.readNBytes((int) length), StandardCharsets.ISO_8859_1), size - dataStart);
  }

  private static NpyHeader parse(String file, String header, long dataBytes) throws FormatException {
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
    List<Long> axes = new ArrayList<>();
    for (String axis : shape.group(1).split(",")) {
      if (axis.strip().matches("[0-9]{1,18}")) {
        axes.add(Long.valueOf(axis.strip()));
      } else if (!axis.isBlank()) {
        throw new FormatException(file + ": an axis of the array cannot be " + axis.strip() + " long");
      }
    }
    return new NpyHeader(descr.group(1), order.group(1).equals("True"), axes, dataBytes);
  }

  /// The shape as Python writes it.
  String shape() {
    String inner = String.join(", ", axes.stream().map(String::valueOf).toList());
    return "(" + inner + (axes.size() == 1 ? ",)" : ")");
  }
}
