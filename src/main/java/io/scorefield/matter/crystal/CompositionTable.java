package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What crystals are made of, and their cells, as rows of numbers: the counts of the elements of this table, then lengths over the
/// cube root of the number of atoms and angles, standardised; lengths have one mean and one deviation, and so have angles.
///
/// @param elements those that occur, by their numbers
/// @param mostKinds of different elements in one crystal
/// @param mostOfEach atoms of one element in a cell
/// @param mostAtoms of a cell
/// @param mean of the six numbers, [6]
/// @param deviation of them, [6]
public record CompositionTable(
    List<Element> elements, int mostKinds, int mostOfEach, int mostAtoms, double[] mean, double[] deviation) {
  private static final int SIX = 6;

  /// Deviations are at least so large, of lengths in angstrom and of angles in degrees.
  private static final double[] LEAST = {0.02, 2};

  public CompositionTable {
    elements = List.copyOf(elements);
  }

  /// The table of crystals.
  public static CompositionTable of(List<Crystal> crystals) {
    List<Element> elements =
        crystals.stream().flatMap(crystal -> crystal.elements().stream()).distinct().sorted(Comparator.comparingInt(Element::number)).toList();
    int kinds = 0;
    int each = 0;
    int atoms = 0;
    double[] sum = new double[2];
    double[] squares = new double[2];
    for (Crystal crystal : crystals) {
      List<Element> different = crystal.elements().stream().distinct().toList();
      kinds = Math.max(kinds, different.size());
      atoms = Math.max(atoms, crystal.size());
      for (Element element : different) {
        each = Math.max(each, (int) crystal.elements().stream().filter(element::equals).count());
      }
      double[] six = scaled(crystal.cell(), crystal.size());
      for (int k = 0; k < SIX; k++) {
        sum[k / 3] += six[k];
        squares[k / 3] += six[k] * six[k];
      }
    }
    double[] mean = new double[SIX];
    double[] deviation = new double[SIX];
    double n = 3.0 * crystals.size();
    for (int k = 0; k < SIX; k++) {
      mean[k] = sum[k / 3] / n;
      deviation[k] = Math.max(LEAST[k / 3], Math.sqrt(Math.max(0, squares[k / 3] / n - mean[k] * mean[k])));
    }
    return new CompositionTable(elements, kinds, each, atoms, mean, deviation);
  }

  private static double[] scaled(Cell cell, int atoms) {
    double[] six = cell.numbers();
    for (int k = 0; k < 3; k++) {
      six[k] /= Math.cbrt(atoms);
    }
    return six;
  }

  /// Numbers of a row.
  public int width() {
    return elements.size() + SIX;
  }

  /// Whether all elements and counts are of the table.
  public boolean knows(List<Element> atoms) {
    List<Element> different = atoms.stream().distinct().toList();
    return elements.containsAll(different) && different.size() <= mostKinds
        && different.stream().allMatch(element -> atoms.stream().filter(element::equals).count() <= mostOfEach);
  }

  /// The rows of crystals, [n, width].
  ///
  /// @throws IllegalArgumentException for an element that is not of the table
  public float[] rows(List<Crystal> crystals) {
    float[] rows = new float[Math.multiplyExact(crystals.size(), width())];
    for (int i = 0; i < crystals.size(); i++) {
      Crystal crystal = crystals.get(i);
      count(crystal.elements(), rows, i * width());
      double[] six = scaled(crystal.cell(), crystal.size());
      for (int k = 0; k < SIX; k++) {
        rows[i * width() + elements.size() + k] = (float) ((six[k] - mean[k]) / deviation[k]);
      }
    }
    return rows;
  }

  /// Adds the counts of atoms to `row[at ..]`.
  public void count(List<Element> atoms, float[] row, int at) {
    for (Element element : atoms) {
      int which = elements.indexOf(element);
      if (which < 0) {
        throw new IllegalArgumentException("there is no " + element.name() + " among the elements " + elements.stream().map(Element::symbol).toList());
      }
      row[at + which]++;
    }
  }

  /// The atoms that logits say: the most likely number k of different elements, the k most likely elements, and of each the most
  /// likely count.
  ///
  /// @param logits from `at` on: of 1, 2, ... different elements, of the elements, and of 1, 2, ... atoms of each element
  public List<Element> atoms(float[] logits, int at) {
    int kinds = largest(logits, at, mostKinds) + 1;
    int first = at + mostKinds;
    List<Integer> likely =
        IntStream.range(0, elements.size()).boxed().sorted(Comparator.comparingDouble(e -> -logits[first + e])).limit(kinds).sorted().toList();
    List<Element> atoms = new ArrayList<>();
    for (int which : likely) {
      int count = largest(logits, first + elements.size() + which * mostOfEach, mostOfEach) + 1;
      for (int k = 0; k < count; k++) {
        atoms.add(elements.get(which));
      }
    }
    return atoms;
  }

  private static int largest(float[] numbers, int at, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      best = numbers[at + i] > numbers[at + best] ? i : best;
    }
    return best;
  }

  /// A cell for so many atoms from six standardised numbers; empty where they are none of any volume.
  public Optional<Cell> cell(float[] six, int at, int atoms) {
    double[] numbers = new double[SIX];
    for (int k = 0; k < SIX; k++) {
      numbers[k] = (mean[k] + deviation[k] * six[at + k]) * (k < 3 ? Math.cbrt(atoms) : 1);
    }
    try {
      return Optional.of(Cell.of(numbers));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
