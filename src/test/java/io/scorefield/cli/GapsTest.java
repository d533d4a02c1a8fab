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

/// Trainings on a file of which cells are missing.
class GapsTest {
  @TempDir Path folder;

  @BeforeEach
  void table() throws IOException {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    // Means 10 and 20, deviations 1, correlation 0.8; the price is missing for most loads above 10.
    Random random = new Random(4);
    Files.writeString(
        folder.resolve("gaps.csv"),
        IntStream.range(0, 4000)
            .mapToObj(
                i -> {
                  double u = random.nextGaussian();
                  double price = 20 + 0.8 * u + 0.6 * random.nextGaussian();
                  boolean missing = u > 0 && random.nextDouble() < 0.9;
                  return (10 + u) + "," + (missing ? i % 2 == 0 ? "" : "NaN" : price);
                })
            .collect(Collectors.joining("\n", "load,price\n", "\n,\n")));
  }

  private Cli.Result train(String missing, Path out) throws IOException {
    Path experiment =
        Files.writeString(
            folder.resolve("e.yaml"),
            """
            data: {kind: file, path: gaps.csv, missing: %s}
            schedule: {kind: cosine, steps: 40}
            network: {layers: 3, hidden: 32, time-embedding: {kind: sinusoidal, dimension: 8}}
            train: {steps: 1500, batch: 128, learning-rate: 3e-3, decay: cosine}
            sampler: {kind: ddpm, clip: false}
            sample: {count: 3000}
            evaluate: {floor-repeats: 1, pairwise-samples: 40, density-grid: 0}
            """.formatted(missing));
    return run("run", experiment.toString(), "--engine", "native", "--out", out.toString());
  }

  private static double mean(Path run, int d) throws IOException {
    float[] samples = Points.read(run.resolve("samples.npy")).values();
    return IntStream.range(0, samples.length / 2).mapToDouble(i -> samples[2 * i + d]).average().orElseThrow();
  }

  private static double covariance(Path run) throws IOException {
    float[] samples = Points.read(run.resolve("samples.npy")).values();
    double a = mean(run, 0);
    double b = mean(run, 1);
    return IntStream.range(0, samples.length / 2)
        .mapToDouble(i -> (samples[2 * i] - a) * (samples[2 * i + 1] - b))
        .average()
        .orElseThrow();
  }

  /// Means of 4,000 points and 3,000 samples have errors of 0.024, the network's own error comes on top.
  @Test
  void drawnCellsTeachTheDistributionAndCompleteRowsDoNot() throws IOException {
    Path drawn = folder.resolve("drawn");
    Cli.Result result = train("draw", drawn).ok();
    assertThat(result.err())
        .contains(" cells are missing: 1 in load (line 4002), ", " in price (lines 3, 4, 5, ...)")
        .contains("missing cells are drawn from the normal distribution", "1 rows without any cell are left out");
    assertThat(mean(drawn, 0)).isCloseTo(10, within(0.1));
    assertThat(mean(drawn, 1)).isCloseTo(20, within(0.1));
    assertThat(covariance(drawn)).isCloseTo(0.8, within(0.12));
    Path complete = folder.resolve("complete");
    assertThat(train("complete-rows", complete).ok().err()).contains("rows have missing cells and are left out");
    assertThat(mean(complete, 0)).isLessThan(9.6);
    assertThat(mean(complete, 1)).isLessThan(19.7);
    // The model fills such files itself.
    Path filled = folder.resolve("filled.csv");
    Path some = folder.resolve("some.csv");
    Files.write(some, Files.readAllLines(folder.resolve("gaps.csv")).subList(0, 31));
    run(
            "impute", drawn.resolve("checkpoint.safetensors").toString(), some.toString(), "--out",
            filled.toString(), "--engine", "native", "--set", "sampler={kind: ddpm, steps: 20, clip: false}")
        .ok();
    assertThat(Points.read(filled).size()).isEqualTo(30);
  }

  @Test
  void aFileWithGapsIsRefusedUnlessItIsSaid() throws IOException {
    assertThat(train("refuse", folder.resolve("run")).err())
        .contains("set data.missing: draw");
    assertThat(train("ignore", folder.resolve("run")).err()).contains("'data.missing' cannot be 'ignore'");
  }
}
