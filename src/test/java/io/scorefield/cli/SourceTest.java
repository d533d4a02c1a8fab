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

/// Flows that begin with points of another distribution.
class SourceTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path config(String source, String coupling) throws IOException {
    Path file = folder.resolve("flow.yaml");
    Files.writeString(
        file,
        "{data: {kind: eight-gaussians, radius: 4, deviation: 0.3, points: 2000, standardize: true}, source: " + source
            + ", schedule: {kind: rectified-flow}, objective: {predict: velocity, coupling: " + coupling + "}, "
            + "network: {layers: 3, hidden: 48, time-embedding: {kind: bare}}, "
            + "train: {steps: 1000, batch: 128, learning-rate: 4e-3, decay: cosine}, "
            + "sampler: {kind: heun, steps: 10, denoise: true, clip: false}, sample: {count: 1000}, "
            + "evaluate: {wasserstein-samples: 300, samples: 1000, pairwise-samples: 200}}");
    return file;
  }

  private static double distance(String output) {
    return output.lines()
        .filter(line -> line.matches("plain +wasserstein-2 .*"))
        .mapToDouble(line -> Double.parseDouble(line.split(" +")[2]))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.3"})
  void samplesOfOneDistributionBecomeThoseOfTheOther(String latent) throws IOException {
    Path file =
        config("{kind: data, data: {kind: half-moons, jitter: 0.2, points: 100}, scale: 3, shift: -1, latent: " + latent + "}", "independent");
    Path run = folder.resolve("run");
    Cli.Result result = Cli.run("run", file.toString(), "--out", run.toString()).ok();
    // The points that samples begin with are 3.5 away from the Gaussians.
    assertThat(distance(result.out())).isLessThan(1.6);
    // Sample i is a function of the seed and i, on every engine.
    Path checkpoint = run.resolve("checkpoint.safetensors");
    float[] all = samples(checkpoint, "native", 0, 20);
    float[] last = samples(checkpoint, "native", 15, 5);
    assertThat(last).isEqualTo(Arrays.copyOfRange(all, 30, 40));
    float[] reference = samples(checkpoint, "reference", 0, 20);
    for (int i = 0; i < all.length; i++) {
      assertThat(all[i]).isCloseTo(reference[i], org.assertj.core.api.Assertions.within(2e-4f));
    }
  }

  private float[] samples(Path checkpoint, String engine, int first, int count) throws IOException {
    Path out = folder.resolve("s-" + engine + ".npy");
    Cli.run(
            "sample", checkpoint.toString(), "-n", String.valueOf(count), "--first", String.valueOf(first), "--engine", engine,
            "--out", out.toString())
        .ok();
    return Npy.read(out).values();
  }

  @Test
  void pointsOfAFileAreABeginningToo() throws IOException {
    Path points = folder.resolve("before.csv");
    Files.writeString(points, "x,y\n1,2\n3,4\n-1,0\n");
    Path file = config("{kind: data, data: {kind: file, path: before.csv}}", "independent");
    Path run = folder.resolve("run");
    Cli.run(
            "train", file.toString(), "--out", run.toString(), "--set", "train.steps=20")
        .ok();
    Path out = folder.resolve("s.npy");
    Cli.run(
            "sample", run.resolve("checkpoint.safetensors").toString(), "-n", "200", "--sampler", "euler", "--steps", "1", "--set",
            "sampler.denoise=true", "--out", out.toString())
        .ok();
    // One step of a function of three points.
    float[] values = Npy.read(out).values();
    assertThat(java.util.stream.IntStream.range(0, 200).mapToObj(i -> values[2 * i]).distinct()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schedule={kind: vp}|rectified-flow with end: 1",
        "schedule={kind: rectified-flow, end: 0.9}|rectified-flow with end: 1",
        "sampler={kind: adaptive}|begins with noise",
        "sampler={kind: ddpm, steps: 5}|adds noise",
        "evaluate.likelihood=200|no likelihood",
        "source.scale=0|scale",
        "source.data={kind: gaussian, dimension: 3}|another number of components",
      })
  void whatSuchAFlowDoesNotGiveIsRefused(String change, String message) throws IOException {
    Path file = config("{kind: data, data: {kind: half-moons}}", "independent");
    Cli.Result result =
        Cli.run(
            "train", file.toString(), "--out", folder.resolve("x").toString(), "--set", "train.steps=1", "--set",
            change);
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(message);
  }

  @Test
  void suchAFlowHasNoCodesAndCanBeDistilled() throws IOException {
    Path file = config("{kind: data, data: {kind: half-moons}}", "independent");
    Path run = folder.resolve("run");
    Cli.run("train", file.toString(), "--out", run.toString(), "--set", "train.steps=30").ok();
    Path points = folder.resolve("p.csv");
    Files.writeString(points, "x,y\n1,2\n");
    String checkpoint = run.resolve("checkpoint.safetensors").toString();
    assertThat(Cli.run("encode", checkpoint, "--points", points.toString(), "--out", folder.resolve("c.csv").toString()).err())
        .contains("does not begin with noise");
    Cli.run(
            "distill", checkpoint, "--steps", "1", "--set", "steps=20", "--set", "paths=100", "--set", "teacher-steps=4", "-n",
            "200", "--out", folder.resolve("d").toString())
        .ok();
  }
}
