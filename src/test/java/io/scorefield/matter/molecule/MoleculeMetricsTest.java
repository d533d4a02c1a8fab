package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.scorefield.matter.Element;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MoleculeMetricsTest {
  /// Atoms on a line by symbols and places in angstrom.
  static Molecule line(String symbols, double... places) {
    List<Element> elements = Arrays.stream(symbols.split("")).map(s -> Element.of(s).orElseThrow()).toList();
    double[] positions = new double[3 * places.length];
    for (int atom = 0; atom < places.length; atom++) {
      positions[3 * atom] = places[atom];
    }
    return new Molecule(symbols, elements, positions, List.of());
  }

  @Test
  void theTableOfBondsIsThatOfThePaper() {
    assertThat(order("C", "C", 1.54 + 0.0999)).isEqualTo(1);
    assertThat(order("C", "C", 1.54 + 0.1001)).isZero();
    assertThat(order("C", "C", 1.34 + 0.0499)).isEqualTo(2);
    assertThat(order("C", "C", 1.34 + 0.0501)).isEqualTo(1);
    assertThat(order("C", "C", 1.20 + 0.0299)).isEqualTo(3);
    assertThat(order("N", "O", 1.0)).as("no triple bond").isEqualTo(2);
    assertThat(order("H", "O", 1.05)).isEqualTo(1).isEqualTo(order("O", "H", 1.05));
    assertThat(order("H", "F", 1.03)).isZero();
    assertThatThrownBy(() -> BondTable.perceive(new Molecule("", List.of(Element.of(16)), new double[3], List.of())))
        .hasMessageContaining("not for S");
  }

  private static int order(String first, String second, double distance) {
    return BondTable.order(Element.of(first).orElseThrow(), Element.of(second).orElseThrow(), distance);
  }

  /// HCN is whole; HF with one H too many is not; two H2 are apart; CN lacks a bond, which makes it HCN all the same.
  @Test
  void eachMetricIsWhatItSays() {
    Molecule cyanide = line("HCN", 0, 1.07, 2.23);
    Molecule fluoride = line("HFH", 0, 0.92, 1.84);
    Molecule hydrogen = line("HHHH", 0, 0.74, 5, 5.74);
    Molecule bare = line("CN", 0, 1.16);
    Map<String, MoleculeMetrics.Measured> measured =
        new MoleculeMetrics(List.of(cyanide)).measure(List.of(cyanide, cyanide, fluoride, hydrogen, bare));
    assertThat(value(measured, "atom-stability")).isEqualTo((3 + 3 + 2 + 4 + 1) / 15.0);
    assertThat(value(measured, "molecule-stability")).isEqualTo(3 / 5.0);
    assertThat(value(measured, "connected")).isEqualTo(4 / 5.0);
    assertThat(value(measured, "validity")).isEqualTo(4 / 5.0);
    assertThat(value(measured, "uniqueness")).as("HCN and H2 of four").isEqualTo(2 / 4.0);
    assertThat(value(measured, "novelty")).as("H2 of HCN and H2").isEqualTo(1 / 2.0);
    assertThat(value(measured, "bond-length-w1")).isEqualTo(0, within(1e-12));
    assertThat(measured.get("atom-stability").samples()).isEqualTo(5);
    assertThatThrownBy(() -> new MoleculeMetrics(List.of(cyanide)).measure(List.of())).hasMessageContaining("no molecules");
  }

  private static double value(Map<String, MoleculeMetrics.Measured> measured, String name) {
    return measured.get(name).value();
  }

  @Test
  void idsDoNotDependOnTheOrderOfAtoms() {
    Molecule one = BondTable.perceive(line("HCN", 0, 1.07, 2.23));
    Molecule other = BondTable.perceive(line("NCH", 5, 6.16, 7.23));
    assertThat(CanonicalId.of(one)).isPresent().isEqualTo(CanonicalId.of(other));
    assertThat(CanonicalId.of(BondTable.perceive(line("NNHCN", 0, 1.10, 4, 5.07, 6.23)))).as("largest part").isEqualTo(CanonicalId.of(one));
    assertThat(CanonicalId.of(BondTable.perceive(line("HFH", 0, 0.92, 1.84)))).isEmpty();
  }

  @Test
  void lengthsOfBondsAreComparedByTheAreaBetweenTheirDistributions() {
    assertThat(BondLengths.wasserstein1(new double[] {1, 2}, new double[] {1, 2})).isZero();
    assertThat(BondLengths.wasserstein1(new double[] {1, 1, 2}, new double[] {4})).isEqualTo((3 + 3 + 2) / 3.0, within(1e-12));
    assertThat(BondLengths.wasserstein1(new double[] {0, 3}, new double[] {1, 1, 1, 1})).isEqualTo(1.5, within(1e-12));
  }

  /// Standard errors are those of the share of molecules where each is judged alone.
  @Test
  void standardErrorsAreThoseOfShares() {
    Molecule whole = line("HCN", 0, 1.07, 2.23);
    Molecule half = line("CN", 0, 1.16);
    List<Molecule> many = IntStream.range(0, 400).mapToObj(i -> i * i % 31 % 10 < 3 ? half : whole).toList();
    MoleculeMetrics.Measured stability = new MoleculeMetrics(List.of(whole)).measure(many).get("molecule-stability");
    double p = stability.value();
    assertThat(p).isBetween(0.5, 0.9);
    assertThat(stability.standardError()).isCloseTo(Math.sqrt(p * (1 - p) / 400), withinPercentage(40));
  }
}
