package io.scorefield.matter;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.Structures;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FormulaTest {
  private static List<Element> atoms(String... symbols) {
    return Stream.of(symbols).map(symbol -> Element.of(symbol).orElseThrow()).toList();
  }

  @Test
  void hillsOrderBeginsWithCarbonAndHydrogen() {
    assertThat(Formula.hill(atoms("O", "C", "H", "H", "C", "H", "H", "H", "H"))).isEqualTo("C2H6O");
    assertThat(Formula.hill(atoms("F", "C", "Br", "Cl"))).isEqualTo("CBrClF");
    assertThat(Formula.hill(atoms("O", "H", "H"))).isEqualTo("H2O");
    assertThat(Formula.hill(atoms("O", "H", "S", "H", "O", "O", "O"))).isEqualTo("H2O4S");
  }

  @Test
  void compoundsBeginWithTheMetal() {
    assertThat(Formula.compound(Structures.rocksalt().elements())).isEqualTo("NaCl");
    assertThat(Formula.compound(Structures.strontiumTitanate().elements())).isEqualTo("SrTiO3");
    assertThat(Formula.compound(Structures.rutile().elements())).isEqualTo("TiO2");
    assertThat(Formula.compound(atoms("Fe", "Fe"))).isEqualTo("Fe");
  }

  @Test
  void printedFormulasHaveCountsBelowTheLine() {
    assertThat(Formula.printed("C2H6O")).isEqualTo("C₂H₆O");
    assertThat(Formula.printed("C10H22")).isEqualTo("C₁₀H₂₂");
  }
}
