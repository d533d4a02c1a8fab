package io.scorefield;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script scripts/gpu-verify, with programs in place of the real ones that note how they are called. CI runs the
/// real ones on the emulator.
@EnabledOnOs(OS.LINUX)
class GpuVerifyTest {
  @TempDir Path root;

  private record Result(int code, String output, List<String> calls) {}

  @BeforeEach
  void fakes() throws IOException {
    Files.createDirectories(root.resolve("scripts"));
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("scripts/gpu-verify"), root.resolve("scripts/gpu-verify"));
    program("scorefield", "case $1 in info) echo '  cuda       available: device 0: a card' ;; esac");
    program("scripts/gpu-test", "");
    program("bin/nvidia-smi", "case $* in *query*) echo timestamp, clocks; exec sleep 100 ;; esac");
    program("bin/ncu", "");
    program("bin/python3", "");
  }

  private void program(String name, String script) throws IOException {
    Path file = root.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\necho \"" + file.getFileName() + " $*\" >>'" + root.resolve("calls") + "'\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", root.resolve("scripts/gpu-verify").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Path calls = root.resolve("calls");
    return new Result(
        process.waitFor(), output, Files.exists(calls) ? Files.readAllLines(calls) : List.of());
  }

  /// Of the calls, those that have all of these words.
  private static List<String> with(Result result, String... words) {
    return result.calls().stream().filter(call -> List.of(call.split(" ")).containsAll(List.of(words))).toList();
  }

  @Test
  void aStepGoesOnAfterAFailureAndSaysWhatFailed() throws Exception {
    program("scorefield", "case \"$*\" in *circle*half*likelihood*) echo no memory; exit 3 ;; esac");
    Path out = root.resolve("out");
    Result result = run("--step", "targets", out.toString());
    assertThat(result.code()).as(result.output()).isEqualTo(1);
    assertThat(result.output())
        .contains("w2-half-guided: FAILED with status 3", "no memory", "== FAILED: w2-half-guided w2-half-portable\n")
        .doesNotContain("nothing failed");
    assertThat(out.resolve("results/run-w2-half-guided.json")).content().contains("\"status\": 3", "\"on\": \"gpu\"");
    assertThat(out.resolve("results/run-w1-half.json")).content().contains("\"status\": 0");
    assertThat(out.resolve("results/clocks-targets.csv")).content().contains("timestamp, clocks");
    assertThat(out.resolve("results.tgz")).isNotEmptyFile();
    // After it came the others.
    assertThat(with(result, "bench", "half-moons", "train", "100000", "--all-sizes")).hasSize(2);
    assertThat(with(result, "half-moons", "train", "100000", "--kernels", "portable")).hasSize(1);
    assertThat(with(result, "circle", "half", "plain,likelihood", "1e6", "--kernels", "portable")).hasSize(1);
    assertThat(with(result, "bench", "circle", "train", "4000")).hasSize(1);
    // Every size of the targets, in half precision and in the default one.
    assertThat(with(result, "half-moons", "plain", "1e3,1e6,1e8", "--all-sizes")).hasSize(2);
    assertThat(with(result, "circle", "plain", "1e3,1e6,1e7", "--all-sizes")).hasSize(2);
    assertThat(with(result, "circle", "likelihood", "1e3,1e6,1e7", "--all-sizes")).hasSize(2);
    assertThat(with(result, "half-moons", "half", "1e3,1e6,1e8")).hasSize(1);
  }

  @Test
  void allStepsRunOneAfterTheOther() throws Exception {
    Result result = run(root.resolve("out").toString());
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(result.output())
        .containsSubsequence("== correct", "== targets", "== peers", "== profile", "nothing failed");
    assertThat(with(result, "gpu-test", "CudaRoutesTest")).hasSize(1);
    assertThat(with(result, "ncu", "regex:.", "--clock-control", "none")).hasSize(7);
    assertThat(
            result.calls().stream().filter(call -> call.contains("_peer.py") && call.contains("1e3,1e6,1e8"))).hasSize(2);
  }

  @Test
  void withoutADeviceNothingElseIsTried() throws Exception {
    program("scorefield", "case $1 in info) echo '  cuda       not available: no driver' ;; esac");
    Result result = run("--step", "correct", root.resolve("out").toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output()).contains("== FAILED: no-device");
    assertThat(result.calls()).noneMatch(call -> call.contains("train"));
  }

  @Test
  void wrongCallsAreRefused() throws Exception {
    assertThat(run("--step", "everything").output()).contains("there is no step 'everything'");
    assertThat(run("--stop").code()).isEqualTo(2);
    assertThat(run("--step").output()).contains("--step needs a value");
  }
}
