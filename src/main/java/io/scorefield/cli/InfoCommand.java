package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.Engines;
import io.scorefield.engine.cuda.CudaEngine;
import io.scorefield.report.Provenance;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// What this machine and this program can do.
@Command(
    name = "info",
    description = "Shows engines, devices and versions, and why an engine is not available.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield info"})
final class InfoCommand implements Callable<Integer> {
  private final Console console;

  InfoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PrintWriter out = console.out();
    Provenance provenance = new Provenance();
    out.println("scorefield " + provenance.version() + ", commit " + provenance.commit());
    out.println("java       " + provenance.java());
    out.println("system     " + provenance.system());
    out.println("processors " + Runtime.getRuntime().availableProcessors());
    out.printf(
        Locale.ROOT, "memory     %.1f GiB for Java%n",
        Runtime.getRuntime().maxMemory() / (double) (1L << 30));
    out.println();
    out.println("engines, best first:");
    boolean picked = false;
    for (Engines.Candidate candidate : Engines.candidates()) {
      if (candidate.available()) {
        try (Engine engine =
            candidate.open().apply(Engines.Settings.defaults())) {
          EngineInfo info = engine.info();
          out.printf(
              "  %-10s available: %s, %s%s%s%n", info.name(), info.device(),
              info.name().equals("cuda") ? "" : info.threads() + " threads, ",
              info.arithmetic(), picked ? "" : "; picked by --engine auto");
        }
        picked = true;
      } else {
        out.printf("  %-10s not available: %s%n", candidate.name(), candidate.unavailable());
      }
    }
    out.println();
    out.println("cuda:");
    CudaEngine.describe().forEach(line -> out.println("  " + line));
    out.println();
    out.println("libraries:");
    provenance.libraries().forEach((name, version) -> out.printf("  %-18s %s%n", name, version));
    return CommandLineRunner.OK;
  }
}
