package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.schedule.DiscreteSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A schedule whose numbers are in a file.
class GivenScheduleTest {
  private static final int STEPS = 20;

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  /// An experiment beside the file that it names.
  private Path experiment() throws IOException {
    return Files.writeString(
        folder.resolve("mine.yaml"),
        """
        data: {kind: circle}
        schedule: {kind: given, path: tables/alphas.csv}
        network: {layers: 2, hidden: 16}
        train: {steps: 60}
        sampler: {kind: ddim}
        """);
  }

  private Path alphas(String text) throws IOException {
    Path file = folder.resolve("tables/alphas.csv");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String cosine() {
    DiscreteSchedule cosine = DiscreteSchedule.cosine(STEPS);
    return IntStream.rangeClosed(1, STEPS)
        .mapToObj(t -> Double.toString(cosine.alphaBar(t)))
        .collect(Collectors.joining("\n", "# of the cosine\nalpha_bar\n", "\n"));
  }

  @Test
  void aCheckpointHoldsTheNumbersAndNeedsNoFile() throws IOException {
    Path file = alphas(cosine());
    Path out = folder.resolve("run");
    run("train", experiment().toString(), "--out", out.toString(), "--engine", "native").ok();
    // The same numbers as a list are the same training.
    Path list = folder.resolve("list");
    String numbers = cosine().lines().skip(2).collect(Collectors.joining(", ", "[", "]"));
    run("train", experiment().toString(), "--out", list.toString(), "--engine", "native", "--set",
            "schedule={kind: given, alpha-bar: " + numbers + "}")
        .ok();
    assertThat(out.resolve("checkpoint.safetensors")).hasSameBinaryContentAs(list.resolve("checkpoint.safetensors"));
    Files.delete(file);
    Path samples = folder.resolve("s.csv");
    run("sample", out.resolve("checkpoint.safetensors").toString(), "-n", "3", "--out", samples.toString(), "--engine",
            "native")
        .ok();
    assertThat(Files.readAllLines(samples)).hasSize(4);
    assertThat(out.resolve("config.yaml")).content().contains("alpha-bar: [0.99");
  }

  @Test
  void anotherFileIsAnotherTraining() throws IOException {
    alphas(cosine());
    Path out = folder.resolve("run");
    run("train", experiment().toString(), "--out", out.toString(), "--engine", "native").ok();
    alphas("0.9\n0.5\n0.01\n");
    Cli.Result other =
        run("train", experiment().toString(), "--out", out.toString(), "--engine", "native", "--resume", "--set",
            "train.steps=90");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("schedule.alpha-bar was [0.9").contains("now is [0.9, 0.5, 0.01]");
    assertThat(other.err().lines().filter(line -> line.startsWith("scorefield: ")).toList())
        .singleElement()
        .satisfies(line -> assertThat(line.length()).isLessThan(600));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.9/0.95 | alphas.csv:2: alphaBar_2 is 0.95; it must be above 0 and below the number before it, 0.9
          name/0.9/0.5/0 | alphas.csv:4: alphaBar_3 is 0.0; it must be above 0
          1/0.5 | alphas.csv:1: alphaBar_1 is 1.0; it must be above 0 and below 1
          0.9//0.8/half | alphas.csv:4: 'half' is not a finite number
          0.9/nan | alphas.csv:2: 'nan' is not a finite number
          0.9,0.8/0.7,0.6 | alphas.csv:1: 2 columns where one was expected
          # nothing | alphas.csv: there are no numbers in this file
          """)
  void mistakesInTheFileAreSaidWithTheirLine(String lines, String message) throws IOException {
    alphas(lines.replace('/', '\n') + "\n");
    Cli.Result result = run("train", experiment().toString(), "--out", folder.resolve("run").toString());
    assertThat(result.code()).isNotZero();
    assertThat(result.err().strip().lines().toList())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("mine.yaml:2:").contains(message));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {kind: given} | needs 'alpha-bar', its numbers, or 'path', a file of them
          {kind: given, alpha-bar: [0.5], path: a.csv} | give 'alpha-bar' or 'path', not both
          {kind: given, path: none.csv} | there is no file none.csv
          """)
  void theTwoKeysExcludeEachOther(String schedule, String message) throws IOException {
    Cli.Result result =
        run("train", experiment().toString(), "--out", folder.resolve("run").toString(), "--set", "schedule=" + schedule);
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(message);
  }
}
