package io.scorefield.engine.nativecpu;

import java.util.Locale;

/// A system and a processor architecture, as `native/cpu/build.sh` names them.
///
/// @param name `linux-amd64`, `macos-aarch64`, `windows-amd64`, ...
/// @param library the file name of the native engine's library there
record Platform(String name, String library) {
  /// The one that Java runs on.
  static Platform current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /// @param system Java's `os.name`
  /// @param architecture Java's `os.arch`
  static Platform of(String system, String architecture) {
    String lower = system.toLowerCase(Locale.ROOT);
    // macOS calls the architecture of PCs by its other name.
    String processor = architecture.equals("x86_64") ? "amd64" : architecture;
    if (lower.startsWith("windows")) {
      return new Platform("windows-" + processor, "scorefield_cpu.dll");
    }
    if (lower.startsWith("mac")) {
      return new Platform("macos-" + processor, "libscorefield_cpu.dylib");
    }
    return new Platform(lower + "-" + processor, "libscorefield_cpu.so");
  }
}
