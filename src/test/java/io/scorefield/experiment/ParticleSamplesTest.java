package io.scorefield.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.eval.Evaluator;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.SampleFile;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Network;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Samples are counted in components of the data, of which particles have more than their state has coordinates: four
/// particles in a plane have 8 components, and 6 coordinates without their mean.
class ParticleSamplesTest {
  private static final int COMPONENTS = 8;
  private static final int COORDINATES = 6;

  @TempDir Path folder;
  private DataSet data;
  private Model model;

  @BeforeEach
  void drawParticles() throws IOException {
    ExperimentConfig config =
        ExperimentSource.of(
                "test", "test.yaml",
                """
                data: {kind: particles, system: dw4, points: 60, burn-in: 50, thinning: 2, standardize: true}
                schedule: {kind: cosine, steps: 3}
                network: {layers: 2, hidden: 4}
                sampler: {kind: ddpm}
                evaluate: {samples: 40, pairwise-samples: 20, floor-repeats: 1}
                """)
            .bind();
    data = config.data().load(config.seed());
    model = Model.of(config, data);
    assertThat(model.dimension()).isEqualTo(COMPONENTS);
    assertThat(model.architecture().dimension()).isEqualTo(COORDINATES);
  }

  private float[] first(int count) {
    return Arrays.copyOf(data.points(), count * COMPONENTS);
  }

  /// What the process keeps of its samples is what another reads from their file, whole and in order.
  @Test
  void keptSamplesAreThoseOfTheFile() throws IOException {
    int count = 50;
    Path file = folder.resolve("samples.npy");
    FirstSamples kept = new FirstSamples(model.layout(), Run.mostNumbers(model));
    try (Engine engine = new ReferenceEngine(1)) {
      Network network = Network.initialize(model.architecture(), 1);
      new SampleStage(engine, model, network, Reporter.silent()).write(file, "plain", 1, 0, count, kept);
    }
    assertThat(kept.numbers())
        .hasSize(count * COMPONENTS)
        .containsExactly(SampleFile.read(file, model, Run.mostNumbers(model)));
    assertThat(SampleFile.read(file, model, 3 * COMPONENTS + COORDINATES))
        .containsExactly(Arrays.copyOf(kept.numbers(), 3 * COMPONENTS));
  }

  @Test
  void noPartOfASampleIsKept() {
    assertThat(Run.mostNumbers(model) % COMPONENTS).isZero();
  }

  /// The last sample of a block is looked at, and is told by its own number.
  @Test
  void samplesFarOutsideAreFound() {
    SampleWatch watch = new SampleWatch(model);
    float[] samples = first(20);
    samples[19 * COMPONENTS + 7] = 1e4f;
    watch.look(100, 20, samples);
    assertThat(watch.far()).isEqualTo(1);
    assertThat(watch.findings("plain", 0)).singleElement().asString().contains("1 of 20 samples", "the first is number 119,");
  }

  @Test
  void tooFewSamplesHaveNoMetrics() throws IOException {
    EvaluateStage stage = new EvaluateStage(model, data);
    List<String> lines = new ArrayList<>();
    Reporter reporter = new Lines(lines);
    assertThat(stage.evaluate("plain", first(Evaluator.FEWEST - 1), reporter)).isEmpty();
    assertThat(lines).singleElement().asString().startsWith("no metrics of plain: they need 20 samples");
    assertThat(stage.evaluate("plain", first(Evaluator.FEWEST), reporter)).containsKey("energy-median");
  }

  /// Of as many samples as are measured the odd ones are told.
  @Test
  void samplesWithoutEnergyAreCountedAmongThoseMeasured() throws IOException {
    float[] samples = first(30);
    samples[29 * COMPONENTS] = Float.NaN;
    List<String> lines = new ArrayList<>();
    new EvaluateStage(model, data).evaluate("plain", samples, new Lines(lines));
    assertThat(lines).singleElement().asString().startsWith("plain: 1 of 30 samples have no finite energy");
  }

  /// Collects what is said.
  private record Lines(List<String> lines) implements Reporter {
    @Override
    public void line(String text) {
      lines.add(text);
    }

    @Override
    public void progress(String stage, long done, long total, String unit, String detail) {}

    @Override
    public boolean stopRequested() {
      return false;
    }
  }
}
