package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static io.scorefield.cli.Cli.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import io.scorefield.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What can be done with a checkpoint: going on, sampling it otherwise, exporting it, starting from it.
class CheckpointCommandsTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path train(String name, String... more) {
    Path out = folder.resolve(name);
    String[] args = small("train", "circle", out, "--set", "train.steps=60", "--set", "schedule.steps=20");
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    run(all).ok();
    return out;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.standardize=true | data.standardize was false, now is true",
        "train.learning-rate=0.01 | train.learning-rate was 0.001, now is 0.01",
        "train.warm-up=10 | train.warm-up was 0, now is 10",
        "train.ema-width=0.1 | train.ema-width was 0.0, now is 0.1",
        "train.ema-decay=0.9 | train.ema-decay was 0.0, now is 0.9",
        "train.beta2=0.99 | train.beta2 was 0.999, now is 0.99",
        "train.decay=cosine | train.decay was none, now is cosine",
        "train.max-gradient-norm=1 | train.max-gradient-norm was 0.0, now is 1.0",
        "train.held-out=0.2 | train.held-out was 0.0, now is 0.2",
        "objective.weighting=sigma2 | objective.weighting was none, now is sigma2",
        "schedule.offset=0.01 | schedule.offset was 0.008, now is 0.01",
        "network.hidden=17 | network.hidden was 16, now is 17",
        "data.radius=1.4 | on other data",
        "seed=2 | seed was 1, now is 2",
      })
  void aTrainingGoesOnOnlyAsItWas(String change, String says) throws IOException {
    Path out = train("run");
    byte[] before = Files.readAllBytes(out.resolve("config.yaml"));
    Cli.Result result =
        run(
            small(
                "train", "circle", out, "--set", "train.steps=80", "--set", "schedule.steps=20", "--resume",
                "--set", change));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("was trained otherwise: ", says, "--from");
    assertThat(Files.readAllBytes(out.resolve("config.yaml"))).isEqualTo(before);
  }

  @Test
  void whatTheWeightsDoNotDependOnMayChange() {
    Path out = train("run");
    Cli.Result result =
        run(
            small(
                "train", "circle", out, "--set", "train.steps=80", "--set", "schedule.steps=20", "--resume",
                "--set", "sampler={kind: ddim}", "--set", "physics=[]", "--set", "guidance=[]",
                "--set", "train.checkpoint-every=7", "--set", "objective.physics.c=2"))
            .ok();
    assertThat(result.err()).contains("going on from step 60");
  }

  @Test
  void aCosineThatBecomesLongerIsSaid() {
    Path out = train("run", "--set", "train.decay=cosine");
    Cli.Result result =
        run(
            small(
                "train", "circle", out, "--set", "train.steps=120", "--set", "schedule.steps=20", "--resume",
                "--set", "train.decay=cosine"))
            .ok();
    assertThat(result.err())
        .contains("the learning rate jumps from 0 to 0.0005000: its cosine now ends at step 120 instead of 60");
  }

  @Test
  void aNewTrainingMovesTheOldCheckpointAsideAtOnce() throws IOException {
    Path out = train("run");
    byte[] old = Files.readAllBytes(out.resolve("checkpoint.safetensors"));
    // One that ends before it has a checkpoint of its own.
    Cli.Result failed =
        run(
            small(
                "train", "circle", out, "--set", "train.steps=60", "--set", "schedule.steps=20",
                "--set", "train.learning-rate=1e30"));
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("is replaced; its checkpoint is kept as previous.safetensors");
    assertThat(out.resolve("checkpoint.safetensors")).doesNotExist();
    assertThat(Files.readAllBytes(out.resolve("previous.safetensors"))).isEqualTo(old);
  }

  @Test
  void someonesChangesToTheConfigurationAreKept() throws IOException {
    Path out = train("run");
    Path config = out.resolve("config.yaml");
    String edited = Files.readString(config).replace("steps: 60", "steps: 70");
    Files.writeString(config, edited);
    String[] args =
        small("train", "circle", out, "--set", "train.steps=80", "--set", "schedule.steps=20", "--resume");
    Cli.Result result = run(args).ok();
    assertThat(result.err()).contains("config.yaml is not as it was written; a copy is kept as config.edited.yaml");
    assertThat(Files.readString(out.resolve("config.edited.yaml"))).isEqualTo(edited);
    // Comments alone are no changes, and what the program wrote is none.
    Files.delete(out.resolve("config.edited.yaml"));
    Files.writeString(config, "# mine\n" + Files.readString(config));
    assertThat(run(args).ok().err()).doesNotContain("config.edited.yaml");
  }

  private static float[] values(Path file) throws IOException {
    return Npy.read(file).values();
  }

  @Test
  void aCheckpointIsSampledWithAnotherSamplerAndOtherGuidance() throws IOException {
    Path checkpoint = train("run").resolve("checkpoint.safetensors");
    Path a = folder.resolve("a.npy");
    Path b = folder.resolve("b.npy");
    run("sample", checkpoint.toString(), "-n", "50", "--out", a.toString()).ok();
    run("sample", checkpoint.toString(), "-n", "50", "--out", b.toString(), "--set", "sampler.steps=5").ok();
    assertThat(values(b)).isNotEqualTo(values(a));
    // A section of a file takes the place of the checkpoint's; --set comes after it.
    Path file = folder.resolve("other.yaml");
    Files.writeString(
        file,
        """
        sampler: {kind: ddim, steps: 7}
        physics: [{equality: y = 0.5}]
        guidance: [{kind: projection, name: onto}]
        """);
    run(
            "sample", checkpoint.toString(), "-n", "50", "--out", a.toString(), "--config", file.toString(),
            "--method", "onto", "--set", "sampler.steps=6")
        .ok();
    float[] projected = values(a);
    for (int i = 0; i < 50; i++) {
      assertThat(projected[2 * i + 1]).isCloseTo(0.5f, within(1e-5f));
    }
    Cli.Result unknown =
        run("sample", checkpoint.toString(), "-n", "5", "--out", a.toString(), "--method", "onto");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("no method 'onto'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network.hidden=8 | network.hidden was 16, now is 8",
        "train.batch=7 | train.batch was 25, now is 7",
        "seed=5 | the samples' seed with --seed",
        "sampler.stepz=5 | --set sampler.stepz",
      })
  void whatTheWeightsDependOnCannotBeSet(String change, String says) {
    Path checkpoint = train("run").resolve("checkpoint.safetensors");
    Cli.Result result =
        run(
            "sample", checkpoint.toString(), "-n", "5", "--out", folder.resolve("a.npy").toString(), "--set", change);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(says);
  }

  @Test
  void thePosteriorOfAMeasurementIsSampledFromACheckpoint() throws IOException {
    Path checkpoint = train("run").resolve("checkpoint.safetensors");
    Path y = folder.resolve("y.csv");
    Files.writeString(y, "0.7\n");
    Path out = folder.resolve("posterior.npy");
    List<String> args =
        List.of(
            "sample", checkpoint.toString(), "-n", "100", "--out", out.toString(), "--method", "likelihood", "--set",
            "inverse={observe: x, noise: 0.05}", "--set", "guidance=[{kind: likelihood, sigma-y: 0.05}]");
    Cli.Result missing = run(args.toArray(String[]::new));
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("--set inverse.measured=FILE, with 1 numbers");
    run(
            IntStream.rangeClosed(0, args.size() + 1)
                .mapToObj(
                    i -> i < args.size() ? args.get(i) : i == args.size() ? "--set" : "inverse.measured=" + y)
                .toArray(String[]::new))
        .ok();
    float[] samples = values(out);
    double mean = IntStream.range(0, 100).mapToDouble(i -> samples[2 * i]).average().orElseThrow();
    assertThat(mean).isCloseTo(0.7, within(0.1));
  }

  @Test
  void exportedWeightsAreSampledAndStartedFromButNotGoneOnFrom() throws IOException {
    Path run = train("run", "--set", "train.ema-decay=0.9");
    Path weights = folder.resolve("weights.safetensors");
    run("export", run.resolve("checkpoint.safetensors").toString(), "--out", weights.toString()).ok();
    assertThat(Safetensors.read(weights).tensors().keySet())
        .containsExactlyInAnyOrder("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias");
    Path a = folder.resolve("a.npy");
    Path b = folder.resolve("b.npy");
    run("sample", run.resolve("checkpoint.safetensors").toString(), "-n", "20", "--out", a.toString()).ok();
    run("sample", weights.toString(), "-n", "20", "--out", b.toString()).ok();
    assertThat(values(b)).containsExactly(values(a));
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Files.copy(weights, copy.resolve("checkpoint.safetensors"));
    Cli.Result resumed =
        run(
            small(
                "train", "circle", copy, "--set", "train.steps=80", "--set", "schedule.steps=20", "--resume",
                "--set", "train.ema-decay=0.9"));
    assertThat(resumed.code()).isEqualTo(1);
    assertThat(resumed.err()).contains("holds weights alone", "--from");
  }

  @Test
  void aTrainingStartsFromAnotherRunsWeightsOnItsScaling() throws IOException {
    Path first = train("first", "--set", "data.standardize=true");
    Path from = first.resolve("checkpoint.safetensors");
    Path second = folder.resolve("second");
    String[] args =
        small(
            "train", "circle", second, "--set", "train.steps=0", "--set", "train.epochs=0", "--set",
            "schedule.steps=20", "--set", "data={kind: circle, radius: 3, standardize: true}", "--from",
            from.toString());
    assertThat(run(args).ok().err()).contains("the weights of " + from + " are the start");
    // No step was made: the samples are those of the first, in its units.
    Path a = folder.resolve("a.npy");
    Path b = folder.resolve("b.npy");
    run("sample", from.toString(), "-n", "20", "--out", a.toString()).ok();
    run("sample", second.resolve("checkpoint.safetensors").toString(), "-n", "20", "--out", b.toString()).ok();
    assertThat(values(b)).containsExactly(values(a));
    // It goes on with that scaling, and with a new one twice the circle is twice as large.
    run(
            small(
                "train", "circle", second, "--set", "train.steps=5", "--set", "schedule.steps=20", "--set",
                "data={kind: circle, radius: 3, standardize: true}", "--resume"))
        .ok();
    String[] anew = Arrays.copyOf(args, args.length + 2);
    anew[args.length] = "--scaling";
    anew[args.length + 1] = "new";
    run(anew).ok();
    run("sample", second.resolve("checkpoint.safetensors").toString(), "-n", "20", "--out", b.toString()).ok();
    for (int i = 0; i < 40; i++) {
      assertThat(values(b)[i]).isCloseTo(2 * values(a)[i], within(1e-4f));
    }
    Cli.Result other =
        run(
            small(
                "train", "circle", folder.resolve("third"), "--set", "train.steps=5", "--set", "schedule.steps=30",
                "--from", from.toString()));
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("its weights mean something else: schedule.steps was 20, now is 30");
  }

  @Test
  void heldOutPointsAreJudgedAndTheBestCheckpointIsKept() throws IOException {
    Path out = folder.resolve("run");
    String[] args =
        small(
            "run", "circle", out, "--set", "train.steps=200", "--set", "schedule.steps=20", "--set",
            "train.held-out=0.2", "--set", "sample.weights=best", "--set", "guidance=[]");
    Cli.Result result = run(args).ok();
    assertThat(result.err()).contains("80 points of 'circle'", "the least loss on held-out points is");
    List<String> rows = Files.readAllLines(out.resolve("metrics.csv"));
    assertThat(rows.getFirst()).isEqualTo("step,learning-rate,data-loss,physics-loss,held-out-loss");
    List<String> judged = rows.stream().skip(1).filter(row -> !row.endsWith(",")).toList();
    assertThat(judged).hasSize(10);
    String best =
        judged.stream()
            .min((a, b) -> Double.compare(last(a), last(b)))
            .orElseThrow()
            .split(",")[0];
    assertThat(Safetensors.read(out.resolve("best.safetensors")).metadata()).containsEntry("step", best);
    assertThat(Cli.json(out.resolve("summary.json")).path("training-steps").asString()).isEqualTo(best);
    // Going on keeps what is known of the best.
    run(
            small(
                "train", "circle", out, "--set", "train.steps=220", "--set", "schedule.steps=20", "--set",
                "train.held-out=0.2", "--set", "sample.weights=best", "--set", "guidance=[]", "--resume"))
        .ok();
    assertThat(Files.readAllLines(out.resolve("metrics.csv"))).startsWith(rows.toArray(String[]::new));
    Cli.Result none =
        run(small("train", "circle", folder.resolve("x"), "--set", "sample.weights=best"));
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("set train.held-out");
  }

  private static double last(String row) {
    return Double.parseDouble(row.substring(row.lastIndexOf(',') + 1));
  }

  /// The truths of an inverse problem on a file of points are points that the training has not seen.
  @Test
  void measuredTruthsAreHeldOut() throws IOException {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 100; i++) {
      text.append(Math.cos(i)).append(',').append(Math.sin(i)).append('\n');
    }
    Path file = folder.resolve("points.csv");
    Files.writeString(file, text.toString());
    Path out = folder.resolve("run");
    Cli.Result result =
        run(
            small(
                "run", "circle", out, "--set", "train.steps=50", "--set", "schedule.steps=20", "--set",
                "data={kind: file, path: " + file + "}", "--set",
                "inverse={observe: x, noise: 0.1, truths: 5, samples: 20}"))
            .ok();
    assertThat(result.err()).contains("95 points of 'points.csv'");
    assertThat(Npy.read(out.resolve("posterior-likelihood.npy")).values()).hasSize(2 * 5 * 20);
  }
}
