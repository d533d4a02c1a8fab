package io.scorefield.matter.molecule;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The lengths of bonds in angstrom by their type: two elements and an order, such as `C-H`, `C=O` and `C#N`.
final class BondLengths {
  private static final String[] MARKS = {"-", "=", "#"};

  private BondLengths() {}

  /// The lengths of a molecule's bonds.
  static Map<String, double[]> of(Molecule molecule) {
    return molecule.bonds().stream()
        .collect(
            Collectors.groupingBy(
                bond -> type(molecule, bond), TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    bonds -> bonds.stream().mapToDouble(bond -> molecule.distance(bond.first(), bond.second())).toArray())));
  }

  /// The lengths of several molecules together, sorted.
  static Map<String, double[]> together(List<Map<String, double[]>> several) {
    Map<String, Integer> counts = new TreeMap<>();
    several.forEach(one -> one.forEach((type, lengths) -> counts.merge(type, lengths.length, Integer::sum)));
    Map<String, double[]> all = new TreeMap<>();
    counts.forEach((type, count) -> all.put(type, new double[count]));
    Map<String, Integer> at = new TreeMap<>();
    for (Map<String, double[]> one : several) {
      one.forEach(
          (type, lengths) -> {
            int from = at.merge(type, lengths.length, Integer::sum) - lengths.length;
            System.arraycopy(lengths, 0, all.get(type), from, lengths.length);
          });
    }
    all.values().forEach(Arrays::sort);
    return all;
  }

  /// The 1-Wasserstein distance of two sorted samples of numbers: the area between their distribution functions.
  static double wasserstein1(double[] p, double[] q) {
    int i = 0;
    int j = 0;
    double area = 0;
    double at = Math.min(p[0], q[0]);
    while (i < p.length || j < q.length) {
      double next = i == p.length ? q[j] : j == q.length ? p[i] : Math.min(p[i], q[j]);
      area += (next - at) * Math.abs((double) i / p.length - (double) j / q.length);
      at = next;
      while (i < p.length && p[i] <= at) {
        i++;
      }
      while (j < q.length && q[j] <= at) {
        j++;
      }
    }
    return area;
  }

  /// The lighter element comes last where one is hydrogen, else first, as chemists write it.
  private static String type(Molecule molecule, Bond bond) {
    String first = molecule.elements().get(bond.first()).symbol();
    String second = molecule.elements().get(bond.second()).symbol();
    boolean turn = first.equals("H") || !second.equals("H") && first.compareTo(second) > 0;
    return (turn ? second : first) + MARKS[bond.order() - 1] + (turn ? first : second);
  }
}
