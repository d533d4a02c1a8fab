package io.scorefield.cli;

import io.scorefield.config.ConfigWriter;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SimulationSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The configuration of an experiment, all keys spelled out.
@Command(
    name = "config",
    description = "Prints an experiment's configuration with every key, its value and its meaning.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield config half-moons > my-experiment.yaml"})
final class ConfigCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "EXPERIMENT",
      arity = "0..1",
      defaultValue = "circle",
      completionCandidates = Experiments.class,
      description = Experiments.HELP + " (default: ${DEFAULT-VALUE}).")
  private String experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change one key, for example train.steps=2000; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--reference",
      description = "Print the reference page of all keys in Markdown instead.")
  private boolean reference;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  ConfigCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (reference) {
      console.out().print(ExperimentSource.reference());
      return CommandLineRunner.OK;
    }
    if (SimulationSource.BUILT_IN.contains(experiment)) {
      SimulationSource simulation = SimulationSource.read(experiment);
      for (String assignment : set) {
        simulation = simulation.with(assignment);
      }
      console.out().print(ConfigWriter.yaml(simulation.bind()));
      return CommandLineRunner.OK;
    }
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String assignment : set) {
      source = source.with(assignment);
    }
    console.out().print(ConfigWriter.yaml(source.bind()));
    return CommandLineRunner.OK;
  }
}
