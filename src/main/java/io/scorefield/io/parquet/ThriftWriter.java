package io.scorefield.io.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// Writes the structures of Parquet's metadata: Thrift's compact protocol, as far as they need it.
///
/// Source: thrift-compact-protocol.md of Apache Thrift.
final class ThriftWriter {
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int STRUCT = 12;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  /// The number of the last field of every structure that is open.
  private final Deque<Integer> last = new ArrayDeque<>(List.of(0));

  private ThriftWriter() {}

  /// A structure as bytes.
  static byte[] bytes(Consumer<ThriftWriter> fields) {
    ThriftWriter writer = new ThriftWriter();
    fields.accept(writer);
    writer.bytes.write(0);
    return writer.bytes.toByteArray();
  }

  ThriftWriter integer(int field, int value) {
    header(field, I32);
    varint(zigzag(value));
    return this;
  }

  ThriftWriter whole(int field, long value) {
    header(field, I64);
    varint(zigzag(value));
    return this;
  }

  ThriftWriter text(int field, String value) {
    header(field, BINARY);
    raw(value);
    return this;
  }

  ThriftWriter struct(int field, Consumer<ThriftWriter> fields) {
    header(field, STRUCT);
    inside(fields);
    return this;
  }

  ThriftWriter integers(int field, int... values) {
    list(field, I32, values.length);
    for (int value : values) {
      varint(zigzag(value));
    }
    return this;
  }

  ThriftWriter texts(int field, String... values) {
    list(field, BINARY, values.length);
    for (String value : values) {
      raw(value);
    }
    return this;
  }

  ThriftWriter structs(int field, List<Consumer<ThriftWriter>> values) {
    list(field, STRUCT, values.size());
    values.forEach(this::inside);
    return this;
  }

  private void inside(Consumer<ThriftWriter> fields) {
    last.push(0);
    fields.accept(this);
    bytes.write(0);
    last.pop();
  }

  /// The type of a field, and how far its number is from that of the field before: 1 to 15 here.
  private void header(int field, int type) {
    bytes.write((field - last.pop()) << 4 | type);
    last.push(field);
  }

  private void list(int field, int type, int size) {
    header(field, LIST);
    if (size < 15) {
      bytes.write(size << 4 | type);
    } else {
      bytes.write(0xF0 | type);
      varint(size);
    }
  }

  private void raw(String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    varint(text.length);
    bytes.writeBytes(text);
  }

  private static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
