package io.scorefield.matter.crystal;

import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A crystal from a POSCAR or CONTCAR of VASP 5: a comment, the scale, three vectors, elements, counts, perhaps `Selective
/// dynamics`, `Direct` or `Cartesian`, and the places. A negative scale is the volume of the cell in cubic angstrom.
///
/// Flags of selective dynamics and velocities are passed over.
final class PoscarReader {
  private final String file;
  private final List<String> lines;
  private int next;

  private PoscarReader(String file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  /// @param file for messages
  static Crystal read(String file, List<String> lines) throws FormatException {
    return new PoscarReader(file, lines).crystal();
  }

  private FormatException wrong(String what) {
    return new FormatException(file + ":" + next + ": " + what);
  }

  /// The words of the next line.
  private String[] words(String what) throws FormatException {
    if (next >= lines.size()) {
      throw new FormatException(file + ":" + lines.size() + ": the file ends where " + what + " should follow");
    }
    String line = lines.get(next++).strip();
    return line.isEmpty() ? new String[0] : line.split("\\s+");
  }

  private double[] numbers(String[] words, int count, String what) throws FormatException {
    if (words.length < count) {
      throw wrong("'" + String.join(" ", words) + "' where " + what + " should be");
    }
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      if (!words[i].matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eEdD][+-]?\\d+)?")) {
        throw wrong("'" + words[i] + "' is no number; " + what + " should be here");
      }
      numbers[i] = Double.parseDouble(words[i].replace('d', 'e').replace('D', 'e'));
    }
    return numbers;
  }

  private Crystal crystal() throws FormatException {
    String comment = String.join(" ", words("a comment"));
    double[][] lattice = lattice();
    List<Element> elements = elements();
    String[] mode = words("'Direct' or 'Cartesian'");
    if (mode.length > 0 && "sS".indexOf(mode[0].charAt(0)) >= 0) {
      mode = words("'Direct' or 'Cartesian'");
    }
    boolean cartesian = mode.length > 0 && "cCkK".indexOf(mode[0].charAt(0)) >= 0;
    if (!cartesian && (mode.length == 0 || "dD".indexOf(mode[0].charAt(0)) < 0)) {
      throw wrong("'" + String.join(" ", mode) + "' where 'Direct' or 'Cartesian' should be");
    }
    AtomList atoms = new AtomList(file, new Periodic(lattice));
    for (int atom = 0; atom < elements.size(); atom++) {
      String what = "atom " + (atom + 1) + " of " + elements.size();
      double[] place = numbers(words(what), 3, "the three numbers of " + what);
      String label = elements.get(atom).symbol() + " " + (atom + 1);
      atoms.add(elements.get(atom), cartesian ? fractional(place, lattice) : place, label, next);
    }
    if (next < lines.size() && lines.get(next).strip().matches("(?:[+-]?[\\d.]\\S*\\s*){3,}(?:[TF]\\s*){0,3}")) {
      next++;
      throw wrong("a place more than the " + elements.size() + " atoms that the counts add up to");
    }
    return atoms.crystal(comment, lattice);
  }

  private double scale;

  private double[][] lattice() throws FormatException {
    String[] words = words("the scale");
    if (words.length > 1 && words[1].matches("[+-]?[\\d.].*")) {
      throw wrong("a scale of its own for every axis is not supported; multiply the vectors and write 1");
    }
    scale = numbers(words, 1, "the scale of the cell")[0];
    if (scale == 0) {
      throw wrong("the scale of the cell is 0");
    }
    double[][] lattice = new double[3][];
    for (int i = 0; i < 3; i++) {
      lattice[i] = numbers(words("a vector of the cell"), 3, "the three numbers of vector " + (i + 1));
    }
    double volume = determinant(lattice);
    double edges = 1;
    for (double[] vector : lattice) {
      edges *= Math.sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
    }
    if (!(Math.abs(volume) > 1e-4 * edges)) {
      throw wrong("the three vectors of the cell lie in a plane: it has no volume");
    }
    scale = scale > 0 ? scale : Math.cbrt(-scale / Math.abs(volume));
    for (double[] vector : lattice) {
      Arrays.setAll(vector, i -> scale * vector[i]);
    }
    return lattice;
  }

  private List<Element> elements() throws FormatException {
    String[] symbols = words("the elements");
    int line = next;
    if (symbols.length > 0 && symbols[0].matches("\\d+")) {
      throw wrong("counts where the elements should be: this is a file of VASP 4; add a line with the elements before it");
    }
    String[] counts = words("the counts of the elements");
    if (symbols.length == 0 || counts.length != symbols.length) {
      throw wrong(counts.length + " counts for the " + symbols.length + " elements of line " + line);
    }
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < symbols.length; i++) {
      // Names of potentials, such as Ti_pv and O/1a2b.
      Optional<Element> element = Element.of(symbols[i].replaceFirst("[_/].*", ""));
      if (element.isEmpty()) {
        throw new FormatException(file + ":" + line + ": '" + symbols[i] + "' is no element");
      }
      if (!counts[i].matches("\\d{1,5}")) {
        throw wrong("'" + counts[i] + "' is no count of atoms");
      }
      for (int n = Integer.parseInt(counts[i]); n > 0; n--) {
        elements.add(element.get());
      }
    }
    if (elements.isEmpty()) {
      throw wrong("the counts add up to no atom");
    }
    return elements;
  }

  private static double determinant(double[][] m) {
    double[] n = normal(m, 0);
    return m[0][0] * n[0] + m[0][1] * n[1] + m[0][2] * n[2];
  }

  /// The cross product of the two other vectors.
  private static double[] normal(double[][] m, int i) {
    double[] u = m[(i + 1) % 3];
    double[] v = m[(i + 2) % 3];
    return new double[] {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
  }

  /// Cartesian places are multiplied by the scale, too.
  private double[] fractional(double[] place, double[][] lattice) {
    double[] fractional = new double[3];
    for (int i = 0; i < 3; i++) {
      double[] normal = normal(lattice, i);
      fractional[i] = scale * (place[0] * normal[0] + place[1] * normal[1] + place[2] * normal[2]) / determinant(lattice);
    }
    return fractional;
  }
}
