package io.scorefield.cli;

import io.scorefield.experiment.SweepRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SweepGrid;
import io.scorefield.report.GridFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The options that say what a sweep runs and how its table is sorted, on one machine and on many.
public final class SweepOptions {
  @Spec(Spec.Target.MIXEE) private CommandSpec spec;

  @Parameters(
      paramLabel = "EXPERIMENT",
      completionCandidates = Experiments.class,
      description = Experiments.HELP + ".")
  private String experiment;

  @Option(
      names = "--over",
      paramLabel = "KEY=VALUE,VALUE...",
      required = true,
      description =
          "A key and its values; repeatable, for all combinations. Commas within brackets belong to a value: "
              + "network.hidden=[64,64],[128].")
  private List<String> over = new ArrayList<>();

  @Option(
      names = "--seeds",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      description = "Run every combination with N seeds and show means (default: what the configuration says).")
  private Integer seeds;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      description = "The first seed (default: what the configuration says).")
  private Long seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change one key for all combinations; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--by",
      paramLabel = "METRIC",
      description = "The metric to sort by (default: sliced-wasserstein-2, else the first there is).")
  private String by;

  @Option(names = "--descending", description = "Sort the greatest first.")
  private boolean descending;

  /// The keys and their values.
  public SweepGrid grid() {
    return SweepGrid.of(over);
  }

  /// The experiment with what is changed for all combinations.
  public ExperimentSource source() throws IOException {
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String assignment : set) {
      source = source.with(assignment);
    }
    if (seeds != null) {
      if (seeds < 1 || seeds > 1000) {
        throw new ParameterException(spec.commandLine(), "--seeds must be from 1 to 1000");
      }
      source = source.with("repeats", Integer.toString(seeds), "--seeds");
    }
    return seed == null ? source : source.with("seed", Long.toString(seed), "--seed");
  }

  /// Writes the table of a sweep that has been run.
  ///
  /// @param line takes what is said of it
  /// @param result takes its files
  public void write(SweepGrid grid, SweepRunner runner, RunFolder folder, Consumer<String> line, Consumer<String> result)
      throws IOException {
    new GridFiles(grid, runner.table().means(), runner.failures().messages(), folder).write(by, descending, line).forEach(result);
  }
}
