package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static io.scorefield.cli.Cli.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trainings whose schedule is learned, from the command line.
class LearnedScheduleRunTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Cli.Result train(Path out, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--set", "schedule={kind: learned, every: 40, fits: 2}", "--set", "objective={predict: v, weighting: likelihood}",
                "--set", "sampler={kind: ddim, steps: 5}", "--set", "train.held-out=0.1", "--set", "train.ema-decay=0.9",
                "--set", "train.batch=32"));
    all.addAll(List.of(more));
    return run(small("train", "half-moons", out, all.toArray(String[]::new)));
  }

  /// Stopped at a fit, and between two.
  @Test
  void goingOnGivesTheSameBits() throws IOException {
    Path whole = folder.resolve("whole");
    Cli.Result made = train(whole, "--set", "train.steps=100").ok();
    assertThat(made.err().lines().filter(line -> line.contains("the schedule is fitted")))
        .hasSize(2)
        .first()
        .asString()
        .contains("step 40: the schedule is fitted; mean square of the loss over the least possible: ");
    for (int stop : new int[] {40, 70}) {
      Path parts = folder.resolve("parts-" + stop);
      train(parts, "--set", "train.steps=" + stop).ok();
      Cli.Result second = train(parts, "--set", "train.steps=100", "--resume").ok();
      assertThat(second.err()).doesNotContain("is not as it was written");
      assertThat(parts.resolve("checkpoint.safetensors")).hasSameBinaryContentAs(whole.resolve("checkpoint.safetensors"));
    }
  }

  @Test
  void theScheduleBelongsToTheCheckpoint() throws IOException {
    Path out = folder.resolve("run");
    train(out, "--set", "train.steps=100").ok();
    assertThat(out.resolve("config.yaml")).content().contains("parameters: []");
    Path checkpoint = out.resolve("checkpoint.safetensors");
    String text = Files.readString(checkpoint, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("\\\"fitted-at\\\":80").doesNotContain("\\\"parameters\\\":[]");
    Path own = folder.resolve("own.npy");
    run("sample", checkpoint.toString(), "-n", "50", "--out", own.toString(), "--engine", "native").ok();
    // The run folder's configuration says nothing of the schedule found; its samples are of it all the same.
    run("run", out.resolve("config.yaml").toString(), "--out", out.toString(), "--engine", "native", "--resume", "--set", "sample.count=50").ok();
    assertThat(out.resolve("samples.npy")).hasSameBinaryContentAs(own);
  }

  @Test
  void anotherWeightingIsRefused() {
    Cli.Result refused =
        run(small("train", "half-moons", folder.resolve("x"), "--set", "schedule={kind: learned}", "--set", "sampler.kind=ddim"));
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err()).contains("only with objective.weighting: likelihood is the loss the same under every schedule");
    Cli.Result coupled = train(folder.resolve("x"), "--set", "objective.coupling=optimal-transport");
    assertThat(coupled.err()).contains("set objective.coupling to independent");
  }
}
