package io.scorefield.cli;

import io.scorefield.engine.Engine;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.experiment.settings.SimulationSource;
import io.scorefield.experiment.simulation.SimulationResults;
import io.scorefield.experiment.simulation.SimulationRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Dynamics without a network.
@Command(
    name = "simulate",
    description = "Simulates walkers in an energy that is written as a formula; walker i depends on the seed and i alone.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield simulate double-well --set integrator=mala --out /tmp/well",
      "Example: scorefield simulate mine.yaml -n 100000 --out walkers.npy"
    })
final class SimulateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "SIMULATION",
      completionCandidates = Names.class,
      description = Experiments.HELP + ".")
  private String simulation;

  @Option(
      names = {"-n", "--count"},
      converter = CountConverter.class,
      paramLabel = "N",
      description = "How many walkers (default: what the configuration says).")
  private Long count;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "PATH",
      description =
          "Folder for walkers, tables, pictures and report (default: runs/SIMULATION-DATE-TIME), or a .npy or .csv file "
              + "for the walkers alone.")
  private Path out;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      description = "Seed, a whole number >= 0 (default: what the configuration says).")
  private Long seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Change one key of the configuration, for example temperature.value=2; repeatable. "
              + "docs/configuration.md lists all keys with defaults and ranges.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--force",
      description = "Write into the folder although it has files that are not of a run.")
  private boolean force;

  @Mixin private EngineOptions engines;
  @Mixin private LiveOptions live;

  SimulateCommand(Console console) {
    this.console = console;
  }

  /// The built-in simulations, for help and completion.
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SimulationSource.BUILT_IN.iterator();
    }
  }

  @Override
  public Integer call() throws Exception {
    SimulationSource source = SimulationSource.read(simulation);
    for (String assignment : set) {
      source = source.with(assignment);
    }
    source = seed == null ? source : source.with("seed", Long.toString(seed), "--seed");
    source = count == null ? source : source.with("walkers", Long.toString(count), "-n");
    SimulationConfig config = source.bind();
    boolean file = out != null && out.toString().toLowerCase(Locale.ROOT).matches(".*\\.(npy|csv)");
    live.check();
    try (Engine engine = engines.open(console);
        Watched watched = Watched.of(live, console, "simulate", source.name(), engine.info())) {
      SimulationRunner runner =
          new SimulationRunner(source.name(), config, engine, watched.reporter()).seenBy(watched.simulation());
      if (file) {
        SimulationResults results = watched.during(runner::run);
        watched.ended("The simulation has ended.", "walkers: " + out);
        runner.write(results, out);
        QuantityTable.print(results.quantities(), console.out());
        console.result("walkers: " + out);
        return CommandLineRunner.OK;
      }
      RunFolder folder = ExperimentOptions.folder(out, source.name());
      try (RunLock _ = RunLock.of(folder, force)) {
        SimulationResults results = watched.during(runner::run);
        QuantityTable.print(results.quantities(), console.out());
        runner.write(results, folder);
        watched.ended("The simulation has ended.", "report: " + folder.report());
      }
      console.result("");
      console.result("report: " + folder.report());
    }
    return CommandLineRunner.OK;
  }
}
