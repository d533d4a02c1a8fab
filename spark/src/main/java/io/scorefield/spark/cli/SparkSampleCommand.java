package io.scorefield.spark.cli;

import io.scorefield.cli.CountConverter;
import io.scorefield.cli.SampleOptions;
import io.scorefield.config.ConfigException;
import io.scorefield.spark.EngineChoice;
import io.scorefield.spark.Recipe;
import io.scorefield.spark.Shards;
import io.scorefield.spark.SparkFailure;
import io.scorefield.spark.SparkSampler;
import io.scorefield.spark.Way;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Samples from a checkpoint on Spark.
@Command(
    name = "spark-sample",
    description = {
      "Samples from a checkpoint on the machines of a Spark cluster, and writes Parquet files with the number of every sample.",
      "Sample i depends on the seed and i alone: it is that of 'scorefield sample' with the same engine."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield spark-sample runs/circle/checkpoint.safetensors -n 1e7 --out samples",
      "Example: scorefield spark-sample CHECKPOINT -n 1e9 --out hdfs:///samples --master spark://HOST:7077 --set sampler.steps=50",
      "See docs/spark.md."
    })
final class SparkSampleCommand implements Callable<Integer> {
  private final Reporter reporter;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors, on this machine.")
  private Path checkpoint;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "URI",
      required = true,
      description = "The folder to write: a path, or file:, hdfs: or s3a: and what else Hadoop knows. It must not exist.")
  private String out;

  @Option(
      names = "--per-task",
      converter = CountConverter.class,
      paramLabel = "N",
      description = "Samples of a task, and of a file (default: a million, or fewer where there are few samples).")
  private Long perTask;

  @Option(
      names = "--partitions",
      converter = CountConverter.Small.class,
      paramLabel = "P",
      description = "The number of tasks, in place of --per-task.")
  private Integer partitions;

  @Mixin private SampleOptions samples;
  @Mixin private SparkOptions options;

  SparkSampleCommand(Reporter reporter) {
    this.reporter = reporter;
  }

  @Override
  public Integer call() throws Exception {
    samples.check();
    if (perTask != null && partitions != null) {
      throw new ConfigException("--per-task and --partitions say the same; give one of them");
    }
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    SampleOptions.Asked asked = samples.of(stored);
    Recipe recipe = Recipe.of(stored, asked.settings(), Way.of(asked));
    long seed = samples.seed(asked.settings());
    try (SparkSession spark = options.session("spark-sample")) {
      EngineChoice engine = options.engine(spark);
      Shards shards = shards(spark);
      reporter.line(
          String.format(
              "%,d samples in %,d %s, engine %s, %s", samples.count(), shards.number(), shards.number() == 1 ? "task" : "tasks", engine.name(),
              spark.sparkContext().master()));
      SparkSampler.of(spark, recipe, engine, reporter::line).write(seed, shards, out);
    } catch (Exception e) {
      throw SparkFailure.of(e);
    }
    spec.commandLine().getOut().println("samples: " + out);
    return 0;
  }

  private Shards shards(SparkSession spark) {
    long first = samples.first();
    long count = samples.count();
    return perTask != null
        ? new Shards(first, count, perTask)
        : partitions != null
            ? Shards.of(first, count, partitions)
            : Shards.usual(first, count, spark.sparkContext().defaultParallelism());
  }
}
