package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Teaching few steps from the command line.
class DistillCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  /// A small model, discrete in time and predicting the score.
  private Path teacher(String... more) {
    Path run = folder.resolve("teacher");
    String[] usual = {
      "train", "half-moons", "--out", run.toString(), "--set", "train={steps: 300, batch: 64}", "--set", "data.points=1000",
      "--set", "network={layers: 3, hidden: 32}", "--set", "data.standardize=true"
    };
    String[] all = java.util.Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    Cli.run(all).ok();
    return run.resolve("checkpoint.safetensors");
  }

  @Test
  void studentsAreCheckpointsThatSampleInTheirSteps() throws IOException {
    Path teacher = teacher();
    Path out = folder.resolve("students");
    Cli.Result result =
        Cli.run(
                "distill", teacher.toString(), "--steps", "2,1", "--method", "direct,reflow", "--set", "steps=60", "--set",
                "batch=64", "--set", "paths=500", "--set", "teacher-steps=8", "-n", "1000", "--out", out.toString())
            .ok();
    assertThat(result.out()).contains("direct", "reflow", "teacher, ddim", "the floor", "distances.csv", "samples.png");
    List<String> csv = Files.readAllLines(out.resolve("distances.csv"));
    assertThat(csv.get(1)).startsWith("direct,1,1,");
    assertThat(csv.stream().filter(line -> line.startsWith("reflow,2,2,"))).hasSize(1);
    assertThat(out.resolve("samples.png")).exists();
    assertThat(out.resolve("distances.png")).exists();

    Path student = out.resolve("direct-2.safetensors");
    Path samples = folder.resolve("s.npy");
    Cli.run("sample", student.toString(), "-n", "50", "--out", samples.toString()).ok();
    assertThat(Npy.read(samples).values()).hasSize(100);
    assertThat(Checkpoint.read(student).require("config")).contains("distilled to 2 steps (direct)", "\"predict\":\"edm\"");
    // A student's weights start a training, but none goes on from them.
    Files.createDirectories(folder.resolve("on"));
    Files.copy(student, folder.resolve("on/checkpoint.safetensors"));
    Cli.Result on = Cli.run("train", "half-moons", "--resume", "--out", folder.resolve("on").toString());
    assertThat(on.code()).isNotZero();
  }

  @Test
  void aStudentUnderConditionsHasNoTable() {
    Path run = folder.resolve("told");
    Cli.run(
            "train", "half-moons-classes", "--out", run.toString(), "--set", "train={steps: 50, batch: 64}", "--set",
            "data.points=500", "--set", "network={layers: 3, hidden: 32}")
        .ok();
    Path out = folder.resolve("students");
    Cli.Result result =
        Cli.run(
                "distill", run.resolve("checkpoint.safetensors").toString(), "--steps", "1", "--set", "steps=20", "--set",
                "paths=100", "--set", "teacher-steps=4", "--out", out.toString())
            .ok();
    assertThat(result.err() + result.out()).contains("no table of distances");
    Cli.run("sample", out.resolve("direct-1.safetensors").toString(), "-n", "10", "--out", folder.resolve("s.csv").toString())
        .ok();
  }

  /// Samples at one temperature are not compared with data at all of them.
  @Test
  void aModelThatIsToldTheTemperatureHasNoTable() {
    Path run = folder.resolve("told");
    Cli.run("train", "dw4-temperature", "--out", run.toString(), "--set", "train.steps=2", "--set", "data.points=100").ok();
    String checkpoint = run.resolve("checkpoint.safetensors").toString();
    Cli.Result result =
        Cli.run(
                "distill", checkpoint, "--steps", "1", "--set", "steps=2", "--set", "paths=8", "--set", "batch=8", "--set",
                "teacher-steps=2", "--out", folder.resolve("students").toString())
            .ok();
    assertThat(result.err() + result.out()).contains("no table of distances");
    assertThat(Cli.run("samplers", checkpoint, "--out", folder.resolve("s").toString()).err()).contains("are told the temperature");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--steps 0|--steps must be from 1 to 1000",
        "--steps 2 --method drect|there is no way to distil named 'drect'; did you mean 'direct'?",
        "--steps 2 --set terms=3|--set terms: unknown key 'terms'",
        "--steps 2 --set batch=0|batch",
        "--steps 2 --guidance circle|the experiment has no method 'circle'",
        "--steps 2 --method direct,reflow --set method.terms=2|name one with --method",
      })
  void mistakesAreTold(String arguments, String message) {
    Path teacher = teacher("--set", "train.steps=1");
    String[] all = ("distill " + teacher + " --out " + folder.resolve("x") + " " + arguments).split(" ");
    Cli.Result result = Cli.run(all);
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(message);
  }
}
