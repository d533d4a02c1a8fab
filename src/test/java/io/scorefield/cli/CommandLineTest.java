package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.cuda.CudaEngine;
import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.Npy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The program as a user calls it, on small settings.
class CommandLineTest {
  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  private static Result run(String... args) {
    return run(new StopSwitch(), args);
  }

  private static Result run(StopSwitch stop, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        CommandLineRunner.run(args, new PrintWriter(out), new PrintWriter(err), stop);
    return new Result(code, out.toString(), err.toString());
  }

  /// circle, but small enough for a test.
  private static String[] small(String command, Path out, String... more) {
    return smallOn("reference", command, out, more);
  }

  private static String[] smallOn(String engine, String command, Path out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                command, "circle", "--out", out.toString(), "--engine", engine,
                "--set", "network.hidden=24", "--set", "network.layers=3",
                "--set", "train.epochs=20", "--set", "schedule.steps=20",
                "--set", "sample.count=300", "--set", "evaluate.floor-repeats=2"));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  /// configs/circle.yaml with one formula changed: the samples obey the new law.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(x / 1.8)^2 + (y / 1.2)^2 = 1 | 0.02",
        "y = x^2 | 0.02",
        "sqrt(x^2 + y^2) - 1.5 | 0.02"
      })
  void changingTheFormulaOfTheCircleChangesTheLaw(String formula, double residual) throws IOException {
    String text =
        ExperimentSource.builtInText("circle").replace("sqrt(x^2 + y^2) - 1.5", formula);
    Path config = folder.resolve("mine.yaml");
    Files.writeString(config, text);
    Path out = folder.resolve("mine");
    Result result =
        run(
            "run", config.toString(), "--out", out.toString(), "--engine", "native",
            "--set", "train.epochs=300", "--set", "sample.count=500", "--set", "network.hidden=128",
            "--set", "evaluate.floor-repeats=1",
            "--set", "guidance=[{kind: likelihood, sigma-y: 0.02, gamma: 1}, {kind: projection, sweeps: 5}]");
    assertThat(result.code()).as(result.err()).isZero();
    JsonNode metrics =
        JsonMapper.builder().build().readTree(Files.readString(out.resolve("summary.json"))).path("metrics");
    double plain = metrics.path("plain").path("physical-loss").path("value").doubleValue();
    double guided = metrics.path("likelihood").path("physical-loss").path("value").doubleValue();
    double projected = metrics.path("projection").path("physical-loss").path("value").doubleValue();
    assertThat(guided).isLessThan(0.4 * plain);
    assertThat(projected).isLessThan(1e-3);
    // The numbers are those of the formula, not of some other law.
    var samples = Npy.read(out.resolve("samples-projection.npy"));
    var law = io.scorefield.physics.formula.FormulaLaw.equality(
        io.scorefield.physics.formula.Formula.parse(formula),
        io.scorefield.physics.Variables.of(List.of("x", "y")), Map.of());
    for (int i = 0; i < 500; i++) {
      double[] point = {samples.values()[2 * i], samples.values()[2 * i + 1]};
      assertThat(Math.abs(law.residuals(point, 0)[0])).isLessThan(residual);
    }
    boolean isCircle = formula.startsWith("sqrt");
    String warning = "off the law '" + formula + "'";
    assertThat(result.out() + result.err()).satisfies(
        printed -> assertThat(printed.contains(warning)).isEqualTo(!isCircle));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[{equality: x^2 + z^2}] | physics[0]: 'x^2 + z^2': unknown name 'z'; known are x, y, pi (at character 7)",
        "[{equality: sqrt(x}] | '(' is not closed (at character 5)",
        "[{equality: log(x)}] | the law 'log(x)' is NaN at training point",
        "[{equality: x >= 0}] | a comparison where a residual is expected",
        "[{equality: 3}] | the law is constant",
        "[{equality: x - r, parameters: {r: one}}] | the parameter 'r' must be a number, not 'one'",
        "[{equalty: x}] | did you mean 'equality'",
        "[{equality: x, inequality: y >= 0}] | write them as two items",
        "{kind: circle} | 'physics' must be a list, each item with one of equality",
        "[{stencil: laplace(x), spacing: 0.1}] | a stencil needs a field",
        "[{linear: nowhere.npy}] | there is no file nowhere.npy",
        "[{invariant: mass, field: u, value: 1}] | unknown field 'u'; known are x, y",
        "[{invariant: charge, value: 1}] | cannot be 'charge'"
      })
  void mistakesInLawsAreOneClearLine(String physics, String message) {
    Result result = run(small("train", folder.resolve("x"), "--set", "physics=" + physics, "--set", "guidance=[]"));
    assertThat(result.code()).isNotZero();
    List<String> complaints =
        result.err().lines().filter(line -> line.startsWith("scorefield: ")).toList();
    assertThat(complaints).hasSize(1);
    assertThat(complaints.getFirst()).contains(message);
  }

  @Test
  void aLawThatFailsWhileSamplingIsNamed() {
    Result result =
        run(
            small(
                "run", folder.resolve("x"), "--set", "physics=[{equality: sqrt(1.6 - x)}]",
                "--set", "guidance=[{kind: likelihood, name: g}]", "--set", "train.steps=1"));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("the law 'sqrt(1.6 - x)' is NaN at x0hat of sample");
  }

  @Test
  void anInverseProblemIsSolvedAndCompared() throws IOException {
    Path out = folder.resolve("inverse");
    Result result =
        run(
            "run", "gaussian-inverse", "--out", out.toString(), "--engine", "native",
            "--set", "train.steps=2000", "--set", "network.hidden=64", "--set", "sampler.steps=60",
            "--set", "sample.count=300", "--set", "inverse.truths=2", "--set", "inverse.samples=2000",
            "--set", "evaluate.floor-repeats=1", "--set", "data.points=2000");
    assertThat(result.code()).as(result.err()).isZero();
    JsonNode metrics =
        JsonMapper.builder().build().readTree(Files.readString(out.resolve("summary.json"))).path("metrics");
    JsonNode posterior = metrics.path("posterior posterior");
    assertThat(posterior.path("posterior-mean-error").path("value").doubleValue()).isBetween(0.0, 0.3);
    assertThat(posterior.path("posterior-mean-error").path("noise-floor").doubleValue()).isBetween(0.005, 0.06);
    assertThat(posterior.path("data-misfit").path("value").doubleValue()).isBetween(0.5, 1.6);
    assertThat(Npy.read(out.resolve("posterior-dps.npy")).values()).hasSize(2 * 2000 * 4);
    assertThat(out.resolve("plots/posterior.png")).isNotEmptyFile();
  }

  @Test
  void trainingWithALawReportsItByNoiseLevel() throws IOException {
    Path out = folder.resolve("pidm");
    Result result =
        run(
            "run", "darcy-1d", "--out", out.toString(), "--engine", "native", "--set", "repeats=1",
            "--set", "variants=[]", "--set", "objective.physics.estimate=sample",
            "--set", "objective.physics.combine=conflict-free", "--set", "data.grid=8",
            "--set", "data.points=200", "--set", "train.steps=40", "--set", "network.hidden=32",
            "--set", "sample.count=50", "--set", "schedule.steps=10", "--set", "evaluate.floor-repeats=1",
            "--set", "physics=[{stencil: div(k * grad(u)) + 1, spacing: 0.111111111111, boundary: {u: dirichlet 0}}]",
            "--set", "guidance=[{kind: projection}]");
    assertThat(result.code()).as(result.err()).isZero();
    List<String> levels = Files.readAllLines(out.resolve("levels.csv"));
    assertThat(levels.getFirst()).isEqualTo("step,noise-level,x0hat-error,residual");
    assertThat(levels).hasSize(1 + 10);
    assertThat(levels.getLast()).startsWith("40,10");
    assertThat(Files.readAllLines(out.resolve("metrics.csv")).getLast().split(",")[3]).isNotEqualTo("0.0");
    for (String picture : List.of("fields", "solver", "levels")) {
      assertThat(out.resolve("plots/" + picture + ".png")).isNotEmptyFile();
    }
  }

  @Test
  void anEngineThatIsNotThereSaysWhatToDo() {
    assumeFalse(CudaEngine.unavailable().isEmpty(), "there is a GPU");
    Result result = run("run", "circle", "--engine", "cuda");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("engine 'cuda' is not available");
    assertThat(run("info").out()).contains("cuda       not available", "kernels    ", "driver     none");
    Result other = run("train", "half-moons", "--kernels", "fused", "--threads", "1", "--set", "train.steps=1",
        "--out", folder.resolve("moons").toString());
    assertThat(other.err())
        .contains("warning: --devices 0 --kernels fused --precision mixed concerns the CUDA engine");
    assertThat(other.err().lines()).first().asString().endsWith(", 1 thread");
  }

  @Test
  void cudaOnAPlatformWithoutJCudaSaysSo() throws Exception {
    Program.Result result =
        Program.start(folder, List.of("-Dos.arch=aarch64", "-XX:TieredStopAtLevel=1"), "train", "circle", "--engine", "cuda").end();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().lines())
        .last().asString()
        .startsWith("scorefield: engine 'cuda' is not available: JCuda").contains("64-bit x86 only", "'aarch64'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void runPutsEverythingItPromisesIntoTheFolder(String engine) throws IOException {
    if (engine.equals("native")) {
      assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    }
    Path out = folder.resolve("circle");
    Result result = run(smallOn(engine, "run", out, "--seed", "7"));
    assertThat(result.err()).contains("engine: " + engine).contains("seed 7");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("likelihood").contains("report: ");
    for (String file :
        List.of(
            "config.yaml", "checkpoint.safetensors", "samples.npy", "samples-literal.npy",
            "samples-likelihood.npy", "summary.json", "metrics.csv", "report.html",
            "plots/schedule.png", "plots/schedule.svg", "plots/forward-process.png",
            "plots/loss.png", "plots/samples.png", "plots/samples.svg", "plots/trajectories.png",
            "plots/score-field.png", "plots/reverse-process.gif")) {
      assertThat(out.resolve(file)).isNotEmptyFile();
    }
    JsonNode summary = new JsonMapper().readTree(Files.readString(out.resolve("summary.json")));
    assertThat(summary.path("seed").intValue()).isEqualTo(7);
    for (String method : List.of("plain", "literal", "likelihood")) {
      JsonNode loss = summary.path("metrics").path(method).path("physical-loss");
      assertThat(loss.path("value").doubleValue()).isPositive();
      assertThat(loss.path("standard-error").doubleValue()).isPositive();
      assertThat(loss.path("noise-floor").doubleValue()).isBetween(0.0, 1e-6);
    }
    JsonNode provenance = summary.path("provenance");
    for (String key : List.of("scorefield", "commit", "engine", "java", "system", "libraries")) {
      assertThat(provenance.has(key)).isTrue();
    }
    assertThat(Npy.read(out.resolve("samples.npy")).values()).hasSize(600);
    assertThat(out.resolve("report.html"))
        .content()
        .contains("data:image/png;base64", "data:image/gif;base64", "Provenance", "hidden: 24")
        .doesNotContain("http://", "<script");
    try (Stream<Path> left = Files.walk(out)) {
      assertThat(left).noneMatch(p -> p.getFileName().toString().endsWith(".tmp"));
    }

    // From here on, what can be done with a finished run.
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    Path again = folder.resolve("again.npy");
    assertThat(run("sample", checkpoint, "-n", "300", "--out", again.toString(), "--engine", engine).code())
        .isZero();
    assertThat(again).hasBinaryContent(Files.readAllBytes(out.resolve("samples.npy")));
    Path part = folder.resolve("part.csv");
    run("sample", checkpoint, "-n", "10", "--first", "290", "--out", part.toString(), "--method",
        "likelihood", "--seed", "7", "--engine", engine);
    float[] guided = Npy.read(out.resolve("samples-likelihood.npy")).values();
    assertThat(Files.readAllLines(part)).hasSize(11).first().isEqualTo("x,y");
    assertThat(Files.readAllLines(part).get(1)).isEqualTo(guided[580] + "," + guided[581]);
    assertThat(run("sample", checkpoint, "-n", "1", "--out", "x.npy", "--method", "dps"))
        .satisfies(r -> assertThat(r.code()).isEqualTo(2))
        .satisfies(r -> assertThat(r.err()).contains("known are plain, literal, likelihood"));

    String before = Files.readString(out.resolve("summary.json"));
    Result evaluated = run("evaluate", out.toString());
    assertThat(evaluated.code()).isZero();
    JsonNode repeated = new JsonMapper().readTree(Files.readString(out.resolve("summary.json")));
    assertThat(repeated.path("metrics"))
        .isEqualTo(new JsonMapper().readTree(before).path("metrics"));
    Files.delete(out.resolve("report.html"));
    assertThat(run("plot", out.toString()).code()).isZero();
    assertThat(out.resolve("report.html")).isNotEmptyFile();

    // A finished training resumed changes nothing; a new one leaves no results of the old network.
    assertThat(run(small("train", out, "--seed", "7", "--resume")).code()).isZero();
    assertThat(out.resolve("samples-literal.npy")).exists();
    assertThat(run(small("train", out)).code()).isZero();
    for (String file :
        List.of("samples.npy", "samples-literal.npy", "summary.json", "report.html")) {
      assertThat(out.resolve(file)).doesNotExist();
    }
  }

  @Test
  void aStoppedTrainingGoesOnToTheSameCheckpoint() throws IOException {
    Path whole = folder.resolve("whole");
    assertThat(run(smallFree(whole)).code()).isZero();
    // A run that has been trained but not sampled can be drawn already, but not measured.
    Result drawn = run("plot", whole.toString());
    assertThat(drawn.code()).as(drawn.err()).isZero();
    assertThat(drawn.err()).contains("there are no samples yet");
    assertThat(whole.resolve("plots/score-field.png")).isNotEmptyFile();
    assertThat(run("evaluate", whole.toString()).err()).contains("there is no file");

    StopSwitch stop = new StopSwitch();
    Path out = folder.resolve("stopped");
    Result stopped = runUntil("parameters, seed", stop, smallFree(out));
    assertThat(stopped.err()).contains("stopping ...");
    assertThat(stopped.code()).isEqualTo(1);
    assertThat(stopped.err()).contains("stopped at step 1 of 80; go on with --resume --out " + out);
    Result resumed = run(smallFree(out, "--resume"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("going on from step 1 of 80");
    assertThat(out.resolve("checkpoint.safetensors"))
        .hasBinaryContent(Files.readAllBytes(whole.resolve("checkpoint.safetensors")));
    assertThat(out.resolve("metrics.csv"))
        .hasSameTextualContentAs(whole.resolve("metrics.csv"));
    assertThat(out.resolve("levels.csv")).hasSameTextualContentAs(whole.resolve("levels.csv"));

    Result fewer = run(smallFree(out, "--resume", "--set", "train.epochs=3"));
    assertThat(fewer.err()).contains("has been trained for 80 steps already, more than 12");
    Result other = run(smallFree(out, "--resume", "--set", "data.points=50"));
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("was trained otherwise: on other data");
    Result wider = run(smallFree(out, "--resume", "--set", "network.hidden=25"));
    assertThat(wider.err()).contains("network.hidden was 24, now is 25");
    Map<String, String> changes =
        Map.of(
            "schedule.steps=21", "schedule.steps was 20", "objective.predict=v", "objective.predict was eps",
            "train.batch=20", "train.batch was 25", "network.time-embedding.scale=2",
            "network.time-embedding.scale was 0.0");
    changes.forEach(
        (change, key) ->
            assertThat(run(smallFree(out, "--resume", "--set", change)).err())
                .contains("was trained otherwise: " + key));
    assertThat(out.resolve("config.yaml")).content().contains("predict: eps");
  }

  /// Without laws, which would be tried before the first step.
  private static String[] smallFree(Path out, String... more) {
    List<String> all = new ArrayList<>(List.of("--set", "physics=[]", "--set", "guidance=[]"));
    all.addAll(List.of(more));
    return small("train", out, all.toArray(String[]::new));
  }

  /// Asks the program to stop when it has printed a text.
  private static Result runUntil(String text, StopSwitch stop, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    PrintWriter watched =
        new PrintWriter(err) {
          @Override
          public void println(String line) {
            super.println(line);
            if (line.contains(text)) {
              stop.request();
            }
          }
        };
    int code = CommandLineRunner.run(args, new PrintWriter(out), watched, stop);
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void aDivergingTrainingKeepsTheLastGoodCheckpoint() throws IOException {
    Path out = folder.resolve("diverging");
    // A checkpoint after every step: the one of the ruinous step must not be written.
    Result fresh =
        run(
            small(
                "train", folder.resolve("fresh"), "--set", "train.learning-rate=1e30", "--set",
                "train.checkpoint-every=1"));
    assertThat(fresh.code()).isEqualTo(1);
    assertThat(folder.resolve("fresh/checkpoint.safetensors")).doesNotExist();
    // Weights that grow by 5e5 a step: the loss, of the sixth power, is beyond float32 after some steps.
    String[] growing =
        small(
            "train", out, "--set", "train.learning-rate=5e5", "--set", "train.checkpoint-every=1", "--set", "train.steps=200");
    Result result = run(growing);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("the loss became").contains("train.learning-rate");
    byte[] good = Files.readAllBytes(out.resolve("checkpoint.safetensors"));
    String[] again = Arrays.copyOf(growing, growing.length + 1);
    again[growing.length] = "--resume";
    Result resumed = run(again);
    assertThat(resumed.code()).isEqualTo(1);
    assertThat(resumed.err()).contains("going on from step", "the loss became");
    assertThat(out.resolve("checkpoint.safetensors")).hasBinaryContent(good);
  }

  @Test
  void aSweepWritesATableOfMeans() throws IOException {
    Path out = folder.resolve("sweep");
    Result result =
        run(
            small(
                "run", out, "--set", "repeats=2", "--set",
                "variants=[{name: narrow, set: {network.hidden: 8}}, {name: wide, set: {}}]"));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("narrow/likelihood").contains("wide/plain");
    for (String run : List.of("narrow/seed-1", "narrow/seed-2", "wide/seed-1", "wide/seed-2")) {
      assertThat(out.resolve(run).resolve("report.html")).isNotEmptyFile();
    }
    List<String> table = Files.readAllLines(out.resolve("table.csv"));
    assertThat(table.getFirst())
        .isEqualTo("method,metric,mean,standard-error,noise-floor,seed-1,seed-2");
    String[] line = table.get(1).split(",");
    double mean = Double.parseDouble(line[2]);
    double first = Double.parseDouble(line[5]);
    double second = Double.parseDouble(line[6]);
    assertThat(mean).isCloseTo((first + second) / 2, within(1e-5 * mean));
    assertThat(out.resolve("report.html")).content().contains("Means over 2 seeds");

    Result again = run(small("run", out, "--resume", "--set", "repeats=2", "--set",
        "variants=[{name: narrow, set: {network.hidden: 8}}, {name: wide, set: {}}]"));
    assertThat(again.code()).isZero();
    Result changed = run(small("run", out, "--resume", "--set", "repeats=2", "--set",
        "sample.count=100", "--set", "variants=[{name: wide, set: {}}]"));
    assertThat(changed.err()).doesNotContain("done before").contains("going on from step 80");
    assertThat(again.err()).contains("narrow, seed 1: done before").doesNotContain("sample plain");
  }

  @Test
  void learnsFromAFileOfAnyDimension() throws IOException {
    Path data = folder.resolve("points.csv");
    StringBuilder text = new StringBuilder("a,b,c\n");
    for (int i = 0; i < 200; i++) {
      text.append(i * 0.1).append(',').append(Math.sin(i)).append(',').append(i % 7).append('\n');
    }
    Files.writeString(data, text);
    Path out = folder.resolve("file");
    String description = "{kind: file, path: '" + data + "'}";
    Result result =
        run(
            small(
                "run", out, "--set", "data=" + description, "--set", "physics=[]",
                "--set", "guidance=[]"));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("not in the plane");
    assertThat(Npy.read(out.resolve("samples.npy")).dimension()).isEqualTo(3);
    assertThat(result.out()).contains("sliced-wasserstein-2").doesNotContain("kuiper");
    // How near true samples lie to the training points is not known for data from a file.
    assertThat(result.out()).containsPattern("nearest-training-distance .* -\\s");

    Files.writeString(data, "1,2\n");
    Result one =
        run(
            small(
                "run", folder.resolve("one"), "--set",
                "data={kind: file, standardize: false, path: '" + data + "'}"));
    assertThat(one.code()).as(one.err()).isZero();
    assertThat(one.err()).contains("no metrics of plain");

    Files.writeString(data, "3,4\n5,7\n");
    Result replaced = run("evaluate", folder.resolve("one").toString());
    assertThat(replaced.code()).isEqualTo(1);
    assertThat(replaced.err()).contains("'points.csv' has changed since the training");

    Files.writeString(data, "a,b\n1,2\n3,NaN\n");
    Result bad = run(small("run", folder.resolve("bad"), "--set", "data=" + description));
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.err()).contains("points.csv: 1 of 4 cells is missing: 1 in b (line 3)");
    assertThat(folder.resolve("bad")).doesNotExist();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          run circl | 2 | did you mean 'circle'?
          run circle --set train.stepps=3 | 2 | did you mean 'steps'?
          run circle --set nonsense | 2 | expected KEY=VALUE
          run circle --engine warp | 2 | unknown engine 'warp'
          run circle --threads -1 | 2 | cannot use -1 threads
          run circle --out /dev/null/x | 1 | cannot
          run circle --seed x | 2 | --seed
          run circle --engine reference --instructions avx2 | 2 | goes with the engine native only
          run circle --instructions avx2 | 2 | goes with the engine native only
          run circle --engine reference --precision half | 2 | goes with the engines native and cuda
          run circle --engine native --instructions avx3 | 2 | did you mean 'avx2'
          bench circle --engines reference --instructions avx2 | 2 | goes with the engine native only
          run circle --resume | 2 | --resume needs --out
          run circle --resume --out no-such-folder | 2 | there is no folder
          run no/such.yaml | 2 | there is no file
          run | 2 | EXPERIMENT
          rum circle | 2 | rum
          `` | 2 | a command is missing
          sample nothing.safetensors -n 5 --out x.npy | 1 | there is no file nothing.safetensors
          sample pom.xml -n 5 --out x.npy | 1 | pom.xml: not a safetensors file
          sample pom.xml -n 0 --out x.npy | 2 | -n must be at least 1
          sample pom.xml -n -5 --out x.npy | 2 | -n must be at least 1
          sample pom.xml -n 99999999999999999999 --out x.npy | 2 | is not a whole number
          sample pom.xml --out x.npy | 2 | --count
          sample src -n 5 --out x.npy | 1 | src is a folder
          run circle --out pom.xml | 1 | a file has that name
          evaluate src | 2 | is not the folder of a run
          plot no-such-folder | 2 | there is no folder no-such-folder
          bench circle --out pom.xml | 1 | cannot make the folder pom.xml
          gallery --out pom.xml | 1 | cannot make the folder pom.xml
          sample nothing.safetensors -n 5 --out x.txt | 1 | .npy and .csv files
          run circle --set schedule.steps=99999 --set network.time-embedding.dimension=4096 | 2 | more than 20000000 numbers
          """)
  void wrongCallsGetOneLineAndAnExitCode(String line, int code, String message) {
    Result result = run(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(result.code()).as(result.err()).isEqualTo(code);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(result.err().lines().filter(l -> l.startsWith("scorefield: "))).hasSize(1);
    assertThat(Path.of("x.npy")).doesNotExist();
  }

  @Test
  void aLawThatTheDataDoNotObeyIsQuestioned() {
    Result result = run(small("train", folder.resolve("law"), "--set", "data.radius=3"));
    assertThat(result.err()).contains("the training points are 1.500 off the law").contains("'physics'");
    Result again = run(small("train", folder.resolve("law")));
    assertThat(again.err()).contains("is replaced").doesNotContain("off the law");
  }

  @Test
  void debugShowsTheStackTrace() {
    assertThat(run("sample", "pom.xml", "-n", "1", "--out", "x.npy", "--debug").err())
        .contains("\tat io.scorefield");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run", "train", "sample", "evaluate", "plot", "info", "config", "gallery", "bench"})
  void everyCommandExplainsItselfWithAnExample(String command) {
    Result result = run(command, "--help");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Usage: scorefield " + command).contains("Example: ");
  }

  @Test
  void infoConfigAndCompletionAnswer() throws IOException {
    assertThat(run("info").out()).contains("reference").contains("not available").contains("java");
    assertThat(run("--version").out()).contains("scorefield 0.");
    Path file = folder.resolve("my.yaml");
    Files.writeString(file, run("config", "half-moons", "--set", "seed=9").out());
    assertThat(ExperimentSource.read(file.toString()).bind().seed()).isEqualTo(9);
    assertThat(run("config", "--reference").out()).startsWith("# Configuration reference");
    assertThat(run("generate-completion").out()).contains("complete -F");
  }

  @ParameterizedTest
  @ValueSource(strings = {"circle", "half-moons"})
  void theNumpyExampleMakesTheSameSamples(String experiment) throws Exception {
    assumeTrue(hasNumpy(), "NumPy is not installed");
    Path out = folder.resolve(experiment);
    List<String> args =
        new ArrayList<>(
            List.of(
                "train", experiment, "--out", out.toString(), "--set", "train.steps=300", "--set",
                "network.hidden=32", "--set", "data.standardize=true"));
    if (experiment.equals("half-moons")) {
      args.addAll(
          List.of(
              "--set", "sampler.steps=100", "--set", "train.ema-decay=0.9", "--set", "sampler.clip=true", "--set",
              "network.time-embedding={kind: sinusoidal, dimension: 8}"));
    }
    assertThat(run(args.toArray(String[]::new)).code()).isZero();
    String checkpoint = folder.resolve("weights.safetensors").toString();
    assertThat(
            run("export", out.resolve("checkpoint.safetensors").toString(), "--out", checkpoint).code())
        .isZero();
    Path ours = folder.resolve("ours.npy");
    Path theirs = folder.resolve("theirs.npy");
    assertThat(run("sample", checkpoint, "-n", "50", "--out", ours.toString()).code()).isZero();
    Process python =
        new ProcessBuilder(
                "python3", "docs/examples/sample_numpy.py", checkpoint, "50", theirs.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(python.exitValue()).as(output).isZero();
    float[] a = Npy.read(ours).values();
    float[] b = Npy.read(theirs).values();
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      differences[i] = Math.abs(a[i] - b[i]) / (1 + Math.abs(a[i]));
    }
    Arrays.sort(differences);
    assertThat(differences[a.length / 2]).isLessThan(2e-6);
    assertThat(differences[a.length - 1]).isLessThan(1e-3);
  }

  private static boolean hasNumpy() {
    try {
      Process process =
          new ProcessBuilder("python3", "-c", "import numpy").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void benchTimesEnginesAndWritesFigures() throws IOException {
    Result result =
        run(
            "bench", "half-moons", "--engines", "reference", "--sizes", "20,1e2", "--seconds", "0.2", "--work", "train,plain",
            "--set", "sampler.steps=5", "--out", folder.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("train (steps)", "sample plain", "half-moons.json");
    JsonNode tree =
        new JsonMapper().readTree(Files.readString(folder.resolve("half-moons.json")));
    assertThat(tree.path("command").asString()).contains("--set sampler.steps=5");
    assertThat(tree.path("provenance").path("processor").asString()).isNotEmpty();
    // Training at the experiment's own batch size as well.
    assertThat(tree.path("results")).hasSize(5);
    for (JsonNode figure : tree.path("results")) {
      double median =
          figure.path("work").asString().equals("train")
              ? figure.path("steps-per-second").doubleValue()
              : figure.path("samples-per-second").doubleValue();
      assertThat(figure.path("slowest").doubleValue()).isPositive().isLessThanOrEqualTo(median);
      assertThat(figure.path("fastest").doubleValue()).isGreaterThanOrEqualTo(median);
      assertThat(figure.path("gflops").doubleValue()).isPositive();
    }
    assertThat(folder.resolve("half-moons.png")).isNotEmptyFile();
  }

  @Test
  void benchSaysWhatShareOfThePeakTheNativeEngineHas() throws IOException {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    Result result =
        run(
            "bench", "half-moons", "--engines", "native,reference", "--instructions", "portable", "--threads", "1",
            "--sizes", "64", "--work", "plain", "--seconds", "0.2", "--set", "sampler.steps=5", "--out",
            folder.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).containsPattern("native +sample plain .* \\d+%\\R").containsPattern("reference .* -\\R");
    JsonNode tree = new JsonMapper().readTree(Files.readString(folder.resolve("half-moons.json")));
    assertThat(tree.path("command").asString()).contains("--instructions portable");
    JsonNode figure = tree.path("results").path(0);
    assertThat(figure.path("device").asString()).endsWith("portable");
    assertThat(figure.path("share-of-peak").doubleValue())
        .isCloseTo(
            figure.path("gflops").doubleValue() / tree.path("peak-gflops").doubleValue(), within(1e-9))
        .isPositive();
    assertThat(tree.path("results").path(1).path("share-of-peak").isNull()).isTrue();
  }

  @Test
  void benchTellsWhatAnEvaluationCostsInEverySampler() throws IOException {
    Result result =
        run(
            "bench", "half-moons", "--engines", "reference", "--work", "samplers", "--seconds", "0.3", "--set",
            "network.hidden=8", "--set", "schedule={kind: vp}", "--out", folder.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("in evaluations of euler-maruyama").doesNotContain("half-moons.png");
    JsonNode costs = new JsonMapper().readTree(Files.readString(folder.resolve("half-moons.json"))).path("sampler-costs");
    List<String> names = new ArrayList<>();
    for (JsonNode cost : costs) {
      names.add(cost.path("sampler").asString());
      assertThat(cost.path("evaluations").asInt()).isBetween(40, 48);
      assertThat(cost.path("least").asDouble()).isPositive().isLessThanOrEqualTo(cost.path("relative").asDouble());
      assertThat(cost.path("most").asDouble()).isGreaterThanOrEqualTo(cost.path("relative").asDouble());
    }
    assertThat(names).hasSize(16).contains("euler", "heun", "edm-churn", "langevin", "classifier-free pair");
  }

  @Test
  void benchSaysWhatItLeavesOut() {
    Result result =
        run(
            "bench", "half-moons", "--engines", "reference", "--work", "plain", "--sizes", "10,1e9",
            "--seconds", "0.2", "--set", "sampler.steps=5", "--out", folder.toString());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .containsPattern("not measured: reference, sample plain from size 1,000,000,000 on");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sizes=abc | not a whole number",
        "--sizes=0.5 | not a whole number",
        "--work=plan | did you mean 'plain'",
        "--engines=nativ | did you mean 'native'",
        "--seconds=0 | must be positive"
      })
  void benchRefusesWhatItCannotDo(String option, String message) {
    Result result = run("bench", "half-moons", option, "--out", folder.toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines()).singleElement().asString().contains(message);
  }
}
