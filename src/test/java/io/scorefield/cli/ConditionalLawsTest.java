package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A balance of power as a law: what is generated and supplied is the load, which the network is told.
class ConditionalLawsTest {
  private static final String EXPERIMENT =
      """
      data: {kind: file, path: grid.csv, conditions: [load, tariff], classes: [tariff]}
      schedule: {kind: cosine, steps: 40}
      network: {layers: 2, hidden: 32, time-embedding: {kind: sinusoidal, dimension: 8}}
      train: {steps: 600, batch: 64, learning-rate: 3e-3}
      sampler: {kind: ddim, steps: 40, clip: false}
      physics: [{name: balance, equality: generation + supply = load}]
      evaluate: {floor-repeats: 1, pairwise-samples: 40, density-grid: 0}
      """;

  @TempDir Path folder;

  @BeforeEach
  void table() throws IOException {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    Random random = new Random(4);
    Files.writeString(
        folder.resolve("grid.csv"),
        IntStream.range(0, 1500)
            .mapToObj(
                i -> {
                  boolean night = i % 2 == 0;
                  double load = 100 + 10 * random.nextGaussian();
                  double generation = (night ? 20 : 40) + 5 * random.nextGaussian();
                  return load + "," + generation + "," + (load - generation) + "," + (night ? "night" : "day");
                })
            .collect(Collectors.joining("\n", "load,generation,supply,tariff\n", "\n")));
  }

  private Cli.Result train(String more, Path out) throws IOException {
    Path experiment = Files.writeString(folder.resolve("e.yaml"), EXPERIMENT + more);
    return run("run", experiment.toString(), "--engine", "native", "--out", out.toString());
  }

  @Test
  void samplesObeyALawOfWhatTheyAreToldAndOfWhatIsMade() throws IOException {
    Path out = folder.resolve("run");
    Cli.Result result =
        train(
            """
            objective: {drop-condition: 0.2}
            sample: {count: 300, conditions: {load: 115, tariff: night}}
            guidance:
              - {kind: likelihood, sigma-y: 0.05}
              - {kind: projection}
              - {kind: classifier-free, name: free, weight: 1}
              - {kind: classifier-free, name: free-likelihood, weight: 1, with: likelihood}
              - {kind: classifier-free, name: free-projection, weight: 1, with: projection}
            """,
            out);
    result.ok();
    assertThat(result.err()).contains("plain is measured by its laws only").doesNotContain("warning: the training points");
    JsonNode metrics = Cli.json(out.resolve("summary.json")).path("metrics");
    assertThat(residual(metrics, "likelihood")).isLessThan(0.3 * residual(metrics, "plain"));
    assertThat(residual(metrics, "free-likelihood")).isLessThan(0.7 * residual(metrics, "free"));
    assertThat(residual(metrics, "projection")).isLessThan(1e-3);
    assertThat(residual(metrics, "free-projection")).isLessThan(1e-3);
    Points samples = Points.read(out.resolve("samples-likelihood.npy"));
    assertThat((double) samples.values()[2]).isCloseTo(115, within(1e-4));
  }

  private static double residual(JsonNode metrics, String method) {
    double residual = metrics.path(method).path("physical-loss").path("value").doubleValue();
    assertThat(residual).as(method).isPositive();
    return residual;
  }

  @Test
  void aTrainingLearnsTheLaw() throws IOException {
    Path plain = folder.resolve("plain");
    Path taught = folder.resolve("taught");
    String samples = "sample: {count: 300, conditions: {load: 115, tariff: night}}\n";
    train(samples, plain).ok();
    train(samples + "objective: {physics: {estimate: mean, c: 1, spread: signal}}\n", taught).ok();
    assertThat(residual(Cli.json(taught.resolve("summary.json")).path("metrics"), "plain"))
        .isLessThan(0.8 * residual(Cli.json(plain.resolve("summary.json")).path("metrics"), "plain"));
  }

  @Test
  void whatCannotBeIsSaid() throws IOException {
    Path out = folder.resolve("run");
    String conditions = "sample: {conditions: {load: 115, tariff: night}}\nobjective: {drop-condition: 0.2}\n";
    assertThat(train("guidance: [{kind: likelihood}]\nobjective: {drop-condition: 0.2}\n", out).err())
        .contains("the law 'balance' reads conditions, and samples are asked for under none; set sample.conditions");
    assertThat(train(conditions + "guidance: [{kind: classifier-free, with: posterior}]\n", out).err())
        .contains("guidance 'classifier-free': there is no other method 'posterior'");
    assertThat(
            train(
                    """
                    sample: {conditions: {load: 115, tariff: night}}
                    objective: {physics: {estimate: mean, fields: [load]}}
                    """,
                    out)
                .err())
        .contains("objective.physics.fields: the data have no field 'load'");
    Files.writeString(folder.resolve("e.yaml"), EXPERIMENT.replace("generation + supply = load", "load = 100") + conditions);
    assertThat(run("run", folder.resolve("e.yaml").toString(), "--engine", "native", "--out", out.toString()).err())
        .contains("the law 'balance' reads conditions only");
  }
}
