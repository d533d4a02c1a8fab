package io.scorefield.report.board;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A file of events as TensorBoard reads it: records of a length, its checksum, an `Event` in the encoding of protocol
/// buffers, and its checksum (TensorFlow's `tfrecord` format, event.proto and summary.proto). Events are on disk when a
/// method returns, so that a page beside a training shows them.
public final class EventFile implements AutoCloseable {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  /// TensorFlow's mask: checksums of data that hold checksums are weak.
  private static final int MASK = 0xa282ead8;

  private final Path file;
  private final OutputStream out;

  private EventFile(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /// Opens a new file in a folder, which is made where it is missing. Several files of one folder are one run.
  public static EventFile create(Path folder) throws IOException {
    Files.createDirectories(folder);
    long now = System.currentTimeMillis();
    String process = Long.toString(ProcessHandle.current().pid());
    Path file = folder.resolve("events.out.tfevents." + now / 1000 + ".scorefield." + process + "." + now % 1000);
    for (int i = 1; Files.exists(file); i++) {
      file = folder.resolve("events.out.tfevents." + now / 1000 + ".scorefield." + process + "." + (now % 1000 + 1000L * i));
    }
    OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    EventFile events = new EventFile(file, out);
    events.record(new Message().real(1, now / 1e3).text(3, "brain.Event:2"));
    return events;
  }

  /// Where it is.
  public Path file() {
    return file;
  }

  /// A number at a step.
  public void scalar(String tag, long step, double value) throws IOException {
    event(step, new Message().text(1, tag).single(2, (float) value));
  }

  /// A picture at a step.
  ///
  /// @param png a PNG file; its head says how large the picture is
  public void picture(String tag, long step, byte[] png) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(png).order(ByteOrder.BIG_ENDIAN);
    Message image = new Message().whole(1, head.getInt(20)).whole(2, head.getInt(16)).whole(3, 3).bytes(4, png);
    event(step, new Message().text(1, tag).bytes(4, image.toByteArray()));
  }

  private void event(long step, Message value) throws IOException {
    Message summary = new Message().bytes(1, value.toByteArray());
    record(
        new Message().real(1, System.currentTimeMillis() / 1e3).whole(2, step).bytes(5, summary.toByteArray()));
  }

  private void record(Message event) throws IOException {
    byte[] data = event.toByteArray();
    byte[] length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    ByteBuffer record = ByteBuffer.allocate(8 + 4 + data.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    record.put(length).putInt(checksum(length)).put(data).putInt(checksum(data));
    try {
      out.write(record.array());
      out.flush();
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /// Fields of a protocol buffer; zeros need not be written.
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message whole(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
      return this;
    }

    Message real(int field, double value) {
      varint((long) field << 3 | FIXED64);
      bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
      return this;
    }

    Message single(int field, float value) {
      varint((long) field << 3 | FIXED32);
      bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | BYTES);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
