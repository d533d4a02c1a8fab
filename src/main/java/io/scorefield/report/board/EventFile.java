package io.scorefield.report.board;

import io.scorefield.io.ProtoMessage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// A file of events as TensorBoard reads it: records of a length, its checksum, an `Event` in the encoding of protocol
/// buffers, and its checksum (TensorFlow's `tfrecord` format, event.proto and summary.proto). Events are on disk when a
/// method returns, so that a page beside a training shows them.
public final class EventFile implements AutoCloseable {
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
    events.record(new ProtoMessage().real(1, now / 1e3).text(3, "brain.Event:2"));
    return events;
  }

  /// Where it is.
  public Path file() {
    return file;
  }

  /// A number at a step.
  public void scalar(String tag, long step, double value) throws IOException {
    event(step, new ProtoMessage().text(1, tag).single(2, (float) value));
  }

  /// The distribution of numbers at a step.
  public void histogram(String tag, long step, Histogram histogram) throws IOException {
    ProtoMessage counts =
        new ProtoMessage()
            .real(1, histogram.least())
            .real(2, histogram.most())
            .real(3, histogram.count())
            .real(4, histogram.sum())
            .real(5, histogram.sumOfSquares())
            .reals(6, histogram.limits())
            .reals(7, histogram.counts());
    event(step, new ProtoMessage().text(1, tag).message(5, counts));
  }

  /// A picture at a step.
  ///
  /// @param png a PNG file; its head says how large the picture is
  public void picture(String tag, long step, byte[] png) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(png).order(ByteOrder.BIG_ENDIAN);
    ProtoMessage image = new ProtoMessage().whole(1, head.getInt(20)).whole(2, head.getInt(16)).whole(3, 3).bytes(4, png);
    event(step, new ProtoMessage().text(1, tag).message(4, image));
  }

  private void event(long step, ProtoMessage value) throws IOException {
    ProtoMessage summary = new ProtoMessage().message(1, value);
    record(
        new ProtoMessage().real(1, System.currentTimeMillis() / 1e3).whole(2, step).message(5, summary));
  }

  private void record(ProtoMessage event) throws IOException {
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
}
