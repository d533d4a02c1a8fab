package io.scorefield.cli;

import io.scorefield.report.compare.ComparedRun;
import io.scorefield.report.compare.Comparison;
import io.scorefield.report.compare.ComparisonFiles;
import io.scorefield.report.compare.ComparisonLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Puts the metrics of finished runs side by side.
@Command(
    name = "compare",
    description = {
      "Puts the metrics of runs side by side, each with its standard error, and says which differences to the first run are "
          + "significant.",
      "Runs of several seeds (repeats) are compared by their means over the seeds."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield compare /tmp/circle-1 /tmp/circle-2 --out /tmp/compared", "See docs/tools.md."})
final class CompareCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "Folders of runs or sweeps that have finished, two or more; the others are compared with the first.")
  private List<Path> runs = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Write compare.csv, compare.json, compare.png and compare.svg into this folder.")
  private Path out;

  @Option(
      names = "--level",
      paramLabel = "P",
      defaultValue = "0.01",
      description =
          "The chance that any difference is called significant though there is none; it is shared among the differences "
              + "tested (default: ${DEFAULT-VALUE}).")
  private double level;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (runs.size() < 2) {
      throw new ParameterException(spec.commandLine(), "one run cannot be compared; name two or more");
    }
    if (!(level > 0 && level < 1)) {
      throw new ParameterException(spec.commandLine(), "--level must be between 0 and 1");
    }
    Comparison comparison = Comparison.of(ComparedRun.read(runs), level);
    comparison.notes().forEach(note -> console.line("note: " + note));
    new ComparisonLines(comparison).lines().forEach(console::result);
    if (out != null) {
      new ComparisonFiles(comparison).write(ExperimentOptions.writable(out));
      console.result("");
      console.result("table and picture: " + out.resolve("compare.csv") + ", " + out.resolve("compare.png"));
    }
    return CommandLineRunner.OK;
  }
}
