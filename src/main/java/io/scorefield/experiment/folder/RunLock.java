package io.scorefield.experiment.folder;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.Temporaries;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Holds the folder of a run for this process, and marks it as ours: its file `.scorefield` is locked and names the process.
///
/// The system releases the lock of a process that dies, however it dies. Where a file system has no locks, the process
/// id decides.
public final class RunLock implements AutoCloseable {
  private static final Pattern PROCESS = Pattern.compile("process: (\\d{1,18})");
  private static final String TEXT = "A folder of Scorefield, see docs/formats.md. The process that works in it:\nprocess: ";

  private final RunFolder folder;
  private final FileChannel channel;
  private final boolean created;

  private RunLock(RunFolder folder, FileChannel channel, boolean created) {
    this.folder = folder;
    this.channel = channel;
    this.created = created;
  }

  /// Makes the folder where it is missing, takes it, and deletes what killed processes left in it.
  ///
  /// @param force also a folder that has other files
  /// @throws ConfigException when it has files that are not of a run
  /// @throws IOException when another process works in it, or it cannot be made or written
  public static RunLock of(RunFolder folder, boolean force) throws IOException {
    Path root = folder.root();
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new IOException("cannot make the folder " + root + ": a file has that name");
    }
    if (root.toAbsolutePath().normalize().getParent() == null) {
      throw new ConfigException("--out " + root + " is the root of all folders; name one below it");
    }
    boolean created = !Files.exists(root);
    if (!created && !force) {
      Optional<Path> stranger = stranger(folder);
      if (stranger.isPresent()) {
        throw new ConfigException(
            "the folder " + root + " has files that are not of a run, for example "
                + stranger.get().getFileName() + "; name another with --out, or write into it with --force");
      }
    }
    try {
      Files.createDirectories(root);
      FileChannel channel =
          FileChannel.open(
              folder.marker(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      RunLock lock = new RunLock(folder, channel, created);
      lock.take();
      Temporaries.sweep(root);
      Temporaries.sweep(folder.plots());
      return lock;
    } catch (AccessDeniedException e) {
      throw new IOException("cannot write to the folder " + root + ": no permission", e);
    } catch (FileSystemException e) {
      String why = e.getReason() == null ? "it cannot be made" : e.getReason();
      throw new IOException("cannot write to the folder " + root + ": " + why, e);
    }
  }

  private void take() throws IOException {
    try {
      if (!isFree()) {
        long process = process();
        throw new IOException(
            "the folder " + folder.root() + " is in use by process "
                + (process > 0 ? process : "(unknown)") + "; wait for it, or name another folder with --out");
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    try {
      name(ProcessHandle.current().pid());
    } catch (IOException e) {
      // A full disk: it would not say where.
      if (created) {
        deleteIfEmpty();
      }
      channel.close();
      throw new IOException("cannot write to the folder " + folder.root() + ": " + e.getMessage(), e);
    }
  }

  private boolean isFree() throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      // A file system without locks.
      long process = process();
      return process <= 0 || ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty();
    }
  }

  /// The process that the file names; 0: none.
  private long process() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1024);
    channel.read(bytes, 0);
    Matcher matcher =
        PROCESS.matcher(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private void name(long process) throws IOException {
    ByteBuffer text = ByteBuffer.wrap((TEXT + process + "\n").getBytes(StandardCharsets.UTF_8));
    channel.truncate(0);
    for (long at = 0; text.hasRemaining(); ) {
      at += channel.write(text, at);
    }
  }

  /// A file of a folder that is not of a run; empty where the folder is empty or of a run.
  private static Optional<Path> stranger(RunFolder folder) throws IOException {
    if (Files.exists(folder.marker()) || isOurCheckpoint(folder.checkpoint()) || isOurConfig(folder.config())) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.root())) {
      Iterator<Path> all = files.iterator();
      return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    } catch (AccessDeniedException e) {
      throw new IOException("cannot read the folder " + folder.root() + ": no permission", e);
    }
  }

  /// Whether a run wrote the file: the header of such a one is small and names the format.
  private static boolean isOurCheckpoint(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(1 << 20), StandardCharsets.ISO_8859_1);
      return start.contains("scorefield-checkpoint-") || start.contains(Checkpoint.WEIGHTS_FORMAT);
    }
  }

  private static boolean isOurConfig(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > 1 << 20) {
      return false;
    }
    try {
      ExperimentSource.written("run", file.toString(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8)).bind();
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  /// Lets go of the folder; one that this made and that has stayed empty is deleted.
  @Override
  public void close() throws IOException {
    try {
      name(0);
      if (created) {
        deleteIfEmpty();
      }
    } finally {
      channel.close();
    }
  }

  private void deleteIfEmpty() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.root())) {
      for (Path file : files) {
        if (!file.equals(folder.marker())) {
          return;
        }
      }
    }
    Files.deleteIfExists(folder.marker());
    Files.deleteIfExists(folder.root());
  }
}
