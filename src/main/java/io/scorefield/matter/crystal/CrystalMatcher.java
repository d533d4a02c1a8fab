package io.scorefield.matter.crystal;

import io.scorefield.data.Assignment;
import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/// How well a crystal fits another of the same composition.
///
/// One shift of all atoms is free, and which atom of an element is which; axes are not exchanged, and the cells are taken as
/// they are. The figure is the root of the mean squared distance of the atoms over (V/N)^(1/3), with the volume V of the
/// true cell and N atoms: 0 for the same crystal, about 0.5 for atoms anywhere. Distances are those of the true cell.
///
/// It is stricter than pymatgen's StructureMatcher, which looks for other choices of the cell.
///
/// @param lengths by how much the lengths, scaled to the volume of the truth, may be off, as a share
/// @param angles by how much angles may be off, in degrees
/// @param exchange whether two elements that have the same number of atoms may have changed places
public record CrystalMatcher(double lengths, double angles, boolean exchange) {
  /// The limits of published comparisons (arXiv 2110.06197).
  public static final CrystalMatcher STRICT = new CrystalMatcher(0.3, 10, false);

  /// Rounds in which assignment and shift are fitted in turn; few are needed, each makes the sum smaller.
  private static final int ROUNDS = 10;

  /// The same with elements that may have changed places.
  public CrystalMatcher withExchange() {
    return new CrystalMatcher(lengths, angles, true);
  }

  /// The normalised distance; empty where the cells or the compositions do not fit.
  public OptionalDouble distance(Crystal made, Crystal truth) {
    if (!sameCells(made.cell(), truth.cell()) || made.size() != truth.size()) {
      return OptionalDouble.empty();
    }
    double best = Double.POSITIVE_INFINITY;
    List<Integer> own = numbers(made);
    for (List<Integer> names : exchange ? exchanges(own) : List.of(own)) {
      best = Math.min(best, fitted(names, made, truth));
    }
    return Double.isFinite(best) ? OptionalDouble.of(best) : OptionalDouble.empty();
  }

  private boolean sameCells(Cell made, Cell truth) {
    double scale = Math.cbrt(truth.volume() / made.volume());
    for (int i = 0; i < 3; i++) {
      double ratio = scale * made.numbers()[i] / truth.numbers()[i];
      if (Math.max(ratio, 1 / ratio) - 1 > lengths || Math.abs(made.numbers()[3 + i] - truth.numbers()[3 + i]) > angles) {
        return false;
      }
    }
    return true;
  }

  private static List<Integer> numbers(Crystal crystal) {
    return crystal.elements().stream().map(Element::number).toList();
  }

  /// The names as they are, and with each two elements of equal counts exchanged.
  private static List<List<Integer>> exchanges(List<Integer> names) {
    List<List<Integer>> all = new ArrayList<>(List.of(names));
    List<Integer> kinds = new ArrayList<>(new LinkedHashSet<>(names));
    for (int i = 0; i < kinds.size(); i++) {
      for (int j = 0; j < i; j++) {
        Integer one = kinds.get(i);
        Integer other = kinds.get(j);
        if (names.stream().filter(one::equals).count() == names.stream().filter(other::equals).count()) {
          all.add(names.stream().map(name -> name.equals(one) ? other : name.equals(other) ? one : name).toList());
        }
      }
    }
    return all;
  }

  private static Map<Integer, List<Integer>> places(List<Integer> names) {
    Map<Integer, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.computeIfAbsent(names.get(i), number -> new ArrayList<>()).add(i);
    }
    return places;
  }

  private static double fitted(List<Integer> names, Crystal made, Crystal truth) {
    Map<Integer, List<Integer>> own = places(names);
    Map<Integer, List<Integer>> others = places(numbers(truth));
    Set<Integer> kinds = own.keySet();
    if (!kinds.equals(others.keySet()) || kinds.stream().anyMatch(kind -> own.get(kind).size() != others.get(kind).size())) {
      return Double.POSITIVE_INFINITY;
    }
    Periodic periodic = new Periodic(truth.lattice());
    // Any shift is near one that puts some atom of the first element onto an atom of the truth, for some first element.
    double best = Double.POSITIVE_INFINITY;
    for (int from = 0; from < made.size(); from++) {
      for (int to : others.get(names.get(from))) {
        double[] shift = new double[3];
        for (int axis = 0; axis < 3; axis++) {
          shift[axis] = truth.at(to, axis) - made.at(from, axis);
        }
        best = Math.min(best, refined(own, others, made, truth, periodic, shift));
      }
    }
    return Math.sqrt(best / made.size()) / Math.cbrt(truth.volume() / truth.size());
  }

  /// The least sum of squared distances near a shift.
  private static double refined(
      Map<Integer, List<Integer>> own, Map<Integer, List<Integer>> others, Crystal made, Crystal truth, Periodic periodic, double[] shift) {
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      double sum = 0;
      double[] mean = new double[3];
      for (Integer kind : own.keySet()) {
        List<Integer> from = own.get(kind);
        List<Integer> to = others.get(kind);
        int n = from.size();
        double[][][] ways = new double[n][n][];
        double[][] costs = new double[n][n];
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            double[] difference = new double[3];
            for (int axis = 0; axis < 3; axis++) {
              difference[axis] = truth.at(to.get(j), axis) - made.at(from.get(i), axis) - shift[axis];
            }
            ways[i][j] = periodic.nearest(difference);
            double length = periodic.length(ways[i][j][0], ways[i][j][1], ways[i][j][2]);
            costs[i][j] = length * length;
          }
        }
        int[] partner = Assignment.of(n, (i, j) -> costs[i][j]);
        for (int i = 0; i < n; i++) {
          sum += costs[i][partner[i]];
          for (int axis = 0; axis < 3; axis++) {
            mean[axis] += ways[i][partner[i]][axis] / made.size();
          }
        }
      }
      if (!(sum < best * (1 - 1e-9))) {
        return best;
      }
      best = sum;
      for (int axis = 0; axis < 3; axis++) {
        shift[axis] += mean[axis];
      }
    }
    return best;
  }
}
