package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Crystals of compositions that an autoencoder generates.
class GeneratedCrystalsTest {
  @TempDir private Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path experiment(String make) throws IOException {
    return Files.writeString(
        folder.resolve("mine.yaml"),
        """
        data:
          {kind: crystals, points: 500, make: %s, compositions: {kind: generated, count: 30, hidden: 32, train: {steps: 100, learning-rate: 3e-3}}}
        schedule: {kind: edm, sigma-min: 0.01, sigma-max: 0.5, log-mean: -2, log-deviation: 1.3}
        network: {kind: periodic-distances, layers: 1, hidden: 8, basis: 4}
        objective: {predict: eps}
        train: {steps: 5, batch: 16}
        sampler: {kind: predictor-corrector, steps: 5, grid: {kind: log-snr}, predictor: ancestral, clip: false}
        sample: {count: 40}
        """.formatted(make));
  }

  @Test
  void aRunGeneratesCompositionsAndKeepsThemWithTheModel() throws IOException {
    Path out = folder.resolve("out");
    Cli.Result result = Cli.run("run", experiment("places").toString(), "--out", out.toString(), "--engine", "native").ok();
    assertThat(result.err()).containsPattern("30 compositions with cells of \\d+ codes");
    var metrics = Cli.json(out.resolve("summary.json")).path("metrics");
    assertThat(metrics.path("plain").path("recognised").path("noise-floor").doubleValue()).isEqualTo(1);
    assertThat(metrics.path("plain").path("elements-distance").path("noise-floor").doubleValue()).isBetween(0.0, 0.4);
    assertThat(metrics.path("atoms anywhere in true cells").path("recognised").path("value").doubleValue()).isLessThan(0.05);
    // So short a training learns little.
    assertThat(metrics.path("autoencoder, training").path("element-set-recovery").path("value").isNumber()).isTrue();
    assertThat(metrics.path("autoencoder, held out").path("element-set-recovery").path("value").isNumber()).isTrue();
    List<Crystal> made = CrystalFiles.read(out.resolve("samples.cif"));
    assertThat(made).hasSize(40);
    assertThat(made.stream().map(Crystal::formula).distinct().count()).isGreaterThan(1);
    // The table of 30 comes round again, in other processes too.
    Path more = folder.resolve("more.cif");
    Cli.run("sample", out.resolve("checkpoint.safetensors").toString(), "-n", "31", "--out", more.toString(), "--engine", "native").ok();
    List<Crystal> again = CrystalFiles.read(more);
    for (int i = 0; i < 31; i++) {
      assertThat(again.get(i).elements()).isEqualTo(made.get(i).elements());
      assertThat(again.get(i).elements()).isEqualTo(made.get(i % 30).elements());
    }
  }

  @Test
  void cellsMustNotBeMadeTwice() throws IOException {
    Cli.Result refused = Cli.run("run", experiment("both").toString(), "--out", folder.resolve("out").toString());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("data.compositions: generated makes cells too, so it needs data.make: places");
  }
}
