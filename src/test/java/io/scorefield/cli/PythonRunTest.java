package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs as scripts/scorefield_run.py reads them: the lines of docs/tools.md, run by Python.
class PythonRunTest {
  private static final Pattern CODE = Pattern.compile("(?s)```python\\n(.*?)```");

  @TempDir Path folder;

  @BeforeEach
  void needsNumPy() throws Exception {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
    assumeTrue(python("import sys, numpy; sys.exit(sys.version_info < (3, 9))").code() == 0, "no Python 3.9 with NumPy");
  }

  @Test
  void theLinesOfTheDocsReadARun() throws Exception {
    Path run = folder.resolve("circle");
    Cli.run(Cli.small("run", "circle", run, "--set", "train.epochs=4")).ok();
    Cli.run(
            "sample", run.resolve("checkpoint.safetensors").toString(), "-n", "30", "--engine", "native", "--out",
            folder.resolve("more.npz").toString())
        .ok();
    StringBuilder code = new StringBuilder();
    Matcher matcher = CODE.matcher(Files.readString(Path.of("docs/tools.md")));
    while (matcher.find()) {
      code.append(matcher.group(1));
    }
    assertThat(code.toString()).contains("scorefield_run.read(", "np.load(");
    code.append(
        """

        assert run.experiment == "circle", run.experiment
        assert run.components == ["x", "y"], run.components
        assert set(run.samples) == {"plain", "literal", "likelihood"}, run.samples.keys()
        assert run.samples["plain"].shape == (200, 2) and run.samples["plain"].dtype == np.float32
        assert run.losses["step"][-1] == 16 and np.isnan(run.losses["held-out-loss"]).all()
        assert set(run.levels) == {"step", "noise-level", "x0hat-error", "residual"}
        assert run.config["train"]["epochs"] == 4 and not run.runs and not run.failed
        residual = np.abs(np.hypot(*run.samples["plain"].astype(float).T) - 1.5).mean()
        assert abs(residual / run.metrics["plain"]["physical-loss"].value - 1) < 1e-5
        assert archive["samples"].shape == (30, 2) and list(archive["names"]) == ["x", "y"]
        assert (archive["samples"] == run.samples["plain"][:30]).all()
        try:
          scorefield_run.read("docs")
          raise SystemExit("docs is not a run")
        except ValueError as error:
          assert "not the folder of a run" in str(error)
        """);
    Result result = python(code.toString().replace("/tmp/circle", run.toString()).replace("/tmp/more", folder.resolve("more").toString()));
    assertThat(result.output()).doesNotContain("Traceback", "Error");
    assertThat(result.code()).isZero();
    assertThat(result.output()).contains("physical-loss");
  }

  private record Result(int code, String output) {}

  private Result python(String code) throws IOException, InterruptedException {
    Path script = folder.resolve("script.py");
    Files.writeString(script, code);
    Process process;
    try {
      process = new ProcessBuilder("python3", "-B", script.toString()).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Result(127, e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Result(process.waitFor(), output);
  }
}
