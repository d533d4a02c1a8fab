package io.scorefield.matter.crystal;

/// Where a crystal begins has no meaning; beside another one it is to begin where that does.
public final class SharedOrigin {
  private SharedOrigin() {}

  /// A crystal shifted as a whole to where its atoms are next to those of another: the best of all shifts that bring an atom
  /// onto one of the same element, less the mean of what remains.
  ///
  /// @param other of the same composition; of another one nothing is done
  public static Crystal with(Crystal crystal, Crystal other) {
    double[] best = new double[3];
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < crystal.size(); i++) {
      for (int j = 0; j < other.size(); j++) {
        if (crystal.elements().get(i).equals(other.elements().get(j))) {
          double[] shift = new double[3];
          for (int axis = 0; axis < 3; axis++) {
            shift[axis] = other.at(j, axis) - crystal.at(i, axis);
          }
          double[] rest = rest(crystal, other, shift);
          if (rest[3] < least) {
            least = rest[3];
            best = new double[] {shift[0] + rest[0], shift[1] + rest[1], shift[2] + rest[2]};
          }
        }
      }
    }
    double[] places = crystal.fractional();
    for (int k = 0; k < places.length; k++) {
      places[k] += best[k % 3];
    }
    return crystal.at(places);
  }

  /// The mean way to the nearest atom of the same element, in units of the cell's vectors, and the mean squared length of
  /// these ways in square angstrom.
  private static double[] rest(Crystal crystal, Crystal other, double[] shift) {
    double[] rest = new double[4];
    for (int i = 0; i < crystal.size(); i++) {
      double[] nearest = null;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < other.size(); j++) {
        double[] way = new double[3];
        for (int axis = 0; axis < 3; axis++) {
          double difference = other.at(j, axis) - crystal.at(i, axis) - shift[axis];
          way[axis] = difference - Math.rint(difference);
        }
        double square = square(other.cartesian(way[0], way[1], way[2]));
        if (crystal.elements().get(i).equals(other.elements().get(j)) && square < least) {
          least = square;
          nearest = way;
        }
      }
      if (nearest == null) {
        return new double[] {0, 0, 0, Double.POSITIVE_INFINITY};
      }
      for (int axis = 0; axis < 3; axis++) {
        rest[axis] += nearest[axis] / crystal.size();
      }
      rest[3] += least / crystal.size();
    }
    return rest;
  }

  private static double square(double[] vector) {
    return vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2];
  }
}
