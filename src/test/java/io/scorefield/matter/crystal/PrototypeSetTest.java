package io.scorefield.matter.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrototypeSetTest {
  private static List<Element> elements(String symbols) {
    return Arrays.stream(symbols.split(" ")).map(symbol -> Element.of(symbol).orElseThrow()).toList();
  }

  /// Conventional lattice constants of CRC's handbook, in angstrom.
  @ParameterizedTest
  @CsvSource({
    "ROCKSALT, Na, Cl, 1.41421356, 5.64", "ROCKSALT, Mg, O, 1.41421356, 4.21", "FLUORITE, Ca, F, 1.41421356, 5.46",
    "PEROVSKITE, Sr Ti, O, 1, 3.905", "PEROVSKITE, Ba Ti, O, 1, 4.00", "CESIUM_CHLORIDE, Cs, Cl, 1, 4.12", "RUTILE, Ti, O, 1, 4.594",
    "WURTZITE, Zn, O, 1, 3.25", "ZINCBLENDE, Be, S, 1.41421356, 4.86"
  })
  void sumsOfRadiiGiveLatticeConstants(Prototype prototype, String cations, String anion, double factor, double known) {
    Crystal crystal = prototype.crystal(elements(cations), Element.of(anion).orElseThrow());
    // Bonds of beryllium and sulphur are the least ionic of these.
    double share = anion.equals("S") ? 0.035 : 0.03;
    assertThat(factor * crystal.cell().a()).isEqualTo(known, within(share * known));
  }

  /// How many anions touch a cation, and at the same distance.
  @ParameterizedTest
  @CsvSource({
    "CESIUM_CHLORIDE, Cs, 8", "ROCKSALT, Na, 6", "ZINCBLENDE, Be, 4", "FLUORITE, Ca, 8", "WURTZITE, Zn, 4", "RUTILE, Ti, 6",
    "PEROVSKITE, Sr Ti, 6"
  })
  void coordinationIsThatOfTheStructure(Prototype prototype, String cations, int neighbours) {
    Crystal crystal = prototype.crystal(elements(cations), Element.of("O").orElseThrow());
    double[][] lattice = crystal.lattice();
    int centre = prototype.cations() - 1;
    int count = 0;
    double bond = 0;
    for (int atom = 0; atom < crystal.size(); atom++) {
      for (int cell = 0; cell < 343; cell++) {
        if (crystal.elements().get(atom).symbol().equals("O")) {
          double[] at =
              new Crystal("", lattice, List.of(Element.of(1)), new double[3]).cartesian(
                  crystal.at(atom, 0) - crystal.at(centre, 0) + cell % 7 - 3, crystal.at(atom, 1) - crystal.at(centre, 1) + cell / 7 % 7 - 3,
                  crystal.at(atom, 2) - crystal.at(centre, 2) + cell / 49 - 3);
          double distance = Math.hypot(Math.hypot(at[0], at[1]), at[2]);
          if (distance < 1.1 * crystal.leastDistance()) {
            count++;
            bond += distance;
          }
        }
      }
    }
    assertThat(count).isEqualTo(neighbours);
    double radii = elements(cations).getLast().ionicRadius().getAsDouble() + 1.40;
    double shorter = neighbours == 4 ? 0.95 : 1;
    assertThat(bond / count).isEqualTo(shorter * radii, within(1e-9));
    assertThat(CrystalValidity.radiiFit(crystal)).isTrue();
  }

  @Test
  void compositionsAreHeldOutOfEveryStructure() {
    CrystalSet set = PrototypeSet.of(1);
    assertThat(set.training()).hasSize(640);
    assertThat(set.heldOut()).hasSize(113);
    assertThat(set.mostAtoms()).isEqualTo(6);
    Set<String> seen = set.training().stream().map(Crystal::name).collect(Collectors.toSet());
    assertThat(set.heldOut()).extracting(Crystal::name).doesNotContainAnyElementsOf(seen);
    assertThat(Stream.concat(set.training().stream(), set.heldOut().stream()).map(Crystal::name).distinct()).hasSize(753);
    for (Prototype prototype : Prototype.values()) {
      assertThat(set.heldOut().stream().filter(crystal -> crystal.name().startsWith(prototype.label()))).as(prototype.label()).hasSizeGreaterThan(2);
    }
    assertThat(PrototypeSet.of(2).heldOut()).extracting(Crystal::name).isNotEqualTo(set.heldOut().stream().map(Crystal::name).toList());
  }

  @Test
  void drawsAreShakenAndOfAllSizes() {
    CrystalSet set = PrototypeSet.of(1);
    int[] sizes = new int[7];
    double strain = 0;
    double displacement = 0;
    Set<String> names = new HashSet<>();
    int count = 4000;
    for (int i = 0; i < count; i++) {
      Crystal crystal = set.draw(3, i);
      sizes[crystal.size()]++;
      names.add(crystal.name());
      Crystal ideal = set.training().stream().filter(other -> other.name().equals(crystal.name())).findFirst().orElseThrow();
      strain += Math.pow(Math.log(crystal.cell().b() / ideal.cell().b()), 2) / count;
      displacement += Math.pow(crystal.at(1, 2) - ideal.at(1, 2), 2) / count;
    }
    assertThat(Math.sqrt(strain)).isEqualTo(0.01, within(5 * 0.01 / Math.sqrt(2.0 * count)));
    assertThat(Math.sqrt(displacement)).isEqualTo(0.01, within(5 * 0.01 / Math.sqrt(2.0 * count)));
    // Roots of 82, 28, 44, 433 and 54 crystals of 2, 3, 4, 5 and 6 atoms.
    double[] shares = {0.1814, 0.1060, 0.1329, 0.4169, 0.1472};
    for (int n = 2; n <= 6; n++) {
      assertThat((double) sizes[n] / count).as("%d atoms", n).isEqualTo(shares[n - 2], within(5 * Math.sqrt(0.25 / count)));
    }
    assertThat(names.size()).isGreaterThan(600);
    assertThat(set.draw(3, 17).fractional()).isEqualTo(set.draw(3, 17).fractional());
  }

  @Test
  void setsAreSplitByComposition() {
    List<Crystal> all = PrototypeSet.all(Prototype.ROCKSALT);
    Crystal turned = all.getFirst();
    List<Crystal> twice = new ArrayList<>(all);
    twice.add(new Crystal("again", turned.lattice(), List.of(turned.elements().get(1), turned.elements().get(0)), turned.fractional()));
    CrystalSet set = CrystalSet.split(twice, 0.2, CrystalSet.Shaking.USUAL, 1);
    assertThat(set.training().size() + set.heldOut().size()).isEqualTo(all.size() + 1);
    boolean first = set.heldOut().stream().anyMatch(crystal -> crystal.name().equals(turned.name()));
    assertThat(set.heldOut().stream().anyMatch(crystal -> crystal.name().equals("again"))).isEqualTo(first);
    assertThat(CrystalSet.split(all.subList(0, 2), 0.01, CrystalSet.Shaking.USUAL, 1).heldOut()).hasSize(1);
    assertThatThrownBy(() -> CrystalSet.split(all.subList(0, 1), 0.5, CrystalSet.Shaking.USUAL, 1))
        .hasMessage("there are 0 crystals to learn from and 1 that are held out; some of both are needed");
  }
}
