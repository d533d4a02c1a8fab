package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.Sdf;
import io.scorefield.matter.molecule.Xyz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Molecules and conformers as files.
class MoleculeCommandsTest {
  @TempDir Path folder;

  @Test
  void moleculesAreMadeAsEitherFile() throws IOException {
    Path sdf = folder.resolve("a.sdf");
    Path xyz = folder.resolve("a.xyz");
    Cli.Result made = run("data", "molecules", "--heavy-atoms", "2", "--count", "20", "--out", sdf.toString()).ok();
    assertThat(made.err()).contains("10 different molecules with at most 2 heavy atoms, all that there are (20 were wanted)");
    assertThat(made.out()).isEqualToIgnoringNewLines("molecules: " + sdf);
    run("data", "molecules", "--heavy-atoms", "2", "--count", "20", "--out", xyz.toString()).ok();
    List<Molecule> withBonds = Sdf.read(sdf);
    List<Molecule> without = Xyz.read(xyz);
    assertThat(withBonds).hasSize(10).extracting(Molecule::name).containsExactlyElementsOf(without.stream().map(Molecule::name).toList());
    assertThat(withBonds).allMatch(molecule -> !molecule.bonds().isEmpty());
  }

  @Test
  void conformersAreThoseOfAFile() throws IOException {
    Path sdf = folder.resolve("b.sdf");
    Path out = folder.resolve("conformers.sdf");
    run("data", "molecules", "--heavy-atoms", "2", "--count", "3", "--out", sdf.toString()).ok();
    Cli.Result made = run("data", "conformers", "--from", sdf.toString(), "--starts", "3", "--out", out.toString()).ok();
    assertThat(made.err()).contains("conformers of 3 molecules");
    assertThat(Sdf.read(out)).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void mistakesAreTold() throws IOException {
    assertThat(run("data").code()).isEqualTo(CommandLineRunner.USAGE);
    assertThat(run("data", "molecules", "--help").out()).contains("1 to 9 (default: 4)", "(default: 300)");
    assertThat(run("data", "conformers", "--help").out()).contains("1 to 9 (default: 5)", "(default: 20)", "(default: 50)");
    assertThat(run("data", "conformers", "-n", "0", "--out", "a.sdf").code()).isEqualTo(2);
    assertThat(run("data", "conformers", "--seed=-1", "--out", "a.sdf").err()).contains("--seed must not be negative");
    assertThat(run("data", "molecules", "--heavy-atoms", "10", "--out", "a.sdf").err()).contains("--heavy-atoms must be 1 to 9");
    assertThat(run("data", "molecules", "--out", folder.resolve("a.pdb").toString()).err()).contains("end in .xyz, .sdf or .mol");
    Path bare = Files.writeString(folder.resolve("bare.xyz"), "2\nhydrogen\nH 0 0 0\nH 0.74 0 0\n");
    assertThat(run("data", "conformers", "--from", bare.toString(), "--out", folder.resolve("c.sdf").toString()).err())
        .contains("has no bonds: hydrogen");
  }
}
