package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import io.scorefield.matter.Structures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Crystals as points of equal length: the fractional coordinates of all atoms, x[N,3], with the mean 0; six numbers of the
/// cell, `cell[6]`, the logarithms of the lengths in angstrom and the angles in degrees; and the atomic numbers, `z[N]`. Of atoms
/// that are not there all numbers are 0.
///
/// What is given and not made comes last: always z, and behind it the cell where only coordinates are made.
///
/// @param most N, the atoms of the largest cell
public record CrystalPoints(int most, Task task) implements Structures {
  /// What is made of a composition.
  public enum Task {
    /// Coordinates and the cell: `x[N,3], cell[6]`, given `z[N]`.
    BOTH,
    /// Coordinates in a given cell: `x[N,3]`, given `z[N], cell[6]`.
    PLACES,
    /// The cell alone: `cell[6]`, given `z[N]`.
    CELL
  }

  private static final int SIX = 6;

  public CrystalPoints {
    if (most < 2) {
      throw new IllegalArgumentException("the largest crystal must have at least 2 atoms");
    }
  }

  /// The inverse of {@link #components}.
  ///
  /// @throws IllegalArgumentException when these are no components of crystals
  public static CrystalPoints ofComponents(List<String> components) {
    for (Task task : Task.values()) {
      String last = components.get(task == Task.PLACES && components.size() == 3 ? 1 : components.size() - 1);
      if (last.matches("z\\[\\d+\\]")) {
        CrystalPoints points = new CrystalPoints(Integer.parseInt(last.substring(2, last.length() - 1)), task);
        if (points.components().equals(components)) {
          return points;
        }
      }
    }
    throw new IllegalArgumentException(components + " are no components of crystals");
  }

  /// D.
  @Override
  public int dimension() {
    return (task == Task.CELL ? 0 : 3 * most) + SIX + most;
  }

  /// How many of the last components are given.
  public int conditions() {
    return most + (task == Task.PLACES ? SIX : 0);
  }

  /// Names of the components.
  public List<String> components() {
    String x = "x[" + most + ",3]";
    String cell = "cell[6]";
    String z = "z[" + most + "]";
    return switch (task) {
      case BOTH -> List.of(x, cell, z);
      case PLACES -> List.of(x, z, cell);
      case CELL -> List.of(cell, z);
    };
  }

  /// Where the six numbers of the cell begin.
  public int cell() {
    return switch (task) {
      case BOTH -> 3 * most;
      case PLACES -> 4 * most;
      case CELL -> 0;
    };
  }

  /// Where the atomic numbers begin.
  public int numbers() {
    return task == Task.PLACES ? 3 * most : cell() + SIX;
  }

  /// The points of crystals, [n, D].
  public float[] points(List<Crystal> crystals) {
    float[] points = new float[Math.multiplyExact(crystals.size(), dimension())];
    for (int i = 0; i < crystals.size(); i++) {
      write(crystals.get(i), points, i * dimension());
    }
    return points;
  }

  /// Writes a crystal to `points[at ..]`.
  ///
  /// @throws IllegalArgumentException when it has too many atoms
  public void write(Crystal crystal, float[] points, int at) {
    int n = crystal.size();
    if (n > most) {
      throw new IllegalArgumentException("'" + crystal.name() + "' has " + n + " atoms; there is room for " + most);
    }
    if (task != Task.CELL) {
      for (int axis = 0; axis < 3; axis++) {
        double mean = 0;
        for (int atom = 0; atom < n; atom++) {
          mean += crystal.at(atom, axis) / n;
        }
        for (int atom = 0; atom < n; atom++) {
          points[at + 3 * atom + axis] = (float) (crystal.at(atom, axis) - mean);
        }
      }
    }
    double[] six = crystal.cell().numbers();
    for (int k = 0; k < SIX; k++) {
      points[at + cell() + k] = (float) (k < 3 ? Math.log(six[k]) : six[k]);
    }
    for (int atom = 0; atom < n; atom++) {
      points[at + numbers() + atom] = crystal.elements().get(atom).number();
    }
  }

  /// The conditions of crystals, [n, conditions].
  public float[] conditions(List<Crystal> crystals) {
    float[] all = points(crystals);
    int given = conditions();
    float[] conditions = new float[crystals.size() * given];
    for (int i = 0; i < crystals.size(); i++) {
      System.arraycopy(all, (i + 1) * dimension() - given, conditions, i * given, given);
    }
    return conditions;
  }

  /// The crystals of points; empty where the six numbers are no cell of any volume. Where the cell alone is made all atoms are
  /// at the origin.
  public List<Optional<Crystal>> read(float[] points, int count) {
    List<Optional<Crystal>> crystals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      crystals.add(readAt(points, i * dimension()));
    }
    return crystals;
  }

  /// Those that have a cell of some volume.
  @Override
  public List<Crystal> crystals(float[] points, int most) {
    return read(points, Math.min(most, points.length / dimension())).stream().flatMap(Optional::stream).toList();
  }

  @Override
  public List<String> endings() {
    return List.of(".cif");
  }

  @Override
  public void write(Path file, float[] points, int most) throws IOException {
    List<Crystal> crystals = crystals(points, most);
    List<Crystal> named = new ArrayList<>();
    for (int i = 0; i < crystals.size(); i++) {
      named.add(crystals.get(i).named(crystals.get(i).formula() + "-" + (i + 1)));
    }
    CrystalFiles.write(file, named);
  }

  private Optional<Crystal> readAt(float[] points, int at) {
    List<Element> elements = new ArrayList<>();
    for (int atom = 0; atom < most; atom++) {
      int number = Math.round(points[at + numbers() + atom]);
      if (number > 0) {
        elements.add(Element.of(number));
      }
    }
    double[] six = new double[SIX];
    for (int k = 0; k < SIX; k++) {
      six[k] = k < 3 ? Math.exp(points[at + cell() + k]) : points[at + cell() + k];
    }
    double[] places = new double[3 * elements.size()];
    for (int k = 0; k < places.length && task != Task.CELL; k++) {
      places[k] = points[at + k] - Math.floor(points[at + k]);
    }
    try {
      Crystal crystal = Crystal.of("", Cell.of(six), elements, places);
      return Optional.of(crystal.named(crystal.formula()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
