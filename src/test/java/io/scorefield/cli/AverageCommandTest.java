package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static io.scorefield.cli.Cli.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Averages made of a run's snapshots, from the command line.
class AverageCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path train(String name, String... more) {
    Path out = folder.resolve(name);
    List<String> all =
        new ArrayList<>(
            List.of(
                "--set", "train.ema-decay=0", "--set", "train.decay=none", "--set", "train.held-out=0.1", "--set", "sampler={kind: ddim, steps: 5}", "--set",
                "schedule={kind: vp, start: 0.01}", "--set", "evaluate={samples: 300, pairwise-samples: 100, floor-repeats: 1}"));
    all.addAll(List.of(more));
    run(small("train", "eight-gaussians", out, all.toArray(String[]::new))).ok();
    return out;
  }

  private static String[] snapshots(String steps) {
    return new String[] {
      "--set", "train.steps=" + steps, "--set", "train.ema-width=0.1", "--set", "train.ema-snapshots=40"
    };
  }

  private static float[] weights(Path file, String prefix) throws IOException {
    return Safetensors.read(file).tensors().get(prefix + "layers.0.weight").values();
  }

  @Test
  void anAverageOfAnotherWidthIsNearTheOneTakenDirectly() throws IOException {
    Path out = train("run", snapshots("400"));
    try (var files = Files.list(out.resolve("snapshots"))) {
      assertThat(files.count()).isEqualTo(40);
    }
    Path made = folder.resolve("made.safetensors");
    Cli.Result result = run("average", out.toString(), "--width", "0.2", "--out", made.toString()).ok();
    assertThat(result.out()).contains("profile missed by").contains("average of width 0.2: " + made);
    assertThat(Safetensors.read(made).metadata()).containsEntry("average-width", "0.2").containsEntry("step", "400");
    Path direct = train("direct", "--set", "train.steps=400", "--set", "train.ema-width=0.2");
    float[] wanted = weights(direct.resolve("checkpoint.safetensors"), "average.");
    float[] kept = weights(out.resolve("checkpoint.safetensors"), "average.");
    float[] found = weights(made, "");
    double apart = 0;
    double off = 0;
    for (int i = 0; i < wanted.length; i++) {
      apart = Math.max(apart, Math.abs(kept[i] - wanted[i]));
      off = Math.max(off, Math.abs(found[i] - wanted[i]));
    }
    assertThat(off).isLessThan(0.05 * apart);
    Path samples = folder.resolve("s.npy");
    run("sample", made.toString(), "-n", "20", "--out", samples.toString(), "--engine", "native").ok();
    assertThat(samples).exists();
  }

  @Test
  void severalWidthsAreMeasuredAndTheBestIsWritten() throws IOException {
    Path out = train("run", snapshots("400"));
    Path made = folder.resolve("best.safetensors");
    Cli.Result result =
        run("average", out.toString(), "--width", "0.05,0.1,0.25", "--out", made.toString(), "--engine", "native").ok();
    List<String> lines = result.out().lines().toList();
    assertThat(lines.getFirst()).startsWith("width").contains("sliced Wasserstein-2").contains("held-out loss");
    double least = Double.POSITIVE_INFINITY;
    String best = "";
    for (String line : lines.subList(1, 4)) {
      String[] cells = line.strip().split("\\s+");
      assertThat(cells).hasSize(5);
      assertThat(Double.parseDouble(cells[3])).isPositive();
      if (Double.parseDouble(cells[1]) < least) {
        least = Double.parseDouble(cells[1]);
        best = cells[0];
      }
    }
    assertThat(result.out()).contains("average of width " + best + ": ");
    // The width that was kept needs no other snapshot.
    float[] same = weights(out.resolve("checkpoint.safetensors"), "average.");
    Path kept = folder.resolve("kept.safetensors");
    run("average", out.toString(), "--width", "0.1", "--out", kept.toString()).ok();
    float[] again = weights(kept, "");
    for (int i = 0; i < same.length; i++) {
      assertThat(again[i]).isCloseTo(same[i], within(1e-6f));
    }
  }

  @Test
  void aTrainingThatGoesOnHasTheSameSnapshots() throws IOException {
    Path whole = train("whole", snapshots("400"));
    Path parts = train("parts", "--set", "train.steps=195", "--set", "train.ema-width=0.1");
    Files.createDirectories(parts.resolve("snapshots"));
    Files.writeString(parts.resolve("snapshots/step-210.safetensors"), "of a training that was not gone on from");
    run(
            small(
                "train", parts.resolve("config.yaml").toString(), parts, "--set", "train.steps=400", "--set",
                "train.ema-snapshots=40", "--resume"))
        .ok();
    for (int step = 200; step <= 390; step += 10) {
      Path one = Path.of("snapshots", "step-" + step + ".safetensors");
      assertThat(weights(parts.resolve(one), "")).containsExactly(weights(whole.resolve(one), ""));
    }
  }

  @Test
  void saysWhatIsMissing() {
    Path none = train("none", "--set", "train.steps=20", "--set", "train.ema-width=0.1");
    assertThat(run("average", none.toString(), "--width", "0.1", "--out", "x.safetensors").err())
        .contains("has no snapshots of its average; train with train.ema-width and train.ema-snapshots");
    Path plain = train("plain", "--set", "train.steps=20");
    assertThat(run("average", plain.toString(), "--width", "0.1", "--out", "x.safetensors").err())
        .contains("was trained without train.ema-width");
    Path some = train("some", snapshots("40"));
    assertThat(run("average", some.toString(), "--width", "0.4", "--out", "x.safetensors").err())
        .contains("--width 0.4: the width of the average is 0.4");
    assertThat(run("average", some.toString(), "--width", "0.1").err()).contains("--out is missing");
    assertThat(
            run(small("train", "circle", folder.resolve("y"), "--set", "train.ema-snapshots=4")).err())
        .contains("set train.ema-width, for example to 0.05");
  }
}
