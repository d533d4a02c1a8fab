package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.cli.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A method or a run that fails does not cost the others.
class FailuresTest {
  @TempDir Path folder;

  private static JsonNode summary(Path out) throws IOException {
    return new JsonMapper().readTree(Files.readString(out.resolve("summary.json")));
  }

  @Test
  void aMethodThatFailsIsLeftOut() throws IOException {
    Path out = folder.resolve("run");
    String[] bad = {
      "--set", "physics=[{equality: sqrt(1.6 - x)}]",
      "--set", "guidance=[{kind: likelihood, name: bad}, {kind: projection, name: good, final-only: true}]"
    };
    // Samples of an earlier success are not those of this failure.
    assertThat(Program.small("run", out, "--set", "guidance=[{kind: projection, name: bad}]").code()).isZero();
    assertThat(out.resolve("samples-bad.npy")).exists();
    Result result = Program.small("run", out, bad);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("method 'bad', guided to 'sqrt(1.6 - x)', failed: the law 'sqrt(1.6 - x)' is NaN at x0hat of sample")
        .contains("scorefield: 'bad' has failed; the rest is complete");
    assertThat(result.out()).contains("good", "report: ");
    assertThat(out.resolve("samples-bad.npy")).doesNotExist();
    assertThat(summary(out).path("failed").path("bad").asString()).contains("is NaN at x0hat of sample");
    assertThat(summary(out).path("metrics").has("bad")).isFalse();
    assertThat(summary(out).path("metrics").has("good")).isTrue();
    assertThat(out.resolve("report.html")).content().contains("bad failed: the law");

    // Later measurements know of it.
    assertThat(Program.run("evaluate", out.toString()).code()).isZero();
    assertThat(summary(out).path("failed").has("bad")).isTrue();
    assertThat(Program.run("plot", out.toString()).code()).isZero();
    assertThat(out.resolve("report.html")).content().contains("bad failed: the law");

    // A run that is gone on with, without more steps, keeps nothing of what it no longer has.
    Files.copy(out.resolve("samples.npy"), out.resolve("samples-bad.npy"));
    for (String old : List.of("bound.csv", "plots/bound.png", "thermodynamics-levels.csv", "plots/posterior.png", "posterior-bad.npy")) {
      Files.writeString(out.resolve(old), "of an earlier configuration");
    }
    Files.writeString(out.resolve("mine.npy"), "someone's own");
    Result fewer = Program.small("run", out, bad[0], bad[1], "--set", "guidance=[{kind: projection, name: good, final-only: true}]", "--resume");
    assertThat(fewer.code()).as(fewer.err()).isZero();
    assertThat(summary(out).path("failed").has("bad")).isFalse();
    assertThat(out.resolve("report.html")).content().doesNotContain("bad failed");
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(file -> out.relativize(file).toString()))
          .contains("samples.npy", "samples-good.npy", "mine.npy")
          .noneMatch(name -> name.matches("(plots/)?(samples-bad|bound|thermodynamics|posterior).*"));
    }
  }

  @Test
  void samplesThatCannotBeReadAreThatMethodsFailure() throws IOException {
    Path out = folder.resolve("run");
    assertThat(Program.small("run", out).code()).isZero();
    Files.writeString(out.resolve("samples-literal.npy"), "damaged");
    Result result = Program.run("evaluate", out.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("method 'literal' failed: ").contains("not a .npy file");
    assertThat(result.out()).contains("likelihood");
  }

  @Test
  void aVariantThatDivergesIsLeftOutOfTheTable() throws IOException {
    Path out = folder.resolve("sweep");
    String variants = "variants=[{name: bad, set: {train.learning-rate: 1e30}}, {name: good, set: {}}]";
    Result result = Program.small("run", out, "--set", variants);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("'bad/seed-1' failed: the loss became").contains("has failed");
    assertThat(Files.readString(out.resolve("table.csv"))).contains("good/plain").doesNotContain("bad");
    assertThat(summary(out).path("failed").has("bad/seed-1")).isTrue();
    assertThat(out.resolve("report.html")).content().contains("bad/seed-1 failed: the loss became");
  }

  @Test
  void aMethodThatFailsInAVariantKeepsTheNamesOfTheOthers() throws IOException {
    Path out = folder.resolve("sweep");
    String[] settings = {
      "--set", "physics=[{equality: sqrt(1.6 - x)}]", "--set", "guidance=[{kind: likelihood, name: bad}]", "--set",
      "variants=[{name: one, set: {}}]"
    };
    assertThat(Program.small("run", out, settings).code()).isEqualTo(1);
    assertThat(Files.readString(out.resolve("table.csv"))).contains("one/plain");
    assertThat(summary(out).path("failed").has("one/seed-1/bad")).isTrue();
    String[] again = new String[settings.length + 1];
    System.arraycopy(settings, 0, again, 0, settings.length);
    again[settings.length] = "--resume";
    Result resumed = Program.small("run", out, again);
    assertThat(resumed.err()).contains("done before");
    assertThat(resumed.code()).isEqualTo(1);
  }

  @Test
  void aPosteriorThatFailsIsLeftOut() throws IOException {
    Path out = folder.resolve("inverse");
    Result result =
        Program.run(
            "run", "half-moons-inverse", "--out", out.toString(), "--engine", "reference", "--set", "train.steps=20",
            "--set", "network.hidden=16", "--set", "network.layers=3", "--set", "sampler.steps=10", "--set",
            "sample.count=40", "--set", "inverse.truths=1", "--set", "inverse.samples=40", "--set", "data.points=200",
            "--set", "evaluate.floor-repeats=1", "--set", "inverse.observe=sqrt(x+5)", "--set",
            "guidance=[{kind: dps, name: wild, zeta: 1e6}, {kind: likelihood, name: good}]");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("method 'posterior wild' failed: the law 'inverse.observe' is NaN");
    assertThat(result.out()).contains("posterior good");
    assertThat(summary(out).path("failed").has("posterior wild")).isTrue();
    assertThat(out.resolve("posterior-wild.npy")).doesNotExist();
    assertThat(out.resolve("plots/posterior.png")).isNotEmptyFile();
  }

  @Test
  void plainSamplesNeedNoFileOfALaw() throws IOException {
    Path matrix = folder.resolve("matrix.csv");
    Files.writeString(matrix, "1,1\n");
    Path out = folder.resolve("linear");
    assertThat(
            Program.small(
                    "train", out, "--set", "physics=[{linear: '" + matrix + "'}]", "--set",
                    "guidance=[{kind: projection}]")
                .code())
        .isZero();
    Files.delete(matrix);
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    String samples = folder.resolve("x.npy").toString();
    Result plain = Program.run("sample", checkpoint, "-n", "1e1", "--out", samples, "--engine", "reference");
    assertThat(plain.code()).as(plain.err()).isZero();
    Result guided = Program.run("sample", checkpoint, "-n", "10", "--out", samples, "--method", "projection");
    assertThat(guided.code()).isEqualTo(1);
    assertThat(guided.complaints()).singleElement().asString().contains("there is no file " + matrix.getFileName() + " in " + matrix.getParent());
  }
}
