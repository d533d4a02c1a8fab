package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.io.Layout;
import io.scorefield.io.Npy;
import io.scorefield.io.PointWriter;
import io.scorefield.io.Points;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs on files of a user's own, from reading them to the samples written.
class DataFilesTest {
  private static final String EXPERIMENT =
      """
      data: {kind: file, path: points.csv}
      schedule: {kind: cosine, steps: 20}
      network: {layers: 2, hidden: 24, activation: silu, time-embedding: {kind: sinusoidal, dimension: 8}}
      train: {steps: 150, batch: 32, learning-rate: 3e-3}
      sampler: {kind: ddim, steps: 10}
      sample: {count: 60}
      evaluate: {floor-repeats: 1, pairwise-samples: 40}
      """;

  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  private static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        CommandLineRunner.run(args, new PrintWriter(out), new PrintWriter(err), new StopSwitch());
    return new Result(code, out.toString(), err.toString());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String table(String header, int rows, IntFunction<String> line) {
    return header + "\n"
        + IntStream.range(0, rows).mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
  }

  /// y is at least 0.2, x is anything.
  private static String swapped() {
    return table("y,x", 60, i -> String.format(Locale.ROOT, "%.4f,%.4f", 1.2 + Math.cos(i), Math.sin(i)));
  }

  private Result experiment(String command, Path out, String more, String... args) throws IOException {
    Path file = write("experiment.yaml", EXPERIMENT + more);
    List<String> all = new ArrayList<>(List.of(command, file.toString(), "--out", out.toString()));
    all.addAll(List.of(args));
    if (!all.contains("--engine")) {
      all.addAll(List.of("--engine", "native"));
    }
    return run(all.toArray(String[]::new));
  }

  private static JsonNode summary(Path out) throws IOException {
    return new JsonMapper().readTree(Files.readString(out.resolve("summary.json")));
  }

