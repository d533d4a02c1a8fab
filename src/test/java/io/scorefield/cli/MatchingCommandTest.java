package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// objective.matching from the command line.
class MatchingCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Cli.Result train(String name, String matching, int steps, String... more) {
    String[] fixed = {
      "train", "eight-gaussians", "--out", folder.resolve(name).toString(), "--engine", "native", "--set",
      "objective.matching=" + matching, "--set", "train.decay=none", "--set", "train.steps=" + steps, "--set",
      "network.hidden=16", "--set", "train.held-out=0.1", "--set", "data.points=1000"
    };
    String[] all = Arrays.copyOf(fixed, fixed.length + more.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return Cli.run(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"implicit", "sliced", "explicit"})
  void aTrainingGoesOnToTheSameBits(String matching) throws IOException {
    train("whole", matching, 60).ok();
    train("parts", matching, 25).ok();
    train("parts", matching, 60, "--resume").ok();
    Path whole = folder.resolve("whole/checkpoint.safetensors");
    Path samples = folder.resolve("whole.npy");
    Path others = folder.resolve("parts.npy");
    // The checkpoint is one of the plain network.
    Cli.run("sample", whole.toString(), "-n", "50", "--out", samples.toString(), "--engine", "native").ok();
    Cli.run(
            "sample", folder.resolve("parts/checkpoint.safetensors").toString(), "-n", "50", "--out", others.toString(),
            "--engine", "native")
        .ok();
    assertThat(Npy.read(others).values()).containsExactly(Npy.read(samples).values());
    String[] last = Files.readAllLines(folder.resolve("whole/metrics.csv")).getLast().split(",");
    assertThat(Math.abs(Double.parseDouble(last[2]))).as("data loss").isBetween(1e-3, 10.0);
    assertThat(Double.parseDouble(last[3])).as("physics loss").isZero();
    assertThat(Double.parseDouble(last[4])).as("held-out loss").isBetween(0.1, 2.0);
    Cli.Result other = train("whole", "denoising", 80, "--resume");
    assertThat(other.code()).isNotZero();
    assertThat(other.err()).contains("objective.matching was " + matching + ", now is denoising");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "half-moons | explicit | | known of mixtures of Gaussians",
        "half-moons-classes | sliced | | a conditional model has none in its conditions",
        "eight-gaussians | implicit | objective.coupling=optimal-transport | implicit score matching finds the score of data",
        "pidm-circle | implicit | objective.physics.estimate=mean | has the objective of the training to itself",
        "gaussian-inverse | implicit | data.dimension=65 | set it to sliced, which takes one",
      })
  void whatHasNoSuchLossIsRefusedWithTheReason(String experiment, String matching, String more, String says) {
    Cli.Result result =
        Cli.run(
            "train", experiment, "--out", folder.resolve("x").toString(), "--set", "objective.matching=" + matching, "--set",
            more == null ? "seed=1" : more);
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(says);
    assertThat(folder.resolve("x/checkpoint.safetensors")).doesNotExist();
  }

  @Test
  void theMatchingIsListedAmongTheKeys() throws IOException {
    assertThat(Cli.run("config", "eight-gaussians").ok().out()).contains("matching: denoising");
  }
}
