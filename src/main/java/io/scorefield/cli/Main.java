package io.scorefield.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// The program's entry: runs the command line, turns Ctrl-C into an orderly stop.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    StopSwitch stop = new StopSwitch();
    Signals signals = Signals.listen(stop);
    int code =
        CommandLineRunner.run(
            args,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            stop);
    System.exit(signals.finished(code));
  }
}
