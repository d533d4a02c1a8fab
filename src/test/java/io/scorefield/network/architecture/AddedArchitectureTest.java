package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingContract;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What docs/networks.md promises: an architecture is one small file, and at once it trains on every engine.
class AddedArchitectureTest {
  private static final Path FILE = Path.of("src/test/java/io/scorefield/network/architecture/Springs.java");

  private static TrainingSession.Losses train(Engine engine) {
    TrainingPlan plan =
        TrainingContract.plan(
            new Springs(16).of(new PointCloud(4, 2, true), 3), 32, new AdamOptions(0.9, 0.999, 1e-8, 1, 0.9));
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 3));
    try (engine;
        TrainingSession session = engine.train(plan, start)) {
      double[] rates = new double[150];
      Arrays.fill(rates, 3e-3);
      return session.advance(TrainingContract.examples(150 * 32), rates);
    }
  }

  @Test
  void aNewArchitectureTrainsOnEveryEngineAtOnce() {
    double[] expected = train(new ReferenceEngine(1)).data();
    assertThat(Arrays.stream(expected, 130, 150).average().orElseThrow())
        .isLessThan(0.9 * Arrays.stream(expected, 0, 20).average().orElseThrow());
    if (NativeEngine.unavailable().isEmpty()) {
      double[] actual = train(new NativeEngine(2)).data();
      // Roundings grow with the steps; these are the first.
      for (int k = 0; k < 30; k++) {
        assertThat(actual[k]).isCloseTo(expected[k], within(1e-4 * expected[k]));
      }
    }
  }

  @Test
  void thePageShowsTheFile() throws IOException {
    List<String> lines = Files.readAllLines(FILE);
    assertThat(lines).hasSizeLessThan(60);
    String body = String.join("\n", lines.subList(lines.indexOf("record Springs(int hidden) {"), lines.size()));
    assertThat(Files.readString(Path.of("docs/networks.md"))).contains(body);
  }
}
