package io.scorefield.matter.molecule;

import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/// One molecule of an SDF or MOL file from the line with its numbers on; cells have fixed columns.
final class MolBlock {
  /// Atoms and bonds that three digits hold.
  static final int MOST = 999;

  private final Lines lines;
  private final String name;
  private final String counts;
  private int atoms;
  private int first;

  /// @param counts the line with the numbers of atoms and bonds, which was read last
  MolBlock(Lines lines, String name, String counts) {
    this.lines = lines;
    this.name = name;
    this.counts = counts;
  }

  Molecule read() throws IOException {
    if (counts.contains("V3000")) {
      throw lines.wrong("the version V3000 of the format is not read; write the file as V2000");
    }
    int start = lines.number();
    atoms = number(counts, 0, "number of atoms");
    int bonds = number(counts, 3, "number of bonds");
    if (atoms < 1) {
      throw lines.wrong("the molecule has no atoms");
    }
    first = start + 1;
    List<Element> elements = new ArrayList<>();
    double[] positions = new double[3 * atoms];
    Integer[] charges = new Integer[atoms];
    for (int atom = 0; atom < atoms; atom++) {
      String line = inside("atom", atom, atoms, start);
      boolean fixed = line.length() >= 32;
      String[] cells = fixed ? fixed(line) : line.strip().split("\\s+");
      if (cells.length < 4) {
        throw lines.wrong("'" + line.strip() + "' stands in the place of atom " + (atom + 1) + " of the " + atoms + " that line "
            + start + " announces");
      }
      for (int axis = 0; axis < 3; axis++) {
        positions[3 * atom + axis] = lines.coordinate(cells[axis].strip());
      }
      elements.add(lines.element(cells[3].strip()));
      charges[atom] = line.length() >= 39 ? charge(number(line, 36, "charge")) : 0;
    }
    Set<List<Integer>> seen = new HashSet<>();
    List<Bond> joined = new ArrayList<>();
    for (int bond = 0; bond < bonds; bond++) {
      joined.add(bond(inside("bond", bond, bonds, start), seen));
    }
    properties(charges);
    Molecule molecule = new Molecule(name, elements, positions, joined, Arrays.asList(charges));
    Overlaps overlap = Overlaps.of(molecule).orElse(null);
    if (overlap != null) {
      throw lines.wrong(first + overlap.second(), overlap.described());
    }
    return molecule;
  }

  private static String[] fixed(String line) {
    return new String[] {
      line.substring(0, 10), line.substring(10, 20), line.substring(20, 30), line.substring(30, Math.min(34, line.length()))
    };
  }

  private String inside(String what, int which, int of, int start) throws IOException {
    String line = lines.need(what + " " + (which + 1) + " of the " + of + " that line " + start + " announces");
    if (line.startsWith("M  ") || line.equals("$$$$")) {
      throw lines.wrong("the molecule has " + which + " of the " + of + " " + what + "s that line " + start + " announces");
    }
    return line;
  }

  private Bond bond(String line, Set<List<Integer>> seen) throws FormatException {
    int[] ends = {number(line, 0, "atom of a bond"), number(line, 3, "atom of a bond")};
    int order = number(line, 6, "type of a bond");
    if (Math.min(ends[0], ends[1]) < 1 || Math.max(ends[0], ends[1]) > atoms || ends[0] == ends[1]) {
      throw lines.wrong("a bond of the atoms " + ends[0] + " and " + ends[1] + "; there are the atoms 1 to " + atoms);
    }
    if (order < 1 || order > 3) {
      throw lines.wrong(
          "a bond of type " + order + (order == 4 ? ", aromatic" : "")
              + ": single, double and triple bonds are read, 1 to 3; write aromatic rings as Kekulé did");
    }
    if (!seen.add(List.of(Math.min(ends[0], ends[1]), Math.max(ends[0], ends[1])))) {
      throw lines.wrong("a second bond of the atoms " + ends[0] + " and " + ends[1]);
    }
    return new Bond(ends[0] - 1, ends[1] - 1, order);
  }

  /// The lines up to `M  END`; charges there replace all those of the atoms' lines.
  private void properties(Integer[] charges) throws IOException {
    boolean replaced = false;
    for (String line = lines.need("M  END"); !line.startsWith("M  END"); line = lines.need("M  END")) {
      if (line.equals("$$$$")) {
        throw lines.wrong("the molecule ends without M  END");
      }
      if (line.startsWith("A  ") || line.startsWith("G  ")) {
        lines.need("the text of an atom");
      } else if (!line.matches("[MVS]  .*")) {
        throw lines.wrong("'" + line.strip() + "' is neither an announced atom or bond nor a property");
      }
      if (line.startsWith("M  CHG")) {
        if (!replaced) {
          Arrays.fill(charges, 0);
          replaced = true;
        }
        int pairs = number(line, 6, "number of charges");
        for (int pair = 0; pair < pairs; pair++) {
          int atom = number(line, 10 + 8 * pair, "atom with a charge");
          if (atom < 1 || atom > atoms) {
            throw lines.wrong("the charge of an atom " + atom + "; there are the atoms 1 to " + atoms);
          }
          charges[atom - 1] = number(line, 14 + 8 * pair, "charge");
        }
      }
    }
  }

  /// What the code of an atom's line means: 4 is a radical.
  private static int charge(int code) {
    return code >= 1 && code <= 7 ? 4 - code : 0;
  }

  /// The whole number in the three columns from `column` on.
  private int number(String line, int column, String what) throws FormatException {
    String text = column < line.length() ? line.substring(column, Math.min(column + 3, line.length())).strip() : "";
    if (!text.matches("-?[0-9]{1,3}")) {
      throw lines.wrong(
          "'" + text + "' in the columns " + (column + 1) + " to " + (column + 3) + " is not the " + what);
    }
    return Integer.parseInt(text);
  }

  /// Writes a molecule up to `M  END`.
  static void write(Molecule molecule, StringBuilder text) {
    text.append(Sdf.oneLine(molecule.name())).append("\n  Scorefld          3D\n\n");
    line(text, "%3d%3d  0  0  0  0  0  0  0  0999 V2000", molecule.size(), molecule.bonds().size());
    for (int atom = 0; atom < molecule.size(); atom++) {
      line(
          text, "%10.4f%10.4f%10.4f %-3s 0  0  0  0  0  0  0  0  0  0  0  0", molecule.at(atom, 0), molecule.at(atom, 1),
          molecule.at(atom, 2), molecule.elements().get(atom).symbol());
    }
    molecule.bonds().forEach(bond -> line(text, "%3d%3d%3d  0", bond.first() + 1, bond.second() + 1, bond.order()));
    int[] charged =
        IntStream.range(0, molecule.charges().size()).filter(atom -> molecule.charges().get(atom) != 0).toArray();
    for (int from = 0; from < charged.length; from += 8) {
      int to = Math.min(charged.length, from + 8);
      text.append(String.format(Locale.ROOT, "M  CHG%3d", to - from));
      for (int c = from; c < to; c++) {
        text.append(String.format(Locale.ROOT, " %3d %3d", charged[c] + 1, molecule.charges().get(charged[c])));
      }
      text.append('\n');
    }
    text.append("M  END\n");
  }

  private static void line(StringBuilder text, String format, Object... cells) {
    text.append(String.format(Locale.ROOT, format, cells)).append('\n');
  }
}
