package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import picocli.CommandLine.Option;

/// The options that choose an engine.
final class EngineOptions {
  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "auto",
      description = "auto, cuda, native or reference (default: ${DEFAULT-VALUE}).")
  private String engine;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Worker threads, 1 to 4096; 0: all processors (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  /// Opens the engine and says which it is and why.
  Engine open(Console console) {
    Engines.Choice choice = Engines.open(engine, threads);
    console.line(
        "engine: " + choice.engine().info().name() + " (" + choice.reason() + "), "
            + choice.engine().info().threads() + " threads");
    return choice.engine();
  }
}
