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

/// Networks other than perceptrons that are told conditions of a file.
class ConditionalNetworksTest {
  private static final String EXPERIMENT =
      """
      schedule: {kind: cosine, steps: 20}
      train: {steps: 600, batch: 64, learning-rate: 3e-3}
      sampler: {kind: ddim, steps: 10, clip: false}
      evaluate: {floor-repeats: 1, pairwise-samples: 40}
      """;

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path train(String data, String table) throws IOException {
    Files.writeString(folder.resolve("data.csv"), table);
    Path experiment = Files.writeString(folder.resolve("e.yaml"), data + EXPERIMENT);
    Path out = folder.resolve("run");
    run("run", experiment.toString(), "--engine", "native", "--out", out.toString()).ok();
    return out;
  }

  /// A sine whose height is the weather, upside down at night.
  @Test
  void fieldsOfAUnetDependOnWhatItIsTold() throws IOException {
    Random random = new Random(3);
    String header = IntStream.range(0, 8).mapToObj(p -> "u[" + p + "]").collect(Collectors.joining(",")) + ",tariff,weather\n";
    String rows =
        IntStream.range(0, 1200)
            .mapToObj(
                i -> {
                  double weather = 20 + 4 * random.nextGaussian();
                  boolean night = i % 2 == 0;
                  double size = (night ? -1 : 1) * weather / 20;
                  return IntStream.range(0, 8)
                          .mapToObj(p -> String.valueOf(size * wave(p) + 0.1 * random.nextGaussian()))
                          .collect(Collectors.joining(","))
                      + "," + (night ? "night" : "day") + "," + weather;
                })
            .collect(Collectors.joining("\n"));
    Path out =
        train(
            """
            data: {kind: file, path: data.csv, components: 'u[8]', conditions: [tariff, weather], classes: [tariff]}
            network: {kind: unet, channels: 8, levels: 1, time-embedding: {kind: sinusoidal, dimension: 8}}
            sample: {count: 200, conditions: {tariff: night, weather: 26}}
            """,
            header + rows + "\n");
    assertThat(height(out.resolve("samples.npy"))).isCloseTo(-1.3, within(0.15));
    assertThat(Files.size(out.resolve("plots/fields.png"))).isGreaterThan(5000);
    Path other = folder.resolve("s.npy");
    run(
            "sample", out.resolve("checkpoint.safetensors").toString(), "-n", "200", "--out", other.toString(), "--engine",
            "native", "--condition", "tariff=day", "--condition", "weather=14")
        .ok();
    assertThat(height(other)).isCloseTo(0.7, within(0.15));
  }

  private static double wave(int cell) {
    return Math.sin(2 * Math.PI * (cell + 0.5) / 8);
  }

  /// What the fields have of the wave, the mean over the samples.
  private static double height(Path samples) throws IOException {
    Points points = Points.read(samples);
    double sum = 0;
    for (int i = 0; i < points.size(); i++) {
      for (int p = 0; p < 8; p++) {
        sum += points.values()[i * points.dimension() + p] * wave(p) / 4 / points.size();
      }
    }
    return sum;
  }

  /// Two particles at a distance that the phase tells.
  @Test
  void distancesOfAGraphNetworkDependOnWhatItIsTold() throws IOException {
    Random random = new Random(5);
    String rows =
        IntStream.range(0, 1200)
            .mapToObj(
                i -> {
                  double distance = (i % 2 == 0 ? 1 : 2) + 0.05 * random.nextGaussian();
                  double angle = 2 * Math.PI * random.nextDouble();
                  double x = distance / 2 * Math.cos(angle);
                  double y = distance / 2 * Math.sin(angle);
                  return x + "," + y + "," + -x + "," + -y + "," + (i % 2 == 0 ? "solid" : "gas");
                })
            .collect(Collectors.joining("\n", "ax,ay,bx,by,phase\n", "\n"));
    Path out =
        train(
            """
            data: {kind: file, path: data.csv, components: 'x[2,2]', energy: 'sum(i<j, (d-1.5)^2)', conditions: [phase], classes: [phase]}
            network: {kind: egnn, layers: 2, hidden: 16, time-embedding: {kind: sinusoidal, dimension: 8}}
            sample: {count: 200, conditions: {phase: gas}}
            """,
            rows);
    assertThat(distance(out.resolve("samples.npy"))).isCloseTo(2, within(0.15));
    assertThat(Files.size(out.resolve("plots/configurations.png"))).isGreaterThan(5000);
    Path other = folder.resolve("s.npy");
    run(
            "sample", out.resolve("checkpoint.safetensors").toString(), "-n", "200", "--out", other.toString(), "--engine",
            "native", "--condition", "phase=solid")
        .ok();
    assertThat(distance(other)).isCloseTo(1, within(0.15));
  }

  private static double distance(Path samples) throws IOException {
    Points points = Points.read(samples);
    float[] x = points.values();
    assertThat(points.dimension()).isEqualTo(6);
    return IntStream.range(0, points.size())
        .mapToDouble(i -> Math.hypot(x[6 * i] - x[6 * i + 2], x[6 * i + 1] - x[6 * i + 3]))
        .average()
        .orElseThrow();
  }

  @Test
  void anEnergyTakesItsConditionForATemperature() throws IOException {
    Path experiment =
        Files.writeString(
            folder.resolve("e.yaml"),
            """
            data: {kind: file, path: data.csv, components: 'x[2,2]', energy: 'sum(i<j, d^2)', conditions: [phase]}
            network: {kind: energy}
            sample: {conditions: {phase: 1}}
            """ + EXPERIMENT);
    assertThat(run("run", experiment.toString(), "--out", folder.resolve("run").toString()).err())
        .contains("network.kind: energy divides its force by the condition that it is told");
  }
}
