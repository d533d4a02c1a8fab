package io.scorefield.matter.molecule;

import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// XYZ files: for each molecule the number of its atoms, a line of text and a line `symbol x y z` per atom, in angstrom.
///
/// The line of text may be that of extended XYZ. Its `Properties` say where element and coordinates are; the rest of it
/// is passed over, and so are further columns. An XYZ file has no bonds.
public final class Xyz {
  private Xyz() {}

  /// Reads all molecules of a file.
  ///
  /// @throws FormatException with the line, when atoms are missing or too many, an element is unknown, a coordinate is
  ///     not finite, or two atoms are closer than 0.3 angstrom
  public static List<Molecule> read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      Lines lines = new Lines(file, reader);
      List<Molecule> molecules = new ArrayList<>();
      int atoms = 0;
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        if (!line.get().isBlank()) {
          atoms = count(lines, line.get().strip(), atoms);
          molecules.add(molecule(lines, atoms));
        }
      }
      if (molecules.isEmpty()) {
        throw new FormatException(file + ": there is no molecule in it");
      }
      return molecules;
    }
  }

  private static int count(Lines lines, String text, int before) throws FormatException {
    if (text.matches("0*[1-9][0-9]{0,7}")) {
      return Integer.parseInt(text);
    }
    boolean oneMore = before > 0 && text.split("\\s+").length >= 4;
    throw lines.wrong(
        oneMore
            ? "one more atom follows the " + before + " that were announced"
            : "'" + text + "' is not the number of a molecule's atoms");
  }

  private static Molecule molecule(Lines lines, int atoms) throws IOException {
    int start = lines.number();
    String comment = lines.need("the line of text of a molecule with " + atoms + " atoms").strip();
    XyzColumns columns = XyzColumns.of(comment, lines);
    List<Element> elements = new ArrayList<>();
    double[] positions = new double[Math.multiplyExact(3, atoms)];
    for (int atom = 0; atom < atoms; atom++) {
      String missing = "atom " + (atom + 1) + " of the " + atoms + " that line " + start + " announces";
      String[] cells = lines.need(missing).strip().split("\\s+");
      if (cells.length < columns.least()) {
        throw lines.wrong("'" + String.join(" ", cells) + "' stands in the place of " + missing);
      }
      elements.add(lines.element(cells[columns.element()]));
      for (int axis = 0; axis < 3; axis++) {
        positions[3 * atom + axis] = lines.coordinate(cells[columns.position() + axis]);
      }
    }
    Molecule molecule = new Molecule(columns.named() ? "" : comment, elements, positions, List.of());
    Optional<Overlaps> overlap = Overlaps.of(molecule);
    if (overlap.isPresent()) {
      throw lines.wrong(start + 2 + overlap.get().second(), overlap.get().described());
    }
    return molecule;
  }

  /// Writes molecules. Their bonds are not written: an XYZ file has none.
  public static void write(Path file, List<Molecule> molecules) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Molecule molecule : molecules) {
      text.append(molecule.size()).append('\n').append(Sdf.oneLine(molecule.name())).append('\n');
      for (int atom = 0; atom < molecule.size(); atom++) {
        text.append(
            String.format(
                Locale.ROOT, "%-2s %14.8f %14.8f %14.8f\n", molecule.elements().get(atom).symbol(),
                molecule.at(atom, 0), molecule.at(atom, 1), molecule.at(atom, 2)));
      }
    }
    AtomicFile.writeString(file, text.toString());
  }
}
