package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Runs that are told conditions: classes of a built-in distribution, and columns of a file.
class ConditionalDataTest {
  private static final String EXPERIMENT =
      """
      schedule: {kind: cosine, steps: 20}
      network: {layers: 2, hidden: 24, activation: silu, time-embedding: {kind: sinusoidal, dimension: 8}}
      train: {steps: 400, batch: 64, learning-rate: 3e-3}
      sampler: {kind: ddim, steps: 10}
      evaluate: {floor-repeats: 1, pairwise-samples: 40}
      """;

  @TempDir Path folder;

  private Path experiment(String data) throws IOException {
    return Files.writeString(folder.resolve("e.yaml"), data + EXPERIMENT);
  }

  @Test
  void samplesAreOfTheClassAskedFor() throws IOException {
    Path out = folder.resolve("run");
    run(
            "run", experiment(
                    """
                    data: {kind: half-moons, points: 2000, jitter: 0.05, conditions: [class], standardize: true}
                    objective: {drop-condition: 0.2}
                    sample: {count: 300, conditions: {class: lower}}
                    guidance: [{kind: classifier-free, weight: 1}, {kind: classifier-free, name: without, weight: -1}]
                    """).toString(), "--engine", "reference", "--out", out.toString())
        .ok();
    JsonNode metrics = Cli.json(out.resolve("summary.json")).path("metrics");
    double without = share(metrics, "without");
    assertThat(without).isBetween(0.35, 0.65);
    // Of a training this short, guidance makes what the conditions alone do not.
    assertThat(share(metrics, "plain")).isGreaterThan(without + 0.1);
    assertThat(share(metrics, "classifier-free")).isGreaterThan(share(metrics, "plain") + 0.05);
    assertThat(Files.exists(out.resolve("plots/samples.png"))).isTrue();
    // The checkpoint knows the classes.
    Path samples = folder.resolve("s.npy");
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    run(
            "sample", checkpoint, "-n", "200", "--out", samples.toString(), "--engine", "reference", "--condition",
            "class=upper", "--condition-weight", "0.5")
        .ok();
    float[] upper = Points.read(samples).values();
    assertThat(upper).hasSize(4 * 200);
    assertThat(IntStream.range(0, 200)).allMatch(i -> upper[4 * i + 2] == 1 && upper[4 * i + 3] == 0);
    double height = IntStream.range(0, 200).mapToDouble(i -> upper[4 * i + 1]).average().orElseThrow();
    assertThat(height).isGreaterThan(0.4);
    assertThat(run("sample", checkpoint, "-n", "5", "--out", samples.toString(), "--condition", "class=left").err())
        .contains("the condition 'class' has no class 'left'; it has upper, lower");
  }

  private static double share(JsonNode metrics, String method) {
    return metrics.path(method).path("asked-class-share").path("value").doubleValue();
  }

  /// A load that depends on the weather, and its evening on the tariff, which is text.
  private void table() throws IOException {
    Files.writeString(
        folder.resolve("loads.csv"),
        IntStream.range(0, 1500)
            .mapToObj(
                i -> {
                  double weather = 20 + 5 * Math.sin(0.7 * i);
                  boolean night = i % 3 == 0;
                  double jitter = 0.3 * Math.sin(13.7 * i);
                  return (100 + 2 * weather + jitter) + "," + (night ? "night" : "day") + "," + weather + ","
                      + ((night ? 50 : 30) + 3 * jitter);
                })
            .collect(Collectors.joining("\n", "load,tariff,weather,evening\n", "\n")));
  }

