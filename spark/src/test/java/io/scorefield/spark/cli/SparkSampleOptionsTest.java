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
import org.junit.jupiter.params.provider.ValueSource;

/// The options of `scorefield sample` mean the same on Spark, and the program reads what Spark has written.
class SparkSampleOptionsTest {
  private static final String EXPERIMENT =
      """
      data: {kind: eight-gaussians, points: 1000}
      schedule: {kind: vp}
      network: {layers: 2, hidden: 16, activation: silu, time-embedding: {kind: sinusoidal, dimension: 16}}
      objective: {predict: v}
      train: {steps: 200, batch: 128, learning-rate: 3e-3}
      sampler: {kind: heun, steps: 8, clip: false}
      """;

  @TempDir private static Path folder;
  private static Path checkpoint;
  private static Path classifier;

  @TempDir private Path fresh;

  @BeforeAll
  static void train() throws IOException {
    Path experiment = Files.writeString(folder.resolve("eight.yaml"), EXPERIMENT);
    Commands.run("train", experiment.toString(), "--out", folder.resolve("run").toString(), "--engine", "native", "--threads", "1");
    checkpoint = folder.resolve("run/checkpoint.safetensors");
    classifier = folder.resolve("c.safetensors");
    Commands.run(
        "classifier", checkpoint.toString(), "--out", classifier.toString(), "--steps", "100", "--hidden", "16", "--engine", "native");
  }

  private static String spark(int code, List<String> args) {
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("spark-sample", checkpoint.toString(), "--master", "local[2]"));
    all.addAll(args);
    assertThat(SparkMain.run(all.toArray(String[]::new), new PrintWriter(new StringWriter()), new PrintWriter(err))).as(err.toString()).isEqualTo(code);
    return err.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--classifier FILE --class 3 --classifier-weight 2", "--sampler adaptive --tolerance 1e-2 --per-sample",
        "--sampler adaptive --tolerance 1e-2", "--sampler dpm-solver++ --steps 5"
      })
  void samplesAreThoseOfOneMachine(String options) throws IOException {
    List<String> asked = new ArrayList<>(List.of("-n", "300", "--first", "50", "--seed", "4"));
    asked.addAll(List.of(options.replace("FILE", classifier.toString()).split(" ")));
    List<String> onSpark = new ArrayList<>(asked);
    onSpark.addAll(List.of("--per-task", "70", "--out", fresh.resolve("samples").toString()));
    String err = spark(0, onSpark);
    float[] expected = Commands.sample(checkpoint, fresh.resolve("one.npy"), asked.toArray(String[]::new));
    if (options.contains("--per-sample")) {
      assertThat(err).containsPattern("evaluations in the mean");
    }
    try (SparkSession session = Tables.session("local[2]")) {
      assertThat(Tables.samples(session, fresh.resolve("samples"), 50, 300)).containsExactly(expected);
      // A part without rows, as Spark writes them.
      session.read().parquet(fresh.resolve("samples").toString()).limit(0).write().mode("append").parquet(fresh.resolve("samples").toString());
    }
    try (var files = Files.list(fresh.resolve("samples"))) {
      assertThat(files.map(file -> file.getFileName().toString())).contains("_SUCCESS").anyMatch(name -> name.endsWith(".crc")).filteredOn(name -> name.endsWith(".parquet")).hasSize(6);
    }
    assertThat(Commands.read(fresh.resolve("samples"))).containsExactly(expected);
  }

  @Test
  void aFolderOfSparkIsDataToLearnFrom() throws IOException {
    spark(0, List.of("-n", "200", "--per-task", "60", "--out", fresh.resolve("samples").toString()));
    Path experiment =
        Files.writeString(
            fresh.resolve("file.yaml"),
            "data: {kind: file, path: " + fresh.resolve("samples") + "}\nschedule: {kind: vp}\nnetwork: {layers: 1, hidden: 8}\ntrain: {steps: 5}\n"
                + "sampler: {kind: heun, steps: 4, clip: false}\nsample: {count: 50}\n");
    String[] run = {"run", experiment.toString(), "--engine", "native", "--threads", "1", "--out", fresh.resolve("a").toString()};
    Commands.run(run);
    run[run.length - 1] = fresh.resolve("b").toString();
    Commands.run(run);
    Commands.run("evaluate", fresh.resolve("a").toString(), "--engine", "native", "--threads", "1");
    Commands.run("compare", fresh.resolve("a").toString(), fresh.resolve("b").toString());
    assertThat(fresh.resolve("a/summary.json")).exists();
  }

  @Test
  void whatDoesNotGoTogetherIsOneLine() {
    String out = fresh.resolve("samples").toString();
    assertThat(spark(2, List.of("-n", "9", "--out", out, "--classifier", classifier.toString(), "--class", "3", "--per-sample")))
        .contains("--classifier is a method of its own");
    assertThat(spark(2, List.of("-n", "9", "--out", out, "--per-sample"))).contains("--per-sample is of adaptive steps");
    assertThat(spark(2, List.of("-n", "9", "--out", out, "--classifier", classifier.toString(), "--class", "nine"))).contains("knows no class 'nine'");
    assertThat(spark(2, List.of("-n", "9", "--out", out, "--smiles", "CCO"))).contains("--smiles is for models of conformers");
    assertThat(spark(2, List.of("-n", "9", "--out", out + ".sdf"))).contains("a job writes a folder of Parquet files").doesNotContain("\tat ");
    assertThat(fresh.resolve("samples")).doesNotExist();
  }
}
