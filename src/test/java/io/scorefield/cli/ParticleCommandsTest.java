package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import io.scorefield.matter.KnownSystems;
import io.scorefield.matter.MetropolisOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Particles from the energy to the report.
class ParticleCommandsTest {
  private static final String QUICK = "points: 300, burn-in: 200, thinning: 5";

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path experiment(String data, String more) throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(
        file,
        "data: {kind: particles, " + data + "}\nschedule: {kind: cosine, steps: 20}\nsampler: {kind: ddpm}\n"
            + "train: {steps: 50}\nevaluate: {samples: 100, pairwise-samples: 50}\n" + more);
    return file;
  }

  @Test
  void aRunHasEvidenceMetricsAndPicturesOfParticles() throws IOException {
    Path out = folder.resolve("out");
    String laws =
        "physics: [{objective: 'sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2)', name: U, weight: 0.3}]\n"
            + "guidance: [{kind: likelihood}]\n";
    Cli.Result result =
        Cli.run(Cli.small("run", experiment("system: dw4, " + QUICK, laws).toString(), out)).ok();
    assertThat(result.err())
        .contains("dw4: 4 particles in 2 dimensions at T = 1, U = sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2)")
        .contains("Metropolis, 3 chains: <U> = -2")
        .contains("(exact: 6.000)");
    var summary = Cli.json(out.resolve("summary.json"));
    assertThat(summary.path("data").path("sampler").path("virial-exact").doubleValue()).isEqualTo(6);
    assertThat(summary.path("data").path("sampler").path("chains").intValue()).isEqualTo(3);
    assertThat(summary.path("compared-with").asString("")).contains("energies clipped to -");
    var plain = summary.path("metrics").path("plain");
    var guided = summary.path("metrics").path("likelihood");
    for (String metric :
        new String[] {
          "energy-wasserstein-1", "energy-wasserstein-2", "energy-total-variation", "energy-median", "energy-mean",
          "high-energy-share", "no-energy-share", "distance-wasserstein-2", "distance-total-variation", "short-pairs-2"
        }) {
      assertThat(plain.path(metric).path("value").isNumber()).as(metric).isTrue();
      assertThat(plain.path(metric).path("noise-floor").isNumber()).as(metric).isTrue();
    }
    assertThat(plain.path("energy-mean").path("noise-floor").doubleValue()).isCloseTo(-22.5, within(1.0));
    // A network this small knows little; the energy as guidance knows more.
    assertThat(guided.path("energy-wasserstein-1").path("value").doubleValue())
        .isLessThan(0.8 * plain.path("energy-wasserstein-1").path("value").doubleValue());
    for (String picture : new String[] {"configurations.png", "histograms.png", "reverse-process.gif"}) {
      assertThat(out.resolve("plots").resolve(picture)).exists();
    }
    assertThat(out.resolve("plots/fields.png")).doesNotExist();
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("median energy", "share of samples with 2 short pairs", "Metropolis, 3 chains");

    Path weights = folder.resolve("weights.safetensors");
    Cli.run("export", out.resolve("checkpoint.safetensors").toString(), "--out", weights.toString()).ok();
    Path samples = folder.resolve("samples.npy");
    Cli.run("sample", weights.toString(), "-n", "7", "--engine", "native", "--out", samples.toString()).ok();
    assertThat(Npy.read(samples).values()).hasSize(7 * 8);
    Path table = folder.resolve("samples.csv");
    Cli.run("sample", weights.toString(), "-n", "2", "--engine", "native", "--out", table.toString()).ok();
    assertThat(Files.readAllLines(table).getFirst()).contains("x[0,0]").contains("x[3,1]");
  }

  @Test
  void anEnergyOfYoursIsEnough() throws IOException {
    Path out = folder.resolve("out");
    String data =
        "energy: 'sum(i<j, e*(exp(-2*(d-1)) - 2*exp(-(d-1)))) + 0.2*sum(i, r^2)', parameters: {e: 3}, particles: 5, axes: 3, "
            + "temperature: 0.5, contact: 1.5, " + QUICK;
    Cli.run(Cli.small("run", experiment(data, "").toString(), out)).ok();
    var plain = Cli.json(out.resolve("summary.json")).path("metrics").path("plain");
    assertThat(plain.path("energy-wasserstein-2").path("value").doubleValue())
        .isGreaterThan(plain.path("energy-wasserstein-2").path("noise-floor").doubleValue());
    assertThat(out.resolve("plots/configurations.png")).exists();
  }

  /// Configurations of a file: with their energy, metrics and pictures are those of particles.
  @Test
  void filesOfParticlesAreJudgedByAnEnergy() throws IOException {
    Path points = folder.resolve("points.npy");
    float[] drawn = KnownSystems.doubleWell(1, new MetropolisOptions(500, 10)).draw(4, 400);
    Npy.write(points, drawn, 8);
    String data =
        "data: {kind: file, path: points.npy, components: 'x[4,2]', standardize: false, contact: 4, energy: "
            + "'sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2)'}\n";
    Path file = experiment("system: dw4", "");
    Files.writeString(file, data + Files.readString(file).lines().skip(1).collect(Collectors.joining("\n")));
    Path out = folder.resolve("out");
    Cli.Result result = Cli.run(Cli.small("run", file.toString(), out)).ok();
    assertThat(result.err()).contains("U = sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2): <U> = -2", "the virial of T = ");
    var metrics = Cli.json(out.resolve("summary.json")).path("metrics").path("plain");
    assertThat(metrics.path("energy-mean").path("noise-floor").doubleValue()).isCloseTo(-22.5, within(1.0));
    assertThat(metrics.path("short-pairs-4").path("noise-floor").doubleValue()).isBetween(0.2, 0.6);
    assertThat(out.resolve("plots/histograms.png")).exists();

    System.arraycopy(drawn, 8 * 17 + 2, drawn, 8 * 17 + 6, 2);
    Npy.write(points, drawn, 8);
    Files.writeString(file, Files.readString(file).replace("sum(i<j,", "sum(i<j, 1/d +"));
    Cli.Result overlap = Cli.run("train", file.toString(), "--out", folder.resolve("other").toString());
    assertThat(overlap.code()).isEqualTo(1);
    assertThat(overlap.err().lines().toList())
        .contains(
            "scorefield: " + points + ": the energy of point 17 is Infinity; its nearest particles are 1 and 3, which overlap");
    Files.writeString(file, Files.readString(file).replace("x[4,2]", "x[8]"));
    Cli.Result fields = Cli.run("train", file.toString(), "--out", folder.resolve("other").toString());
    assertThat(fields.code()).isEqualTo(2);
    assertThat(fields.err()).contains("data.energy needs data.components to be the positions of particles, such as 'x[13,3]'");
  }

  @Test
  void effectiveSamplesAreMeasuredWhereTheyAreAskedFor() throws IOException {
    Path out = folder.resolve("out");
    String asked = "system: dw4, standardize: true, " + QUICK;
    Path file = experiment(asked, "");
    Files.writeString(
        file,
        Files.readString(file).replace("pairwise-samples: 50", "pairwise-samples: 50, effective-samples: 100, flow-steps: 5"));
    Cli.Result result = Cli.run(Cli.small("run", file.toString(), out)).ok();
    assertThat(result.err()).contains("probability flow: with 2 steps in place of 5, ln q of 100 true points moves by");
    assertThat(result.out()).contains("effective-share-by-truth");
    var flow = Cli.json(out.resolve("summary.json")).path("metrics").path("probability flow");
    for (String metric : new String[] {"effective-share", "effective-share-by-truth"}) {
      assertThat(flow.path(metric).path("value").doubleValue()).as(metric).isBetween(0.0, 1.0);
      assertThat(flow.path(metric).path("standard-error").doubleValue()).as(metric).isPositive();
      assertThat(flow.path(metric).path("noise-floor").doubleValue()).as(metric).isEqualTo(1);
    }
    assertThat(flow.path("largest-weight-share").path("noise-floor").doubleValue()).isEqualTo(0.01);
    assertThat(flow.path("negative-log-likelihood").path("samples").intValue()).isEqualTo(100);
    assertThat(flow.path("negative-log-likelihood").path("standard-error").doubleValue()).isPositive();
  }

  @Test
  void effectiveSamplesNeedAKnownEnergyAndAFlow() throws IOException {
    Path file = experiment("system: dw4, " + QUICK, "");
    refuses(file.toString(), "effective-samples=7", "evaluate.effective-samples is 7; it must be 0 or at least 100");
    refuses("circle", "effective-samples=100", "evaluate.effective-samples compares the density of samples with exp(-U/T)");
    Path several = experiment("system: dw4, temperatures: [0.5, 2], " + QUICK, "");
    refuses(several.toString(), "effective-samples=100", "is for particles of one temperature");
    experiment("system: dw4, " + QUICK, "");
    Files.writeString(file, Files.readString(file).replace("steps: 20", "steps: 1"));
    refuses(file.toString(), "effective-samples=100", "a schedule of one noise level has no probability flow");
  }

  private void refuses(String experiment, String setting, String message) {
    Cli.Result result =
        Cli.run("run", experiment, "--set", "evaluate." + setting, "--out", folder.resolve("refused").toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "points: 100 | 1:7: 'data': particles need a system, dw4, lj13 or lj55, or an energy with the numbers of particles and axes",
        "system: dw4, axes: 3 | 1:38: 'data.axes' means nothing here: the system dw4 has its own energy; leave it out",
        "system: lj13, temperature: 0 | 1:52: 'data.temperature' is 0; it must be greater than 0",
        "energy: 'sum(i<j, d)', particles: 1, axes: 3 | 1:7: 'data': an energy needs at least 2 particles and 1 axis, not 1 and 3",
        "energy: 'd^2', particles: 3, axes: 3 | 1:7: 'data': 'd^2': 'd' is the distance in a sum over pairs, sum(i<j, ...); elsewhere write distance(0, 1) (at character 1)",
        "energy: 'sum(i<j, D)', particles: 3, axes: 3 | 1:7: 'data': 'sum(i<j, D)': unknown name 'D'; known are x[3,3], d, i, j, pi (at character 10)",
        "energy: 'distance(0, 3)^2', particles: 3, axes: 3 | 1:7: 'data': 'distance(0, 3)^2': there is no particle 3 in x[3,3]; they are 0..2 (at character 13)"
      })
  void mistakesHaveOneLine(String data, String message) throws IOException {
    Path file = experiment(data, "");
    Cli.Result result = Cli.run("train", file.toString(), "--out", folder.resolve("out").toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().strip()).isEqualTo("scorefield: " + file + ":" + message);
  }
}
