package io.scorefield.cli;

import io.scorefield.cli.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs several command lines in one process, which is then as the test has started it: with little memory, or where files
/// cannot grow. Of each it prints a line with the exit code, and the lines of standard error.
final class Batch {
  private Batch() {}

  /// @param args a file with a command line a line, its words between tabs
  public static void main(String[] args) throws IOException {
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      Result result = Program.run(line.split("\t"));
      System.out.println("code " + result.code());
      result.err().lines().forEach(said -> System.out.println("err " + said));
    }
  }
}
