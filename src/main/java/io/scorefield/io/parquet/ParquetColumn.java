package io.scorefield.io.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The values of a column in a row group, in the encoding PLAIN: with the least byte first, texts behind their lengths.
final class ParquetColumn {
  private ByteBuffer bytes = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

  void whole(long value) {
    room(Long.BYTES).putLong(value);
  }

  void single(float value) {
    room(Float.BYTES).putFloat(value);
  }

  void number(double value) {
    room(Double.BYTES).putDouble(value);
  }

  void text(String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    room(Integer.BYTES + text.length).putInt(text.length).put(text);
  }

  /// The values so far; none are kept.
  byte[] taken() {
    byte[] taken = Arrays.copyOf(bytes.array(), bytes.position());
    bytes.clear();
    return taken;
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * bytes.capacity(), bytes.capacity() + more)).order(ByteOrder.LITTLE_ENDIAN);
      bytes = larger.put(bytes.flip());
    }
    return bytes;
  }
}
