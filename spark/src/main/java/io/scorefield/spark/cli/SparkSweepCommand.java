package io.scorefield.spark.cli;

import io.scorefield.cli.SweepOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.experiment.Failures;
import io.scorefield.experiment.SweepRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.folder.RunLock;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SweepGrid;
import io.scorefield.spark.EngineChoice;
import io.scorefield.spark.SparkFailure;
import io.scorefield.spark.SparkSweep;
import io.scorefield.watch.Reporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      required = true,
      description = "Folder of the sweep, which all machines reach by this path.")
  private Path out;

  @Mixin private SweepOptions sweep;
  @Mixin private SparkOptions options;

  SparkSweepCommand(Reporter reporter) {
    this.reporter = reporter;
  }

  @Override
  public Integer call() throws Exception {
    SweepGrid grid = sweep.grid();
    ExperimentSource source = grid.of(sweep.source());
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
      sweep.write(grid, runner, folder, reporter::line, spec.commandLine().getOut()::println);
    }
    Failures failures = runner.failures();
    if (!failures.isEmpty()) {
      reporter.line("scorefield: " + failures.line());
    }
    return failures.isEmpty() ? 0 : 1;
  }
}
