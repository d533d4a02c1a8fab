package io.scorefield.matter.molecule;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// Atoms that are in the same place, as no two atoms of a molecule can be.
///
/// @param first number of an atom from 0
/// @param second another with a larger number
/// @param distance of the two in angstrom
record Overlaps(int first, int second, double distance) {
  /// In angstrom; the shortest bond, that of H2, has 0.74.
  static final double LIMIT = 0.3;

  /// Two atoms that are closer than the limit. Sorted along x, an atom is compared with its neighbours only.
  static Optional<Overlaps> of(Molecule molecule) {
    int[] order =
        IntStream.range(0, molecule.size())
            .boxed()
            .sorted(Comparator.comparingDouble(atom -> molecule.at(atom, 0)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int a = 0; a < order.length; a++) {
      for (int b = a + 1; b < order.length && molecule.at(order[b], 0) - molecule.at(order[a], 0) < LIMIT; b++) {
        double distance = molecule.distance(order[a], order[b]);
        if (distance < LIMIT) {
          return Optional.of(new Overlaps(Math.min(order[a], order[b]), Math.max(order[a], order[b]), distance));
        }
      }
    }
    return Optional.empty();
  }

  /// In words, with atoms counted from 1 as files do.
  String described() {
    return String.format(
        Locale.ROOT, "the atoms %d and %d are %.3f angstrom apart; atoms of a molecule are at least %.1f", first + 1,
        second + 1, distance, LIMIT);
  }
}
