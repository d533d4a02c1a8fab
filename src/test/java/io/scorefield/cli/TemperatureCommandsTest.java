package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Particles whose network is told the temperature.
class TemperatureCommandsTest {
  private static final String DATA =
      "kind: particles, system: dw4, temperature: 1, temperatures: [0.5, 2], points: 400, burn-in: 500, thinning: 20, "
          + "standardize: true";

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Path experiment(String data, String more) throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(
        file,
        "data: {" + data + "}\nschedule: {kind: cosine, steps: 20}\nsampler: {kind: ddpm, clip: false}\n"
            + "train: {steps: 50}\n" + more);
    return file;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network: {kind: energy, layers: 1, hidden: 6} | 1", "network: {kind: energy, layers: 1, hidden: 4, lengths: [1, 3]} | 1",
        "network: {kind: egnn, layers: 1, hidden: 6} | 0", "network: {layers: 2, hidden: 8} | 0"
      })
  void energiesAndEntropiesOverTheTemperature(String network, int hasEnergy) throws IOException {
    Path out = folder.resolve("out");
    // A law may read the temperature.
    String more =
        network + "\nsample: {count: 60}\nevaluate: {samples: 60, pairwise-samples: 40, temperatures: [0.5, 1, 2]}\n"
            + "physics: [{objective: 'sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2) / T', name: U, weight: 0.001}]\n"
            + "guidance: [{kind: likelihood}]\n";
    Cli.Result result = Cli.run("run", experiment(DATA, more).toString(), "--engine", "native", "--out", out.toString()).ok();
    assertThat(result.err())
        .contains("trained at T = [0.5, 2.0]")
        .contains("T = 0.5: Metropolis, 2 chains")
        .contains("S of levels")
        .contains("(U - TS - F)^2");
    List<String> lines = Files.readAllLines(out.resolve("thermodynamics.csv"));
    assertThat(lines).hasSize(4);
    double[] truth = {-24.295, -22.547, -19.478};
    for (int k = 0; k < 3; k++) {
      String[] cells = lines.get(k + 1).split(",");
      assertThat(cells[1]).isEqualTo(k == 1 ? "0" : "1");
      assertThat(Double.parseDouble(cells[4])).isCloseTo(truth[k], within(1.2));
      // F/T above the first temperature, of true configurations; the exact values are 0, 23.5 and 34.2.
      assertThat(Double.parseDouble(cells[14])).isCloseTo(new double[] {0, 23.5, 34.2}[k], within(0.8));
    }
    String[] level = Files.readAllLines(out.resolve("thermodynamics-levels.csv")).get(1).split(",", -1);
    assertThat(level[3].isEmpty()).isEqualTo(hasEnergy == 0);
    assertThat(out.resolve("plots/thermodynamics.png")).exists();
    assertThat(Files.readString(out.resolve("report.html"))).contains("heat capacity");
    var rows = Cli.json(out.resolve("summary.json")).path("thermodynamics");
    assertThat(rows.size()).isEqualTo(3);
    assertThat(rows.get(1).path("trained").booleanValue()).isFalse();
    var samplers = Cli.json(out.resolve("summary.json")).path("data").path("samplers");
    assertThat(samplers.get(1).path("temperature").doubleValue()).isEqualTo(2);
    assertThat(samplers.get(1).path("virial-exact").doubleValue()).isEqualTo(12);

    Path samples = folder.resolve("samples.npy");
    Cli.run(
            "sample", out.resolve("checkpoint.safetensors").toString(), "-n", "5", "--engine", "native", "--method",
            "likelihood", "--out", samples.toString())
        .ok();
    assertThat(Npy.read(samples).values()).hasSize(5 * 9);
    for (int i = 0; i < 5; i++) {
      assertThat(Npy.read(samples).values()[9 * i + 8]).isEqualTo(1f);
    }
  }

  @Test
  void aTrainingGoesOnAndASampleComesFromTheCheckpointAlone() throws IOException {
    String more = "network: {kind: energy, layers: 1, hidden: 6}\nsample: {count: 20}\nevaluate: {samples: 20}\n";
    Path whole = folder.resolve("whole");
    String file = experiment(DATA, more).toString();
    Cli.run("train", file, "--engine", "native", "--out", whole.toString()).ok();
    Path parts = folder.resolve("parts");
    Cli.run("train", file, "--engine", "native", "--set", "train.steps=20", "--out", parts.toString()).ok();
    Cli.run("train", file, "--engine", "native", "--resume", "--out", parts.toString()).ok();
    Path a = folder.resolve("a.npy");
    Path b = folder.resolve("b.npy");
    Cli.run("sample", whole + "/checkpoint.safetensors", "-n", "9", "--engine", "native", "--out", a.toString()).ok();
    Cli.run(
            "sample", parts + "/checkpoint.safetensors", "-n", "9", "--engine", "native", "--threads", "1", "--out",
            b.toString())
        .ok();
    assertThat(Files.readAllBytes(b)).isEqualTo(Files.readAllBytes(a));

    String checkpoint = whole + "/checkpoint.safetensors";
    Path hot = folder.resolve("hot.npy");
    Cli.run("sample", checkpoint, "-n", "4", "--engine", "native", "--temperature", "1.75", "--out", hot.toString()).ok();
    assertThat(Npy.read(hot).values()[8]).isEqualTo(1.75f);
    for (String kind : new String[] {"linear", "exponential", "cosine", "learned"}) {
      Path annealed = folder.resolve(kind + ".npy");
      Cli.run(
              "sample", checkpoint, "-n", "4", "--engine", "native", "--set", "sample.annealing={kind: " + kind + ", start: 2}",
              "--out", annealed.toString())
          .ok();
      assertThat(Files.readAllBytes(annealed)).as(kind).isNotEqualTo(Files.readAllBytes(hot));
    }
  }

  /// A run of few samples has no metrics, but its temperatures are sampled apart.
  @Test
  void aRunOfFewSamplesHasTemperaturesToo() throws IOException {
    Path out = folder.resolve("few");
    String more = "network: {layers: 2, hidden: 8}\nsample: {count: 5}\nevaluate: {temperatures: [0.5, 1]}\n";
    Cli.run("run", experiment(DATA, more).toString(), "--engine", "native", "--out", out.toString()).ok();
    assertThat(Files.readAllLines(out.resolve("thermodynamics.csv"))).hasSize(3);
  }

  @Test
  void atOneTemperatureNoneCanBeAskedFor() throws IOException {
    Path out = folder.resolve("one");
    String one = DATA.replace("temperatures: [0.5, 2], ", "");
    Cli.run("train", experiment(one, "network: {layers: 2, hidden: 8}\n").toString(), "--engine", "native", "--out", out.toString())
        .ok();
    Cli.Result result =
        Cli.run("sample", out + "/checkpoint.safetensors", "-n", "4", "--temperature", "2", "--out", folder.resolve("x.npy").toString());
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("is not told the temperature");
    Cli.Result annealed =
        Cli.run("run", experiment(one, "sample: {annealing: {kind: linear, start: 2}}\n").toString(), "--out", out + "2");
    assertThat(annealed.code()).isNotZero();
    assertThat(annealed.err()).contains("set data.temperatures");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperatures: [0.5, 2]  | temperatures: [1]            | at least two different ones",
        "temperatures: [0.5, 2]  | temperatures: [1, 1]         | at least two different ones",
        "temperatures: [0.5, 2]  | temperatures: [1, -2]        | greater than 0",
        "temperatures: [0.5, 2]  | temperatures: [1, hot]       | must be a finite number"
      })
  void temperaturesThatMeanNothingAreRefused(String old, String other, String message) throws IOException {
    Cli.Result result =
        Cli.run("run", experiment(DATA.replace(old, other), "").toString(), "--out", folder.resolve("o").toString());
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("temperatures").contains(message);
    assertThat(result.err().lines().filter(line -> line.startsWith("scorefield:")).count()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "evaluate: {temperatures: [1]} | is one",
        "evaluate: {temperatures: [2, 1]} | ascending",
        "network: {kind: energy, form: pairs, time-embedding: {kind: levels, count: 20}} | parameters for one temperature",
        "network: {kind: unet} | fields of one shape",
        "evaluate: {effective-samples: 200} | of one temperature"
      })
  void settingsThatDoNotGoWithTemperaturesAreRefused(String more, String message) throws IOException {
    Cli.Result result =
        Cli.run("run", experiment(DATA, more + "\n").toString(), "--out", folder.resolve("o").toString());
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(message);
  }

  @Test
  void temperaturesToEvaluateNeedANetworkThatKnowsThem() throws IOException {
    String one = DATA.replace("temperatures: [0.5, 2], ", "");
    Cli.Result result =
        Cli.run(
            "run", experiment(one, "evaluate: {temperatures: [1, 2]}\n").toString(), "--out",
            folder.resolve("o").toString());
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("set data.temperatures");
  }
}
