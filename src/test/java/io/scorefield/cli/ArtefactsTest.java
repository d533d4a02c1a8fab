package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.experiment.folder.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Every file that a command writes is named in docs/formats.md.
class ArtefactsTest {
  private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");

  private static String docs;

  @TempDir Path folder;

  @BeforeAll
  static void read() throws IOException {
    docs = Files.readString(Path.of("docs/formats.md"));
  }

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private static List<String> spans(String text) {
    return SPAN.matcher(text).results().map(span -> span.group(1)).toList();
  }

  /// A part of the text, from one line to another.
  private static String part(String from, String to) {
    int start = docs.indexOf(from);
    assertThat(start).as(from).isNotNegative();
    return docs.substring(start, docs.indexOf(to, start + from.length()));
  }

  /// The names and patterns of files: what is in code and has an ending, words in capitals standing for anything, and the names of
  /// pictures in the folder `plots`.
  private static Pattern named() {
    List<String> patterns = new ArrayList<>();
    for (String span : spans(docs)) {
      boolean isFile = span.matches("[A-Za-z.][\\w./-]*\\.[\\w.]+|\\.scorefield");
      // EXPERIMENT.json stands for any name, and so for files that nobody has named.
      boolean isAny = span.matches("([\\w-]+/)*[A-Z-]+\\.\\w+");
      if (isFile && !isAny) {
        patterns.add(span.replace(".", "\\.").replaceAll("(?<![a-z])[A-Z]{2,}(?![a-z])|\\bN\\b", "[^/]+"));
      }
    }
    pictures().forEach(name -> patterns.add("plots/" + name + "\\.(png|svg)"));
    return Pattern.compile(String.join("|", patterns));
  }

