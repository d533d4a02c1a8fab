package io.scorefield.matter.crystal;

import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The atoms of a file as they are read, with their lines.
final class AtomList {
  /// Atoms that are closer than that, in angstrom, are in one place: a mistake of the file. No bond is shorter than 0.7.
  static final double OVERLAP = 0.3;

  /// Files of more atoms are not meant for what this program does.
  private static final int MOST = 10_000;

  private final String file;
  private final Periodic periodic;
  private final List<Element> elements = new ArrayList<>();
  private final List<double[]> places = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  AtomList(String file, Periodic periodic) {
    this.file = file;
    this.periodic = periodic;
  }

  /// @param place in units of the vectors, [3]
  void add(Element element, double[] place, String label, int line) throws FormatException {
    if (places.size() == MOST) {
      throw new FormatException(file + ":" + line + ": more than " + MOST + " atoms in a cell are too many");
    }
    for (int other = 0; other < places.size(); other++) {
      double[] at = places.get(other);
      double distance = periodic.distance(place[0] - at[0], place[1] - at[1], place[2] - at[2]);
      if (distance < OVERLAP) {
        throw new FormatException(
            "%s:%d: the atoms '%s' and '%s' are in one place, %.2f angstrom apart".formatted(file, line, labels.get(other), label, distance));
      }
    }
    elements.add(element);
    places.add(place);
    labels.add(label);
  }

  Crystal crystal(String name, double[][] lattice) {
    return new Crystal(name, lattice, elements, places.stream().flatMapToDouble(Arrays::stream).toArray());
  }
}
