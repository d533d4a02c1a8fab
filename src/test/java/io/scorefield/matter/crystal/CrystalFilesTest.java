package io.scorefield.matter.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrystalFilesTest {
  /// Fluorite with four of its operations that make all of its eight fluorines and four calciums: centring and inversion.
  private static final String FLUORITE =
      """
      # a comment
      data_fluorite
      _publ_section_title
      ;
       A text of _several lines
      ;
      _chemical_name 'Calcium fluoride; it''s common'
      _cell_length_a 5.46(2)
      _cell_length_b 5.46
      _cell_length_c 5.46000
      _cell_angle_alpha 90
      _cell_angle_beta 90.0(1)
      _cell_angle_gamma 90
      _symmetry_space_group_name_H-M "F m -3 m"
      loop_
      _symmetry_equiv_pos_site_id
      _symmetry_equiv_pos_as_xyz
      1 x,y,z
      2 'x, y+1/2, z+1/2'
      3 x+0.5,y,1/2+z
      4 1/2+x,1/2+y,z
      5 -x,-y,-z
      6 -x,1/2-y,1/2-z
      7 -x+1/2,-y,-z+1/2
      8 -x+1/2,-y+1/2,-z
      loop_
      _atom_site_label
      _atom_site_type_symbol
      _atom_site_fract_x
      _atom_site_fract_y
      _atom_site_fract_z
      _atom_site_occupancy
      Ca1 Ca2+ 0 0 0 1
      F1 F1- 0.25 .2500(3) 0.25 1.0
      """;

  @TempDir private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void operationsRepeatAtoms() throws IOException {
    Crystal crystal = CrystalFiles.read(file("fluorite.cif", FLUORITE)).getFirst();
    assertThat(crystal.name()).isEqualTo("fluorite");
    assertThat(crystal.formula()).isEqualTo("Ca4F8");
    assertThat(crystal.volume()).isEqualTo(Math.pow(5.46, 3), within(1e-9));
    assertThat(crystal.density()).isEqualTo(3.18, within(0.01));
    assertThat(crystal.leastDistance()).isEqualTo(5.46 * Math.sqrt(3) / 4, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
      "Ca1 Ca2+ 0 0 0 1|Ca1 Ca2+ 0 0 0 0.5|:33: Ca2+ is there in a share of 0.5 of the cells",
      "Ca1 Ca2+ 0 0 0 1|Ca1 Qq 0 0 0 1|:33: 'Qq' is no element",
      "Ca1 Ca2+ 0 0 0 1|Ca1 Ca2+ 0 x 0 1|:33: _atom_site_fract_y is 'x', which is no number",
      "Ca1 Ca2+ 0 0 0 1|Ca1 Ca2+ 0 0 0|:34: the loop of line 26 has 6 columns and ends with 11 values: a row is not complete",
      "F1 F1- 0.25 .2500(3) 0.25|F1 F1- 0.01 0.0 0.0|:34: the atoms 'Ca2+' and 'F1-' are in one place, 0.05 angstrom apart",
      "_cell_angle_alpha 90|_cell_angle_alpha 0|:8: the angle alpha of a cell is 0.0 degrees",
      "5.46000|-1|:8: the length c of a cell is -1.0 angstrom",
      "_cell_length_b 5.46|_cell_volume 3|:2: the block 'fluorite' has no _cell_length_b",
      "3 x+0.5,y,1/2+z|3 x+a,y,1/2+z|:20: 'x+a,y,1/2+z' is no symmetry operation",
      "_symmetry_equiv_pos_as_xyz|_other|:14: the space group is 'F m -3 m', but its operations",
      "\"F m -3 m\"|\"F m -3 m|:14: a quote in this line is not closed",
      "data_fluorite|_tag 3|:2: a CIF file begins with 'data_'",
      "_atom_site_fract_y|_atom_site_fract_q|:2: the block 'fluorite' has no _atom_site_fract_y"
  })
  void mistakesAreToldWithTheirLines(String right, String wrong, String message) throws IOException {
    assertThat(FLUORITE).contains(right);
    Path file = file("wrong.cif", FLUORITE.replace(right, wrong));
    assertThatThrownBy(() -> CrystalFiles.read(file)).isInstanceOf(FormatException.class).hasMessageStartingWith(file + message);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Crystal first = CrystalFiles.read(file("fluorite.cif", FLUORITE)).getFirst();
    Crystal second =
        Crystal.of("", new Cell(3.1, 4.2, 5.3, 71, 83, 112), List.of(Element.of(22), Element.of(8), Element.of(22)),
            new double[] {0.1, 0.2, 0.3, -0.25, 1.5, 0.999999999, 0.7, 0.1, 0.6});
    Path both = folder.resolve("both.cif");
    CrystalFiles.write(both, List.of(first, second));
    List<Crystal> read = CrystalFiles.read(both);
    assertThat(read).extracting(Crystal::name).containsExactly("fluorite", "Ti2O_2");
    same(read.get(0), first);
    same(read.get(1), second);
    CrystalFiles.write(folder.resolve("all"), List.of(first, second));
    same(CrystalFiles.read(folder.resolve("all")).get(1), second);
    Path poscar = folder.resolve("POSCAR");
    CrystalFiles.write(poscar, List.of(second));
    Crystal sorted = CrystalFiles.read(poscar).getFirst();
    assertThat(sorted.elements()).extracting(Element::symbol).containsExactly("Ti", "Ti", "O");
    assertThat(new Periodic(sorted.lattice()).distance(sorted, 0, 2)).isEqualTo(new Periodic(second.lattice()).distance(second, 0, 1), within(1e-6));
    assertThatThrownBy(() -> CrystalFiles.write(poscar, List.of(first, second))).hasMessageContaining("a POSCAR has one crystal, not 2");
  }

  private static void same(Crystal read, Crystal written) {
    assertThat(read.cell().numbers()).containsExactly(written.cell().numbers(), within(1e-6));
    assertThat(read.elements()).isEqualTo(written.elements());
    Periodic periodic = new Periodic(written.lattice());
    for (int atom = 0; atom < read.size(); atom++) {
      assertThat(
              periodic.distance(
                  read.at(atom, 0) - written.at(atom, 0), read.at(atom, 1) - written.at(atom, 1), read.at(atom, 2) - written.at(atom, 2)))
          .isLessThan(1e-6);
    }
  }

  private static final String POSCAR =
      """
      rocksalt
      -44.85
      0.0 0.5 0.5
      0.5 0.0 0.5
      0.5 0.5 0.0
      Na_pv Cl
      1 1
      Selective dynamics
      Cartesian
      0 0 0 T T F
      0.5 0.5 0.5 F F F
      """;

  @Test
  void poscarsHaveVolumesAndCartesianPlaces() throws IOException {
    Crystal crystal = CrystalFiles.read(file("salt.vasp", POSCAR)).getFirst();
    assertThat(crystal.volume()).isEqualTo(44.85, within(1e-9));
    assertThat(crystal.formula()).isEqualTo("NaCl");
    assertThat(crystal.fractional()).containsExactly(new double[] {0, 0, 0, 0.5, 0.5, 0.5}, within(1e-12));
    Crystal direct = CrystalFiles.read(file("CONTCAR", POSCAR.replace("Cartesian", "direct").replace("-44.85", "5.64"))).getFirst();
    assertThat(direct.leastDistance()).isEqualTo(2.82, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "-44.85|0|:2: the scale of the cell is 0",
      "-44.85|1 1 1|:2: a scale of its own for every axis",
      "0.5 0.5 0.0|0.0 1 1|:5: the three vectors of the cell lie in a plane",
      "Na_pv Cl|Na Qq|:6: 'Qq' is no element",
      "Na_pv Cl|1 1|:6: counts where the elements should be: this is a file of VASP 4",
      "1 1|1|:7: 1 counts for the 2 elements of line 6",
      "1 1|1 2|:11: the file ends where atom 3 of 3 should follow",
      "1 1|1 0|:11: a place more than the 1 atoms that the counts add up to",
      "Cartesian|Whatever|:9: 'Whatever' where 'Direct' or 'Cartesian' should be",
      "0.5 0.5 0.5 F|0.5 0.5 F|:11: 'F' is no number; the three numbers of atom 2 of 2 should be here",
      "0.5 0.5 0.5 F|0 0 0.01 F|:11: the atoms 'Na 1' and 'Cl 2' are in one place, 0.06 angstrom apart"
  })
  void mistakesOfPoscarsAreToldWithTheirLines(String right, String wrong, String message) throws IOException {
    assertThat(POSCAR).contains(right);
    Path file = file("wrong.vasp", POSCAR.replace(right, wrong));
    assertThatThrownBy(() -> CrystalFiles.read(file)).isInstanceOf(FormatException.class).hasMessageStartingWith(file + message);
  }

  @Test
  void tablesHaveWholeFilesOrOneLineEach() throws IOException {
    Path whole = file("whole.csv", "material_id,other,cif\nmp-1,2,\"" + FLUORITE.replace("\"", "\"\"") + "\"\n");
    assertThat(CrystalFiles.read(whole)).extracting(Crystal::name).containsExactly("mp-1");
    Path compact =
        file("compact.csv", "id,a,b,c,alpha,beta,gamma,atoms\n7,4,4,4,90,90,90,Ca 0 0 0; O 0.5 0 0.5\n8,4,4,4,90,90,90,Ca 0 0 0; O 0.5 0\n");
    assertThatThrownBy(() -> CrystalFiles.read(compact)).hasMessage(compact + ":3: 'O 0.5 0' is no atom such as 'Ca 0.5 0.5 0.5'");
    Path wrong = file("wrong.csv", "id,cif\nmp-1,\"" + FLUORITE.replace("\"", "\"\"").replace("Ca2+", "Qq") + "\"\n");
    assertThatThrownBy(() -> CrystalFiles.read(wrong)).hasMessage(wrong + ":34: 'Qq' is no element");
    assertThatThrownBy(() -> CrystalFiles.read(file("a.txt", ""))).hasMessageContaining("crystals come in files that end with .cif");
    assertThatThrownBy(() -> CrystalFiles.read(file("none.csv", "x,y\n1,2\n"))).hasMessageContaining(":1: crystals need a column 'cif'");
  }
}
