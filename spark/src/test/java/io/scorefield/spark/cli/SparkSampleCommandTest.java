package io.scorefield.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.spark.Commands;
import io.scorefield.spark.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The samples of Spark are those of `scorefield sample`, to the bit.
class SparkSampleCommandTest {
  private static final int COUNT = 5001;

  @TempDir private static Path folder;
  private static Path checkpoint;

  @TempDir private Path fresh;

  @BeforeAll
  static void train() {
    checkpoint = Commands.circle(folder.resolve("run"));
  }

  /// What a command answered.
  record Answer(int code, String out, String err) {}

  private static Answer run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = SparkMain.run(args, new PrintWriter(out), new PrintWriter(err));
    return new Answer(code, out.toString(), err.toString());
  }

  private Answer sample(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "spark-sample", checkpoint.toString(), "--out", fresh.resolve("samples").toString(), "--master", "local[2]"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private float[] written(long first, int count) throws IOException {
    try (SparkSession spark = Tables.session("local[2]")) {
      return Tables.samples(spark, fresh.resolve("samples"), first, count);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void samplesAreThoseOfOneMachineWhateverThePartitions(int partitions) throws IOException {
    Answer answer = sample("-n", "" + COUNT, "--seed", "5", "--partitions", "" + partitions);
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.err()).contains(partitions == 1 ? "in 1 task," : "in " + partitions + " tasks,").contains("engine: native");
    assertThat(written(0, COUNT))
        .containsExactly(Commands.sample(checkpoint, fresh.resolve("one.npy"), "-n", "" + COUNT, "--seed", "5"));
    try (var files = Files.list(fresh.resolve("samples"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(partitions);
    }
    assertThat(Files.readString(fresh.resolve("samples/_scorefield.json"))).contains("\"seed\" : 5").contains("\"engine\" : \"native\"");
  }

  @ParameterizedTest
  @CsvSource({"--method,likelihood,,", "--set,sampler.kind=ddim,--set,sampler.steps=5", "--set,sampler.variance=learned,,"})
  void guidanceAndSamplersAreThoseOfOneMachine(String option, String value, String second, String more) throws IOException {
    List<String> asked = new ArrayList<>(List.of("-n", "500", "--first", "1000000000000", option, value));
    if (second != null) {
      asked.addAll(List.of(second, more));
    }
    List<String> onSpark = new ArrayList<>(asked);
    onSpark.addAll(List.of("--per-task", "200"));
    Answer answer = sample(onSpark.toArray(String[]::new));
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(written(1_000_000_000_000L, 500))
        .containsExactly(Commands.sample(checkpoint, fresh.resolve("one.npy"), asked.toArray(String[]::new)));
  }

  @Test
  void aFolderThatExistsIsRefused() throws IOException {
    Files.createDirectories(fresh.resolve("samples"));
    Answer answer = sample("-n", "10");
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err()).contains("exists; name a new folder").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--method|nonsense|the experiment has no method 'nonsense'|2",
        "--engine|natve|did you mean 'native'|2",
        "--engine|reference|--precision half goes with|2",
        "--set|network.hidden=3|the weights of|2",
        "--per-task|0|at least one sample|2",
        "--partitions|0|at least one partition|2",
        "--condition|a=b|conditions|2",
        "--set|sampler.kind=nonsense|nonsense|2"
      })
  void mistakesAreRefusedInOneLine(String option, String value, String message, int code) {
    Answer answer = value.equals("reference") ? sample("-n", "10", option, value, "--precision", "half") : sample("-n", "10", option, value);
    assertThat(answer.err()).contains(message).doesNotContain("\tat ");
    assertThat(answer.err().lines().filter(line -> line.startsWith("scorefield: "))).hasSize(1);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(fresh.resolve("samples")).doesNotExist();
  }

  @Test
  void aClusterThatThereIsNotIsNamed() {
    Answer answer =
        run("spark-sample", checkpoint.toString(), "-n", "1", "--out", fresh.resolve("x").toString(), "--master", "nonsense");
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err()).contains("--master nonsense: is no cluster that Spark knows").doesNotContain("\tat ");
  }

  @Test
  void filesAndAddressesThatAreNotThereAreNamed() {
    Answer missing = run("spark-sample", folder.resolve("no.safetensors").toString(), "-n", "1", "--out", fresh.resolve("x").toString());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("there is no file").contains("no.safetensors");
    Answer scheme =
        run("spark-sample", checkpoint.toString(), "-n", "1", "--out", "nosuch://x/y", "--master", "local[1]");
    assertThat(scheme.code()).isEqualTo(2);
    assertThat(scheme.err()).contains("Hadoop knows no file system for 'nosuch://x/y'");
    Answer s3 =
        run("spark-sample", checkpoint.toString(), "-n", "1", "--out", "s3a://x/y", "--master", "local[1]");
    assertThat(s3.code()).isEqualTo(2);
    assertThat(s3.err()).contains("--packages org.apache.hadoop:hadoop-aws:3.");
  }

  @Test
  void whatFailsInATaskIsOneLine() {
    Answer answer =
        sample(
            "-n", "100", "--method", "weak", "--set", "physics=[{equality: log(x - 1000)}]", "--set",
            "guidance=[{kind: likelihood, name: weak}]");
    assertThat(answer.code()).as(answer.err()).isEqualTo(1);
    assertThat(answer.err()).contains("scorefield: the law").contains("write it so that it is finite").doesNotContain("\tat ");
    assertThat(fresh.resolve("samples").resolve("_SUCCESS")).doesNotExist();
  }
}
