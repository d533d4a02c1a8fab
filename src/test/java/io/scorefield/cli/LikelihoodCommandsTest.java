package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static io.scorefield.cli.Cli.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The likelihood of a run, and the commands that go through the latent codes of a checkpoint.
class LikelihoodCommandsTest {
  @TempDir static Path shared;

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  /// A run of a few steps.
  private Path train(String... more) {
    Path out = folder.resolve("run");
    String[] few = {
      "--set", "train.steps=80", "--set", "train.warm-up=10", "--set", "train.ema-decay=0", "--set",
      "train.ema-width=0.1", "--set",
      "schedule={kind: vp, start: 0.01}", "--set", "sampler={kind: ddim, steps: 10}"
    };
    String[] all = new String[few.length + more.length];
    System.arraycopy(few, 0, all, 0, few.length);
    System.arraycopy(more, 0, all, few.length, more.length);
    run(small("run", "eight-gaussians", out, all)).ok();
    return out;
  }

  /// The checkpoint of such a run, which none of those who ask changes.
  private Path trained() throws IOException {
    Path checkpoint = shared.resolve("checkpoint.safetensors");
    if (!Files.exists(checkpoint)) {
      Path run = train("--set", "sample.count=20", "--set", "evaluate.density-grid=0");
      Files.copy(run.resolve("checkpoint.safetensors"), checkpoint);
    }
    return checkpoint;
  }

  @Test
  void aRunMeasuresLikelihoodAndBoundBesideTheEntropy() throws IOException {
    Path out =
        train(
            "--set", "evaluate.likelihood=400", "--set", "evaluate.flow-steps=30", "--set", "evaluate.bound-levels=60",
            "--set", "evaluate.density-grid=20");
    JsonNode metrics = Cli.json(out.resolve("summary.json")).path("metrics");
    JsonNode flow = metrics.path("probability flow");
    double nats = flow.path("negative-log-likelihood").path("value").asDouble();
    double entropy = flow.path("negative-log-likelihood").path("noise-floor").asDouble();
    // Eight Gaussians of deviation 0.2 that hardly overlap: ln 8 + ln(2 pi e 0.04).
    assertThat(entropy).isCloseTo(Math.log(8) + Math.log(2 * Math.PI * Math.E * 0.04), within(0.15));
    assertThat(nats).isGreaterThan(entropy);
    assertThat(flow.path("kullback-leibler").path("value").asDouble()).isCloseTo(nats - entropy, within(1e-6));
    assertThat(flow.path("bits-per-dimension").path("value").asDouble()).isCloseTo(nats / (2 * Math.log(2)), within(1e-6));
    assertThat(flow.path("effective-share").path("value").asDouble()).isBetween(0.0, 1.0);
    JsonNode bound = metrics.path("variational bound");
    double sum = 0;
    for (String term : new String[] {"bound-prior", "bound-steps", "bound-reconstruction"}) {
      sum += bound.path(term).path("value").asDouble();
    }
    assertThat(bound.path("bound").path("value").asDouble()).isCloseTo(sum, within(1e-6)).isGreaterThan(entropy);
    assertThat(Files.size(out.resolve("plots/density.png"))).isGreaterThan(5000);
    assertThat(Files.readString(out.resolve("report.html"))).contains("The density of the model, by its probability flow");
  }

  @Test
  void pointsGoToTheirCodesAndBackAndOverTheGreatCircle() throws IOException {
    Path checkpoint = train().resolve("checkpoint.safetensors");
    Path points = Files.writeString(folder.resolve("points.csv"), "x,y\n2,0.1\n-0.3,1.9\n0.5,-1\n");
    Path codes = folder.resolve("codes.npy");
    Path back = folder.resolve("back.csv");
    run("encode", checkpoint.toString(), "--points", points.toString(), "--out", codes.toString(), "--engine", "native").ok();
    run("decode", checkpoint.toString(), "--codes", codes.toString(), "--out", back.toString(), "--engine", "native").ok();
    float[] given = Points.read(points).values();
    assertThat(Points.read(back).values()).usingComparatorWithPrecision(1e-4f).containsExactly(given);

    Path logs = folder.resolve("logs.csv");
    Cli.Result result =
        run(
                "likelihood", checkpoint.toString(), "--points", points.toString(), "--out", logs.toString(), "--engine",
                "native")
            .ok();
    float[] each = Points.read(logs).values();
    assertThat(each).hasSize(3);
    double mean = -(each[0] + each[1] + each[2]) / 3.0;
    assertThat(result.out()).contains(String.format(java.util.Locale.ROOT, "%.4f", mean).substring(0, 4), "bits per dimension");

    Path way = folder.resolve("way");
    run(
            "interpolate", checkpoint.toString(), "--points", points.toString(), "--from", "0", "--to", "2", "-n", "5",
            "--out", way.toString(), "--engine", "native")
        .ok();
    Points between = Points.read(way.resolve("interpolation.csv"));
    assertThat(between.size()).isEqualTo(5);
    float[] values = between.values();
    assertThat(new float[] {values[0], values[1], values[8], values[9]})
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(given[0], given[1], given[4], given[5]);
    assertThat(Files.size(way.resolve("interpolation.png"))).isGreaterThan(5000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "likelihood --points one.csv | 1 | has 1 columns, the model 2",
        "likelihood --points two.csv --dataset x | 1 | leave --dataset out",
        "likelihood --points none.csv | 1 | there is no file",
        "likelihood --points two.csv --scheme rk4 | 2 | --scheme must be runge-kutta or heun, not 'rk4'",
        "likelihood --points two.csv --steps 0 | 2 | --steps must be from 1",
        "likelihood --points two.csv --probes -1 | 2 | --probes must be",
        "likelihood --points two.csv --out logs.txt | 1 | .npy and .csv",
        "decode --codes one.csv --out x.csv | 1 | a code of this model is 2 numbers",
        "interpolate --from 1 --to 1 | 2 | two different numbers",
        "interpolate --points two.csv --from 0 --to 7 | 2 | there is no row 7",
      })
  void oneLineSaysWhatIsWrong(String line, int code, String says) throws IOException {
    Path checkpoint = trained();
    Files.writeString(folder.resolve("one.csv"), "x\n1\n");
    Files.writeString(folder.resolve("two.csv"), "x,y\n1,2\n3,4\n");
    String[] words = line.replaceAll("([a-z]+\\.(csv|txt))", folder + "/$1").split(" ");
    String[] args = new String[words.length + 1];
    args[0] = words[0];
    args[1] = checkpoint.toString();
    System.arraycopy(words, 1, args, 2, words.length - 1);
    Cli.Result result = run(args);
    assertThat(result.code()).as(result.err()).isEqualTo(code);
    assertThat(result.err()).contains(says).doesNotContain("Exception");
  }

