package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Crystals as CIF in P1, one block each, as VESTA, Avogadro and pymatgen read them.
final class CifWriter {
  private CifWriter() {}

  static String text(List<Crystal> crystals) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < crystals.size(); i++) {
      text.append(i == 0 ? "" : "\n").append(block(crystals.get(i), i));
    }
    return text.toString();
  }

  private static String block(Crystal crystal, int number) {
    String name = crystal.name().strip().replaceAll("[^A-Za-z0-9_.+-]+", "_");
    StringBuilder text = new StringBuilder("data_" + (name.isEmpty() ? crystal.formula() + "_" + (number + 1) : name) + "\n");
    Cell cell = crystal.cell();
    String[] tags = {"length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"};
    double[] six = cell.numbers();
    text.append("_chemical_formula_sum '").append(spaced(crystal)).append("'\n");
    for (int i = 0; i < 6; i++) {
      text.append(String.format(Locale.ROOT, "_cell_%-12s %.6f\n", tags[i], six[i]));
    }
    text.append(String.format(Locale.ROOT, "_cell_volume       %.6f\n", cell.volume()));
    text.append("_symmetry_space_group_name_H-M 'P 1'\n_symmetry_Int_Tables_number 1\n");
    text.append("loop_\n_symmetry_equiv_pos_as_xyz\n'x, y, z'\n");
    text.append("loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n");
    text.append("_atom_site_occupancy\n");
    Map<Element, Integer> counts = new HashMap<>();
    for (int atom = 0; atom < crystal.size(); atom++) {
      Element element = crystal.elements().get(atom);
      String symbol = element.symbol();
      text.append(
          String.format(
              Locale.ROOT, "%-5s %-2s %.8f %.8f %.8f 1\n", symbol + counts.merge(element, 1, Integer::sum), symbol,
              inside(crystal.at(atom, 0)), inside(crystal.at(atom, 1)), inside(crystal.at(atom, 2))));
    }
    return text.toString();
  }

  private static String spaced(Crystal crystal) {
    return crystal.formula().replaceAll("(?<=[a-z0-9A-Z])(?=[A-Z])", " ");
  }

  /// Between 0 and 1; what would be printed as 1 is 0.
  static double inside(double x) {
    double whole = x - Math.floor(x);
    return whole > 1 - 5e-9 ? 0 : whole;
  }
}
