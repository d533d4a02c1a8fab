package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.cli.Program.Result;
import io.scorefield.cli.Program.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C as the system sends it: the program says at once that it stops, ends, and leaves nothing half-written.
@Timeout(300)
class StoppingTest {
  @TempDir Path folder;

  @BeforeEach
  void needsSignals() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "signals are sent with kill");
  }

  private Path out() {
    return folder.resolve("run");
  }

  private Started start(String command, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of(command, "circle", "--out", out().toString()));
    args.addAll(Program.SMALL);
    // What takes long takes one processor.
    args.addAll(List.of("--threads", "1"));
    args.addAll(List.of(more));
    return Program.start(folder, args.toArray(String[]::new));
  }

  private void nothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(Path::toString).filter(name -> name.endsWith(".tmp"))).isEmpty();
    }
  }

  @Test
  void trainingWritesACheckpointAndSaysSo() throws Exception {
    Result result = start("train", "--set", "train.epochs=100000000").until("parameters, seed").signal("INT").end();
    assertThat(result.code()).isEqualTo(130);
    assertThat(result.err()).contains("stopping ...");
    nothingIsLeft();
    Result resumed = Program.small("train", out(), "--resume", "--set", "train.epochs=1");
    // Whether it came to a first step or not, going on works.
    assertThat(resumed.err()).containsAnyOf("has no checkpoint yet: starting at step 0", "has been trained for", "going on from step");
  }

  @Test
  void aStepThatTakesLongIsNotWaitedFor() throws Exception {
    Result result =
        start(
                "train", "--set", "network.hidden=1024", "--set", "network.layers=6", "--set",
                "train.batch=1000000", "--set", "data.points=1000000", "--set", "train.steps=100")
            .until("parameters, seed")
            .signal("INT")
            .end();
    assertThat(result.code()).isEqualTo(130);
    assertThat(result.err()).contains("stopping ...");
    nothingIsLeft();
  }

  @Test
  void metricsOfAllPairsEnd() throws Exception {
    Result result =
        start(
                "run", "--set", "sample.count=20000", "--set", "evaluate.samples=20000", "--set",
                "evaluate.pairwise-samples=20000", "--set", "evaluate.floor-repeats=1000")
            .until("evaluate\n")
            .signal("INT")
            .end();
    assertThat(result.code()).isEqualTo(130);
    assertThat(result.err()).contains("stopping ... (what is complete in " + out() + " is kept)");
    assertThat(result.err()).contains("go on with --resume --out " + out());
    assertThat(out().resolve("samples.npy")).isNotEmptyFile();
    assertThat(out().resolve("summary.json")).doesNotExist();
    nothingIsLeft();
  }

  @Test
  void samplesThatAreNotCompleteAreNotThere() throws Exception {
    assertThat(Program.small("train", out()).code()).isZero();
    Path file = folder.resolve("many.npy");
    Started started =
        Program.start(
            folder, "sample", out().resolve("checkpoint.safetensors").toString(), "-n", "100_000_000", "--engine",
            "reference", "--threads", "1", "--out", file.toString());
    Result result = started.until("engine:").signal("TERM").end();
    assertThat(result.code()).isEqualTo(143);
    assertThat(result.err()).contains("stopping ...");
    assertThat(file).doesNotExist();
    nothingIsLeft();
  }

  /// One call into an engine that takes longer than the program waits: it says that it ends.
  @Test
  void codesThatAreNotCompleteAreNotThere() throws Exception {
    Program.small("train", out(), "--set", "schedule={kind: vp}", "--set", "sampler={kind: ddim, steps: 5}");
    Path points = folder.resolve("points.csv");
    Files.writeString(points, "x,y\n" + "1,0.5\n".repeat(50_000));
    Path codes = folder.resolve("codes.csv");
    Result result =
        Program.start(
                folder, "encode", out().resolve("checkpoint.safetensors").toString(), "--points", points.toString(), "--steps",
                "9000", "--engine", "reference", "--threads", "1", "--out", codes.toString())
            .until("engine: reference")
            .signal("INT")
            .end();
    assertThat(result.code()).isEqualTo(130);
    assertThat(result.complaints()).containsExactly("scorefield: stopped");
    assertThat(codes).doesNotExist();
    nothingIsLeft();
  }

  @Test
  void aReadThatWaitsForEverEnds() throws Exception {
    Path pipe = folder.resolve("points.csv");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "there are no pipes");
    Result result =
        start("train", "--set", "data={kind: file, path: '" + pipe + "'}").until("engine:").signal("INT").end();
    assertThat(result.code()).isEqualTo(130);
    assertThat(result.err()).contains("stopping ...");
  }

  @Test
  void aSecondSignalEndsTheProgramAtOnce() throws Exception {
    Started started =
        start(
                "train", "--set", "network.hidden=1024", "--set", "network.layers=6", "--set",
                "train.batch=1000000", "--set", "data.points=1000000", "--set", "train.steps=100")
            .until("parameters, seed")
            .signal("INT");
    Result result = started.until(() -> contains(started.err(), "stopping")).signal("INT").end();
    assertThat(result.code()).isEqualTo(130);
    assertThat(out().resolve("checkpoint.safetensors")).doesNotExist();
    nothingIsLeft();
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatAKilledProcessLeftIsSwept() throws Exception {
    Started started = start("train", "--set", "train.epochs=100000000").until("parameters, seed");
    started.process().destroyForcibly().waitFor();
    long dead = started.process().pid();
    Path left = Files.createFile(out().resolve(".checkpoint.safetensors." + dead + "-1f.tmp"));
    Path others = Files.createFile(out().resolve(".checkpoint.safetensors." + ProcessHandle.current().pid() + "-1f.tmp"));
    Path foreign = Files.createFile(out().resolve(".notes.tmp"));
    Result result = Program.small("train", out());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(left).doesNotExist();
    assertThat(others).exists();
    assertThat(foreign).exists();
  }
}
