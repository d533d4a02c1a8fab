package io.scorefield.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder that only this user can write to, for libraries on their way from the jar into memory:
/// `scorefield-PROCESS-RANDOM` in the temporary folder, deleted when they are loaded.
///
/// A process that is killed meanwhile leaves it behind. Opening one deletes those of processes that are gone: the process
/// id is not in use, and nobody holds the lock in it.
public final class ScratchFolder implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("scorefield-(\\d{1,10})-\\d{1,20}");

  /// Names of earlier versions say nothing of their process; such folders are left alone for a day.
  private static final Pattern EARLIER = Pattern.compile("scorefield-\\d{1,20}");

  private static final Duration EARLIER_AGE = Duration.ofDays(1);
  private static final String LOCK = ".lock";

  private final Path folder;
  private final FileChannel lock;

  private ScratchFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /// Makes a folder, and deletes those that killed processes have left.
  public static ScratchFolder open() throws IOException {
    sweep(Path.of(System.getProperty("java.io.tmpdir")));
    Path folder = Files.createTempDirectory("scorefield-" + ProcessHandle.current().pid() + "-");
    FileChannel lock =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      lock.tryLock();
    } catch (IOException e) {
      // The process id in the name is enough on one machine.
    }
    return new ScratchFolder(folder, lock);
  }

  public Path path() {
    return folder;
  }

  private static void sweep(Path temporary) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, "scorefield-*")) {
      for (Path folder : folders) {
        sweepOne(folder);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Nothing depends on it.
    }
  }

  private static void sweepOne(Path folder) {
    try {
      if (isLeft(folder)) {
        deleteAll(folder);
      }
    } catch (IOException e) {
      // Another process sweeps as well, or the folder is another user's.
    }
  }

  private static boolean isLeft(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || Files.isSymbolicLink(folder)) {
      return false;
    }
    String name = folder.getFileName().toString();
    Matcher matcher = NAME.matcher(name);
    if (matcher.matches()) {
      long process = Long.parseLong(matcher.group(1));
      return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty() && isUnlocked(folder);
    }
    return EARLIER.matcher(name).matches()
        && Files.getLastModifiedTime(folder).toInstant().isBefore(Instant.now().minus(EARLIER_AGE));
  }

  /// Whether no process, of another container perhaps, is using the folder.
  private static boolean isUnlocked(Path folder) throws IOException {
    Path file = folder.resolve(LOCK);
    if (!Files.isRegularFile(file)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /// Loaded libraries stay when their files are gone. Windows does not let go of such files; there a later process deletes them.
  @Override
  public void close() throws IOException {
    lock.close();
    try {
      deleteAll(folder);
    } catch (AccessDeniedException e) {
      // Sweeping does it.
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
