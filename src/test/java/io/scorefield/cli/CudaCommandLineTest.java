package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.cuda.CudaOptions;
import io.scorefield.engine.cuda.TestDevice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands on the CUDA engine.
@Tag("cuda")
class CudaCommandLineTest {
  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  @BeforeAll
  static void needsADevice() {
    TestDevice.require();
  }

  private static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        CommandLineRunner.run(args, new PrintWriter(out), new PrintWriter(err), new StopSwitch());
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void aRunTrainsAndSamplesOnTheDevice() throws Exception {
    Path out = folder.resolve("circle");
    Result result =
        run(
            "run", "circle", "--out", out.toString(), "--engine", "cuda", "--set", "network.hidden=32",
            "--set", "network.layers=3", "--set", "train.epochs=20", "--set", "schedule.steps=20",
            "--set", "sample.count=200", "--set", "evaluate.floor-repeats=2");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("engine: cuda (asked for), device 0: ");
    assertThat(out.resolve("report.html")).isNotEmptyFile();
    assertThat(Files.readString(out.resolve("summary.json"))).contains("\"cuda\"", "sampling mixed");
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    // The samples are those of the native engine, to rounding.
    double[][] points = new double[2][];
    for (String engine : List.of("cuda", "reference")) {
      Path samples = folder.resolve(engine + ".csv");
      List<String> precise = engine.equals("cuda") ? List.of("--precision", "split") : List.of();
      List<String> arguments =
          new ArrayList<>(List.of("sample", checkpoint, "-n", "50", "--engine", engine, "--out", samples.toString()));
      arguments.addAll(precise);
      Result more = run(arguments.toArray(String[]::new));
      assertThat(more.code()).as(more.err()).isZero();
      points[engine.equals("cuda") ? 0 : 1] =
          Files.readAllLines(samples).stream()
              .filter(line -> line.matches("[-0-9.].*"))
              .flatMap(line -> java.util.Arrays.stream(line.split(",")))
              .mapToDouble(Double::parseDouble)
              .toArray();
    }
    assertThat(points[0]).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(Math.abs(points[0][i] - points[1][i])).isLessThan(1e-3 * (1 + Math.abs(points[1][i])));
    }
    Result half =
        run(
            "sample", checkpoint, "-n", "50", "--engine", "cuda", "--precision", "half", "--kernels", "tensor",
            "--out", folder.resolve("half.npy").toString());
    assertThat(half.code()).as(half.err()).isZero();
    Result none =
        run("sample", checkpoint, "-n", "5", "--engine", "cuda", "--devices", "7", "--out", "x.npy");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("there is no device 7");
  }

  @Test
  void benchChecksAndTimesTheDevice() {
    Result result =
        run(
            "bench", "half-moons", "--engines", "cuda", "--sizes", "40", "--seconds", "0.3", "--set",
            "sampler.steps=5", "--out", folder.toString(), "--figures", folder.resolve("each").toString(), "--all-sizes",
            "--steps", "30");
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    // Every figure on its own, with the time that the device has worked.
    String engine = "each/half-moons-cuda-" + CudaOptions.defaults().precision().key();
    for (String work : List.of("-train-30-steps-256.json", "-sample-plain-40.json")) {
      JsonNode figure = new JsonMapper().readTree(folder.resolve(engine + work).toFile());
      assertThat(figure.path("device-seconds").asDouble()).isPositive().isLessThan(figure.path("seconds").asDouble());
    }
    assertThat(result.out()).contains("cuda", "train (steps)", "sample plain").doesNotContain("FAILED");
    assertThat(folder.resolve("half-moons.json")).content().contains("--kernels auto --precision mixed");
  }

  @Test
  void infoDescribesTheDevice() {
    assertThat(run("info").out())
        .contains("cuda       available: device 0", "driver     for CUDA", "device 0   ", "cuBLAS     ");
  }
}
