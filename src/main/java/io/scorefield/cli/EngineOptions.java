package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import java.util.List;
import picocli.CommandLine.Mixin;
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
      converter = CountConverter.Small.class,
      paramLabel = "N",
      defaultValue = "0",
      description = "Worker threads, 1 to 4096; 0: all processors (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private CudaArguments cuda;

  @Mixin private NativeArguments cpu;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  /// Opens the engine and says which it is and why.
  Engine open(Console console) {
    List<String> known = Engines.names();
    if (!known.contains(engine)) {
      throw new ConfigException("unknown engine '" + engine + "'" + Suggestion.of(engine, known));
    }
    if (threads < 0 || threads > 4096) {
      throw new ConfigException("cannot use " + threads + " threads; give 1 to 4096, or 0 for all");
    }
    if (engine.equals("reference") && cuda.half()) {
      throw new ConfigException(
          "--precision half goes with the engines native and cuda; the reference engine computes in double precision");
    }
    Engines.Choice choice =
        Engines.open(engine, threads, cuda.read(), cpu.read(cuda.half(), engine.equals("native")));
    String name = choice.engine().info().name();
    console.line(
        "engine: " + name + " (" + choice.reason() + "), "
            + (name.equals("cuda")
                ? choice.engine().info().device()
                : choice.engine().info().threads() + (choice.engine().info().threads() == 1 ? " thread" : " threads")));
    if (!name.equals("cuda") && cuda.givenInVain(name)) {
      console.line("warning: " + cuda + " concerns the CUDA engine and changes nothing here");
    }
    if (!choice.warning().isEmpty()) {
      console.line("warning: " + choice.warning());
    }
    return choice.engine();
  }
}
