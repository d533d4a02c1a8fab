package io.scorefield.matter.crystal;

import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.CifTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Crystals from the Crystallographic Information Format: every block that has atoms is one.
///
/// Atoms are repeated by the symmetry operations of the file. Files that name a space group and do not list its operations
/// are refused, and so are atoms that are there only in part of the cells.
final class CifReader {
  /// Copies of an atom that are closer than that, in angstrom, are one atom in a special position.
  private static final double SAME = 0.1;

  private static final double FULL = 0.999;

  private final CifBlock block;
  private final Cell cell;
  private final Periodic periodic;
  private final List<SymmetryOperation> operations;

  private CifReader(CifBlock block) throws FormatException {
    this.block = block;
    cell = cell(block);
    periodic = new Periodic(cell.lattice());
    operations = operations(block);
  }

  /// @param file for messages
  static List<Crystal> read(String file, List<String> lines) throws FormatException {
    List<Crystal> crystals = new ArrayList<>();
    for (CifBlock block : CifBlock.of(file, lines)) {
      if (block.values().keySet().stream().anyMatch(tag -> tag.startsWith("_atom_site_fract") || tag.startsWith("_atom_site_cartn"))) {
        crystals.add(new CifReader(block).crystal());
      }
    }
    if (crystals.isEmpty()) {
      throw new FormatException(file + ": there are no atoms in this file: _atom_site_fract_x and its like are missing");
    }
    return crystals;
  }

  private static Cell cell(CifBlock block) throws FormatException {
    String[] tags = {"length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"};
    double[] six = new double[6];
    for (int i = 0; i < 6; i++) {
      six[i] = block.number("_cell_" + tags[i]);
    }
    try {
      return Cell.of(six);
    } catch (IllegalArgumentException e) {
      int line = block.values().get("_cell_length_a").getFirst().line();
      throw new FormatException(block.file() + ":" + line + ": " + e.getMessage(), e);
    }
  }

  private static List<SymmetryOperation> operations(CifBlock block) throws FormatException {
    Optional<List<Token>> listed =
        block.first("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz", "_space_group_symop.operation_xyz");
    List<SymmetryOperation> operations = new ArrayList<>();
    for (Token token : listed.orElse(List.of())) {
      try {
        operations.add(SymmetryOperation.of(token.text()));
      } catch (IllegalArgumentException e) {
        throw new FormatException(block.file() + ":" + token.line() + ": " + e.getMessage(), e);
      }
    }
    if (!operations.isEmpty()) {
      return operations;
    }
    Optional<Token> group =
        block.first(
                "_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_it_number",
                "_symmetry_int_tables_number")
            .map(List::getFirst)
            .filter(token -> !token.missing());
    if (group.isPresent() && !group.get().text().replaceAll("\\s", "").toLowerCase(Locale.ROOT).matches("p1|1")) {
      throw new FormatException(
          block.file() + ":" + group.get().line() + ": the space group is '" + group.get().text()
              + "', but its operations (_space_group_symop_operation_xyz) are not in the file; write it with them, or in P1");
    }
    return List.of(SymmetryOperation.of("x,y,z"));
  }

  private Crystal crystal() throws FormatException {
    List<List<Token>> columns = new ArrayList<>();
    for (String axis : List.of("x", "y", "z")) {
      String tag = "_atom_site_fract_" + axis;
      columns.add(block.first(tag).orElseThrow(() -> missing(tag)));
    }
    List<Token> symbols =
        block.first("_atom_site_type_symbol", "_atom_site_label").orElseThrow(() -> missing("_atom_site_type_symbol"));
    Optional<List<Token>> occupancies = block.first("_atom_site_occupancy");
    AtomList atoms = new AtomList(block.file(), periodic);
    for (int atom = 0; atom < symbols.size(); atom++) {
      Token symbol = symbols.get(atom);
      if (occupancies.isPresent()) {
        requireFull(occupancies.get().get(atom), symbol.text());
      }
      double[] site = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        site[axis] = block.number(columns.get(axis).get(atom), "_atom_site_fract_" + "xyz".charAt(axis));
      }
      repeat(atoms, element(symbol), site, symbol);
    }
    return atoms.crystal(block.name(), cell.lattice());
  }

  private FormatException missing(String tag) {
    return new FormatException(block.file() + ":" + block.line() + ": the block '" + block.name() + "' has no " + tag);
  }

  private void requireFull(Token occupancy, String symbol) throws FormatException {
    if (!occupancy.missing() && block.number(occupancy, "_atom_site_occupancy") < FULL) {
      throw new FormatException(
          block.file() + ":" + occupancy.line() + ": " + symbol + " is there in a share of " + occupancy.text()
              + " of the cells; only crystals whose places are all full can be read");
    }
  }

  private void repeat(AtomList atoms, Element element, double[] site, Token symbol) throws FormatException {
    List<double[]> copies = new ArrayList<>();
    for (SymmetryOperation operation : operations) {
      double[] copy = operation.apply(site);
      if (copies.stream().allMatch(other -> periodic.distance(copy[0] - other[0], copy[1] - other[1], copy[2] - other[2]) > SAME)) {
        copies.add(copy);
        atoms.add(element, copy, symbol.text(), symbol.line());
      }
    }
  }

  /// `Na`, `Na1+`, and of labels `Na1`, `O2'` and `OW1`.
  private Element element(Token token) throws FormatException {
    String letters = token.text().replaceFirst("[^A-Za-z].*$", "");
    for (int length : new int[] {letters.length(), 2, 1}) {
      if (length >= 1 && length <= letters.length() && Element.of(letters.substring(0, length)).isPresent()) {
        return Element.of(letters.substring(0, length)).get();
      }
    }
    throw new FormatException(block.file() + ":" + token.line() + ": '" + token.text() + "' is no element");
  }
}
