package io.scorefield.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The machine code of the hot loops and of the rows of samplers does not grow (scripts/sass-report, scripts/row-report, scripts/clock-report), and what
/// reads it knows the assembler's code.
class SassReportTest {
  private static final Path CUBINS = Path.of("target/classes/cuda/sm_90");

  @BeforeAll
  static void needsPython() throws Exception {
    assumeTrue(command("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 10))").code() == 0, "no Python 3.10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sass-report", "row-report", "clock-report"})
  void nothingHasGrown(String script) throws Exception {
    assumeTrue(Files.exists(CUBINS.resolve("training.cubin")), "the build made no cubins");
    Result result = command("python3", "scripts/" + script, "--check");
    assertThat(result.output()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void growthIsTold(@TempDir Path folder) throws Exception {
    assumeTrue(Files.exists(CUBINS.resolve("training.cubin")), "the build made no cubins");
    Path list = folder.resolve("list.json");
    Files.writeString(
        list,
        """
        {"kernels": [{"kernel": "training_resident", "file": "training", "workload": "training", "loop": {"around": "FFMA"},
          "work": {"FFMA": 128}, "figures": {"registers": 182, "frame": 0, "local": 0, "slots": 100, "mufu": 0, "hmma": 0}}]}
        """);
    Result result = command("python3", "scripts/sass-report", "--check", "--list", list.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output().lines())
        .hasSize(2)
        .anyMatch(line -> line.matches("sass-report: training_resident: its hot loop takes \\d+ issue slots .* than 100"))
        .anyMatch(line -> line.startsWith("sass-report: training_resident: spills: "));
  }

  @Test
  void aRowThatHasGrownIsTold(@TempDir Path folder) throws Exception {
    assumeTrue(Files.exists(CUBINS.resolve("training.cubin")), "the build made no cubins");
    Path list = folder.resolve("rows.json");
    String figures = Files.readString(Path.of("bench/rows.json"));
    String less = figures.replaceFirst("\"row\": \\d+", "\"row\": 100");
    assertThat(less).isNotEqualTo(figures);
    Files.writeString(list, less);
    Result result = command("python3", "scripts/row-report", "--check", "--list", list.toString(), "--kind", "nothing but a factor");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output())
        .matches("row-report: nothing but a factor in sample_half_64_32: the row takes \\d+ slots for 32 samples, more than .* 100\\R");
  }

  @Test
  void aTrainingStepThatHasGrownIsTold(@TempDir Path folder) throws Exception {
    assumeTrue(Files.exists(CUBINS.resolve("training.cubin")), "the build made no cubins");
    Path list = folder.resolve("clocks.json");
    Files.writeString(
        list,
        """
        {"kernels": [{"kernel": "training_cluster", "file": "hopper_training", "arch": "sm_90a", "figures": {"clocks": 8000}}]}
        """);
    Result result = command("python3", "scripts/clock-report", "--check", "--list", list.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output()).matches("clock-report: training_cluster: it takes \\d+ clocks, over 5 % more than 8000\\R");
  }

  @Test
  void theLaneComputesTheStatesOfTheFormula() throws Exception {
    assumeTrue(Files.exists(CUBINS.resolve("training.cubin")), "the build made no cubins");
    Result result = command("python3", "scripts/lane/selftest.py", CUBINS.toString());
    assertThat(result.output()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void theDecoderKnowsTheAssemblersCode() throws Exception {
    assumeTrue(command("ptxas", "--version").code() == 0, "no ptxas");
    Result result = command("python3", "scripts/sass/selftest.py");
    assertThat(result.output()).isEmpty();
    assertThat(result.code()).isZero();
  }

  private record Result(int code, String output) {}

  private static Result command(String... words) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(new ArrayList<>(List.of(words))).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Result(127, e.getMessage());
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), output);
  }
}
