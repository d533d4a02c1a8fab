package io.scorefield.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A message in the encoding of protocol buffers, written field by field. Zeros and empty texts need not be written.
///
/// Messages within messages are not copied: a file of large tensors takes its own size of memory once.
public final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final List<byte[]> parts = new ArrayList<>();
  private long size;

  /// The fields of another message behind those here.
  public ProtoMessage append(ProtoMessage fields) {
    parts.addAll(fields.parts);
    size += fields.size;
    return this;
  }

  private void append(byte[] bytes) {
    parts.add(bytes);
    size += bytes.length;
  }

  private void varint(long value) {
    byte[] buffer = new byte[10];
    int count = 0;
    long rest = value;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      buffer[count++] = (byte) (rest & 0x7f | 0x80);
    }
    buffer[count++] = (byte) rest;
    append(Arrays.copyOf(buffer, count));
  }

  private void key(int field, int type) {
    varint((long) field << 3 | type);
  }

  /// A whole number, `int32`, `int64` or an enumeration.
  public ProtoMessage whole(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  /// A `double`.
  public ProtoMessage real(int field, double value) {
    key(field, FIXED64);
    append(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
    return this;
  }

  /// A `float`.
  public ProtoMessage single(int field, float value) {
    key(field, FIXED32);
    append(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return this;
  }

  /// `bytes`, or whatever is encoded like them. Not copied.
  public ProtoMessage bytes(int field, byte[] value) {
    key(field, BYTES);
    varint(value.length);
    append(value);
    return this;
  }

  /// A `string`.
  public ProtoMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /// A message, as it is now.
  public ProtoMessage message(int field, ProtoMessage value) {
    key(field, BYTES);
    varint(value.size);
    return append(value);
  }

  /// A repeated `double`, packed.
  public ProtoMessage reals(int field, double... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asDoubleBuffer().put(values);
    return bytes(field, buffer.array());
  }

  /// How many bytes it has.
  public long size() {
    return size;
  }

  /// Writes all of it.
  public void write(OutputStream out) throws IOException {
    for (byte[] part : parts) {
      out.write(part);
    }
  }

  /// All of it.
  public byte[] toByteArray() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.toIntExact(size));
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }
}