  @Test
  void aLawHoldsForTheColumnOfItsName() throws IOException {
    write("points.csv", swapped());
    Path out = folder.resolve("out");
    Result result =
        experiment("run", out, "physics: [{inequality: y >= 0.2}]\nguidance: [{kind: projection}]\n");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).doesNotContain("warning");
    float[] samples = Npy.read(out.resolve("samples-projection.npy")).values();
    for (int i = 0; i < samples.length; i += 2) {
      assertThat(samples[i]).isGreaterThan(0.199f);
    }
    Path csv = folder.resolve("s.csv");
    assertThat(run("sample", out.resolve("checkpoint.safetensors").toString(), "-n", "3", "--out", csv.toString()).code())
        .isZero();
    assertThat(Files.readAllLines(csv)).hasSize(4).first().isEqualTo("y,x");
    assertThat(Points.read(csv).names()).containsExactly("y", "x");
  }

  @Test
  void columnsAreChosenAndNamed() throws IOException {
    write(
        "points.csv",
        table("city,Temp (K),y,x", 60, i -> "Oslo," + (280 + i % 9) + "," + Math.cos(i) + "," + 2 * Math.cos(i)));
    Path out = folder.resolve("out");
    Result text = experiment("train", out, "");
    assertThat(text.code()).isEqualTo(1);
    assertThat(text.err()).contains("'Oslo' is not a number; leave the column 'city' out, for example with data.columns: [Temp (K), y, x]");
    assertThat(out).doesNotExist();
    Result result =
        experiment(
            "train", out, "physics: [{equality: x = 2 * y}]\n", "--set", "data.columns=[x, y, Temp_K]");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("Temp_K for 'Temp (K)'").doesNotContain("off the law");
    assertThat(Files.readString(out.resolve("config.yaml"))).contains("columns: [x, y, 'Temp_K']");
    Result again = experiment("train", out, "", "--set", "data.columns=x y 1", "--resume");
    assertThat(again.code()).as(again.err()).isZero();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "components: x y | data.components says x, y, but the columns of points.csv are y, x",
        "components: x y z | the components x, y, z are 3, but the data have 2",
        "components: x x | data.components: 'x' is named twice",
        "columns: [x, z] | data.columns: there is no column 'z'; the file has columns 0 to 1: y, x",
        "columns: [x, 1] | data.columns: the column '1' is chosen twice",
        "columns: [2] | there is no column '2'"
      })
  void contradictionsAreOneLine(String setting, String message) throws IOException {
    write("points.csv", swapped());
    Result result =
        experiment("train", folder.resolve("out"), "", "--set", "data." + setting.replace(": ", "="));
    assertThat(result.code()).isNotZero();
    assertThat(result.err().lines().filter(line -> line.startsWith("scorefield: ")))
        .singleElement().asString().contains(message);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void fieldsKeepTheirNamesInTables() throws IOException {
    write(
        "points.csv",
        table("\"k[0,0]\",\"k[0,1]\",u[0],u[1],u[2]", 60,
            i -> IntStream.range(0, 5).mapToObj(d -> "" + Math.sin(i + d)).collect(Collectors.joining(","))));
    Path out = folder.resolve("out");
    Result result = experiment("train", out, "physics: [{equality: 'sum(u) = u[0] + u[1] + u[2] + 0 * k[0, 1]'}]\n");
    assertThat(result.code()).as(result.err()).isZero();
    Path csv = folder.resolve("s.csv");
    run("sample", out.resolve("checkpoint.safetensors").toString(), "-n", "2", "--out", csv.toString());
    assertThat(Files.readAllLines(csv).getFirst()).isEqualTo("\"k[0,0]\",\"k[0,1]\",u[0],u[1],u[2]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void constantComponentsComeBackToTheBit(String standardize) throws IOException {
    float third = 1 / 3f;
    float[] points = new float[4 * 60];
    for (int i = 0; i < 60; i++) {
      points[4 * i] = third;
      points[4 * i + 1] = (float) Math.sin(i);
      points[4 * i + 2] = (float) Math.cos(i);
      points[4 * i + 3] = -7;
    }
    Npy.write(folder.resolve("points.npy"), points, 4);
    for (String engine : List.of("native", "reference")) {
      Path out = folder.resolve(engine);
      Result result =
          experiment(
              "run", out,
              """
              physics: [{equality: 'u[0] - 0.333333333'}, {equality: 'u[1]^2 + u[2]^2 = 1'}]
              guidance: [{kind: projection, sweeps: 10}, {kind: likelihood}, {kind: dps}, {kind: posterior}, {kind: literal, step: 0.1}]
              """,
              "--set", "data={kind: file, path: '" + folder.resolve("points.npy") + "', components: 'u[4]', standardize: "
                  + standardize + "}",
              "--engine", engine);
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.err()).contains("2 of 4 components are constant and stay as in the data: u[0], u[3]");
      for (String method : List.of("", "-projection", "-likelihood", "-dps", "-posterior", "-literal")) {
        float[] samples = Npy.read(out.resolve("samples" + method + ".npy")).values();
        for (int i = 0; i < samples.length; i += 4) {
          assertThat(samples[i]).isEqualTo(third);
          assertThat(samples[i + 3]).isEqualTo(-7);
          assertThat(samples[i + 1]).isFinite();
        }
      }
      assertThat(summary(out).path("metrics").path("projection").path("law: u[1]^2 + u[2]^2 = 1").path("value").doubleValue())
          .isLessThan(1e-4);
    }
    Npy.write(folder.resolve("points.npy"), new float[] {1, 2, 1, 2}, 2);
    Result all =
        experiment("run", folder.resolve("all"), "", "--set", "data.path=" + folder.resolve("points.npy"),
            "--set", "data.standardize=" + standardize);
    assertThat(all.code()).isEqualTo(1);
    assertThat(all.err()).contains("every component of the data is constant");
  }

  @Test
  void anInverseProblemLeavesConstantComponentsOut() throws IOException {
    write("points.csv", table("x,y,c", 60, i -> Math.sin(i) + "," + Math.cos(i) + ",5"));
    Path out = folder.resolve("out");
    Result result =
        experiment(
            "run", out, "inverse: {observe: x + c, truths: 2, samples: 20}\nguidance: [{kind: likelihood, sigma-y: 0.05}]\n");
    assertThat(result.code()).as(result.err()).isZero();
    JsonNode metrics = summary(out).path("metrics").path("posterior likelihood");
    assertThat(metrics.path("mean-error").path("value").doubleValue()).isBetween(0.0, 100.0);
    assertThat(metrics.path("coverage-90").path("value").doubleValue()).isBetween(0.0, 1.0);
    double[] samples = Points.read(out.resolve("posterior-likelihood.npy")).doubles();
    assertThat(samples[2]).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "reference"})
  void digitsSurviveALargeOffset(String engine) throws IOException {
    double[] x = IntStream.range(0, 180).mapToDouble(i -> 1e7 + 0.3 + 0.6 * Math.sin(i)).toArray();
    write("points.csv", table("t,v", 180, i -> x[i] + "," + Math.sin(i)));
    Path out = folder.resolve("out");
    Result result =
        experiment(
            "run", out,
            "physics: [{equality: 't - 10000000.3 - 0.6 * v'}]\nguidance: [{kind: projection}]\n",
            "--engine", engine, "--set", "train.steps=600");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("t - 10000000; samples are written in float64").doesNotContain("warning");
    Points samples = Points.read(out.resolve("samples-projection.npy"));
    assertThat(IntStream.range(0, 60).mapToDouble(i -> samples.numbers().at(2 * i)).distinct().count()).isEqualTo(60);
    for (int i = 0; i < 60; i++) {
      double t = samples.numbers().at(2 * i);
      double v = samples.numbers().at(2 * i + 1);
      assertThat(t - 1e7 - 0.3 - 0.6 * v).isCloseTo(0, within(1e-5));
    }
    JsonNode metrics = summary(out).path("metrics");
    assertThat(metrics.path("projection").path("physical-loss").path("value").doubleValue()).isLessThan(1e-6);
    assertThat(metrics.path("plain").path("nearest-training-distance").path("value").doubleValue()).isLessThan(50);
    assertThat(run("evaluate", out.toString()).code()).isZero();
    assertThat(summary(out).path("metrics")).isEqualTo(metrics);
    assertThat(run("plot", out.toString()).code()).isZero();
    Path csv = folder.resolve("s.csv");
    run("sample", out.resolve("checkpoint.safetensors").toString(), "-n", "60", "--method", "projection", "--out",
        csv.toString(), "--engine", engine);
    assertThat(Points.read(csv).numbers().at(0)).isEqualTo(samples.numbers().at(0));
    assertThat(experiment("train", out, "", "--resume", "--set", "train.steps=600").code()).isZero();
    write("points.csv", table("t,v", 180, i -> x[i] + 1e6 + "," + Math.sin(i)));
    assertThat(experiment("train", out, "", "--resume").err()).contains("other data");
    assertThat(experiment("train", folder.resolve("curved"), "physics: [{objective: t^2}]\n").err())
        .contains("laws that are not linear in t - 11000000 only to");
  }

  @Test
  void samplesBeyondFloat32AreNotWritten() throws IOException {
    write("points.csv", table("x,y", 60, i -> 3e38 * Math.sin(i) + "," + Math.cos(i)));
    Path out = folder.resolve("out");
    Result result = experiment("run", out, "", "--set", "train.steps=5", "--set", "sampler.clip=false", "--set", "objective.predict=eps");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("warning: the data reach", "component 'x' of sample", "float32 ends at 3.4e38");
    assertThat(out.resolve("samples.npy")).doesNotExist();
    write("points.csv", "x,y\n1e300,2\n1,2\n");
    assertThat(experiment("run", folder.resolve("other"), "").err())
        .contains("1e300 is beyond the range of float32");
  }

  @Test
  void pathsAreThoseOfTheFileThatNamesThem() throws IOException {
    Path inputs = Files.createDirectories(folder.resolve("inputs/laws"));
    write("inputs/points.csv", table("x,y", 60, i -> Math.sin(i) + "," + Math.sin(i)));
    write("inputs/laws/a.csv", "y,x\n-1,1\n");
    try (PointWriter writer = PointWriter.open(inputs.resolve("y.npy"), 1, Layout.usual(1))) {
      writer.write(new float[] {0.5f}, 1);
      writer.commit();
    }
    Path file =
        write(
            "inputs/mine.yaml",
            EXPERIMENT
                + """
                physics: [{linear: ./laws/a.csv}]
                inverse: {matrix: laws/../laws/a.csv, measured: laws/y.npy, samples: 20}
                guidance: [{kind: likelihood}]
                """);
    Path out = folder.resolve("out");
    Result result = run("run", file.toString(), "--out", out.toString(), "--engine", "native");
    assertThat(result.code()).as(result.err()).isZero();
    // x - y, by the names of the columns: the data obey it.
    assertThat(result.err()).doesNotContain("off the law");
    String recorded = Files.readString(out.resolve("config.yaml"));
    assertThat(recorded).contains(folder.resolve("inputs/points.csv").toString(), inputs.resolve("a.csv").toString());
    assertThat(summary(out).path("metrics").path("plain").has("law: a.csv x = 0")).isFalse();
    for (String command : List.of("evaluate", "plot")) {
      Result again = run(command, out.toString());
      assertThat(again.code()).as(again.err()).isZero();
    }
    // What a run has recorded is a configuration again, wherever it lies.
    Result recordedRun =
        run("train", out.resolve("config.yaml").toString(), "--out", out.toString(), "--resume", "--engine", "native");
    assertThat(recordedRun.code()).as(recordedRun.err()).isZero();

    Path moved = Files.move(folder.resolve("inputs/points.csv"), folder.resolve("moved.csv"));
    Result gone = run("evaluate", out.toString());
    assertThat(gone.code()).isEqualTo(1);
    assertThat(gone.err())
        .contains("data.path: there is no file points.csv in " + folder.resolve("inputs"))
        .contains("give it again with --set data.path=");
    Result given = run("evaluate", out.toString(), "--set", "data.path=" + moved);
    assertThat(given.code()).as(given.err()).isZero();
    assertThat(run("evaluate", out.toString(), "--set", "network.hidden=3").err())
        .contains("data.path, physics, inverse and evaluate can be changed");
  }

  @Test
  void pathsOfVariantsAreThoseOfTheFileToo() throws IOException {
    Files.createDirectories(folder.resolve("inputs"));
    write("inputs/points.csv", swapped());
    write("inputs/other.csv", swapped().replace("y,x", "a,b"));
    Path file =
        write(
            "inputs/mine.yaml",
            EXPERIMENT
                + """
                variants:
                  - {name: one}
                  - {name: two, set: {data.path: other.csv}}
                  - {name: three, set: {data: '{kind: file, path: other.csv}'}}
                """);
    Path out = folder.resolve("out");
    Result result =
        run("run", file.toString(), "--out", out.toString(), "--engine", "native", "--set", "train.steps=2");
    assertThat(result.code()).as(result.err()).isZero();
    for (String variant : List.of("two", "three")) {
      assertThat(Files.readString(out.resolve(variant + "/seed-1/config.yaml")))
          .contains(folder.resolve("inputs/other.csv").toString());
    }
    assertThat(Files.readString(out.resolve("config.yaml"))).contains(folder.resolve("inputs/other.csv").toString());
    Files.delete(folder.resolve("inputs/other.csv"));
    Path second = folder.resolve("second");
    Result missing = run("run", file.toString(), "--out", second.toString(), "--engine", "native");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("there is no file other.csv").doesNotContain("train ");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "inverse: {matrix: nowhere.npy} | inverse.matrix: there is no file nowhere.npy",
        "inverse: {matrix: points.csv, measured: nowhere.npy} | inverse.measured: there is no file nowhere.npy",
        "inverse: {matrix: points.csv, measured: points.csv} | has 120 numbers, but A has 60",
        "inverse: {matrix: wide.csv} | wide.csv has 3 columns, but x has 2 components",
        "inverse: {matrix: other.csv} | other.csv has the columns x, z, but the components are y, x",
        "inverse: {observe: x + z} | inverse: 'x + z': unknown name 'z'",
        "physics: [{linear: points.csv, right: wide.csv}] | wide.csv has 3 numbers, but points.csv has 60 rows",
        "physics: [{invariant: mass, value: 1, weights: wide.csv}] | wide.csv has 3 numbers for 2 components"
      })
  void whatDoesNotFitIsSaidBeforeTheTraining(String lines, String message) throws IOException {
    write("points.csv", swapped());
    write("wide.csv", "1,2,3\n");
    write("other.csv", "x,z\n1,2\n");
    Result result = experiment("run", folder.resolve("out"), lines + "\nguidance: [{kind: likelihood}]\n");
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(message).doesNotContain("train ");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
