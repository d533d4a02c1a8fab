package io.scorefield.matter.molecule;

import io.scorefield.matter.Element;
import io.scorefield.matter.Structures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Molecules as points of equal length: the positions of all atoms, x[N,3] in angstrom with the mean 0; a field for every
/// element, as `C[N]`, which is 1 for atoms of the element and 0 for others; and what is told: how many atoms there are, and a
/// property where one is. Of atoms that are not there all numbers are 0.
///
/// @param elements in the order of their fields
/// @param most N, the atoms of the largest molecule
/// @param property that is told, where there is one
public record MoleculePoints(List<Element> elements, int most, Optional<MoleculeProperty> property) implements Structures {
  /// The component that tells how many atoms there are.
  public static final String COUNT = "atoms";

  public MoleculePoints {
    elements = List.copyOf(elements);
    if (elements.isEmpty() || most < 2) {
      throw new IllegalArgumentException("molecules have elements, and the largest at least 2 atoms");
    }
  }

  /// For molecules like these.
  public static MoleculePoints of(List<Molecule> molecules, Optional<MoleculeProperty> property) {
    TreeSet<Element> elements = new TreeSet<>(Comparator.comparingInt(Element::number));
    molecules.forEach(molecule -> elements.addAll(molecule.elements()));
    return new MoleculePoints(List.copyOf(elements), molecules.stream().mapToInt(Molecule::size).max().orElse(0), property);
  }

  /// The inverse of {@link #components}.
  ///
  /// @throws IllegalArgumentException when these are no components of molecules
  public static MoleculePoints ofComponents(List<String> components) {
    List<Element> elements = new ArrayList<>();
    int most = 0;
    Optional<MoleculeProperty> property = Optional.empty();
    for (String component : components) {
      String name = component.replaceAll("\\[.*", "");
      if (name.equals("x") && component.endsWith(",3]")) {
        most = Integer.parseInt(component.substring(2, component.length() - 3));
      } else if (name.equals(component)) {
        for (MoleculeProperty known : MoleculeProperty.values()) {
          property = name.equals(known.component()) ? Optional.of(known) : property;
        }
      } else {
        elements.add(
            Element.of(name).orElseThrow(() -> new IllegalArgumentException("the field " + component + " is no element")));
      }
    }
    return new MoleculePoints(elements, most, property);
  }

  /// D.
  @Override
  public int dimension() {
    return most * (3 + elements.size()) + told();
  }

  /// How many of the last components are told.
  public int told() {
    return property.isPresent() ? 2 : 1;
  }

  /// The properties that points were asked for under, `[n]`.
  public double[] asked(float[] points, int most) {
    int count = Math.min(most, points.length / dimension());
    double[] asked = new double[count];
    for (int i = 0; i < count; i++) {
      asked[i] = points[(i + 1) * dimension() - 1];
    }
    return asked;
  }

  /// Names of the components.
  public List<String> components() {
    List<String> names = new ArrayList<>(List.of("x[" + most + ",3]"));
    elements.forEach(element -> names.add(element.symbol() + "[" + most + "]"));
    names.add(COUNT);
    property.ifPresent(told -> names.add(told.component()));
    return names;
  }

  /// Points of molecules, [n, D].
  ///
  /// @throws IllegalArgumentException for one that has too many atoms, or an element that is not among these
  public float[] points(List<Molecule> molecules) {
    float[] points = new float[Math.multiplyExact(molecules.size(), dimension())];
    for (int i = 0; i < molecules.size(); i++) {
      write(molecules.get(i), points, i * dimension());
    }
    return points;
  }

  private void write(Molecule molecule, float[] points, int at) {
    int n = molecule.size();
    if (n > most) {
      throw new IllegalArgumentException("'" + molecule.name() + "' has " + n + " atoms; there is room for " + most);
    }
    for (int axis = 0; axis < 3; axis++) {
      double mean = 0;
      for (int atom = 0; atom < n; atom++) {
        mean += molecule.at(atom, axis) / n;
      }
      for (int atom = 0; atom < n; atom++) {
        points[at + 3 * atom + axis] = (float) (molecule.at(atom, axis) - mean);
      }
    }
    for (int atom = 0; atom < n; atom++) {
      int type = elements.indexOf(molecule.elements().get(atom));
      if (type < 0) {
        throw new IllegalArgumentException(
            "'" + molecule.name() + "' has " + molecule.elements().get(atom).name() + ", which is not among "
                + elements.stream().map(Element::symbol).toList());
      }
      points[at + 3 * most + type * most + atom] = 1;
    }
    points[at + dimension() - told()] = n;
    property.ifPresent(
        told ->
            points[at + dimension() - 1] =
                (float)
                    told.of(molecule)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "'" + molecule.name() + "' has no " + told.key() + ": its bonds are none of a molecule")));
  }

  /// The molecules of points: each atom is of the element whose number is the largest. Bonds are not known.
  public List<Molecule> molecules(float[] points) {
    return molecules(points, points.length / dimension());
  }

  @Override
  public List<Molecule> molecules(float[] points, int most) {
    int count = Math.min(most, points.length / dimension());
    List<Molecule> molecules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      molecules.add(read(points, i * dimension()));
    }
    return molecules;
  }

  @Override
  public List<String> endings() {
    return List.of(".sdf", ".xyz");
  }

  @Override
  public void write(Path file, float[] points, int most) throws IOException {
    List<Molecule> molecules = molecules(points, most);
    if (file.toString().endsWith(".xyz")) {
      Xyz.write(file, molecules);
    } else {
      Sdf.write(file, molecules);
    }
  }

  private Molecule read(float[] points, int at) {
    int n = Math.clamp(Math.round(points[at + dimension() - told()]), 1, most);
    double[] positions = new double[3 * n];
    List<Element> kinds = new ArrayList<>();
    for (int atom = 0; atom < n; atom++) {
      int first = at + 3 * most + atom;
      int best = 0;
      for (int type = 1; type < elements.size(); type++) {
        best = points[first + type * most] > points[first + best * most] ? type : best;
      }
      kinds.add(elements.get(best));
      for (int axis = 0; axis < 3; axis++) {
        positions[3 * atom + axis] = points[at + 3 * atom + axis];
      }
    }
    return new Molecule("", kinds, positions, List.of());
  }
}
