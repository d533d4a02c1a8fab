package io.scorefield.engine.nativecpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A build without a C++ compiler: it goes on, says why, and the program runs on the reference engine.
class WithoutLibraryTest {
  private static final Path CLASSES = Path.of("target", "classes");

  @TempDir Path folder;

  private record Result(int code, String text) {}

  @BeforeEach
  void needsLinux() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "the native engine needs Linux");
  }

  private static Result run(List<String> command, String variable, String value)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(variable, value);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), text);
  }

  private static Result build(Path target, String compiler) throws IOException, InterruptedException {
    return run(List.of("sh", "native/cpu/build.sh", target.toString()), "CXX", compiler);
  }

  /// The classes as a build without a compiler makes them.
  private Path classes() throws IOException, InterruptedException {
    Path copy = folder.resolve("classes");
    try (Stream<Path> files = Files.walk(CLASSES)) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(CLASSES.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else if (!file.startsWith(CLASSES.resolve("native"))) {
          Files.copy(file, to);
        }
      }
    }
    Result built = build(copy.resolve("native"), "no-such-compiler");
    assertThat(built.code()).isZero();
    assertThat(built.text()).contains("not built", "apt-get install g++");
    return copy;
  }

  private Result scorefield(Path classes, String... arguments) throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath())
            .map(entry -> entry.equals(CLASSES.toAbsolutePath()) ? classes : entry)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + folder, "-cp",
                classPath, "io.scorefield.cli.Main"));
    command.addAll(List.of(arguments));
    return run(command, "LANG", "C");
  }

  @Test
  void theProgramSaysWhyAndRunsOnTheReferenceEngine() throws Exception {
    Path classes = classes();
    assertThat(scorefield(classes, "info").text())
        .containsPattern("native +not available: it was built without a C\\+\\+ compiler; install g\\+\\+");
    String[] train = {
      "train", "circle", "--out", folder.resolve("run").toString(), "--set", "train.epochs=1",
      "--set", "network.hidden=8"
    };
    Result trained = scorefield(classes, train);
    assertThat(trained.code()).isZero();
    assertThat(trained.text())
        .contains("engine: reference")
        .containsOnlyOnce("warning: the fast CPU engine 'native' is not available: it was built without");
    List<String> forced = new ArrayList<>(List.of(train));
    forced.addAll(List.of("--engine", "native"));
    Result refused = scorefield(classes, forced.toArray(String[]::new));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.text().lines())
        .singleElement()
        .asString()
        .startsWith("scorefield: engine 'native' is not available: it was built without");
  }

  @Test
  void aDamagedLibraryIsNotUsed() throws Exception {
    Path classes = classes();
    Files.delete(classes.resolve("native/unavailable.txt"));
    Path library =
        classes.resolve("native/linux-" + System.getProperty("os.arch") + "/libscorefield_cpu.so");
    Files.createDirectories(library.getParent());
    Files.writeString(library, "this is no library");
    assertThat(scorefield(classes, "info").text())
        .containsPattern("native +not available: its library could not be loaded");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(file -> file.getFileName().toString().startsWith("scorefield-"))).isEmpty();
    }
  }

  @Test
  void aCompilerThatIsTooOldIsSaid() throws Exception {
    Path old = folder.resolve("old-compiler");
    Files.writeString(old, "#!/bin/sh\n[ \"$1\" = --version ] && echo 'old-compiler 1.0' || exit 1\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    Result built = build(folder.resolve("native"), old.toString());
    assertThat(built.code()).isZero();
    assertThat(Files.readString(folder.resolve("native/unavailable.txt")))
        .contains("does not know C++20 (old-compiler 1.0)");
  }
}
