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
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Samples with the learned variance, in a run and of its checkpoint, and the bound term by term.
class LearnedVarianceTest {
  private static final String SAMPLER = "sampler={kind: ddpm, steps: 10, variance: learned}";

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path points() throws IOException {
    return Files.writeString(
        folder.resolve("points.csv"),
        IntStream.range(0, 300)
            .mapToObj(i -> Math.cos(i) + "," + 0.3 * Math.sin(1.3 * i))
            .collect(Collectors.joining("\n", "x,y\n", "\n")));
  }

  private Cli.Result sample(Path checkpoint, Path out, String sampler) {
    return run("sample", checkpoint.toString(), "-n", "40", "--out", out.toString(), "--engine", "native", "--set", sampler);
  }

  @Test
  void aRunAndItsCheckpointSampleAlikeAndTheNumbersServeWithoutTheData() throws IOException {
    Path data = points();
    Path experiment =
        Files.writeString(
            folder.resolve("mine.yaml"),
            "data: {kind: file, path: points.csv}\nschedule: {kind: linear, steps: 100}\nsampler: {kind: ddpm}\n");
    Path out = folder.resolve("run");
    Cli.Result made =
        run(
            small(
                "run", experiment.toString(), out, "--set", "train.steps=60", "--set", "train.held-out=0.4", "--set", SAMPLER, "--set",
                "evaluate={likelihood: 100, bound-levels: 12, flow-steps: 20, density-grid: 0}"))
            .ok();
    assertThat(made.err()).contains("learned variance: of 10 steps, from the errors of x0hat at 4096 noised training points");
    float[] samples = Points.read(out.resolve("samples.npy")).values();
    Path checkpoint = out.resolve("checkpoint.safetensors");
    Path again = folder.resolve("again.npy");
    sample(checkpoint, again, SAMPLER).ok();
    assertThat(Points.read(again).values()).containsExactly(Arrays.copyOf(samples, 80));

    terms(out);

    JsonNode found = Cli.json(out.resolve("summary.json")).path("config").path("sampler").path("variances");
    assertThat(found.size()).isEqualTo(10);
    Files.writeString(data, "x,y\n1,2\n3,4\n2,1\n");
    Path other = folder.resolve("other.npy");
    assertThat(sample(checkpoint, other, SAMPLER).err()).contains("has changed since the training");
    Files.delete(data);
    assertThat(sample(checkpoint, other, SAMPLER).err())
        .contains("sampler.variance: learned is measured on the training points: data.path: there is no file points.csv")
        .contains("can be given with sampler.variances");
    assertThat(other).doesNotExist();
    sample(checkpoint, other, "sampler={kind: ddpm, steps: 10, variances: " + found + "}").ok();
    assertThat(other).hasSameBinaryContentAs(again);
  }

  /// The lines of bound.csv add up to the metrics.
  private static void terms(Path out) throws IOException {
    List<String> lines = Files.readAllLines(out.resolve("bound.csv"));
    assertThat(lines.getFirst())
        .isEqualTo("variance,term,noise-level,to-level,log-snr,nats,nats-error,bits-per-dimension,bits-per-dimension-error");
    JsonNode metrics = Cli.json(out.resolve("summary.json")).path("metrics");
    for (String name : List.of("posterior", "beta", "learned")) {
      List<String[]> own = lines.stream().map(line -> line.split(",", -1)).filter(cells -> cells[0].equals(name)).toList();
      assertThat(own).hasSize(13);
      assertThat(own.getFirst()).contains("L_0");
      assertThat(own.getLast()).contains("L_T", "100");
      double nats = own.stream().mapToDouble(cells -> Double.parseDouble(cells[5])).sum();
      double bits = own.stream().mapToDouble(cells -> Double.parseDouble(cells[7])).sum();
      JsonNode bound = metrics.path(name.equals("posterior") ? "variational bound" : "bound, variance " + name);
      assertThat(bound.path("bound").path("value").asDouble()).isCloseTo(nats, within(1e-4 * Math.abs(nats) + 1e-4));
      assertThat(bound.path("bits-per-dimension").path("value").asDouble()).isCloseTo(bits, within(1e-4 * Math.abs(bits) + 1e-4));
    }
    assertThat(Files.size(out.resolve("plots/bound.png"))).isGreaterThan(5000);
    assertThat(Files.readString(out.resolve("report.html"))).contains("The variational bound by noise level");
  }

  @Test
  void theLikelihoodCommandWritesTheTerms() throws IOException {
    Path out = folder.resolve("run");
    run(small("train", "eight-gaussians", out, "--set", "train.steps=40")).ok();
    Path file = folder.resolve("bound.csv");
    Path points = Files.writeString(folder.resolve("p.csv"), "x,y\n2,0.1\n-0.3,1.9\n0.5,-1\n");
    Cli.Result result =
        run(
                "likelihood", out.resolve("checkpoint.safetensors").toString(), "--points", points.toString(), "--engine",
                "native", "--steps", "20", "--bound", file.toString(), "--bound-levels", "20")
            .ok();
    assertThat(result.out()).contains("bound, variance posterior").contains("bound, variance beta").contains("20 noise levels");
    assertThat(Files.readAllLines(file)).hasSize(1 + 2 * 21);
    Cli.Result refused =
        run(
            "likelihood", out.resolve("checkpoint.safetensors").toString(), "--points", points.toString(), "--bound", "b.npy");
    assertThat(refused.err()).contains("--bound b.npy: the terms are written to a .csv file");
  }

  @Test
  void aVarianceIsANumberOrTheWord() {
    String message = "must be a number from 0 to 1, or learned";
    for (String variance : List.of("1.5", "learnt", "-0.1", ".nan")) {
      assertThat(run(small("train", "circle", folder.resolve("x"), "--set", "sampler={kind: ddpm, variance: " + variance + "}")).err())
          .contains(message);
    }
    assertThat(
            run(small("train", "circle", folder.resolve("x"), "--set", "sampler={kind: ddpm, variance: 1, variances: [0.1]}")).err())
        .contains("'sampler.variance' means nothing here: 'variances' gives them one by one");
    run(small("train", "circle", folder.resolve("x"), "--set", "train.steps=5", "--set", "sampler={kind: ddpm, variance: 0.5}")).ok();
  }
}
