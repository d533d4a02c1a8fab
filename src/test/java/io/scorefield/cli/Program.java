package io.scorefield.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The program for tests: in this process, or as one of its own that can be sent signals.
final class Program {
  private static final long PATIENCE_SECONDS = 120;

  /// Settings that make circle small enough for a test.
  static final List<String> SMALL =
      List.of(
          "--engine", "reference", "--set", "network.hidden=16", "--set", "network.layers=3", "--set",
          "train.epochs=5", "--set", "schedule.steps=10", "--set", "sample.count=100", "--set",
          "evaluate.floor-repeats=1");

  private Program() {}

  record Result(int code, String out, String err) {
    /// The lines that are errors.
    List<String> complaints() {
      return err.lines().filter(line -> line.startsWith("scorefield: ")).toList();
    }
  }

  static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = CommandLineRunner.run(args, new PrintWriter(out), new PrintWriter(err), new StopSwitch());
    return new Result(code, out.toString(), err.toString());
  }

  /// A command on a small circle.
  static Result small(String command, Path out, String... more) {
    List<String> args = new ArrayList<>(List.of(command, "circle", "--out", out.toString()));
    args.addAll(SMALL);
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  /// The program in a process of its own; what it prints goes into files of the folder.
  static Started start(Path folder, String... args) throws IOException {
    return start(folder, List.of(), args);
  }

  /// The same with further options of Java.
  static Started start(Path folder, List<String> options, String... args) throws IOException {
    List<String> command = new ArrayList<>(listening());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.scorefield.cli.Main"));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Started(process, out, err);
  }

  /// Shells let what they start in the background ignore Ctrl-C, and so would all that these tests start: the words that
  /// undo it, where the system has them.
  private static List<String> listening() throws IOException {
    List<String> undo = List.of("env", "--default-signal=INT,TERM,HUP");
    List<String> trial = new ArrayList<>(undo);
    trial.add("true");
    try {
      Process process = new ProcessBuilder(trial).redirectErrorStream(true).start();
      return process.waitFor() == 0 ? undo : List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  record Started(Process process, Path out, Path err) {
    /// Waits until something is so.
    Started until(BooleanSupplier condition) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new IllegalStateException("it did not come to that: " + printed());
        }
        Thread.sleep(50);
      }
      return this;
    }

    /// Waits until it has printed a text on standard error.
    Started until(String text) throws InterruptedException {
      return until(() -> printed().contains(text));
    }

    Started signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      return this;
    }

    private String printed() {
      try {
        return Files.readString(err);
      } catch (IOException e) {
        return "";
      }
    }

    Result end() throws IOException, InterruptedException {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("it does not end: " + printed());
      }
      return new Result(
          process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), printed());
    }
  }
}
