package io.scorefield.matter.crystal;

/// Distances in a lattice: of two atoms, the least over all copies of them. It is correct for any cell, however skewed.
///
/// A copy that is n_i cells away along vector i is at least |d_i + n_i| h_i away, with the height h_i of the cell over the
/// face of the other two vectors. So copies further than the shortest distance that is known need not be looked at.
public final class Periodic {
  private final double[][] lattice;
  private final double[] heights = new double[3];
  private final double shortestVector;

  /// @param lattice rows are vectors in angstrom, [3, 3], of some volume
  public Periodic(double[][] lattice) {
    this.lattice = new double[][] {lattice[0].clone(), lattice[1].clone(), lattice[2].clone()};
    for (int i = 0; i < 3; i++) {
      double[] normal = cross(lattice[(i + 1) % 3], lattice[(i + 2) % 3]);
      heights[i] = Math.abs(dot(lattice[i], normal)) / Math.sqrt(dot(normal, normal));
    }
    double most = Double.POSITIVE_INFINITY;
    for (double[] vector : lattice) {
      most = Math.min(most, Math.sqrt(dot(vector, vector)));
    }
    double[] none = new double[3];
    least(none, most * most * (1 + 1e-12), true);
    shortestVector = Math.sqrt(square(none[0], none[1], none[2]));
  }

  /// The distance of an atom from its nearest copy, in angstrom: the length of the shortest vector of the lattice.
  public double shortestVector() {
    return shortestVector;
  }

  /// The least distance in angstrom of two points with this difference.
  ///
  /// @param difference in units of the vectors, [3]
  public double distance(double... difference) {
    double[] near = nearest(difference);
    return length(near[0], near[1], near[2]);
  }

  /// Of all differences that are the same but for whole vectors the shortest one, [3].
  public double[] nearest(double... difference) {
    double[] near = new double[3];
    for (int i = 0; i < 3; i++) {
      near[i] = difference[i] - Math.rint(difference[i]);
    }
    double square = square(near[0], near[1], near[2]);
    // A copy is at least the shortest vector less this distance away.
    if (4 * square > shortestVector * shortestVector) {
      least(near, square, false);
    }
    return near;
  }

  /// The length in angstrom of a vector in units of the cell's vectors.
  public double length(double p, double q, double r) {
    return Math.sqrt(square(p, q, r));
  }

  /// The least distance of atoms i and j of a crystal of this lattice; for i = j that of two copies.
  public double distance(Crystal crystal, int i, int j) {
    if (i == j) {
      return shortestVector;
    }
    return distance(
        crystal.at(j, 0) - crystal.at(i, 0), crystal.at(j, 1) - crystal.at(i, 1), crystal.at(j, 2) - crystal.at(i, 2));
  }

  /// Replaces a point by the one of near + n, for whole n, that is the nearest to 0.
  ///
  /// @param known that is attained by some n
  /// @param nonZero whether n = 0 is left out
  private void least(double[] near, double known, boolean nonZero) {
    double best = known;
    double[] start = near.clone();
    double reach = Math.sqrt(known);
    int[] from = new int[3];
    int[] to = new int[3];
    for (int i = 0; i < 3; i++) {
      from[i] = (int) Math.ceil(-near[i] - reach / heights[i] - 1e-9);
      to[i] = (int) Math.floor(-near[i] + reach / heights[i] + 1e-9);
    }
    for (int p = from[0]; p <= to[0]; p++) {
      for (int q = from[1]; q <= to[1]; q++) {
        for (int r = from[2]; r <= to[2]; r++) {
          double square = square(start[0] + p, start[1] + q, start[2] + r);
          if (square < best && !(nonZero && p == 0 && q == 0 && r == 0)) {
            best = square;
            near[0] = start[0] + p;
            near[1] = start[1] + q;
            near[2] = start[2] + r;
          }
        }
      }
    }
  }

  private double square(double p, double q, double r) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      double x = p * lattice[0][axis] + q * lattice[1][axis] + r * lattice[2][axis];
      sum += x * x;
    }
    return sum;
  }

  private static double dot(double[] u, double[] v) {
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  }

  private static double[] cross(double[] u, double[] v) {
    return new double[] {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
  }
}
