package io.scorefield.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.scorefield.bench.EngineCheck;
import io.scorefield.bench.Workload;
import io.scorefield.engine.Engine;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.train.Trainer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The emulator as an H200 looks: which kernels the work of the targets takes there, and that its results are those of
/// the reference engine. W1 is half-moons and W2 is circle, with their networks and few rows.
@Tag("cuda")
class CudaHopperTest {
  private static Engine reference;

  @BeforeAll
  static void anH200() {
    assumeFalse(TestDevice.gpu(), "it is the emulator that looks like one");
    TestDevice.require();
    TestDevice.machine("h200");
    reference = new ReferenceEngine(2);
  }

  @AfterAll
  static void reset() {
    if (reference != null) {
      reference.close();
      TestDevice.reset();
    }
  }

  private static Workload work(String experiment, int steps) throws IOException {
    String key = experiment.equals("circle") ? "schedule.steps=" : "sampler.steps=";
    return Workload.of(ExperimentSource.read(experiment).with(key + steps).bind(), reference);
  }

  private static float[] samples(Workload work, String method, Engine engine, int count) {
    int dimension = work.architecture().dimension();
    float[] all = new float[count * dimension];
    work.sample(
        engine, method, count,
        (first, size, block) -> System.arraycopy(block, 0, all, (int) first * dimension, size * dimension));
    return all;
  }

  @Test
  void theDeviceIsAnH200() {
    Device.Facts facts = Device.facts(0);
    assertThat(facts.capability()).isEqualTo(90);
    assertThat(facts.multiprocessors()).isEqualTo(132);
    assertThat(facts.sharedLimit()).isEqualTo(227 * 1024);
    assertThat(facts.cooperative()).isTrue();
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource({
    "half-moons, plain, HALF, affine_half_64_16_tanh, 300, 12",
    "half-moons, plain, MIXED, affine_mixed_64_16_tanh, 300, 12",
    // With so many that every scheduler has a warp.
    "half-moons, plain, HALF, affine_half_64_64_tanh, 33800, 2",
    "half-moons, plain, MIXED, affine_mixed_64_64_tanh, 33800, 2",
    "half-moons, plain, SPLIT, sample_split_64_16, 300, 12",
    "half-moons, plain, FLOAT32, sample_fused_64, 70, 12",
    "circle, plain, HALF, sample_half_512_64, 70, 3",
    "circle, plain, MIXED, sample_split_512_32, 33, 3",
    "circle, plain, FLOAT32, sample_fused_32, 33, 3",
    "circle, likelihood, HALF, sample_half_512_32, 33, 3",
    "circle, likelihood, MIXED, sample_split_512_32, 33, 3",
    "circle, likelihood, FLOAT32, sample_fused_32, 33, 3",
    "circle, literal, MIXED, sample_split_512_32, 33, 3",
  })
  void samplesAreThoseOfTheReference(
      String experiment, String method, Precision precision, String kernel, int count, int steps) throws IOException {
    Workload work = work(experiment, steps);
    TestDevice.launched();
    float[] actual;
    double rounding;
    try (Engine engine = new CudaEngine(CudaOptions.defaults().withPrecision(precision))) {
      actual = samples(work, method, engine, count);
      rounding = engine.coarsestRounding();
    }
    assertThat(TestDevice.launched()).containsExactly(kernel);
    assertThat(EngineCheck.samples(actual, samples(work, method, reference, count), rounding)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"half-moons, training_cluster, 3", "circle, training_gather, 2"})
  void trainingIsThatOfTheReference(String experiment, String kernel, int steps) throws IOException {
    Workload work = work(experiment, 3);
    TestDevice.launched();
    double[] actual;
    try (Engine engine = new CudaEngine(CudaOptions.defaults());
        Trainer trainer = work.trainer(engine, work.batch())) {
      actual = trainer.advance(steps).data();
    }
    assertThat(TestDevice.launched()).contains(kernel);
    try (Trainer trainer = work.trainer(reference, work.batch())) {
      double[] expected = trainer.advance(steps).data();
      for (int i = 0; i < steps; i++) {
        assertThat(actual[i]).as("loss of step %d", i + 1).isCloseTo(expected[i], within(1e-4 * expected[i]));
      }
    }
  }
}
