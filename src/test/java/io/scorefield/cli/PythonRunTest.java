package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs as scripts/scorefield_run.py reads them: the lines of docs/tools.md and docs/walkthrough.md, run by Python.
class PythonRunTest {
  private static final Pattern CODE = Pattern.compile("(?s)```python\\n(.*?)```");
  private static final Pattern PRINTED = Pattern.compile("(?s)```text\\n(.*?)```");
  private static final Pattern COMPARED =
      Pattern.compile("(?m)^(plain|literal|likelihood) (residual|its error|distance|sliced): mine (\\S+), summary (\\S+), tolerance (\\S+)$");

  /// The metric of a comparison, and what of it.
  private static final Map<String, List<String>> METRICS =
      Map.of(
          "residual", List.of("physical-loss", "value"), "its error", List.of("physical-loss", "standard-error"),
          "distance", List.of("nearest-training-distance", "value"), "sliced", List.of("sliced-wasserstein-2", "value"));

  @TempDir static Path folder;
  private static Path run;

  @BeforeAll
  static void trainsOnce() throws Exception {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    assumeTrue(python("import sys, numpy; sys.exit(sys.version_info < (3, 9))").code() == 0, "no Python 3.9 with NumPy");
    run = folder.resolve("circle");
    Cli.run(Cli.small("run", "circle", run, "--set", "train.epochs=4", "--set", "sample.count=2000")).ok();
  }

  @Test
  void theLinesOfTheDocsReadARun() throws Exception {
    Cli.run(
            "sample", run.resolve("checkpoint.safetensors").toString(), "-n", "30", "--engine", "native", "--out",
            folder.resolve("more.npz").toString())
        .ok();
    String code = blocks(CODE, Path.of("docs/tools.md"));
    assertThat(code).contains("scorefield_run.read(", "np.load(");
    code +=
        """

        assert run.experiment == "circle", run.experiment
        assert run.components == ["x", "y"], run.components
        assert set(run.samples) == {"plain", "literal", "likelihood"}, run.samples.keys()
        assert run.samples["plain"].shape == (2000, 2) and run.samples["plain"].dtype == np.float32
        assert run.losses["step"][-1] == 16 and np.isnan(run.losses["held-out-loss"]).all()
        assert set(run.levels) == {"step", "noise-level", "x0hat-error", "residual"}
        assert run.config["train"]["epochs"] == 4 and not run.runs and not run.failed
        residual = np.abs(np.hypot(*run.samples["plain"].astype(float).T) - 1.5).mean()
        assert abs(residual / run.metrics["plain"]["physical-loss"].value - 1) < 1e-5
        assert archive["samples"].shape == (30, 2) and list(archive["names"]) == ["x", "y"]
        assert (archive["samples"] == run.samples["plain"][:30]).all()
        try:
          scorefield_run.read("docs")
          raise SystemExit("docs is not a run")
        except ValueError as error:
          assert "not the folder of a run" in str(error)
        """;
    Result result = python(code.replace("/tmp/circle", run.toString()).replace("/tmp/more", folder.resolve("more").toString()));
    assertThat(result.output()).doesNotContain("Traceback", "Error");
    assertThat(result.code()).isZero();
    assertThat(result.output()).contains("physical-loss");
  }

  @Test
  void whatTheWalkthroughComputesIsInTheSummary() throws Exception {
    Path docs = Path.of("docs/walkthrough.md");
    Result result = python(blocks(CODE, docs).replace("/tmp/circle", run.toString()));
    assertThat(result.code()).as(result.output()).isZero();
    List<MatchResult> compared = COMPARED.matcher(result.output()).results().toList();
    assertThat(compared).hasSize(12);
    JsonNode metrics = Cli.json(run.resolve("summary.json")).get("metrics");
    for (MatchResult line : compared) {
      List<String> where = METRICS.get(line.group(2));
      double reported = metrics.get(line.group(1)).get(where.get(0)).get(where.get(1)).asDouble();
      assertThat(Double.parseDouble(line.group(4))).as(line.group()).isCloseTo(reported, within(1e-5 * reported));
      double tolerance = Double.parseDouble(line.group(5));
      assertThat(Double.parseDouble(line.group(3))).as(line.group()).isCloseTo(reported, within(1.1 * tolerance + 1e-5 * reported));
      assertThat(tolerance).as(line.group()).isLessThanOrEqualTo((line.group(2).equals("sliced") ? 0.5 : 1.1e-3) * reported);
    }
    // What the docs show is what is printed, but for the numbers, which are those of a longer run.
    assertThat(shape(result.output().replace(run.toString(), "/tmp/circle"))).isEqualTo(shape(blocks(PRINTED, docs)));
  }

