package io.scorefield.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The type of a .npy array's numbers.
///
/// @param kind b a truth value, i a signed and u an unsigned whole number, f a floating-point number
/// @param width bytes of a number
record NpyType(char kind, int width, ByteOrder order) {
  private static final Pattern NAME = Pattern.compile("([<>|=])(b1|[iu][1248]|f[248])");

  /// The type of a name such as <f4, if it is one of numbers.
  static Optional<NpyType> of(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String type = matcher.group(2);
    return Optional.of(
        new NpyType(
            type.charAt(0), type.charAt(1) - '0',
            switch (matcher.group(1)) {
              case ">" -> ByteOrder.BIG_ENDIAN;
              case "=" -> ByteOrder.nativeOrder();
              default -> ByteOrder.LITTLE_ENDIAN;
            }));
  }

  /// Whether float32 holds every number of this type.
  boolean fitsFloat() {
    return kind == 'f' ? width <= 4 : width <= 2;
  }

  /// Whether the numbers are whole, or truth values.
  boolean isWhole() {
    return kind != 'f';
  }

  /// Whether numbers below 0 can be.
  boolean isSigned() {
    return kind == 'i' || kind == 'f';
  }

  /// Reads the next whole number; of one without a sign and of 64 bits its bits.
  long nextWhole(ByteBuffer bytes) {
    return width == 8 ? bytes.getLong() : (long) next(bytes);
  }

  /// Reads the next number.
  double next(ByteBuffer bytes) {
    return switch (kind) {
      case 'f' ->
          switch (width) {
            case 2 -> Float.float16ToFloat(bytes.getShort());
            case 4 -> bytes.getFloat();
            default -> bytes.getDouble();
          };
      case 'b' -> bytes.get() == 0 ? 0 : 1;
      case 'u' ->
          switch (width) {
            case 1 -> Byte.toUnsignedInt(bytes.get());
            case 2 -> Short.toUnsignedInt(bytes.getShort());
            case 4 -> Integer.toUnsignedLong(bytes.getInt());
            default -> unsigned(bytes.getLong());
          };
      default ->
          switch (width) {
            case 1 -> bytes.get();
            case 2 -> bytes.getShort();
            case 4 -> bytes.getInt();
            default -> bytes.getLong();
          };
    };
  }

  /// A word read as a whole number below 2^64, rounded once.
  private static double unsigned(long word) {
    // Halved with the lost bit kept in the last place, so that the conversion rounds as of the whole word.
    return word >= 0 ? word : 2.0 * ((word >>> 1) | (word & 1));
  }
}
