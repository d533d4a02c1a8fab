package io.scorefield.spark.bench;

import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.io.AtomicFile;
import io.scorefield.spark.EngineChoice;
import io.scorefield.spark.Recipe;
import io.scorefield.spark.Shards;
import io.scorefield.spark.SparkSampler;
import io.scorefield.spark.Way;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import tools.jackson.databind.json.JsonMapper;

/// Measures samples a second with one and with two executors of one core each on this machine, in turn, and what a job costs the
/// driver. For `spark/scaling`.
public final class Scaling {
  private static final int TASKS = 16;

  private Scaling() {}

  /// @param args `executors CHECKPOINT N ROUNDS FOLDER`, or `driver CHECKPOINT PARTITIONS FOLDER`; FOLDER is written to
  public static void main(String[] args) throws IOException {
    Path checkpoint = Path.of(args[1]);
    if (args[0].equals("driver")) {
      driver(checkpoint, Integer.parseInt(args[2]), Path.of(args[3]));
    } else {
      executors(checkpoint, Long.parseLong(args[2]), Integer.parseInt(args[3]), Path.of(args[4]));
    }
  }

  private static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("scaling")
        .config("spark.ui.enabled", "false")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.scheduler.minRegisteredResourcesRatio", "1")
        .getOrCreate();
  }

  private static SparkSampler sampler(SparkSession spark, Path checkpoint) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Recipe recipe = Recipe.of(stored, SampleSettings.of(stored, Optional.empty(), List.of()), Way.of(Way.PLAIN));
    return SparkSampler.of(spark, recipe, EngineChoice.of(spark.sparkContext().conf(), "native", 1, "mixed", ""), _ -> {});
  }

  private static void executors(Path checkpoint, long count, int rounds, Path folder) throws IOException {
    double[][] rates = new double[2][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < 2; turn++) {
        int executors = 1 + (turn + round) % 2; // 1 2, 2 1, 1 2
        try (SparkSession spark = session("local-cluster[" + executors + ",1,1024]")) {
          SparkSampler sampler = sampler(spark, checkpoint);
          String place = folder.resolve(round + "-" + executors).toString();
          sampler.write(1, Shards.of(0, count / 10, TASKS), place + "-warm");
          long start = System.nanoTime();
          sampler.write(1, Shards.of(0, count, TASKS), place);
          rates[executors - 1][round] = count / ((System.nanoTime() - start) * 1e-9);
        }
      }
    }
    double one = median(rates[0]);
    double two = median(rates[1]);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("samples", count);
    tree.put("tasks", TASKS);
    tree.put("rates-1-executor", rates[0]);
    tree.put("rates-2-executors", rates[1]);
    tree.put("median-1", one);
    tree.put("median-2", two);
    tree.put("ratio", two / one);
    AtomicFile.writeString(folder.resolve("scaling.json"), new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(tree));
    System.out.println(
        String.format(
            Locale.ROOT, "%,d samples in %d tasks, medians of %d runs in turn: one executor %,.0f samples a second, two executors %,.0f, a ratio of %.2f.",
            count, TASKS, rounds, one, two, two / one));
  }

  private static double median(double[] of) {
    double[] sorted = of.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /// A sample a task, so that only what a task costs is seen.
  private static void driver(Path checkpoint, int partitions, Path folder) throws IOException {
    try (SparkSession spark = session("local[2]")) {
      ResultSizes sizes = new ResultSizes();
      SparkSampler sampler = sampler(spark, checkpoint);
      sampler.write(1, Shards.of(0, 2, 2), folder.resolve("warm").toString());
      long before = used();
      spark.sparkContext().addSparkListener(sizes);
      long start = System.nanoTime();
      sampler.write(1, Shards.of(0, partitions, partitions), folder.resolve("tasks-" + partitions).toString());
      double seconds = (System.nanoTime() - start) * 1e-9;
      System.out.println(
          String.format(
              Locale.ROOT, "%d tasks: %.1f s, of a task's result %d bytes in the mean, %d at most; the heap grew by %.1f MB", partitions, seconds,
              sizes.mean(), sizes.greatest(), (used() - before) / 1e6));
    }
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