  @Test
  void aLikelihoodNeedsPointsThatWereNotTrainedOn() throws IOException {
    Path data = Files.writeString(folder.resolve("data.csv"), "x,y\n1,2\n3,4\n2,1\n");
    Cli.Result result =
        run(
            "run", "eight-gaussians", "--out", folder.resolve("r").toString(), "--engine", "native", "--set",
            "data={kind: file, path: " + data + "}", "--set", "evaluate.likelihood=100");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("evaluate.likelihood needs points that are not trained on; set train.held-out");
  }

  @Test
  void likelihoodsAndCodesUnderConditions() throws IOException {
    Path out =
        train(
            "--set", "data.conditions=[class]", "--set", "objective.drop-condition=0.3", "--set", "sample.conditions={class: 3}",
            "--set", "evaluate.likelihood=400", "--set", "evaluate.flow-steps=20", "--set", "evaluate.bound-levels=40", "--set",
            "evaluate.density-grid=20");
    JsonNode flow = Cli.json(out.resolve("summary.json")).path("metrics").path("probability flow");
    // Of one of the Gaussians: ln(2 pi e 0.04), less than that of all by ln 8.
    double entropy = flow.path("negative-log-likelihood").path("noise-floor").asDouble();
    assertThat(entropy).isCloseTo(Math.log(2 * Math.PI * Math.E * 0.04), within(0.15));
    double nats = flow.path("negative-log-likelihood").path("value").asDouble();
    assertThat(flow.path("kullback-leibler").path("value").asDouble()).isCloseTo(nats - entropy, within(1e-6)).isPositive();
    assertThat(flow.path("effective-share").path("value").asDouble()).isBetween(0.0, 1.0);
    assertThat(Files.size(out.resolve("plots/density.png"))).isGreaterThan(5000);

    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    // The same three ways to say which class a point is of.
    Path plain = Files.writeString(folder.resolve("plain.csv"), "x,y\n2,0.1\n-0.3,1.9\n");
    Path named = Files.writeString(folder.resolve("named.csv"), "class,y,x\n3,0.1,2\n3,1.9,-0.3\n");
    Path wide =
        Files.writeString(
            folder.resolve("wide.csv"),
            "x,y,class[0],class[1],class[2],class[3],class[4],class[5],class[6],class[7]\n2,0.1,0,0,0,1,0,0,0,0\n"
                + "-0.3,1.9,0,0,0,1,0,0,0,0\n");
    String said = likelihood(checkpoint, plain, "--condition", "class=3");
    assertThat(likelihood(checkpoint, named)).isEqualTo(said);
    assertThat(likelihood(checkpoint, wide)).isEqualTo(said);
    assertThat(likelihood(checkpoint, wide, "--condition", "class=1")).isNotEqualTo(said);
    assertThat(likelihood(checkpoint, plain, "--without-conditions")).isNotEqualTo(said);
    assertThat(run("likelihood", checkpoint, "--points", plain.toString(), "--engine", "native").err())
        .contains("plain.csv: conditions: there is no column 'class'");

    Path codes = folder.resolve("codes.csv");
    Path back = folder.resolve("back.csv");
    run("encode", checkpoint, "--points", named.toString(), "--out", codes.toString(), "--engine", "native").ok();
    run("decode", checkpoint, "--codes", codes.toString(), "--out", back.toString(), "--engine", "native").ok();
    assertThat(Points.read(back).values()).usingComparatorWithPrecision(2e-4f).containsExactly(Points.read(wide).values());
    // Another class makes another point of the same code.
    run(
            "decode", checkpoint, "--codes", codes.toString(), "--out", back.toString(), "--engine", "native", "--condition",
            "class=7")
        .ok();
    float[] other = Points.read(back).values();
    assertThat(other[9]).isEqualTo(1);
    assertThat(Math.abs(other[0] - 2)).isGreaterThan(1e-3f);
    Path way = folder.resolve("way");
    run(
            "interpolate", checkpoint, "--points", named.toString(), "--from", "0", "--to", "1", "--out", way.toString(),
            "--engine", "native")
        .ok();
    assertThat(Files.size(way.resolve("interpolation.png"))).isGreaterThan(5000);
  }

  private static String likelihood(String checkpoint, Path points, String... more) {
    String[] args = {"likelihood", checkpoint, "--points", points.toString(), "--engine", "native"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return run(all).ok().out();
  }
}
