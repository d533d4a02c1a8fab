package io.scorefield.io;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes a file so that its name never stands for half of it: to a temporary file beside it, synced
/// and renamed when complete, deleted when anything fails.
public final class AtomicFile extends FilterOutputStream {
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  /// Something that writes a whole file.
  @FunctionalInterface
  public interface Content {
    void write(OutputStream out) throws IOException;
  }

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    super(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /// Opens a file for writing; it appears under its name with {@link #commit()}.
  public static AtomicFile open(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      throw new IOException("cannot write " + target + ": it is a folder");
    }
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      // The name would be taken from it.
      throw new IOException("cannot write " + target + ": it is a device or a pipe, not a file");
    }
    Path temporary = Temporaries.beside(absolute);
    try {
      FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock(channel);
      return new AtomicFile(absolute, temporary, channel);
    } catch (IOException e) {
      Temporaries.done(temporary);
      throw unopened(target, absolute, e);
    }
  }

  /// Says whether a file can be written, before the work for it is done; nothing is left behind.
  ///
  /// @throws IOException when it cannot, with the reason
  public static void require(Path target) throws IOException {
    open(target).close();
  }

  private static IOException unopened(Path target, Path absolute, IOException failure) {
    if (failure instanceof NoSuchFileException) {
      String why =
          Files.isDirectory(absolute.getParent())
              ? "its folder cannot be written"
              : "there is no folder " + absolute.getParent();
      return new IOException("cannot write " + target + ": " + why, failure);
    }
    boolean denied = failure instanceof AccessDeniedException;
    return new IOException(
        "cannot write " + target + ": " + (denied ? "no permission" : failure.getMessage()), failure);
  }

  /// Shows sweepers that the file is being written; not every file system can.
  private static void lock(FileChannel channel) {
    try {
      channel.tryLock();
    } catch (IOException e) {
      // The process id in the name is enough on one machine.
    }
  }

  /// Writes a whole file.
  public static void write(Path target, Content content) throws IOException {
    try (AtomicFile file = open(target)) {
      content.write(file);
      file.commit();
    }
  }

  /// Writes a whole text file in UTF-8.
  public static void writeString(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw named(e);
    }
  }

  /// Syncs what was written and gives the file its name.
  public void commit() throws IOException {
    try {
      out.flush();
      channel.force(true);
      channel.close();
      try {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw named(e);
    }
    committed = true;
    Temporaries.done(temporary);
  }

  /// "No space left on device" alone would not say where.
  private IOException named(IOException e) {
    return new IOException("cannot write " + target + ": " + e.getMessage(), e);
  }

  /// Closes the file; without a {@link #commit()} before, nothing is left behind.
  @Override
  public void close() throws IOException {
    if (!committed) {
      channel.close();
      Files.deleteIfExists(temporary);
      Temporaries.done(temporary);
    }
  }
}
