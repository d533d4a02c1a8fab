package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster as it is started by hand: a master, and two workers that have addresses of their own, as two machines have. A slow task
/// runs twice at once, then a worker dies; every sample is there once.
class StandaloneClusterTest {
  private static final int COUNT = 2000;
  private static final int PER_TASK = 250;

  @TempDir private Path folder;

  /// What happens at a sample in the first attempt that comes there.
  ///
  /// @param marker a file that says that it has happened
  /// @param late a file of the attempt that was slow, once it goes on
  /// @param pid of a process that is ended; 0: the attempt is slow instead
  private record Event(String marker, String late, long number, long pid) implements Serializable {
    void look(Row row) {
      if (row.getLong(0) != number) {
        return;
      }
      try {
        Files.writeString(
            Files.createFile(Path.of(marker)), TaskContext.get().taskAttemptId() + " of task " + TaskContext.getPartitionId());
      } catch (FileAlreadyExistsException _) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (pid != 0) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Runtime.getRuntime().halt(1);
      }
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException _) {
        // The other attempt is done; this one goes on writing as if it had not been told.
        try {
          Files.createFile(Path.of(late));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static Process worker(Processes processes, String host, String master, Path work) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("SPARK_LOCAL_IP", host);
    environment.put("SPARK_LOCAL_HOSTNAME", host);
    return processes.start(
        "worker-" + host, environment, "org.apache.spark.deploy.worker.Worker", "--host", host, "--webui-port", "0", "--cores", "1", "--memory",
        "1g", "--work-dir", work.toString(), master);
  }

  private float[] written(SparkSession spark, Path out, Path checkpoint, Event event) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Recipe recipe = Recipe.of(stored, SampleSettings.of(stored, Optional.empty(), List.of()), Way.of(Way.PLAIN));
    Dataset<Row> rows =
        SparkSampler.of(spark, recipe, EngineChoice.of(spark.sparkContext().conf(), "native", 0, "mixed", ""), _ -> {})
            .rows(3, new Shards(0, COUNT, PER_TASK));
    Dataset<Row> eventful =
        spark.createDataFrame(
            rows.javaRDD()
                .map(
                    row -> {
                      event.look(row);
                      return row;
                    }),
            rows.schema());
    SampleFolder.fresh(spark, out.toString()).write(eventful);
    assertThat(Path.of(event.marker())).exists();
    try (var files = Files.list(out)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(COUNT / PER_TASK);
    }
    assertThat(out.resolve("_SUCCESS")).exists();
    assertThat(out.resolve("_temporary")).doesNotExist();
    return Tables.samples(spark, out, 0, COUNT);
  }

  @Test
  void everySampleIsThereOnce() throws IOException {
    Path checkpoint = Commands.circle(folder.resolve("run"));
    float[] expected = Commands.sample(checkpoint, folder.resolve("one.npy"), "-n", "" + COUNT, "--seed", "3");
    int port = Processes.port();
    String master = "spark://127.0.0.1:" + port;
    try (Processes processes = new Processes(folder)) {
      processes.start(
          "master", Map.of(), "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0");
      worker(processes, "127.0.0.1", master, folder.resolve("work"));
      Process second = worker(processes, "127.0.0.2", master, folder.resolve("work"));
      try (SparkSession spark =
          SparkSession.builder()
              .master(master)
              .appName("tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
              .config("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1")
              .config("spark.executor.memory", "512m")
              .config("spark.scheduler.minRegisteredResourcesRatio", "1")
              .config("spark.cores.max", "2")
              .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "60s")
              .config("spark.speculation", "true")
              .config("spark.speculation.interval", "50ms")
              .config("spark.speculation.multiplier", "1.1")
              .config("spark.speculation.quantile", "0.5")
              .getOrCreate()) {
        String slow = folder.resolve("slow").toString();
        String late = folder.resolve("late").toString();
        assertThat(written(spark, folder.resolve("twice"), checkpoint, new Event(slow, late, 3 * PER_TASK + 100, 0))).containsExactly(expected);
        assertThat(Path.of(late)).as("two attempts ran at once").exists();
        String dead = folder.resolve("dead").toString();
        assertThat(written(spark, folder.resolve("died"), checkpoint, new Event(dead, late, 5 * PER_TASK + 100, second.pid())))
            .containsExactly(expected);
        assertThat(second.isAlive()).isFalse();
      }
    }
  }
}
