package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.mapreduce.lib.output.committer.manifest.ManifestCommitterFactory;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tasks that fail in the middle of their file are run again, and every sample is there once.
class FailedTasksTest {
  private static final int COUNT = 4000;
  private static final int PER_TASK = 500;

  @TempDir private static Path folder;
  private static Path checkpoint;
  private static float[] expected;

  @TempDir private Path fresh;

  @BeforeAll
  static void train() throws IOException {
    checkpoint = Commands.circle(folder.resolve("run"));
    expected = Commands.sample(checkpoint, folder.resolve("one.npy"), "-n", "" + COUNT, "--seed", "3");
  }

  /// Ends a task, or its whole executor, after some rows of sample numbers that are fatal: the first time.
  ///
  /// @param marker a file that says that it has been done
  private record Fatal(String marker, long number, boolean executor) implements Serializable {
    void look(Row row) {
      if (row.getLong(0) != number) {
        return;
      }
      try {
        Files.createFile(Path.of(marker));
      } catch (java.nio.file.FileAlreadyExistsException _) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (executor) {
        Runtime.getRuntime().halt(1);
      }
      throw new IllegalStateException("this attempt fails");
    }
  }

  private Dataset<Row> dying(SparkSession spark, Dataset<Row> rows, Fatal fatal) {
    return spark.createDataFrame(
        rows.javaRDD()
            .map(
                row -> {
                  fatal.look(row);
                  return row;
                }),
        rows.schema());
  }

  private SparkSampler sampler(SparkSession spark) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Recipe recipe = Recipe.of(stored, SampleSettings.of(stored, Optional.empty(), List.of()), Way.of(Way.PLAIN));
    return SparkSampler.of(spark, recipe, EngineChoice.of(spark.sparkContext().conf(), "native", 0, "mixed", ""), _ -> {});
  }

  private void writtenOnce(String master, boolean executor, Optional<String> committers) throws IOException {
    Path out = fresh.resolve("samples");
    Path marker = fresh.resolve("failed");
    try (SparkSession spark = Tables.session(master)) {
      Shards shards = new Shards(0, COUNT, PER_TASK);
      Dataset<Row> rows = sampler(spark).rows(3, shards);
      SampleFolder written = SampleFolder.fresh(spark, out.toString());
      committers.ifPresent(written::commitBy);
      written.write(dying(spark, rows, new Fatal(marker.toString(), 3 * PER_TASK + PER_TASK / 2, executor)));
      assertThat(marker).as("the task has failed").exists();
      assertThat(Tables.samples(spark, out, 0, COUNT)).containsExactly(expected);
    }
    try (var files = Files.list(out)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(COUNT / PER_TASK);
    }
    assertThat(out.resolve("_temporary")).doesNotExist();
  }

  @Test
  void anAttemptThatFailsLeavesNoRows() throws IOException {
    writtenOnce("local[2,2]", false, Optional.empty());
  }

  @Test
  void anExecutorThatDiesLeavesNoRows() throws IOException {
    writtenOnce("local-cluster[2,1,1024]", true, Optional.empty());
  }

  /// S3 has a committer that needs Amazon's library. This one is Hadoop's as well, is no `FileOutputCommitter` either, and writes to disks.
  @Test
  void anotherCommitterOfHadoopsCommitsTheFiles() throws IOException {
    writtenOnce("local[2,2]", false, Optional.of(ManifestCommitterFactory.NAME));
    String success = Files.readString(fresh.resolve("samples/_SUCCESS"));
    assertThat(success).contains("ManifestCommitter");
    try (var files = Files.list(fresh.resolve("samples"))) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".parquet"))).allMatch(success::contains);
    }
  }
}
