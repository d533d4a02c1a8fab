package io.scorefield.io.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The values of a column in a row group, in the encoding PLAIN: with the least byte first, texts behind their lengths.
///
/// Before those of a column with gaps stands which rows have a value, as runs of rows that have one and of rows that have none
/// (definition levels in the hybrid encoding of run lengths): the number of their bytes, then of every run its length times two
/// as a varint, and a byte 1 or 0.
final class ParquetColumn {
  private final boolean gaps;
  private final ByteArrayOutputStream runs = new ByteArrayOutputStream();
  private boolean there;
  private int run;
  private ByteBuffer bytes = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

  ParquetColumn(boolean gaps) {
    this.gaps = gaps;
  }

  /// A row without a value.
  ///
  /// @throws IllegalStateException in a column without gaps
  void missing() {
    if (!gaps) {
      throw new IllegalStateException("a column without gaps has one");
    }
    count(false);
  }

  void whole(long value) {
    count(true);
    room(Long.BYTES).putLong(value);
  }

  void single(float value) {
    count(true);
    room(Float.BYTES).putFloat(value);
  }

  void number(double value) {
    count(true);
    room(Double.BYTES).putDouble(value);
  }

  void text(String value) {
    count(true);
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    room(Integer.BYTES + text.length).putInt(text.length).put(text);
  }

  /// The values so far; none are kept.
  byte[] taken() {
    int levels = 0;
    if (gaps) {
      endRun();
      levels = Integer.BYTES + runs.size();
    }
    ByteBuffer taken = ByteBuffer.allocate(levels + bytes.position()).order(ByteOrder.LITTLE_ENDIAN);
    if (gaps) {
      taken.putInt(runs.size()).put(runs.toByteArray());
      runs.reset();
    }
    taken.put(bytes.flip());
    bytes.clear();
    return taken.array();
  }

  private void count(boolean value) {
    if (gaps && value != there) {
      endRun();
      there = value;
    }
    run++;
  }

  private void endRun() {
    if (run > 0) {
      int rest = run << 1;
      while ((rest & ~0x7F) != 0) {
        runs.write(rest & 0x7F | 0x80);
        rest >>>= 7;
      }
      runs.write(rest);
      runs.write(there ? 1 : 0);
    }
    run = 0;
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * bytes.capacity(), bytes.capacity() + more)).order(ByteOrder.LITTLE_ENDIAN);
      bytes = larger.put(bytes.flip());
    }
    return bytes;
  }
}
