package io.scorefield.matter.crystal;

import io.scorefield.data.Assignment;
import io.scorefield.matter.Element;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.rng.Shuffle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one gets without a model. A model that is no better has learned nothing.
public final class CrystalBaselines {
  /// A unit of electronegativity counts as much as so many angstrom of radius.
  private static final double PER_UNIT = 0.3;

  private CrystalBaselines() {}

  /// Atoms anywhere in the true cell.
  public static Crystal uniform(Crystal truth, long seed, long i) {
    NoiseSource source = new NoiseSource(seed);
    double[] places = new double[3 * truth.size()];
    for (int k = 0; k < places.length; k++) {
      places[k] = source.uniform(NoiseStream.PRIOR, i, k);
    }
    return truth.at(places);
  }

  /// The true places, but which atom is where is random.
  public static Crystal randomAssignment(Crystal truth, long seed, long i) {
    int[] order = Shuffle.order(seed, i, truth.size());
    double[] places = new double[3 * truth.size()];
    for (int atom = 0; atom < order.length; atom++) {
      for (int axis = 0; axis < 3; axis++) {
        places[3 * atom + axis] = truth.at(order[atom], axis);
      }
    }
    return truth.at(places);
  }

  /// The known crystal whose composition is the most like this one, with its cell and its places, and these elements in the
  /// places of those that are like them. Empty where none has as many atoms.
  ///
  /// Likeness of two elements is the squared difference of their radii plus that of their electronegativities, where one
  /// unit counts as 0.3 angstrom; atoms are paired by the least sum of it.
  public static Optional<Crystal> nearest(List<Element> atoms, List<Crystal> known) {
    double best = Double.POSITIVE_INFINITY;
    Crystal found = null;
    for (Crystal crystal : known) {
      if (crystal.size() != atoms.size()) {
        continue;
      }
      List<Element> others = crystal.elements();
      int[] partner = Assignment.of(atoms.size(), (i, j) -> unlike(atoms.get(i), others.get(j)));
      double sum = 0;
      double[] places = new double[3 * atoms.size()];
      for (int i = 0; i < partner.length; i++) {
        sum += unlike(atoms.get(i), others.get(partner[i]));
        for (int axis = 0; axis < 3; axis++) {
          places[3 * i + axis] = crystal.at(partner[i], axis);
        }
      }
      // An equal count of each element is more than likeness: AB X3 is not A2 B3.
      if (sum < best && sameCounts(atoms, others, partner)) {
        best = sum;
        found = new Crystal(crystal.name(), crystal.lattice(), atoms, places);
      }
    }
    return Optional.ofNullable(found);
  }

  /// Whether atoms that are of one element are so in both.
  private static boolean sameCounts(List<Element> atoms, List<Element> others, int[] partner) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < partner.length; i++) {
      pairs.add(atoms.get(i).symbol() + "-" + others.get(partner[i]).symbol());
    }
    long kinds = atoms.stream().distinct().count();
    return pairs.stream().distinct().count() == kinds && others.stream().distinct().count() == kinds;
  }

  private static double unlike(Element one, Element other) {
    double radius = radius(one) - radius(other);
    double pull = PER_UNIT * (one.electronegativity().orElse(0) - other.electronegativity().orElse(0));
    return radius * radius + pull * pull;
  }

  private static double radius(Element element) {
    return element.ionicRadius().orElse(element.covalentRadius());
  }
}
