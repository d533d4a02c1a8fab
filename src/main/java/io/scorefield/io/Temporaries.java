package io.scorefield.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The temporary files of {@link AtomicFile}: `.NAME.PROCESS-RANDOM.tmp` beside NAME.
///
/// A process that is killed leaves them behind. {@link #sweep} deletes those of processes that are gone: the process id
/// of the name is not in use, and nobody holds the lock that a writer has on its file.
public final class Temporaries {
  private static final Pattern NAME = Pattern.compile("\\..+\\.(\\d{1,10})-[0-9a-f]{1,16}\\.tmp");

  /// Names of earlier versions say nothing of their process; such files are left alone for a day.
  private static final Pattern EARLIER = Pattern.compile("\\..+\\.[0-9a-f]{1,16}\\.tmp");

  private static final Duration EARLIER_AGE = Duration.ofDays(1);

  /// Files being written by this process. A shared set, because the end of a process is the end of all its writers.
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Temporaries::deleteOpen, "temporaries"));
  }

  private Temporaries() {}

  /// A name that no other writer of the target has.
  static Path beside(Path target) {
    Path file =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + "-"
                + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
    OPEN.add(file);
    return file;
  }

  /// The file has got its name, or has been deleted.
  static void done(Path file) {
    OPEN.remove(file);
  }

  /// Deletes what this process was writing; only at its end.
  public static void deleteOpen() {
    for (Path file : OPEN) {
      delete(file);
    }
  }

  /// Deletes what killed processes left in a folder.
  public static void sweep(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.tmp")) {
      for (Path file : files) {
        sweepOne(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // There is nothing to sweep, or no permission to: neither hinders the work.
    }
  }

  private static void sweepOne(Path file) {
    try {
      if (isLeft(file)) {
        delete(file);
      }
    } catch (IOException e) {
      // Another user's.
    }
  }

  private static boolean isLeft(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    String name = file.getFileName().toString();
    Matcher matcher = NAME.matcher(name);
    if (matcher.matches()) {
      long process = Long.parseLong(matcher.group(1));
      return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty() && isUnlocked(file);
    }
    return EARLIER.matcher(name).matches()
        && Files.getLastModifiedTime(file)
                .compareTo(FileTime.from(Instant.now().minus(EARLIER_AGE)))
            < 0;
  }

  /// Whether no process, of another machine or container perhaps, is writing the file.
  private static boolean isUnlocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      return false;
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next sweep may.
    }
  }
}
