package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConformersTest {
  /// A molecule of heavy atoms by bonds of order 1 in a chain or ring, with hydrogens that fill the valences, anywhere.
  static Molecule molecule(String name, int... elements) {
    List<Element> atoms = new ArrayList<>();
    List<Bond> bonds = new ArrayList<>();
    for (int element : elements) {
      atoms.add(Element.of(element));
      if (atoms.size() > 1) {
        bonds.add(new Bond(atoms.size() - 2, atoms.size() - 1, 1));
      }
    }
    int heavy = atoms.size();
    for (int atom = 0; atom < heavy; atom++) {
      int used = (atom > 0 ? 1 : 0) + (atom < heavy - 1 ? 1 : 0);
      for (int h = used; h < Stability.valence(atoms.get(atom)); h++) {
        atoms.add(Element.of(1));
        bonds.add(new Bond(atom, atoms.size() - 1, 1));
      }
    }
    double[] positions = new double[3 * atoms.size()];
    for (int atom = 0; atom < atoms.size(); atom++) {
      positions[3 * atom] = atom;
    }
    return new Molecule(name, atoms, positions, bonds);
  }

  @Test
  void theFitFindsMotionsAndNoMirrorImages() {
    double[] chain = Butane.chain(new double[] {1.5, 1.6, 1.4}, new double[] {2, 1.9}, -1.1);
    double[] moved = new double[12];
    double[] mirrored = new double[12];
    for (int i = 0; i < 4; i++) {
      double x = chain[3 * i];
      double y = chain[3 * i + 1];
      double z = chain[3 * i + 2];
      moved[3 * i] = 5 + 0.6 * x - 0.8 * y;
      moved[3 * i + 1] = 0.8 * x + 0.6 * y;
      moved[3 * i + 2] = z - 2;
      mirrored[3 * i] = x;
      mirrored[3 * i + 1] = y;
      mirrored[3 * i + 2] = -z;
    }
    assertThat(Alignment.rmsd(chain, moved)).isEqualTo(0, within(1e-6));
    double[] other = Butane.chain(new double[] {1.5, 1.6, 1.4}, new double[] {2, 1.9}, 1.1);
    assertThat(Alignment.rmsd(mirrored, other)).isEqualTo(0, within(1e-6));
    assertThat(Alignment.rmsd(chain, mirrored)).isGreaterThan(0.3);
    double[] line = {0, 0, 0, 1, 0, 0};
    assertThat(Alignment.rmsd(line, new double[] {0, 0, 0, 0, 2, 0})).as("half of the difference").isEqualTo(0.5, within(1e-9));
  }

  @Test
  void symmetriesOfMoleculesAreCounted() {
    assertThat(new HeavyAtoms(molecule("butane", 6, 6, 6, 6)).symmetries()).isEqualTo(2);
    assertThat(new HeavyAtoms(molecule("propanol", 6, 6, 6, 8)).symmetries()).isEqualTo(1);
    Molecule methane = molecule("methane", 6);
    assertThat(new HeavyAtoms(methane).symmetries()).isEqualTo(1);
    Molecule butane = molecule("butane", 6, 6, 6, 6);
    double[] turned = butane.positions();
    for (int atom = 0; atom < 4; atom++) {
      turned[3 * atom] = 3 - atom;
    }
    assertThat(new HeavyAtoms(butane).rmsd(butane.positions(), turned)).isEqualTo(0, within(1e-9));
  }

  /// Butane has the trans form and two gauche forms, which are mirror images of each other.
  @Test
  void butaneHasThreeConformers() {
    ConformerSet set = ConformerSet.of(molecule("CCCC", 6, 6, 6, 6), 20, 1).orElseThrow();
    assertThat(set.positions()).hasSize(3);
    assertThat(set.energies().getFirst()).isZero();
    assertThat(set.energies().get(1)).isEqualTo(set.energies().get(2)).isBetween(0.5, 1.0);
    List<Double> angles =
        set.positions().stream()
            .map(
                positions -> {
                  float[] chain = new float[12];
                  for (int c = 0; c < 12; c++) {
                    chain[c] = (float) positions[c];
                  }
                  return Math.toDegrees(Math.abs(Dihedral.of(chain, 0)));
                })
            .toList();
    assertThat(angles.getFirst()).isEqualTo(180, within(1.0));
    assertThat(angles.get(1)).isBetween(60.0, 70.0);

    Coverage trans = Coverage.of(set, List.of(set.positions().getFirst()), Coverage.DELTA);
    assertThat(trans.cov()).isEqualTo(1 / 3.0).as("trans does not cover gauche, which is 0.6 away");
    assertThat(trans.references()).isEqualTo(3);
    Coverage all = Coverage.of(set, set.positions(), Coverage.DELTA);
    assertThat(all.cov()).isEqualTo(1);
    assertThat(all.mat()).isEqualTo(0, within(1e-6));
  }

  @Test
  void conformersOfRigidMoleculesAreOne() {
    assertThat(ConformerSet.of(molecule("CCO", 6, 6, 8), 5, 1).orElseThrow().positions()).hasSize(1);
  }
}
