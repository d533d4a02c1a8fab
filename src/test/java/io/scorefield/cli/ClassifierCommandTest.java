package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.GaussianMixture;
import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Samples of a class by a classifier that a command has trained.
class ClassifierCommandTest {
  private static final String EXPERIMENT =
      """
      data: {kind: KIND, points: 3000}
      schedule: SCHEDULE
      network: {layers: 3, hidden: 48, activation: silu, time-embedding: {kind: sinusoidal, dimension: 16}}
      objective: {predict: v}
      train: {steps: STEPS, batch: 128, learning-rate: 3e-3, decay: cosine}
      sampler: {kind: heun, steps: 15, clip: false}
      """;

  @TempDir Path folder;

  private String checkpoint(String name, String kind, String schedule, int steps) throws IOException {
    String text =
        EXPERIMENT.replace("KIND", kind).replace("SCHEDULE", schedule).replace("STEPS", String.valueOf(steps));
    Path experiment = Files.writeString(folder.resolve(name + ".yaml"), text);
    Path out = folder.resolve(name);
    run("train", experiment.toString(), "--out", out.toString(), "--engine", "native").ok();
    return out.resolve("checkpoint.safetensors").toString();
  }

  private double share(String checkpoint, String classifier, String weight, String... more) throws IOException {
    Path samples = folder.resolve("s.npy");
    String[] all = new String[11 + more.length];
    String[] first = {
      "sample", checkpoint, "-n", "400", "--out", samples.toString(), "--classifier=" + classifier, "--class=3",
      "--classifier-weight=" + weight, "--engine", "native"
    };
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    run(all).ok();
    float[] points = Points.read(samples).values();
    GaussianMixture truth = GaussianMixture.eightGaussians(2, 0.2);
    int count = 0;
    for (int i = 0; i < points.length / 2; i++) {
      count += truth.classOf(new double[] {points[2 * i], points[2 * i + 1]}) == 3 ? 1 : 0;
    }
    return count / 400.0;
  }

  /// Not after the work: this one would take days.
  @Test
  void aFolderThatIsNotThereIsToldBeforeTheTraining() throws IOException {
    String checkpoint = checkpoint("short", "eight-gaussians", "{kind: vp}", 5);
    String out = folder.resolve("none/c.safetensors").toString();
    Cli.Result result =
        Cli.run("classifier", checkpoint, "--out", out, "--steps", "1000000000000", "--engine", "native");
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("there is no folder");
  }

  @Test
  void samplesAreOfTheClassWithAnySampler() throws IOException {
    String checkpoint = checkpoint("eight", "eight-gaussians", "{kind: vp}", 1000);
    String classifier = folder.resolve("c.safetensors").toString();
    assertThat(
            run(
                    "classifier", checkpoint, "--out", classifier, "--steps", "1000", "--hidden", "48", "--engine", "native",
                    "--measure", "3", "--weights", "0,1", "--samples", "500")
                .ok()
                .out())
        .contains("classifier of 0, 1, 2, 3, 4, 5, 6, 7", "share in class", "truth");
    assertThat(share(checkpoint, classifier, "0")).isBetween(0.06, 0.2);
    assertThat(share(checkpoint, classifier, "1")).isGreaterThan(0.85);
    assertThat(share(checkpoint, classifier, "1", "--sampler", "dpm-solver++", "--steps", "15")).isGreaterThan(0.85);
    assertThat(share(checkpoint, classifier, "1", "--sampler", "euler-maruyama", "--steps", "60")).isGreaterThan(0.85);

    String other = checkpoint("other", "eight-gaussians", "{kind: sub-vp}", 10);
    String out = folder.resolve("o.npy").toString();
    Map.of(
            "--class=9", "the classifier knows no class '9'; it knows 0, 1", //
            "--classifier-weight=2", "--classifier needs --class NAME")
        .forEach(
            (option, message) -> {
              String error = run("sample", checkpoint, "-n", "5", "--out", out, "--classifier", classifier, option).err();
              assertThat(error).contains(message);
            });
    assertThat(run("sample", other, "-n", "5", "--out", out, "--classifier", classifier, "--class", "3").err())
        .contains("another noise schedule");
    assertThat(run("sample", other, "-n", "5", "--out", out, "--classifier", other, "--class", "3").err())
        .contains("is a model, not a classifier");
    assertThat(run("sample", classifier, "-n", "5", "--out", out).err()).contains("is a classifier, which makes no samples itself");
    String roll = checkpoint("roll", "swiss-roll", "{kind: vp}", 10);
    assertThat(run("classifier", roll, "--out", out).err()).contains("have no classes that a classifier could learn; those of half-moons").doesNotContain("unknown key");
  }
}
