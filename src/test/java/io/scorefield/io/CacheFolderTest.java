package io.scorefield.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
  @Test
  void theSpecificationOfFoldersIsKept() {
    assertThat(CacheFolder.path(Optional.of("/var/x"), "/home/me")).isEqualTo(Path.of("/var/x/scorefield"));
    assertThat(CacheFolder.path(Optional.empty(), "/home/me")).isEqualTo(Path.of("/home/me/.cache/scorefield"));
    assertThat(CacheFolder.path(Optional.of(""), "/home/me")).isEqualTo(Path.of("/home/me/.cache/scorefield"));
    assertThat(CacheFolder.path(Optional.of("relative"), "/home/me")).isEqualTo(Path.of("/home/me/.cache/scorefield"));
  }
}
