package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoleculeMakerTest {
  @TempDir Path folder;

  /// By hand: CH4; with two heavy atoms ethane, ethene, ethyne, CN in three orders, CO in two, CF and no more.
  @Test
  void skeletonsOfOneAndTwoHeavyAtomsAreCounted() {
    assertThat(Skeletons.all(1)).hasSize(1);
    assertThat(Skeletons.all(2)).hasSize(1 + 3 + 3 + 2 + 1);
    assertThat(Skeletons.all(4)).hasSize(320);
  }

  @Test
  void moleculesAreDifferentWholeAndCentred() {
    MoleculeSet set = MoleculeMaker.make(3, 1000, 1);
    List<Molecule> molecules = set.molecules();
    assertThat(set.note()).contains("all that there are (1000 were wanted)");
    assertThat(molecules).hasSizeGreaterThan(50);
    assertThat(molecules.stream().map(CanonicalId::of).distinct().count()).isEqualTo(molecules.size());
    for (Molecule molecule : molecules) {
      assertThat(Stability.of(molecule).whole()).as(molecule.name()).isTrue();
      assertThat(molecule.elements().stream().filter(element -> element.number() > 1).count()).isBetween(1L, 3L);
      double sum = 0;
      for (int atom = 0; atom < molecule.size(); atom++) {
        sum += molecule.at(atom, 0);
      }
      assertThat(sum).isEqualTo(0, within(1e-9));
    }
    Map<String, MoleculeMetrics.Measured> ceiling = new MoleculeMetrics(molecules).measure(molecules);
    assertThat(ceiling.get("atom-stability").value()).isGreaterThan(0.98);
    assertThat(ceiling.get("novelty").value()).isZero();
    Map<String, MoleculeMetrics.Measured> noisy =
        new MoleculeMetrics(molecules).measure(MoleculeMetrics.noisy(molecules, 0.05, 1));
    assertThat(noisy.get("atom-stability").value()).isBetween(0.75, 0.9);
  }

  @Test
  void theyDoNotDependOnTheNumberOfThreads() throws Exception {
    List<Molecule> usual = MoleculeMaker.make(5, 6, 3).molecules();
    try (ForkJoinPool single = new ForkJoinPool(1)) {
      List<Molecule> alone = single.submit(() -> MoleculeMaker.make(5, 6, 3).molecules()).get();
      assertThat(alone).hasSameSizeAs(usual);
      for (int i = 0; i < usual.size(); i++) {
        assertThat(alone.get(i).name()).isEqualTo(usual.get(i).name());
        assertThat(alone.get(i).positions()).containsExactly(usual.get(i).positions());
      }
    }
    assertThat(MoleculeMaker.make(5, 6, 4).molecules().getFirst().name()).isNotEqualTo(usual.getFirst().name());
  }

  @Test
  void madeOnceTheyAreReadAgain() throws IOException {
    MoleculeSet made = MoleculeMaker.cached(folder, 2, 5, 1);
    MoleculeSet read = MoleculeMaker.cached(folder, 2, 5, 1);
    Path file = folder.resolve("molecules-v1-2-5-1.sdf");
    assertThat(file).exists();
    assertThat(made.note()).isEqualTo("made 5 different molecules with at most 2 heavy atoms; kept in " + file);
    assertThat(read.note()).isEqualTo("5 molecules read from " + file);
    for (int i = 0; i < 5; i++) {
      assertThat(read.molecules().get(i).positions()).containsExactly(made.molecules().get(i).positions());
      assertThat(read.molecules().get(i).bonds()).isEqualTo(made.molecules().get(i).bonds());
    }
    Files.writeString(folder.resolve("a-file"), "");
    assertThat(MoleculeMaker.cached(folder.resolve("a-file"), 1, 1, 1).note()).contains("they could not be kept");
  }

  @Test
  void whatIsHeldOutDependsOnTheMoleculeAlone() {
    MoleculeSet set = MoleculeMaker.make(3, 1000, 1);
    assertThat(set.training().size() + set.heldOut().size()).isEqualTo(set.molecules().size());
    assertThat(set.heldOut()).isNotEmpty().hasSizeLessThan(set.molecules().size() / 5);
    Molecule held =
        set.heldOut().stream().filter(one -> Stability.of(BondTable.perceive(one)).whole()).findFirst().orElseThrow();
    Molecule moved = MoleculeMetrics.noisy(List.of(held), 0.001, 1).getFirst();
    assertThat(MoleculeSet.heldOut(moved.withBonds(List.of()))).isTrue();
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> MoleculeMaker.make(0, 1, 1)).hasMessageContaining("1 to 9 heavy atoms");
    assertThatThrownBy(() -> MoleculeMaker.make(4, 0, 1)).hasMessageContaining("1 to 1000000 are made");
  }
}
