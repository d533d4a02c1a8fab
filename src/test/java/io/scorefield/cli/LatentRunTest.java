package io.scorefield.cli;

import static io.scorefield.cli.Cli.json;
import static io.scorefield.cli.Cli.run;
import static io.scorefield.cli.Cli.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Diffusion on the codes of an autoencoder, from the command line.
class LatentRunTest {
  private static final String LATENT =
      "latent={kind: mlp, size: 2, layers: 2, hidden: 32, code: {noise: fixed, deviation: 0.02, kl-weight: 1e-4}, "
          + "train: {steps: 200, batch: 32, learning-rate: 1e-2}}";

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private static Cli.Result moons(String command, Path out, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--set", LATENT, "--set", "sampler={kind: ddim, steps: 5}", "--set", "schedule={kind: vp}", "--set",
                "train.batch=32", "--set", "data.points=500", "--set", "objective={predict: v}"));
    all.addAll(List.of(more));
    return run(small(command, "half-moons", out, all.toArray(String[]::new)));
  }

  @Test
  void aCheckpointAloneIsSampled() throws IOException {
    Path out = folder.resolve("run");
    Cli.Result result = moons("run", out, "--set", "train.steps=60").ok();
    assertThat(result.err()).contains("autoencoder: perceptrons of 2 layers of width 32, 2 to 2 numbers");
    JsonNode metrics = json(out.resolve("summary.json")).path("metrics");
    assertThat(metrics.path("reconstruction").path("reconstruction-error").path("value").doubleValue()).isBetween(1e-4, 0.2);
    assertThat(metrics.path("plain").has("sliced-wasserstein-2")).isTrue();
    assertThat(out.resolve("plots/samples.png")).exists();
    Path alone = folder.resolve("elsewhere.safetensors");
    Files.copy(out.resolve("checkpoint.safetensors"), alone);
    Path samples = folder.resolve("samples.npy");
    run("sample", alone.toString(), "-n", "200", "--out", samples.toString(), "--engine", "native").ok();
    assertThat(samples).hasSameBinaryContentAs(out.resolve("samples.npy"));
    Path weights = folder.resolve("weights.safetensors");
    run("export", alone.toString(), "--out", weights.toString()).ok();
    Path exported = folder.resolve("exported.npy");
    run("sample", weights.toString(), "-n", "200", "--out", exported.toString(), "--engine", "native").ok();
    assertThat(exported).hasSameBinaryContentAs(samples);
    // Sample 150 is the same, whatever else is asked for.
    Path last = folder.resolve("last.csv");
    Path all = folder.resolve("all.csv");
    run("sample", alone.toString(), "-n", "50", "--first", "150", "--out", last.toString(), "--engine", "native").ok();
    run("sample", alone.toString(), "-n", "200", "--out", all.toString(), "--engine", "native").ok();
    assertThat(Files.readAllLines(last).get(1)).isEqualTo(Files.readAllLines(all).get(151));
  }

  @Test
  void goingOnGivesTheSameBits() {
    Path whole = folder.resolve("whole");
    moons("train", whole, "--set", "train.steps=50").ok();
    Path parts = folder.resolve("parts");
    moons("train", parts, "--set", "train.steps=20").ok();
    moons("train", parts, "--set", "train.steps=50", "--resume").ok();
    assertThat(parts.resolve("checkpoint.safetensors")).hasSameBinaryContentAs(whole.resolve("checkpoint.safetensors"));
  }

  /// What a stop in the first stage leaves is a folder with the autoencoder's file alone.
  @Test
  void theFirstStageIsGoneOnFromItsFile() throws IOException {
    Path whole = folder.resolve("whole");
    moons("train", whole, "--set", "train.steps=20").ok();
    Path second = folder.resolve("second");
    Files.createDirectories(second);
    Files.copy(whole.resolve("autoencoder.safetensors"), second.resolve("autoencoder.safetensors"));
    Files.copy(whole.resolve("autoencoder.csv"), second.resolve("autoencoder.csv"));
    Files.copy(whole.resolve(".scorefield"), second.resolve(".scorefield"));
    Cli.Result resumed = moons("train", second, "--set", "train.steps=20", "--resume").ok();
    assertThat(resumed.err()).doesNotContain("200 / 200 steps");
    assertThat(second.resolve("checkpoint.safetensors")).hasSameBinaryContentAs(whole.resolve("checkpoint.safetensors"));
    Cli.Result other = moons("train", second, "--set", "train.steps=20", "--set", "latent.hidden=33", "--resume");
    assertThat(other.code()).isNotZero();
    assertThat(other.err()).contains("latent.hidden was 32, now is 33");
    Files.delete(second.resolve("checkpoint.safetensors"));
    Cli.Result first = moons("train", second, "--set", "train.steps=20", "--set", "latent.hidden=33", "--resume");
    assertThat(first.err()).contains("autoencoder.safetensors: was trained otherwise: latent.hidden was 32, now is 33");
  }

  @Test
  void codesOfFieldsAreFieldsAndConditionsGoAlong() throws IOException {
    Path table = folder.resolve("waves.csv");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      text.append("u").append(i).append(',');
    }
    text.append("phase\n");
    for (int row = 0; row < 300; row++) {
      double phase = row / 300.0;
      for (int i = 0; i < 8; i++) {
        text.append(Math.sin(2 * Math.PI * (i / 8.0 + phase)) * (1 + row % 7 / 10.0)).append(',');
      }
      text.append(phase).append('\n');
    }
    Files.writeString(table, text);
    Path config = folder.resolve("waves.yaml");
    Files.writeString(
        config,
        """
        data: {kind: file, path: waves.csv, components: 'u[8]', columns: [u0, u1, u2, u3, u4, u5, u6, u7], conditions: [phase]}
        schedule: {kind: vp}
        latent: {kind: unet, fields: 2, channels: 4, levels: 1, train: {steps: 100, batch: 32, learning-rate: 5e-3}}
        network: {kind: unet, channels: 4, levels: 1}
        train: {steps: 50, batch: 32}
        sampler: {kind: ddim, steps: 5}
        sample: {count: 60, conditions: {phase: '0.25'}}
        """);
    Path out = folder.resolve("run");
    run("run", config.toString(), "--out", out.toString(), "--engine", "native").ok();
    Path csv = folder.resolve("samples.csv");
    run("sample", out.resolve("checkpoint.safetensors").toString(), "-n", "3", "--out", csv.toString(), "--engine", "native").ok();
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines.getFirst()).contains("u[7]").contains("phase");
    assertThat(lines.get(1).split(",")[8]).isEqualTo("0.25");
  }

  /// Measurements of data guide codes through the decoder.
  @Test
  void anInverseProblemIsSolvedThroughTheDecoder() throws IOException {
    Path out = folder.resolve("run");
    List<String> problem =
        List.of(
            "--set", "train.steps=400", "--set", "train.batch=64", "--set", "train.learning-rate=1e-2", "--set", "train.decay=cosine",
            "--set", "network={layers: 3, hidden: 32, time-embedding: {kind: sinusoidal, dimension: 8, scale: 100}}", "--set",
            "inverse={observe: y, noise: 0.1, truths: 3, samples: 100}", "--set", "sampler={kind: ddim, steps: 20, clip: false}", "--set",
            "guidance=[{kind: likelihood, gamma: 0.3}, {kind: dps, zeta: 0.1}]");
    moons("run", out, problem.toArray(String[]::new)).ok();
    JsonNode metrics = json(out.resolve("summary.json")).path("metrics");
    // y varies by 0.5 in the data: what is measured is met.
    assertThat(metrics.path("posterior likelihood").path("data-misfit").path("value").doubleValue()).isLessThan(2);
    assertThat(metrics.has("posterior dps")).isTrue();
    assertThat(moons("train", out, "--set", "inverse.observe=y", "--set", "guidance=[{kind: posterior}]").err())
        .contains("guidance 'posterior': the covariance of the decoded x0hat is not that of what the network makes");
  }

  @Test
  void whatThereIsNotIsRefused() throws IOException {
    assertThat(moons("train", folder.resolve("x"), "--set", "evaluate.likelihood=100").err())
        .contains("the density of data is not that of their codes");
    assertThat(moons("train", folder.resolve("x"), "--set", "latent.size=3").err())
        .contains("latent.size: a code of 3 numbers is larger than what it stands for, 2");
    assertThat(moons("train", folder.resolve("x"), "--set", "latent.code={noise: fixed}").err())
        .contains("set kl-weight, for example to 1e-3");
    assertThat(moons("train", folder.resolve("x"), "--set", "latent={kind: unet}").err())
        .contains("latent.kind: unet is for fields of one shape");
    Path out = folder.resolve("run");
    moons("train", out, "--set", "train.steps=5").ok();
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    Path points = folder.resolve("points.csv");
    Files.writeString(points, "x,y\n0,1\n");
    assertThat(run("likelihood", checkpoint, "--points", points.toString()).err()).contains("works on codes of an autoencoder");
    assertThat(run("distill", checkpoint, "--steps", "2", "--out", folder.resolve("d").toString()).err())
        .contains("distill: this model's diffusion works on codes");
    assertThat(moons("train", folder.resolve("y"), "--from", checkpoint).err()).contains("works on codes of an autoencoder");
  }
}
