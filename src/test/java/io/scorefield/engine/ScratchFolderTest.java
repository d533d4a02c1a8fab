package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
  /// No process has it: ids end before.
  private static final long DEAD = 4_194_305;

  @TempDir Path temporary;
  private String usual;

  @BeforeEach
  void anotherTemporaryFolder() {
    usual = System.setProperty("java.io.tmpdir", temporary.toString());
  }

  @AfterEach
  void theUsualOne() {
    System.setProperty("java.io.tmpdir", usual);
  }

  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    Files.createFile(folder.resolve("library.so"));
    return folder;
  }

  @Test
  void foldersOfProcessesThatAreGoneAreDeleted() throws IOException {
    Path dead = folder("scorefield-" + DEAD + "-123");
    Path alive = folder("scorefield-" + ProcessHandle.current().pid() + "-123");
    Path foreign = folder("scorefield-notes");
    Path earlier = folder("scorefield-123456789");
    Path old = folder("scorefield-987654321");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Path elsewhere = folder("scorefield-" + DEAD + "-456");
    try (FileChannel lock =
            FileChannel.open(elsewhere.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ScratchFolder scratch = holding(lock)) {
      assertThat(scratch.path()).isDirectory();
      assertThat(dead).doesNotExist();
      assertThat(old).doesNotExist();
      assertThat(alive).isDirectory();
      assertThat(foreign).isDirectory();
      assertThat(earlier).isDirectory();
      // Of another container, say, where the process lives.
      assertThat(elsewhere).isDirectory();
      Files.createFile(scratch.path().resolve("library.so"));
    }
    try (var left = Files.list(temporary)) {
      assertThat(left).containsExactlyInAnyOrder(alive, foreign, earlier, elsewhere);
    }
  }

  private static ScratchFolder holding(FileChannel channel) throws IOException {
    assertThat(channel.tryLock()).isNotNull();
    return ScratchFolder.open();
  }
}
