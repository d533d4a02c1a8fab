package io.scorefield.spark.cli;

import io.scorefield.cli.CountConverter;
import io.scorefield.config.ConfigException;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.spark.EngineChoice;
import io.scorefield.spark.Recipe;
import io.scorefield.spark.Shards;
import io.scorefield.spark.SparkFailure;
import io.scorefield.spark.SparkSampler;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
      names = {"-n", "--count"},
      converter = CountConverter.class,
      paramLabel = "N",
      required = true,
      description = "How many samples, at least 1.")
  private long count;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "URI",
      required = true,
      description = "The folder to write: a path, or file:, hdfs: or s3a: and what else Hadoop knows. It must not exist.")
  private String out;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      description = "Seed, a whole number >= 0 (default: that of the training).")
  private Long seed;

  @Option(
      names = "--first",
      converter = CountConverter.class,
      paramLabel = "I",
      defaultValue = "0",
      description = "Number of the first sample (default: ${DEFAULT-VALUE}).")
  private long first;

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

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "plain",
      description = "plain, or a guidance of the configuration (default: ${DEFAULT-VALUE}).")
  private String method;

  @Option(
      names = "--condition",
      paramLabel = "NAME=VALUE",
      description = "What the samples are asked for under; all conditions of the network, each by an option of its own.")
  private Map<String, String> conditions = new LinkedHashMap<>();

  @Option(
      names = "--condition-weight",
      paramLabel = "W",
      description = "Classifier-free guidance to the conditions, as 'scorefield sample' has it; takes the place of --method.")
  private Double weight;

  @Option(
      names = "--formula",
      split = ",",
      paramLabel = "FORMULA",
      description = "Of crystals: the atoms of a cell, such as SrTiO3; several, with commas, in turn.")
  private List<String> formulas = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a key that the weights do not depend on, such as sampler.kind=ddim or sampler.steps=50; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML file whose sections (sampler, guidance, ...) take the place of the checkpoint's.")
  private String config;

  @Mixin private SparkOptions options;

  SparkSampleCommand(Reporter reporter) {
    this.reporter = reporter;
  }

  @Override
  public Integer call() throws Exception {
    if (count < 1 || first < 0 || first + count < 0 || (seed != null && seed < 0)) {
      throw new ConfigException("-n must be at least 1; --first and --seed must not be negative");
    }
    if (perTask != null && partitions != null) {
      throw new ConfigException("--per-task and --partitions say the same; give one of them");
    }
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Recipe recipe = recipe(stored);
    long drawn = seed == null ? recipe.settings().seed() : seed;
    try (SparkSession spark = options.session("spark-sample")) {
      EngineChoice engine = options.engine(spark);
      Shards shards = shards(spark);
      reporter.line(
          String.format(
              "%,d samples in %,d %s, engine %s, %s", count, shards.number(), shards.number() == 1 ? "task" : "tasks", engine.name(),
              spark.sparkContext().master()));
      SparkSampler.of(spark, recipe, engine, reporter::line).write(drawn, shards, out);
    } catch (Exception e) {
      throw SparkFailure.of(e);
    }
    spec.commandLine().getOut().println("samples: " + out);
    return 0;
  }

  private Recipe recipe(Checkpoint.Stored stored) throws Exception {
    List<String> changes = new ArrayList<>(set);
    if (!conditions.isEmpty()) {
      changes.add(
          conditions.entrySet().stream()
              .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
              .collect(Collectors.joining(", ", "sample.conditions={", "}")));
    }
    String wanted = method;
    if (weight != null) {
      if (!method.equals(Recipe.PLAIN)) {
        throw new ConfigException("--condition-weight is a method of its own: leave --method out");
      }
      changes.add("guidance=[{kind: classifier-free, weight: " + weight + "}]");
      wanted = "classifier-free";
    }
    return Recipe.of(stored, SampleSettings.of(stored, Optional.ofNullable(config), changes), wanted, formulas);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private Shards shards(SparkSession spark) {
    return perTask != null
        ? new Shards(first, count, perTask)
        : partitions != null
            ? Shards.of(first, count, partitions)
            : Shards.usual(first, count, spark.sparkContext().defaultParallelism());
  }
}
