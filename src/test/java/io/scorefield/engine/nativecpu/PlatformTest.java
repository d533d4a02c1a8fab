package io.scorefield.engine.nativecpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-amd64, libscorefield_cpu.so",
    "Linux, aarch64, linux-aarch64, libscorefield_cpu.so",
    "Mac OS X, aarch64, macos-aarch64, libscorefield_cpu.dylib",
    "Mac OS X, x86_64, macos-amd64, libscorefield_cpu.dylib",
    "Windows 11, amd64, windows-amd64, scorefield_cpu.dll",
    "Windows Server 2025, amd64, windows-amd64, scorefield_cpu.dll"
  })
  void theNamesAreThoseOfTheBuild(String system, String architecture, String name, String library) {
    assertThat(Platform.of(system, architecture)).isEqualTo(new Platform(name, library));
  }
}
