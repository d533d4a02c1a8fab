package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.actelion.research.chem.MolfileParser;
import com.actelion.research.chem.StereoMolecule;
import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SdfTest {
  private static final String FORMATE =
      """
      formate
        Some      3D

        4  3  0  0  0  0            999 V2000
          0.0000    0.0000    0.0000 C   0  0  0  0
          1.2500    0.0000    0.0000 O   0  0  0  0
         -0.6250    1.0825    0.0000 O   0  5  0  0
         -0.5500   -0.9526    0.0000 H   0  0  0  0
        1  2  2  0
        1  3  1  0
        1  4  1  0
      M  CHG  1   3  -1
      M  END
      """;

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("some.sdf"), text);
  }

  @Test
  void moleculesAreReadWithBondsAndCharges() throws IOException {
    String second = FORMATE.replace("M  CHG  1   3  -1\n", "").replace("formate", "");
    List<Molecule> read = Sdf.read(file(FORMATE + ">  <energy>\n-1.5\n\n$$$$\n" + second + "$$$$\n\n"));
    assertThat(read).hasSize(2);
    Molecule formate = read.getFirst();
    assertThat(formate.name()).isEqualTo("formate");
    assertThat(formate.elements()).extracting(Element::symbol).containsExactly("C", "O", "O", "H");
    assertThat(formate.at(2, 1)).isEqualTo(1.0825);
    assertThat(formate.bonds()).containsExactly(new Bond(0, 1, 2), new Bond(0, 2, 1), new Bond(0, 3, 1));
    assertThat(formate.charges()).containsExactly(0, 0, -1, 0);
    assertThat(read.get(1).charges()).as("of the code in the line of the atom").containsExactly(0, 0, -1, 0);
  }

  @Test
  void whatIsWrittenIsReadBackHereAndByAnotherReader() throws Exception {
    Molecule formate = Sdf.read(file(FORMATE)).getFirst();
    Path out = folder.resolve("out.sdf");
    Sdf.write(out, List.of(formate, formate.withBonds(List.of())));
    List<Molecule> back = Sdf.read(out);
    assertThat(back.getFirst().bonds()).isEqualTo(formate.bonds());
    assertThat(back.getFirst().charges()).isEqualTo(formate.charges());
    assertThat(back.getFirst().elements()).isEqualTo(formate.elements());
    assertThat(back.getFirst().positions()).containsExactly(formate.positions());
    assertThat(back.get(1).bonds()).isEmpty();

    StereoMolecule other = new StereoMolecule();
    String text = Files.readString(out);
    assertThat(new MolfileParser().parse(other, text.substring(0, text.indexOf("$$$$")))).isTrue();
    assertThat(other.getAllAtoms()).isEqualTo(4);
    assertThat(other.getAllBonds()).isEqualTo(3);
    assertThat(other.getMolweight()).isBetween(44, 46);
  }

  @Test
  void moleculesOfAThousandAtomsAreRefused() {
    double[] line = new double[3 * 1000];
    for (int atom = 0; atom < 1000; atom++) {
      line[3 * atom] = 2 * atom;
    }
    Molecule large = new Molecule("", Collections.nCopies(1000, Element.of(6)), line, List.of());
    assertThatThrownBy(() -> Sdf.write(folder.resolve("large.sdf"), List.of(large)))
        .hasMessageContaining("at most 999 atoms and bonds, and a molecule has 1000 and 0; write an .xyz file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "V2000|V3000|4: the version V3000 of the format is not read",
        "  4  3  0|  5  3  0|9: there is no element '0'",
        "  4  3  0|  4  4  0|12: the molecule has 3 of the 4 bonds that line 4 announces",
        "  4  3  0|  4  2  0|11: '1  4  1  0' is neither an announced atom or bond nor a property",
        "  4  3  0|  x  3  0|4: 'x' in the columns 1 to 3 is not the number of atoms",
        "  4  3  0|  0  0  0|4: the molecule has no atoms",
        " H   0| Hx  0|8: there is no element 'Hx'",
        "-0.9526|    nan|8: 'nan' is no coordinate",
        "-0.9526|    NaN|8: the coordinate NaN is not finite",
        "   -0.5500   -0.9526|    0.0500    0.0500|8: the atoms 1 and 4 are 0.071 angstrom apart",
        "  1  4  1|  1  5  1|11: a bond of the atoms 1 and 5; there are the atoms 1 to 4",
        "  1  4  1|  1  3  1|11: a second bond of the atoms 1 and 3",
        "  1  4  1|  1  4  4|11: a bond of type 4, aromatic",
        "   3  -1|   9  -1|12: the charge of an atom 9",
        "M  END|M  ISO  1   1  13|13: the file ends here, before M  END"
      })
  void whatIsWrongIsNamedWithItsLine(String right, String wrong, String message) throws IOException {
    assertThat(FORMATE).contains(right);
    Path file = file(FORMATE.replace(right, wrong));
    assertThatThrownBy(() -> Sdf.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ":" + message);
  }

  @Test
  void filesThatEndEarlyAreRefused() throws IOException {
    Path three = file("a\nb\n");
    assertThatThrownBy(() -> Sdf.read(three)).hasMessageContaining(":2: the file ends here, before the numbers");
    Path atoms = file(FORMATE.substring(0, FORMATE.indexOf("   -0.6250")));
    assertThatThrownBy(() -> Sdf.read(atoms)).hasMessageContaining(":6: the file ends here, before atom 3 of the 4 that line 4");
    Path none = file("\n\n");
    assertThatThrownBy(() -> Sdf.read(none)).hasMessage(none + ": there is no molecule in it");
  }
}
