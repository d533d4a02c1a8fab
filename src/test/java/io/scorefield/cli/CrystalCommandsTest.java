package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalFiles;
import io.scorefield.matter.crystal.PrototypeSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Crystals from the radii to files and tables.
class CrystalCommandsTest {
  @TempDir private Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path experiment(String data) throws IOException {
    return Files.writeString(
        folder.resolve("mine.yaml"),
        """
        data: {kind: crystals, points: 100%s}
        schedule: {kind: edm, sigma-min: 0.01, sigma-max: 0.5, log-mean: -2, log-deviation: 1.3}
        network: {kind: crystal, layers: 1, hidden: 8, frequencies: 2}
        objective: {predict: eps}
        train: {steps: 5, batch: 16}
        sampler: {kind: predictor-corrector, steps: 5, grid: {kind: log-snr}, predictor: ancestral, clip: false}
        sample: {count: 130}
        """.formatted(data));
  }

  @ParameterizedTest
  @CsvSource({"places", "cell"})
  void aRunHasMetricsBesideBaselinesAndAFileOfCrystals(String task) throws IOException {
    Path out = folder.resolve("out");
    Cli.Result result =
        Cli.run("run", experiment(", make: " + task).toString(), "--out", out.toString(), "--engine", "native").ok();
    assertThat(result.err()).contains("640 crystals to learn from, 113 of other compositions held out, up to 6 atoms");
    boolean places = !task.equals("cell");
    boolean cell = !task.equals("places");
    var metrics = Cli.json(out.resolve("summary.json")).path("metrics");
    var plain = metrics.path("plain");
    assertThat(plain.has("match-0.1")).isEqualTo(places);
    assertThat(plain.has("length-error-median")).isEqualTo(cell);
    assertThat(metrics.has("atoms anywhere in the true cell")).isEqualTo(places);
    assertThat(metrics.path("nearest training composition").isObject()).isTrue();
    assertThat(metrics.path("network").has("coordinate-loss-0.010-0.016")).isEqualTo(places);
    assertThat(metrics.path("network").has("cell-loss-0.010-0.016")).isEqualTo(cell);
    if (places) {
      double floor = metrics.path("network").path("coordinate-loss-0.010-0.016").path("noise-floor").doubleValue();
      assertThat(floor).isBetween(0.36, 0.41);
    }
    // Samples are asked for under the held-out compositions in their turn.
    List<Crystal> truths = PrototypeSet.of(1).heldOut();
    Path asked = folder.resolve("asked.csv");
    Cli.Result formulas =
        Cli.run(
            "sample", out.resolve("checkpoint.safetensors").toString(), "-n", "3", "--out", asked.toString(), "--formula", "SrTiO3,NaCl",
            "--engine", "native");
    if (task.equals("cell")) {
      assertThat(formulas.ok().code()).isZero();
      List<String> lines = Files.readAllLines(asked);
      assertThat(lines.get(1)).endsWith("38.0,22.0,8.0,8.0,8.0,0.0");
      assertThat(lines.get(2)).endsWith("11.0,17.0,0.0,0.0,0.0,0.0");
      assertThat(lines.get(3)).endsWith("38.0,22.0,8.0,8.0,8.0,0.0");
    } else {
      assertThat(formulas.err()).contains("--formula: this model puts atoms into cells that are given");
    }
    if (task.equals("places")) {
      List<Crystal> made = CrystalFiles.read(out.resolve("samples.cif"));
      assertThat(made).hasSize(130);
      for (int i = 0; i < 130; i++) {
        assertThat(made.get(i).elements()).isEqualTo(truths.get(i % 113).elements());
        assertThat(made.get(i).volume()).isCloseTo(truths.get(i % 113).volume(), withPercentage(0.01));
      }
    }
  }

  @Test
  void crystalsOfAFileAreLearnedFrom() throws IOException {
    Path cif = folder.resolve("crystals.cif");
    Cli.run("data", "crystals", "-n", "40", "--seed", "3", "--out", cif.toString()).ok();
    assertThat(CrystalFiles.read(cif)).hasSize(40);
    Path out = folder.resolve("out");
    Cli.Result result =
        Cli.run("run", experiment(", path: " + cif).toString(), "--out", out.toString(), "--engine", "native", "--set", "sample.count=20").ok();
    assertThat(result.err()).containsPattern("\\d+ crystals to learn from, \\d of other compositions held out");
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    for (String[] mistake :
        new String[][] {
          {"Xx2", "'Xx' in the formula Xx2 is no element"}, {"na", "'na' is no formula such as SrTiO3"}, {"Na0", "has 0 atoms of Na"},
          {"Sr2Ti2O6", "has 10 atoms; this model knows cells of up to "}
        }) {
      Cli.Result refused = Cli.run("sample", checkpoint, "-n", "1", "--out", cif.toString(), "--formula", mistake[0]);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("--formula: ").contains(mistake[1]);
    }
    Files.writeString(cif, Files.readString(cif).replaceFirst("_cell_angle_alpha .*", "_cell_angle_alpha 0"));
    Cli.Result wrong = Cli.run("run", experiment(", path: " + cif).toString(), "--out", folder.resolve("other").toString());
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("scorefield: " + cif + ":3: the angle alpha of a cell is 0.0 degrees; it must be between 0 and 180");
  }

  @Test
  void networksAndDataBelongTogether() throws IOException {
    Path file = experiment("");
    Cli.Result schedule = Cli.run("run", file.toString(), "--set", "schedule={kind: cosine}", "--out", folder.resolve("a").toString());
    assertThat(schedule.err()).contains("log-noise is for schedule.kind: edm");
    Cli.Result network = Cli.run("run", file.toString(), "--set", "network={kind: mlp}", "--out", folder.resolve("b").toString());
    assertThat(network.err()).contains("network.kind: crystal");
    Cli.Result embedding =
        Cli.run("run", file.toString(), "--set", "network.time-embedding={kind: bare}", "--out", folder.resolve("c").toString());
    assertThat(embedding.err()).contains("network.kind: crystal needs network.time-embedding: {kind: log-noise}");
  }

  @Test
  void idealCrystalsAreWrittenToAFolder() throws IOException {
    Path all = folder.resolve("all");
    assertThat(Cli.run("data", "crystals", "--held-out", "--out", all.toString()).ok().err()).contains("113 crystals");
    assertThat(CrystalFiles.read(all)).hasSize(113);
    assertThat(Cli.run("data", "crystals", "--held-out", "-n", "3", "--out", all.toString()).code()).isEqualTo(2);
    assertThat(Cli.run("data", "crystals", "--seed=-1", "--out", all.toString()).err()).contains("--seed must not be negative");
  }
}