  private static List<String> pictures() {
    return spans(
        part("| NAME of a picture |", "\n\n").lines().skip(2).map(line -> line.split("\\|")[1]).collect(Collectors.joining()));
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(file -> root.relativize(file).toString()).toList();
    }
  }

  private List<String> unnamed(Path root) throws IOException {
    Pattern named = named();
    return files(root).stream()
        // A run of several is a folder VARIANT/seed-S.
        .map(file -> file.replaceFirst("^([^/]+/)?seed-[0-9]+/", ""))
        .filter(file -> !named.matcher(file).matches())
        .toList();
  }

  @Test
  void filesOfARunWithEverythingAreNamed() throws IOException {
    Path run = folder.resolve("run");
    Cli.run(
            Cli.small(
                "run", "half-moons", run, "--set", "train.steps=20", "--set", "train.held-out=0.1", "--set", "train.ema-snapshots=2",
                "--set", "train.ema-width=0.1", "--set", "train.checkpoint-every=10", "--set", "evaluate.likelihood=100", "--set", "evaluate.flow-steps=5", "--set",
                "evaluate.bound-levels=10", "--set", "inverse={observe: x, truths: 2, samples: 20}",
                "--set", "guidance=[{kind: likelihood}]", "--set", "sampler.steps=5", "--set", "objective.predict=v", "--set", "sample.count=50", "--tensorboard", folder.resolve("board").toString()))
        .ok();
    assertThat(run)
        .isDirectoryRecursivelyContaining("glob:**/best.safetensors")
        .isDirectoryRecursivelyContaining("glob:**/snapshots/step-*.safetensors")
        .isDirectoryRecursivelyContaining("glob:**/bound.csv")
        .isDirectoryRecursivelyContaining("glob:**/posterior-*.npy");
    assertThat(unnamed(run)).isEmpty();
    assertThat(unnamed(folder.resolve("board"))).isEmpty();
    // The test sees files that are not named.
    List<String> unknown = List.of("unknown.csv", "unknown.json", "unknown.safetensors", "plots/unknown.png", "snapshots/unknown-3.safetensors");
    for (String name : unknown) {
      Files.createFile(run.resolve(name));
    }
    assertThat(unnamed(run)).containsExactlyInAnyOrderElementsOf(unknown);
    // Trained anew, the folder has nothing of the earlier training but its checkpoint, and what is someone else's.
    for (String name : List.of("samples.sdf", "autoencoder.safetensors", "autoencoder.csv", "compositions.safetensors")) {
      Files.createFile(run.resolve(name));
    }
    byte[] old = Files.readAllBytes(run.resolve("checkpoint.safetensors"));
    Cli.run(Cli.small("train", "half-moons", run, "--set", "train.steps=2")).ok();
    List<String> left =
        new ArrayList<>(List.of(".scorefield", "config.yaml", "checkpoint.safetensors", "previous.safetensors", "metrics.csv", "levels.csv"));
    left.addAll(unknown);
    assertThat(files(run)).containsExactlyInAnyOrderElementsOf(left);
    assertThat(run.resolve("previous.safetensors")).hasBinaryContent(old);
  }

  @Test
  void resultsAreDiscardedAndNothingElse() throws IOException {
    RunFolder run = new RunFolder(folder).create();
    List<String> documented =
        spans(
            part("## Run folder", "\n\n| NAME").lines().filter(line -> line.startsWith("| `")).map(line -> line.split("\\|")[1])
                .collect(Collectors.joining()));
    assertThat(documented).contains("bound.csv", "samples.cif", "plots/structures.json").hasSizeGreaterThan(20);
    List<String> names = new ArrayList<>(documented);
    names.removeIf(name -> name.contains("NAME"));
    names.addAll(List.of("samples-METHOD.xyz", "table.csv", "sweep.csv", "observables.csv", "passage-times.npy"));
    pictures().forEach(name -> names.addAll(List.of("plots/" + name + ".png", "plots/" + name + ".svg")));
    List<String> others = List.of("samples.parquet", "samples-mine.csv", "plots/mine.png");
    names.addAll(others);
    Files.createDirectories(run.snapshots());
    for (String name : names) {
      Files.createFile(folder.resolve(name.replace("METHOD", "likelihood").replace("STEP", "10")));
    }
    run.discardResults();
    List<String> left =
        new ArrayList<>(
            List.of(
                ".scorefield", "config.yaml", "config.edited.yaml", "checkpoint.safetensors", "autoencoder.safetensors", "autoencoder.csv",
                "best.safetensors", "compositions.safetensors", "snapshots/step-10.safetensors", "previous.safetensors", "metrics.csv",
                "levels.csv"));
    left.addAll(others);
    assertThat(files(folder)).containsExactlyInAnyOrderElementsOf(left);
  }

  @Test
  void filesOfSweepsAndComparisonsAndSimulationsAreNamed() throws IOException {
    Path sweep = folder.resolve("sweep");
    Cli.run(
            Cli.small(
                "sweep", "circle", sweep, "--set", "guidance=[]", "--set", "train.steps=4", "--set", "sample.count=50", "--over",
                "train.learning-rate=1e-3,2e-3"))
        .ok();
    assertThat(unnamed(sweep)).isEmpty();
    Path compared = folder.resolve("compared");
    Cli.run(
            "compare", sweep.resolve("learning-rate-1e-3").toString(), sweep.resolve("learning-rate-2e-3").toString(), "--out",
            compared.toString())
        .ok();
    assertThat(compared).isNotEmptyDirectory();
    assertThat(unnamed(compared)).isEmpty();
    Path simulated = folder.resolve("simulated");
    Cli.run("simulate", "double-well", "--out", simulated.toString(), "--engine", "native", "--set", "walkers=50", "--set", "steps=20").ok();
    assertThat(simulated).isNotEmptyDirectory();
    assertThat(unnamed(simulated)).isEmpty();
  }

  @Test
  void everyCommandIsThere() {
    String table = part("## Who writes what", "## Exit codes");
    List<String> commands = new ArrayList<>();
    CommandLine all = CommandLineRunner.commandLine(new Console(null, null, new StopSwitch()));
    all.getSubcommands().forEach((name, command) -> {
      if (command.getSubcommands().isEmpty()) {
        commands.add(name);
      }
      command.getSubcommands().keySet().forEach(inner -> commands.add(name + " " + inner));
    });
    assertThat(commands).contains("convert", "run", "data molecules").hasSizeGreaterThan(25);
    // These print and write nothing.
    commands.removeAll(List.of("info", "list", "help", "generate-completion"));
    assertThat(spans(table)).containsAll(commands);
  }
}
