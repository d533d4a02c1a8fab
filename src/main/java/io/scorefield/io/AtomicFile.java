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
import java.util.concurrent.ThreadLocalRandom;

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
    Path temporary =
        absolute.resolveSibling(
            "." + absolute.getFileName() + "."
                + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
    try {
      FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new AtomicFile(absolute, temporary, channel);
    } catch (NoSuchFileException e) {
      String why =
          Files.isDirectory(absolute.getParent())
              ? "its folder cannot be written"
              : "there is no folder " + absolute.getParent();
      throw new IOException("cannot write " + target + ": " + why, e);
    } catch (AccessDeniedException e) {
      throw new IOException("cannot write " + target + ": no permission", e);
    } catch (IOException e) {
      throw new IOException("cannot write " + target + ": " + e.getMessage(), e);
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
    }
  }
}