  @Test
  void columnsOfAFileAreConditions() throws IOException {
    table();
    Path out = folder.resolve("run");
    String shown =
        run(
                "run", experiment(
                        """
                        data: {kind: file, path: loads.csv, conditions: [tariff, weather], classes: [tariff]}
                        sample: {count: 200, conditions: {tariff: night, weather: 23}}
                        """).toString(), "--engine", "reference", "--out", out.toString())
            .ok()
            .err();
    assertThat(shown).contains("condition tariff: one of day, night").contains("condition weather: a number");
    float[] samples = Points.read(out.resolve("samples.npy")).values();
    assertThat(samples).hasSize(5 * 200);
    assertThat(samples[2]).isZero();
    assertThat(samples[3]).isEqualTo(1);
    assertThat((double) samples[4]).isCloseTo(23, within(1e-4));
    double load = IntStream.range(0, 200).mapToDouble(i -> samples[5 * i]).average().orElseThrow();
    double evening = IntStream.range(0, 200).mapToDouble(i -> samples[5 * i + 1]).average().orElseThrow();
    // The data's deviations are 7 and 9.
    assertThat(load).isCloseTo(146, within(3.0));
    assertThat(evening).isCloseTo(50, within(4.0));
  }

  @Test
  void aNumberAloneHasAComponentThatTellsOfIt() throws IOException {
    table();
    Path out = folder.resolve("run");
    run(
            "train", experiment(
                    """
                    data: {kind: file, path: loads.csv, columns: [load], conditions: [weather]}
                    objective: {drop-condition: 0.5}
                    """).toString(), "--engine", "reference", "--out", out.toString())
        .ok();
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    Path file = folder.resolve("s.csv");
    run("sample", checkpoint, "-n", "200", "--out", file.toString(), "--engine", "reference", "--condition", "weather=16").ok();
    Points told = Points.read(file);
    assertThat(told.names()).containsExactly("load", "weather", "told");
    assertThat(mean(told)).isCloseTo(132, within(3.0));
    run("sample", checkpoint, "-n", "200", "--out", file.toString(), "--engine", "reference").ok();
    Points without = Points.read(file);
    assertThat(without.values()[2]).isZero();
    assertThat(mean(without)).isCloseTo(140, within(3.0));
    assertThat(deviation(without)).isGreaterThan(2 * deviation(told));
  }

  private static double mean(Points points) {
    return IntStream.range(0, points.size()).mapToDouble(i -> points.values()[i * points.dimension()]).average().orElseThrow();
  }

  private static double deviation(Points points) {
    double mean = mean(points);
    return Math.sqrt(
        IntStream.range(0, points.size())
            .mapToDouble(i -> Math.pow(points.values()[i * points.dimension()] - mean, 2))
            .average()
            .orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data: {kind: half-moons, conditions: [moon]} | data.conditions of half-moons can be [class]",
        "data: {kind: half-moons, conditions: [class]} | samples need a value of each of the conditions [class]",
        "data: {kind: half-moons}; objective: {drop-condition: 0.1} | needs conditions to drop",
        "data: {kind: half-moons}; sample: {conditions: {class: upper}} | the network is told no conditions",
        "data: {kind: half-moons, conditions: [class]}; sample: {conditions: {moon: upper}} | there is no condition 'moon'",
        "data: {kind: half-moons, conditions: [class]}; sample: {conditions: {class: 3}} | has no class '3'",
        "data: {kind: half-moons, conditions: [class]}; sample: {conditions: {class: upper}}; guidance: [{kind: classifier-free}]"
            + " | needs a network that has learned with and without",
        "data: {kind: half-moons}; guidance: [{kind: classifier-free}] | needs a network that has learned with and without",
        "data: {kind: circle, conditions: [class]} | conditions",
        "data: {kind: file, path: loads.csv, conditions: [wind]}; sample: {conditions: {wind: 1}} | there is no column 'wind'",
        "data: {kind: file, path: loads.csv, classes: [wind]} | data.classes: there is no column 'wind'",
        "data: {kind: file, path: loads.csv, columns: [load], conditions: [tariff]}; sample: {conditions: {tariff: day}}"
            + " | add 'tariff' to data.classes",
        "data: {kind: file, path: loads.csv, columns: [load, weather], conditions: [weather]}; sample: {conditions: {weather: 1}}"
            + " | made or told, not both",
      })
  void refusesWhatDoesNotGoTogether(String settings, String says) throws IOException {
    table();
    String text = settings.replace("; ", "\n") + "\n";
    assertThat(run("train", experiment(text).toString(), "--engine", "reference", "--out", folder.resolve("r").toString()).err())
        .contains(says);
  }
}
