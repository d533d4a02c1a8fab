package io.scorefield.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.report.LevelHistory;
import io.scorefield.report.LossHistory;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the stages of a run hand to each other.
class RunTest {
  @TempDir Path folder;

  /// Takes away, before a stage begins, all that the stages before it have written.
  private static final class Thief implements Reporter {
    private final Path data;
    private final RunFolder folder;

    Thief(Path data, RunFolder folder) {
      this.data = data;
      this.folder = folder;
    }

    @Override
    public void line(String text) {
      try {
        if (text.equals("evaluate") || text.equals("plot")) {
          Files.deleteIfExists(data);
          Files.deleteIfExists(folder.checkpoint());
          Files.deleteIfExists(folder.best());
          Files.deleteIfExists(folder.metrics());
          Files.deleteIfExists(folder.levels());
          Files.deleteIfExists(folder.samples("plain"));
          Files.deleteIfExists(folder.samples("likelihood"));
          Files.deleteIfExists(folder.summary());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void progress(String stage, long done, long total, String unit, String detail) {}

    @Override
    public boolean stopRequested() {
      return false;
    }
  }

  private ExperimentConfig config(Path data) throws IOException {
    StringBuilder points = new StringBuilder("x,y\n");
    for (int i = 0; i < 60; i++) {
      points.append(Math.cos(i)).append(',').append(Math.sin(i)).append('\n');
    }
    Files.writeString(data, points.toString());
    return ExperimentSource.of(
            "run", "run.yaml",
            """
            data: {kind: file, path: %s}
            schedule: {kind: cosine, steps: 10}
            network: {layers: 2, hidden: 8}
            train: {steps: 20, batch: 8, held-out: 0.1}
            sampler: {kind: ddpm}
            sample: {count: 40, weights: best}
            physics: [{equality: x^2 + y^2 - 1}]
            guidance: [{kind: likelihood}]
            evaluate: {samples: 40, pairwise-samples: 20, floor-repeats: 1}
            """
                .formatted(data))
        .bind();
  }

  private Map<String, Map<String, MetricValue>> metrics(RunFolder run, Reporter reporter, Path data)
      throws IOException {
    try (Engine engine = new ReferenceEngine(1)) {
      return new ExperimentRunner("run", config(data), engine, run, reporter).run(false);
    }
  }

  private static double distance(Map<String, Map<String, MetricValue>> metrics, String method) {
    return metrics.get(method).get("sliced-wasserstein-2").value();
  }

  /// With its files taken away behind its back, a run ends with the same metrics and all pictures.
  @Test
  void nothingGoesThroughTheDiskInsideARun() throws IOException {
    RunFolder honest = new RunFolder(folder.resolve("honest"));
    Map<String, Map<String, MetricValue>> right = metrics(honest, Reporter.silent(), folder.resolve("data.csv"));
    RunFolder robbed = new RunFolder(folder.resolve("robbed"));
    Path data = folder.resolve("stolen.csv");
    Map<String, Map<String, MetricValue>> found = metrics(robbed, new Thief(data, robbed), data);
    for (String method : new String[] {"plain", "likelihood"}) {
      assertThat(distance(found, method)).isPositive().isEqualTo(distance(right, method));
    }
    for (String picture : new String[] {"loss.png", "levels.png", "samples.png", "reverse-process.gif"}) {
      assertThat(robbed.plots().resolve(picture)).hasSameBinaryContentAs(honest.plots().resolve(picture));
    }
    assertThat(robbed.report()).content().contains("sliced 2-Wasserstein distance to the truth");
  }

  /// The stages one by one, each in a process of its own, find what the others have left in the folder.
  @Test
  void stagesOfOtherProcessesAreReadFromTheFolder() throws IOException {
    RunFolder whole = new RunFolder(folder.resolve("whole"));
    Path data = folder.resolve("data.csv");
    Map<String, Map<String, MetricValue>> right = metrics(whole, Reporter.silent(), data);
    RunFolder parts = new RunFolder(folder.resolve("parts"));
    try (Engine engine = new ReferenceEngine(1)) {
      stage(parts, engine, data).train(false);
      stage(parts, engine, data).sample();
      Map<String, Map<String, MetricValue>> found = stage(parts, engine, data).evaluate();
      stage(parts, engine, data).plot();
      assertThat(distance(found, "likelihood")).isEqualTo(distance(right, "likelihood"));
    }
    assertThat(parts.plots().resolve("samples.png")).hasSameBinaryContentAs(whole.plots().resolve("samples.png"));
    assertThat(parts.plots().resolve("loss.png")).hasSameBinaryContentAs(whole.plots().resolve("loss.png"));
  }

  private static final String FITTED =
      """
      data: {kind: particles, system: dw4, points: 200, burn-in: 100, thinning: 5, standardize: true}
      schedule: {kind: cosine, steps: 3}
      network: {kind: energy, form: pairs, functions: 4, reach: 5, time-embedding: {kind: levels, count: 3}}
      train: {%s, batch: 8, held-out: 0.2}
      sampler: {kind: ddpm, clip: false}
      sample: {count: 40, weights: best}
      evaluate: {samples: 40, pairwise-samples: 20, floor-repeats: 1}
      """;

  private ExperimentRunner fitted(RunFolder run, Engine engine, String training) throws IOException {
    ExperimentConfig config = ExperimentSource.of("fitted", "run.yaml", FITTED.formatted(training)).bind();
    return new ExperimentRunner("fitted", config, engine, run, Reporter.silent());
  }

  /// A network that is fitted, and not trained, is judged on the points held out as a trained one is, and is the best.
  @Test
  void aNetworkThatIsOnlyFittedIsJudgedAndIsTheBest() throws IOException {
    RunFolder run = new RunFolder(folder.resolve("fitted"));
    try (Engine engine = new ReferenceEngine(2)) {
      assertThat(fitted(run, engine, "epochs: 0").run(false)).containsKey("plain");
      // Another process finds the best in the folder.
      assertThat(fitted(run, engine, "epochs: 0").evaluate()).containsKey("plain");
    }
    LossHistory.Row only = LossHistory.read(run.metrics(), 0).rows().getFirst();
    assertThat(only.step()).isZero();
    assertThat(only.dataLoss()).isNaN();
    // A network that knows nothing has the mean square of v: that of the noise and of the state, 1 and 8 / 6 at most.
    assertThat(only.heldOut()).isBetween(0.3, 1.3);
    assertThat(LevelHistory.read(run.levels(), 0).has(0)).isTrue();
    assertThat(Checkpoint.read(run.best()).step()).isZero();
    assertThat(run.best()).hasSameBinaryContentAs(run.checkpoint());
    assertThat(run.plots().resolve("levels.png")).exists();
  }

  /// Steps behind the fit that make it worse do not replace it.
  @Test
  void theFitIsTheBestWhereTrainingMakesItWorse() throws IOException {
    RunFolder run = new RunFolder(folder.resolve("worse"));
    try (Engine engine = new ReferenceEngine(2)) {
      fitted(run, engine, "steps: 20, learning-rate: 0.5").train(false);
    }
    LossHistory losses = LossHistory.read(run.metrics(), 20);
    assertThat(losses.rows().getFirst().step()).isZero();
    assertThat(losses.rows().getLast().heldOut()).isGreaterThan(losses.rows().getFirst().heldOut());
    assertThat(Checkpoint.read(run.best()).step()).isZero();
  }

  private ExperimentRunner stage(RunFolder run, Engine engine, Path data) throws IOException {
    return new ExperimentRunner("run", config(data), engine, run, Reporter.silent());
  }
}
