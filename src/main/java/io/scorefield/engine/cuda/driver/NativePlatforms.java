package io.scorefield.engine.cuda.driver;

import java.util.Locale;

/// The platforms that JCuda's libraries are for. They call the NVIDIA driver, and this program brings those for Linux along.
final class NativePlatforms {
  private NativePlatforms() {}

  /// Why JCuda has no library here; empty: it has.
  ///
  /// @param system Java's `os.name`
  /// @param architecture Java's `os.arch`
  static String missing(String system, String architecture) {
    String name = system.toLowerCase(Locale.ROOT);
    boolean pc = architecture.equals("amd64") || architecture.equals("x86_64");
    if (pc && name.equals("linux")) {
      return "";
    }
    String here = "on " + system + " with processors '" + architecture + "'";
    return pc && name.startsWith("windows")
        ? "of JCuda, which calls the NVIDIA driver, this program has the library for Linux on 64-bit x86 only, and it runs " + here
        : "JCuda, which calls the NVIDIA driver, has libraries for Linux and Windows on 64-bit x86 only, and this program runs " + here;
  }
}
