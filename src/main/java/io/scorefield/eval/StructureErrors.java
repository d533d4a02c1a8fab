package io.scorefield.eval;

import io.scorefield.matter.Structures;
import io.scorefield.matter.molecule.Molecule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How far molecules are from those that they are to be, atom by atom in the same order.
public final class StructureErrors {
  /// The share of atoms of the right element.
  public static final String TYPES = "reconstruction-types";

  /// Root of the mean square distance of an atom from where it is to be, in angstrom.
  public static final String POSITIONS = "reconstruction-rmsd";

  private StructureErrors() {}

  /// The metrics; empty where the structures are no molecules. Standard errors are over molecules.
  ///
  /// @param points those that are to be, [n, D]
  /// @param found [n, D]
  public static Map<String, MetricValue> of(Structures structures, float[] points, float[] found) {
    List<Molecule> wanted = structures.molecules(points, Integer.MAX_VALUE);
    List<Molecule> made = structures.molecules(found, Integer.MAX_VALUE);
    int n = wanted.size();
    if (n == 0) {
      return Map.of();
    }
    double[] atoms = new double[n];
    double[] right = new double[n];
    double[] squares = new double[n];
    for (int i = 0; i < n; i++) {
      Molecule one = wanted.get(i);
      Molecule other = made.get(i);
      for (int atom = 0; atom < one.size(); atom++) {
        atoms[i]++;
        right[i] += one.elements().get(atom).equals(other.elements().get(atom)) ? 1 : 0;
        for (int axis = 0; axis < 3; axis++) {
          double off = other.at(atom, axis) - one.at(atom, axis);
          squares[i] += off * off;
        }
      }
    }
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    double share = sum(right) / sum(atoms);
    metrics.put(TYPES, new MetricValue(share, error(right, atoms, share), Double.NaN, n));
    double mean = sum(squares) / sum(atoms);
    double root = Math.sqrt(mean);
    metrics.put(
        POSITIONS, new MetricValue(root, error(squares, atoms, mean) / (2 * Math.max(root, Double.MIN_NORMAL)), Double.NaN, n));
    return metrics;
  }

  private static double sum(double[] numbers) {
    return Arrays.stream(numbers).sum();
  }

  /// The standard error of a ratio of sums.
  private static double error(double[] above, double[] below, double ratio) {
    double squares = 0;
    for (int i = 0; i < above.length; i++) {
      squares += Math.pow(above[i] - ratio * below[i], 2);
    }
    return Math.sqrt(squares) / sum(below);
  }
}
