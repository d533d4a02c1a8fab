package io.scorefield.io;

import java.nio.file.Path;
import java.util.Optional;

/// Where files are kept that can be made again: `$XDG_CACHE_HOME/scorefield`, else `~/.cache/scorefield`.
///
/// Source: XDG Base Directory Specification 0.8; a relative path there is passed over.
public final class CacheFolder {
  private CacheFolder() {}

  /// The folder, which may not be there yet.
  public static Path path() {
    return path(Optional.ofNullable(System.getenv("XDG_CACHE_HOME")), System.getProperty("user.home"));
  }

  static Path path(Optional<String> cacheHome, String home) {
    return cacheHome
        .filter(given -> !given.isEmpty())
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElseGet(() -> Path.of(home, ".cache"))
        .resolve("scorefield");
  }
}
