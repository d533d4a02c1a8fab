package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Choosing among samplers, schedules and predictions from the command line.
class SamplersCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  @Test
  void exactScoresShowWhatASamplerCosts() throws IOException {
    Cli.Result result =
        Cli.run(
                "samplers", "--exact", "eight-gaussians", "--samplers", "ddim,dpm-solver++,edm-churn,euler-maruyama",
                "--evaluations", "2,30", "-n", "10000", "--out", folder.toString())
            .ok();
    List<String> csv = Files.readAllLines(folder.resolve("samplers.csv"));
    assertThat(csv.getFirst()).isEqualTo("sampler,evaluations,used,distance,error,floor,floor-error");
    assertThat(csv).hasSize(5);
    double few = distance(csv, "ddim,2,2,");
    double many = distance(csv, "ddim,30,30,");
    double solver = distance(csv, "dpm-solver++,30,30,");
    double floor = Double.parseDouble(csv.get(1).split(",")[5]);
    assertThat(few).isGreaterThan(2 * floor);
    assertThat(many).isLessThan(few / 2);
    assertThat(solver).isLessThan(2 * floor);
    assertThat(result.out())
        .contains("evaluations", "the floor", "without edm-churn: churn leads to noise between the levels", "dpm-solver++ with 30",
            "without euler-maruyama: the euler-maruyama sampler integrates");
    assertThat(folder.resolve("samplers.png")).exists();
  }

  private static double distance(List<String> csv, String row) {
    return csv.stream()
        .filter(line -> line.startsWith(row))
        .map(line -> Double.parseDouble(line.split(",")[3]))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--exact half-moons | the exact score is known for mixtures of Gaussians only",
        "--exact eight-gaussians --samplers ddmi | there is no sampler 'ddmi' in the comparison; did you mean 'ddim'",
        "nothing.safetensors | nothing.safetensors",
        "nothing.safetensors --set seed=2 | --set goes with --exact",
        "--exact eight-gaussians -n 7 | -n must be at least 100",
      })
  void mistakesAreExplained(String arguments, String says) {
    Cli.Result result = Cli.run(("samplers " + arguments + " --out " + folder).split(" "));
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(says);
  }

  @Test
  void listsAreOfWhatThereIs() {
    assertThat(Cli.run("list", "samplers").ok().out()).contains("dpm-solver++ ", "order 2", "Lu et al. 2022");
    assertThat(Cli.run("list").ok().out()).contains("rectified-flow", "min-snr-5", "half-moons", "first-passage", "egnn");
    Cli.Result wrong = Cli.run("list", "sampler");
    assertThat(wrong.code()).isNotZero();
    assertThat(wrong.err()).contains("there is no list of 'sampler'; did you mean 'samplers'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list nonsense", "samplers --exact eight-gaussians --samplers nonsense"})
  void knownNamesAreListedOnce(String arguments) {
    String message = Cli.run(arguments.split(" ")).err();
    for (String name : arguments.startsWith("list") ? List.of("samplers", "schedules") : List.of("ddpm,", "runge-kutta")) {
      assertThat(message.split(Pattern.quote(name), -1)).as(message).hasSize(2);
    }
  }

  @Test
  void everySampleMayChooseItsSteps() throws IOException {
    Path run = folder.resolve("run");
    Cli.run(
            "train", "half-moons", "--out", run.toString(), "--engine", "native", "--set", "schedule={kind: vp}", "--set",
            "objective={predict: v}", "--set", "train.steps=400", "--set", "data.standardize=true")
        .ok();
    String checkpoint = run.resolve("checkpoint.safetensors").toString();
    Path all = folder.resolve("all.npy");
    Path one = folder.resolve("one.npy");
    Cli.Result result =
        Cli.run("sample", checkpoint, "-n", "60", "--out", all.toString(), "--sampler", "adaptive", "--tolerance", "1e-2", "--per-sample").ok();
    assertThat(result.err()).containsPattern("for the tolerance 0.01, \\d+\\.\\d evaluations in the mean, \\d+ to \\d+");
    Cli.run(
            "sample", checkpoint, "-n", "1", "--first", "37", "--out", one.toString(), "--sampler", "adaptive", "--tolerance",
            "1e-2", "--per-sample")
        .ok();
    float[] values = Npy.read(all).values();
    assertThat(Npy.read(one).values()).containsExactly(values[74], values[75]);
    assertThat(Cli.run("sample", checkpoint, "-n", "2", "--out", one.toString(), "--per-sample").err())
        .contains("add --sampler adaptive");
  }

  /// Every pair of a schedule and a prediction that makes sense trains, draws its pictures and gives samples by any sampler.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{kind: rectified-flow} | velocity | {kind: euler, steps: 20}",
        "{kind: edm, log-mean: -0.5} | edm | {kind: edm, steps: 10}",
        "{kind: sub-vp} | v | {kind: dpm-solver++, steps: 10}",
        "{kind: cosine-flow} | v | {kind: gradient-estimation, steps: 10}",
        "{kind: given, alpha-bar: [0.99, 0.9, 0.6, 0.3, 0.1, 0.01]} | v | {kind: ddim, grid: {kind: given, levels: [6, 4, 2]}}",
        "{kind: sigmoid} | eps | {kind: ddim, steps: 10, grid: {kind: log-snr}}",
      })
  void everyScheduleRuns(String schedule, String predict, String sampler) throws IOException {
    Path out = folder.resolve("run");
    // One whole run with its pictures, of the schedule whose log-SNR is infinite.
    boolean pictures = predict.equals("velocity");
    Cli.run(
            pictures ? "run" : "train", "half-moons", "--out", out.toString(), "--engine", "native", "--set",
            "schedule=" + schedule, "--set", "objective={predict: " + predict + "}", "--set", "sampler=" + sampler, "--set",
            "train.steps=400", "--set", "data.standardize=true", "--set", "sample.count=500", "--set",
            "evaluate={samples: 500, floor-repeats: 1}")
        .ok();
    assertThat(Files.exists(out.resolve("plots/schedule.png"))).isEqualTo(pictures);
    Path other = folder.resolve("other.npy");
    Cli.run(
            "sample", out.resolve("checkpoint.safetensors").toString(), "-n", "200", "--out", other.toString(), "--sampler",
            "heun", "--steps", schedule.contains("given") ? "4" : "8", "--set", "sampler.frame=circle", "--set", "sampler.grid={kind: karras}")
        .ok();
    for (float value : Npy.read(other).values()) {
      assertThat(value).isFinite();
    }
  }
}
