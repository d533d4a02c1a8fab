package io.scorefield.spark.cli;

import io.scorefield.cli.CommandLineRunner;
import io.scorefield.cli.StopSwitch;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The entry for spark-submit and for the launcher: the commands of the program, and those of this module beside them.
public final class SparkMain {
  private SparkMain() {}

  /// Runs a command line; the JVM ends with its exit code where that is not 0.
  public static void main(String[] args) {
    int code =
        run(
            args,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    // On YARN and Kubernetes an application that leaves by itself has succeeded.
    if (code != 0) {
      System.exit(code);
    }
  }

  /// The same without ending the JVM.
  ///
  /// @return 0 it worked, 1 it failed, 2 it was called wrongly
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return CommandLineRunner.run(
        args, out, err, new StopSwitch(),
        reporter ->
            List.of(
                new SparkSampleCommand(reporter),
                new SparkEvaluateCommand(reporter),
                new SparkSweepCommand(reporter)));
  }
}
