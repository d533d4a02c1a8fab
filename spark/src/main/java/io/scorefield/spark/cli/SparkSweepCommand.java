package io.scorefield.spark.cli;

import io.scorefield.cli.CountConverter;
import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.experiment.Failures;
import io.scorefield.experiment.SweepRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SweepGrid;
import io.scorefield.report.GridFiles;
import io.scorefield.spark.EngineChoice;
import io.scorefield.spark.SparkFailure;
import io.scorefield.spark.SparkSweep;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// A sweep whose runs are tasks.
@Command(
    name = "spark-sweep",
    description = {
      "Runs an experiment with all combinations of some values of some keys, as 'scorefield sweep' does, a run a task of a Spark cluster.",
      "The same command with the same --out goes on with a sweep: what has finished is kept."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield spark-sweep circle --over network.hidden=64,128 --seeds 5 --out /shared/sweep --master spark://HOST:7077"})
final class SparkSweepCommand implements Callable<Integer> {
  private final Reporter reporter;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "EXPERIMENT", description = "A name of 'scorefield list experiments', or a .yaml file.")
  private String experiment;

  @Option(
      names = "--over",
      paramLabel = "KEY=VALUE,VALUE...",
      required = true,
      description = "A key and its values; repeatable, for all combinations.")
  private List<String> over = new ArrayList<>();

  @Option(
      names = "--seeds",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      description = "Run every combination with N seeds and show means (default: what the configuration says).")
  private Integer seeds;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Change one key for all combinations; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(names = "--by", paramLabel = "METRIC", description = "The metric to sort by (default: sliced-wasserstein-2, else the first there is).")
  private String by;

  @Option(names = "--descending", description = "Sort the greatest first.")
  private boolean descending;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      required = true,
      description = "Folder of the sweep, which all machines reach by this path.")
  private Path out;

  @Mixin private SparkOptions options;

  SparkSweepCommand(Reporter reporter) {
    this.reporter = reporter;
  }

  @Override
  public Integer call() throws Exception {
    SweepGrid grid = SweepGrid.of(over);
    ExperimentSource source = grid.of(source());
    RunFolder folder = new RunFolder(out.toAbsolutePath());
    SweepRunner runner;
    try (RunLock _ = RunLock.of(folder, false);
        Engine local = Engines.open("reference", 1).engine()) {
      List<SweepRunner.Single> runs = new SweepRunner(source, local, folder, Reporter.silent()).ofGrid().singles();
      folder.create();
      Map<String, String> failed;
      try (SparkSession spark = options.session("spark-sweep")) {
        EngineChoice engine = options.engine(spark);
        reporter.line(runs.size() + (runs.size() == 1 ? " run" : " runs") + ", engine " + engine.name() + ", " + spark.sparkContext().master());
        failed = SparkSweep.run(spark, runs, folder, engine);
      } catch (Exception e) {
        throw SparkFailure.of(e);
      }
      runner = new SweepRunner(source, local, folder, reporter).ofGrid().madeElsewhere(failed);
      runner.run(true);
      new GridFiles(grid, runner.table().means(), runner.failures().messages(), folder)
          .write(by, descending, reporter::line)
          .forEach(spec.commandLine().getOut()::println);
    }
    Failures failures = runner.failures();
    if (!failures.isEmpty()) {
      reporter.line("scorefield: " + failures.line());
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private ExperimentSource source() throws IOException {
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String assignment : set) {
      source = source.with(assignment);
    }
    if (seeds != null && (seeds < 1 || seeds > 1000)) {
      throw new ConfigException("--seeds must be from 1 to 1000");
    }
    return seeds == null ? source : source.with("repeats", Integer.toString(seeds), "--seeds");
  }
}
