package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.Structures;
import io.scorefield.matter.Formula;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmilesTest {
  @ParameterizedTest
  @CsvSource({"CCO,C2H6O,8", "C#N,CHN,2", "c1ccccc1,C6H6,12", "C,CH4,4"})
  void aMoleculeHasAllItsHydrogens(String smiles, String formula, int bonds) {
    Molecule molecule = Smiles.read(smiles);
    assertThat(Formula.hill(molecule.elements())).isEqualTo(formula);
    assertThat(molecule.bonds()).hasSize(bonds);
    assertThat(CanonicalId.of(Smiles.read(Smiles.of(molecule)))).isEqualTo(CanonicalId.of(molecule));
  }

  @Test
  void aMoleculeIsWrittenByItsBonds() {
    assertThat(Smiles.of(Structures.ethanol())).isIn("CCO", "OCC");
    assertThat(CanonicalId.of(Smiles.read(Smiles.of(Structures.alanine())))).isEqualTo(CanonicalId.of(Structures.alanine()));
  }

  @ParameterizedTest
  @CsvSource({"C(C,is no SMILES", "C1CC,is no SMILES", "hello,is no SMILES", "C.C,several molecules", "[NH4+],has a charge", "'',is no SMILES such as CCO"})
  void whatIsNoneIsRefused(String smiles, String reason) {
    assertThatThrownBy(() -> Smiles.read(smiles))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + smiles + "'")
        .hasMessageContaining(reason)
        .hasMessageNotContainingAny("\n", "Index");
  }
}
