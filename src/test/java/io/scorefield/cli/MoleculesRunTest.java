package io.scorefield.cli;

import static io.scorefield.cli.Cli.json;
import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Diffusion of molecules of different sizes, from the command line.
class MoleculesRunTest {
  private static final List<String> MOLECULES =
      List.of(
          "3\nwater\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n",
          "2\nhydrogen fluoride\nF 0 0 0\nH 0.92 0 0\n",
          "5\nmethane\nC 0 0 0\nH 0.63 0.63 0.63\nH -0.63 -0.63 0.63\nH -0.63 0.63 -0.63\nH 0.63 -0.63 -0.63\n",
          "4\nammonia\nN 0 0 0.11\nH 0 0.94 -0.26\nH 0.81 -0.47 -0.26\nH -0.81 -0.47 -0.26\n",
          "3\nhydrogen cyanide\nH 0 0 -1.07\nC 0 0 0\nN 0 0 1.16\n",
          "4\nformaldehyde\nC 0 0 0\nO 0 0 1.21\nH 0.94 0 -0.59\nH -0.94 0 -0.59\n");

  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Cli.Result molecules(String command, Path out, String... more) throws IOException {
    Path file = folder.resolve("molecules.xyz");
    Files.writeString(file, MOLECULES.stream().map(one -> one.repeat(10)).collect(Collectors.joining()));
    List<String> all =
        new ArrayList<>(
            List.of(
                command, "molecules", "--engine", "native", "--out", out.toString(), "--set", "data={kind: molecules, path: '" + file + "'}",
                "--set", "network={kind: egnn, layers: 1, hidden: 8}", "--set", "schedule.steps=20", "--set", "train.steps=30",
                "--set", "train.batch=16", "--set", "sample.count=60"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  @Test
  void moleculesOfSeveralSizesAreMadeAndJudged() throws IOException {
    Path out = folder.resolve("run");
    molecules("run", out).ok();
    JsonNode metrics = json(out.resolve("summary.json")).path("metrics");
    assertThat(metrics.path("plain").path("atom-stability").path("value").doubleValue()).isBetween(0.0, 1.0);
    // Each of these molecules is whole by the rule.
    assertThat(metrics.path("true molecules").path("molecule-stability").path("value").doubleValue()).isEqualTo(1);
    assertThat(metrics.path("true, noise 0.1 A").path("atom-stability").path("value").doubleValue()).isLessThan(0.9);
    List<List<String>> made = blocks(out.resolve("samples.xyz"));
    assertThat(made).hasSize(60);
    // Sizes are drawn as the data have them: 2 to 5 atoms, and of 60 samples of every size.
    assertThat(made.stream().map(List::size).distinct()).containsExactlyInAnyOrder(2, 3, 4, 5);
    // The checkpoint alone makes the same ones, in any portions, as files of molecules too.
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    Path some = folder.resolve("some.xyz");
    run("sample", checkpoint, "-n", "7", "--first", "41", "--out", some.toString(), "--engine", "native").ok();
    assertThat(blocks(some)).isEqualTo(made.subList(41, 48));
    Path numbers = folder.resolve("numbers.npy");
    run("sample", checkpoint, "-n", "60", "--out", numbers.toString(), "--engine", "native").ok();
    assertThat(run("likelihood", checkpoint, "--points", numbers.toString(), "--engine", "native").err())
        .contains("conditions of its own");
    assertThat(numbers).hasSameBinaryContentAs(out.resolve("samples.npy"));
    // Sizes can be asked for, and are drawn among these as often as the data have them: 4 twice as often as 5.
    run("sample", checkpoint, "-n", "60", "--out", some.toString(), "--atoms", "5,4", "--engine", "native").ok();
    assertThat(blocks(some)).filteredOn(block -> block.size() == 4).hasSizeBetween(30, 50);
    assertThat(blocks(some).stream().map(List::size).distinct()).containsExactlyInAnyOrder(4, 5);
    for (String[] mistake :
        new String[][] {
          {"--atoms", "6", "--atoms: molecules of 6 atoms are not known; those of the training have 2 to 5"},
          {"--atoms", "4.5", "--atoms: '4.5' is no number of atoms"},
          {"--smiles", "CCO", "--smiles is for models of conformers (data.kind: conformers); this one takes --atoms"}
        }) {
      Cli.Result refused = run("sample", checkpoint, "-n", "1", "--out", some.toString(), mistake[0], mistake[1]);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).isEqualToIgnoringNewLines("scorefield: " + mistake[2]);
    }
  }

  /// The atoms of every molecule of an XYZ file, a line each.
  private static List<List<String>> blocks(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<List<String>> blocks = new ArrayList<>();
    for (int at = 0; at < lines.size(); ) {
      int atoms = Integer.parseInt(lines.get(at).strip());
      blocks.add(lines.subList(at + 2, at + 2 + atoms));
      at += 2 + atoms;
    }
    return blocks;
  }

  @Test
  void aPropertyIsTold() throws IOException {
    Path out = folder.resolve("told");
    molecules("run", out, "--set", "data.property=mass").ok();
    JsonNode metrics = json(out.resolve("summary.json")).path("metrics");
    assertThat(metrics.path("plain").path("property-error").path("value").doubleValue()).isBetween(0.01, 40.0);
    assertThat(metrics.path("true molecules").has("property-error untold")).isTrue();
    // Of 3 atoms are water and hydrogen cyanide, and one of their masses is told.
    Path some = folder.resolve("some.csv");
    run("sample", out.resolve("checkpoint.safetensors").toString(), "-n", "30", "--out", some.toString(), "--atoms", "3", "--engine", "native").ok();
    List<String> told = Files.readAllLines(some).stream().skip(1).map(line -> line.replaceFirst(".*,([0-9.]+,[0-9]+).*", "$1")).toList();
    assertThat(told).hasSize(30).containsOnly("3.0,18", "3.0,27");
  }

  @Test
  void goingOnGivesTheSameBits() throws IOException {
    Path whole = folder.resolve("whole");
    molecules("train", whole, "--set", "train.decay=none").ok();
    Path parts = folder.resolve("parts");
    molecules("train", parts, "--set", "train.decay=none", "--set", "train.steps=12").ok();
    molecules("train", parts, "--set", "train.decay=none", "--resume").ok();
    assertThat(parts.resolve("checkpoint.safetensors")).hasSameBinaryContentAs(whole.resolve("checkpoint.safetensors"));
  }

  @Test
  void whatCannotBeIsRefused() throws IOException {
    Path out = folder.resolve("refused");
    assertThat(molecules("train", out, "--set", "network={kind: mlp}").err()).contains("network.kind: these data have different numbers of atoms");
    assertThat(molecules("train", out, "--set", "network={kind: energy}").err()).contains("network.kind");
    assertThat(molecules("train", out, "--set", "data.property=size").err()).contains("polar-surface");
    assertThat(molecules("train", out, "--set", "physics=[{equality: 'x[0,0]'}]").err()).contains("physics: these data have different numbers");
    assertThat(molecules("train", out, "--set", "objective.coupling=optimal-transport").err()).contains("objective.coupling");
    assertThat(molecules("train", out, "--set", "evaluate.likelihood=100").err()).contains("conditions of its own");
    Path broken = folder.resolve("broken.xyz");
    Files.writeString(broken, "3\nwater\nO 0 0 0\nH 0.96 0 0\n");
    assertThat(molecules("train", out, "--set", "data.path=" + broken).err()).contains("broken.xyz:");
    assertThat(molecules("train", out, "--set", "data.path=" + folder.resolve("molecules.pdb")).err()).contains(".sdf and .xyz");
  }
}
