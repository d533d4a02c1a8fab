package io.scorefield.matter.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.Element;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrystalMatcherTest {
  private static final Crystal PEROVSKITE =
      Prototype.PEROVSKITE.crystal(elements("Sr Ti"), Element.of("O").orElseThrow());

  private static List<Element> elements(String symbols) {
    return Arrays.stream(symbols.split(" ")).map(symbol -> Element.of(symbol).orElseThrow()).toList();
  }

  /// Atoms in another order, moved by whole cells and all by one shift, with noise.
  private static Crystal disguised(Crystal crystal, double noise, long i) {
    float[] z = new float[3 * crystal.size()];
    new NoiseSource(1).normals(NoiseStream.DATA, i, 0, z, 0, z.length);
    List<Element> elements = new ArrayList<>();
    double[] places = new double[z.length];
    for (int atom = 0; atom < crystal.size(); atom++) {
      int other = (atom + 2) % crystal.size();
      elements.add(crystal.elements().get(other));
      for (int axis = 0; axis < 3; axis++) {
        places[3 * atom + axis] = crystal.at(other, axis) + atom - 2 + 0.37 + 0.21 * axis + noise * z[3 * atom + axis];
      }
    }
    return new Crystal("", crystal.lattice(), elements, places);
  }

  @Test
  void shiftsAndNumbersDoNotMatter() {
    for (Prototype prototype : Prototype.values()) {
      Crystal crystal = PrototypeSet.all(prototype).get(3);
      assertThat(CrystalMatcher.STRICT.distance(disguised(crystal, 0, 0), crystal)).hasValueCloseTo(0.0, within(1e-9));
    }
  }

  @Test
  void theDistanceIsThatOfTheNoise() {
    double sum = 0;
    int count = 200;
    for (int i = 0; i < count; i++) {
      sum += Math.pow(CrystalMatcher.STRICT.distance(disguised(PEROVSKITE, 0.01, i), PEROVSKITE).orElseThrow(), 2) / count;
    }
    // N - 1 of N atoms are free of the shift.
    double expected = 0.01 * Math.sqrt(3 * 4.0 / 5) * Math.cbrt(5);
    assertThat(Math.sqrt(sum)).isEqualTo(expected, within(5 * expected / Math.sqrt(2.0 * 12 * count)));
  }

  @Test
  void exchangedElementsMatchWhereThatIsAllowed() {
    List<Element> exchanged = elements("Ti Sr O O O");
    Crystal crystal = new Crystal("", PEROVSKITE.lattice(), exchanged, PEROVSKITE.fractional());
    assertThat(CrystalMatcher.STRICT.distance(crystal, PEROVSKITE).orElseThrow()).isGreaterThan(0.2);
    assertThat(CrystalMatcher.STRICT.withExchange().distance(crystal, PEROVSKITE)).hasValueCloseTo(0.0, within(1e-9));
    Crystal other = new Crystal("", PEROVSKITE.lattice(), elements("Ba Ti O O O"), PEROVSKITE.fractional());
    assertThat(CrystalMatcher.STRICT.withExchange().distance(other, PEROVSKITE)).isEmpty();
  }

  @Test
  void cellsMustBeAlike() {
    Cell cell = PEROVSKITE.cell();
    assertThat(CrystalMatcher.STRICT.distance(PEROVSKITE.in(new Cell(2 * cell.a(), 2 * cell.a(), 2 * cell.a(), 90, 90, 90)), PEROVSKITE))
        .as("volume is free").hasValueCloseTo(0.0, within(1e-9));
    assertThat(CrystalMatcher.STRICT.distance(PEROVSKITE.in(new Cell(1.6 * cell.a(), cell.a(), cell.a(), 90, 90, 90)), PEROVSKITE)).isEmpty();
    assertThat(CrystalMatcher.STRICT.distance(PEROVSKITE.in(new Cell(cell.a(), cell.a(), cell.a(), 90, 101, 90)), PEROVSKITE)).isEmpty();
  }

  /// A matcher that finds the best shift takes more than half of the crystals whose atoms are anywhere for matches at 0.5, and
  /// next to none at 0.1.
  @Test
  void baselinesOfThePrototypes() {
    CrystalSet set = PrototypeSet.of(1);
    double[] uniform = new double[3];
    double[] assigned = new double[3];
    double[] nearest = new double[3];
    List<Double> cells = new ArrayList<>();
    List<Crystal> truths = set.heldOut();
    for (int i = 0; i < truths.size(); i++) {
      Crystal truth = truths.get(i);
      count(uniform, CrystalBaselines.uniform(truth, 1, i), truth);
      count(assigned, CrystalBaselines.randomAssignment(truth, 1, i), truth);
      Crystal known = CrystalBaselines.nearest(truth.elements(), set.training()).orElseThrow();
      count(nearest, known, truth);
      cells.add(Math.abs(known.cell().a() / truth.cell().a() - 1));
    }
    int n = truths.size();
    assertThat(uniform[0] / n).isLessThan(0.02);
    assertThat(uniform[2] / n).isBetween(0.4, 0.75);
    assertThat(assigned[0] / n).isBetween(0.1, 0.3);
    assertThat(nearest[0] / n).isGreaterThan(0.9);
    assertThat(cells.stream().sorted().toList().get(n / 2)).isBetween(0.002, 0.02);
  }

  private static void count(double[] shares, Crystal made, Crystal truth) {
    double distance = CrystalMatcher.STRICT.distance(made, truth).orElse(9);
    shares[0] += distance < 0.1 ? 1 : 0;
    shares[1] += distance < 0.2 ? 1 : 0;
    shares[2] += distance < 0.5 ? 1 : 0;
  }

  @Test
  void validityAndCharges() {
    assertThat(CrystalValidity.apart(PEROVSKITE, CrystalValidity.SHORT)).isTrue();
    Crystal tight = new Crystal("", PEROVSKITE.lattice(), elements("Sr Ti"), new double[] {0, 0, 0, 0.25, 0, 0});
    assertThat(CrystalValidity.apart(tight, CrystalValidity.USUAL)).isTrue();
    assertThat(CrystalValidity.apart(tight, CrystalValidity.SHORT)).isFalse();
    assertThat(CrystalValidity.radiiFit(tight)).isFalse();
    assertThat(ChargeNeutrality.of(elements("Sr Ti O O O"))).isTrue();
    assertThat(ChargeNeutrality.of(elements("Sr Ti F F F"))).isFalse();
    assertThat(ChargeNeutrality.of(elements("Na Cl"))).isTrue();
    assertThat(ChargeNeutrality.of(elements("Na O"))).isFalse();
    assertThat(ChargeNeutrality.of(elements("Fe Fe O O O"))).isTrue();
    assertThat(ChargeNeutrality.of(elements("Fe Fe"))).isTrue();
  }
}