  private static String shape(String printed) {
    return printed.replaceAll("[-+]?[0-9][0-9.]*(e[-+]?[0-9]+)?", "#").replaceAll("[ ]+", " ").replace("[ ", "[").replace(" ]", "]");
  }

  /// Runs lines with a module of the name `pyarrow.parquet`, which gives a table out of a dict: what the reader makes of a table is
  /// tested, and not the library.
  @Test
  void parquetNeedsPyarrowAndComesInTheOrderOfTheSamples() throws Exception {
    Path copy = Files.createDirectory(folder.resolve("with-parquet"));
    Files.copy(run.resolve("summary.json"), copy.resolve("summary.json"));
    Cli.run("convert", run.resolve("samples.npy").toString(), copy.resolve("samples-more.parquet").toString()).ok();
    String lines =
        """
        import sys, types, warnings
        sys.path.insert(0, "scripts")
        import numpy as np
        import scorefield_run
        sys.modules["pyarrow"] = sys.modules["pyarrow.parquet"] = None
        with warnings.catch_warnings(record=True) as said:
          warnings.simplefilter("always")
          run = scorefield_run.read("FOLDER")
        assert not run.samples and "plain" in run.metrics
        assert len(said) == 1 and "samples-more.parquet is left out: Parquet needs pyarrow" in str(said[0].message), said
        try:
          scorefield_run.points("FOLDER/samples-more.parquet")
          raise SystemExit("read without pyarrow")
        except ImportError as error:
          assert "needs pyarrow" in str(error) and "scorefield convert" in str(error)

        class Table:
          def __init__(self, columns):
            self.columns, self.column_names = columns, list(columns)
          def column(self, name):
            return self.columns[name]

        tables = {"FOLDER/samples-more.parquet": {"sample": np.array([2, 0, 1]), "x": np.float32([1, 2, 3]), "y": np.float32([4, 5, 6])},
                  "mixed": {"x": np.float32([1]), "n": np.array([3])}, "text": {"x": np.float32([1]), "t": np.array(["day"], dtype=object)}}
        fake = types.ModuleType("pyarrow.parquet")
        fake.read_table = lambda path: Table(tables[path])
        sys.modules["pyarrow"] = types.ModuleType("pyarrow")
        sys.modules["pyarrow"].parquet = sys.modules["pyarrow.parquet"] = fake
        more = scorefield_run.read("FOLDER").samples["more"]
        assert more.dtype == np.float32 and more.tolist() == [[2, 5], [3, 6], [1, 4]], more
        assert scorefield_run.points("mixed").dtype == np.float64 and scorefield_run.points("mixed").tolist() == [[1, 3]]
        try:
          scorefield_run.points("text")
          raise SystemExit("texts are no numbers")
        except ValueError as error:
          assert "column 't' has no numbers" in str(error)
        assert (scorefield_run.points("RUN/samples.npy") == np.load("RUN/samples.npy")).all()
        """;
    Result result = python(lines.replace("FOLDER", copy.toString()).replace("RUN", run.toString()));
    assertThat(result.code()).as(result.output()).isZero();
  }

  private static String blocks(Pattern kind, Path docs) throws IOException {
    Matcher matcher = kind.matcher(Files.readString(docs));
    return matcher.results().map(block -> block.group(1)).collect(Collectors.joining());
  }

  private record Result(int code, String output) {}

  private static Result python(String code) throws IOException, InterruptedException {
    Path script = folder.resolve("script.py");
    Files.writeString(script, code);
    Process process;
    try {
      process = new ProcessBuilder("python3", "-B", script.toString()).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Result(127, e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Result(process.waitFor(), output);
  }
}
