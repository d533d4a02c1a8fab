package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XyzTest {
  private static final String WATER = "3\nwater\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n";

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("some.xyz"), text);
  }

  @Test
  void severalMoleculesAreReadWithTheirNames() throws IOException {
    List<Molecule> read = Xyz.read(file("\uFEFF" + WATER.replace("\n", "\r\n") + "\n\n2\n\n6 0 0 0 0.5\n8\t1.1E0 0 0 -0.5\n\n"));
    assertThat(read).hasSize(2);
    assertThat(read.get(0).name()).isEqualTo("water");
    assertThat(read.get(0).elements()).extracting(Element::symbol).containsExactly("O", "H", "H");
    assertThat(read.get(0).positions()).containsExactly(0, 0, 0, 0.96, 0, 0, -0.24, 0.93, 0);
    assertThat(read.get(0).bonds()).isEmpty();
    assertThat(read.get(1).elements()).extracting(Element::symbol).containsExactly("C", "O");
    assertThat(read.get(1).at(1, 0)).isEqualTo(1.1);
  }

  @Test
  void extendedCommentsSayWhereTheColumnsAre() throws IOException {
    String text = "2\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=id:I:1:species:S:1:pos:R:3:force:R:3 energy=-1\n1 C 0 0 0 9 9 9\n2 O 1.2 0 0 9 9 9\n";
    Molecule read = Xyz.read(file(text)).getFirst();
    assertThat(read.elements()).extracting(Element::symbol).containsExactly("C", "O");
    assertThat(read.positions()).containsExactly(0, 0, 0, 1.2, 0, 0);
    assertThat(read.name()).isEmpty();
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path out = folder.resolve("out.xyz");
    Molecule molecule =
        new Molecule(
            "CC=O", List.of(Element.of(6), Element.of(17)), new double[] {1e-8, -12.5, 0.12345678, 1.7, -12.5, 0}, List.of());
    Xyz.write(out, List.of(molecule, molecule));
    List<Molecule> read = Xyz.read(out);
    assertThat(read).hasSize(2);
    assertThat(read.get(1).name()).isEqualTo("CC=O");
    assertThat(read.get(1).elements()).isEqualTo(molecule.elements());
    assertThat(read.get(1).positions()).containsExactly(molecule.positions());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4;water;O 0 0 0;H 0.96 0 0;H -0.24 0.93 0|5: the file ends here, before atom 4 of the 4 that line 1 announces",
        "4;water;O 0 0 0;H 0.96 0 0;H -0.24 0.93 0;1;x;H 0 0 0|6: '1' stands in the place of atom 4 of the 4",
        "2;water;O 0 0 0;H 0.96 0 0;H -0.24 0.93 0|5: one more atom follows the 2 that were announced",
        "water;O 0 0 0|1: 'water' is not the number of a molecule's atoms",
        "0;x|1: '0' is not the number of a molecule's atoms",
        "1;x;Xx 0 0 0|3: there is no element 'Xx'",
        "1;x;0 0 0 0|3: there is no element '0'",
        "1;x;C 0 NaN 0|3: the coordinate NaN is not finite",
        "1;x;C 0 1e300 0|3: the coordinate 1e300 is too large",
        "1;x;C 0 y 0|3: 'y' is no coordinate",
        "3;x;C 0 0 0;O 1.2 0 0;C 0.1 0.1 0|5: the atoms 1 and 3 are 0.141 angstrom apart",
        "1;Properties=species:S:1;C 0 0 0|2: Properties do not name the columns species and pos",
        "1|1: the file ends here, before the line of text"
      })
  void whatIsWrongIsNamedWithItsLine(String text, String message) throws IOException {
    Path file = file(text.replace(';', '\n'));
    assertThatThrownBy(() -> Xyz.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ":" + message);
  }

  @Test
  void emptyFilesAndFilesThatAreNoTextAreRefused() throws IOException {
    Path empty = file("\n\n");
    assertThatThrownBy(() -> Xyz.read(empty)).hasMessage(empty + ": there is no molecule in it");
    Path binary = Files.write(folder.resolve("binary.xyz"), "é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Xyz.read(binary)).hasMessage(binary + ":1: this is no text in UTF-8");
  }
}
