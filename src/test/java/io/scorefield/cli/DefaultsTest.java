package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An experiment of nothing but the required keys gives samples of the data, and where the settings do not the program says
/// so.
class DefaultsTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Cli.Result run(String data, String schedule, String sampler, String... more) throws IOException {
    return begin("run", data, schedule, sampler, more);
  }

  /// What a run does but for the pictures, which take longer than all the rest. Returns what it said.
  private String learn(String data, String schedule, String sampler, String... more) throws IOException {
    String trained = begin("train", data, schedule, sampler, more).err();
    Path out = folder.resolve("out");
    String sampled =
        Cli.run(
                "sample", out.resolve("checkpoint.safetensors").toString(), "-n", "1000", "--engine", "native", "--out",
                out.resolve("samples.npy").toString())
            .ok()
            .err();
    return trained + sampled + Cli.run("evaluate", out.toString()).ok().err();
  }

  private Cli.Result begin(String command, String data, String schedule, String sampler, String... more)
      throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(
        file, "data: {kind: " + data + "}\nschedule: {kind: " + schedule + "}\nsampler: {kind: " + sampler + "}\n");
    String[] args = {
      command, file.toString(), "--out", folder.resolve("out").toString(), "--engine", "native", "--set",
      "evaluate={samples: 1000, floor-repeats: 1, pairwise-samples: 100}", "--set", "sample.count=1000"
    };
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Cli.run(all).ok();
  }

  @ParameterizedTest
  @CsvSource({
    "half-moons, cosine, ddpm", "half-moons, linear, ddpm", "half-moons, vp, euler-maruyama", "half-moons, vp, heun",
    "eight-gaussians, cosine, ddim", "half-moons, ve, euler-maruyama"
  })
  void theRequiredKeysAreEnough(String data, String schedule, String sampler) throws IOException {
    assertThat(learn(data, schedule, sampler, "--set", "train.steps=1000"))
        .contains("train ", "sample plain", "evaluate")
        .doesNotContain("warning");
    var metrics = Cli.json(folder.resolve("out/summary.json")).path("metrics").path("plain");
    // A quarter of the usual training; the data are about 1 wide, and noise alone is 0.6 off.
    assertThat(metrics.path("sliced-wasserstein-2").path("value").doubleValue()).isLessThan(0.45);
    for (float value : Npy.read(folder.resolve("out/samples.npy")).values()) {
      assertThat(Math.abs(value)).isLessThan(4);
    }
  }

  @Test
  void samplesFarOutsideAreCountedAndTheRemediesNamed() throws IOException {
    Cli.Result result =
        run(
            "half-moons", "cosine", "ddpm", "--set", "train.steps=20", "--set", "objective.predict=eps", "--set",
            "sampler.clip=false");
    assertThat(result.err())
        .containsPattern("warning: plain: \\d+ of 1,000 samples lie far outside of the data, the first is number \\d+")
        .contains("set sampler.clip to true, or train with objective.predict: v, or train longer");
    Path checkpoint = folder.resolve("out/checkpoint.safetensors");
    Path samples = folder.resolve("more.npy");
    assertThat(Cli.run("sample", checkpoint.toString(), "-n", "500", "--out", samples.toString()).ok().err())
        .contains("of 500 samples lie far outside of the data");
    assertThat(
            Cli.run(
                    "sample", checkpoint.toString(), "-n", "500", "--out", samples.toString(), "--set",
                    "sampler.clip=true")
                .ok()
                .err())
        .doesNotContain("warning");
  }

  /// A decay of 0.9999 would keep the random weights of the beginning for ten thousand steps.
  @Test
  void anAverageDoesNotRuinAShortTraining() throws IOException {
    double[] distance = new double[2];
    for (int i = 0; i < 2; i++) {
      learn(
          "eight-gaussians", "linear", "ddpm", "--set", "schedule.steps=200", "--set", "train.steps=1500", "--set",
          "train.ema-decay=" + (i == 0 ? "0" : "0.9999"));
      distance[i] =
          Cli.json(folder.resolve("out/summary.json"))
              .path("metrics").path("plain").path("sliced-wasserstein-2").path("value").doubleValue();
    }
    assertThat(distance[1]).isLessThan(1.3 * distance[0] + 0.05);
  }
}
