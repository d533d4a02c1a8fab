package io.scorefield.matter;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Where chains begin: particles on the sites of a cubic lattice that are nearest to its middle, as far apart as costs the
/// least energy.
///
/// @param positions [N K]
/// @param spacing the distance of neighbouring sites
record Lattice(double[] positions, double spacing) {
  /// Spacings that are tried are powers of the root of 2, up to these.
  private static final int EXPONENTS = 40;

  /// @throws IllegalArgumentException when no spacing has a finite energy
  static Lattice of(Potential potential) {
    double[] sites = sites(potential.particles(), potential.axes());
    ConfigurationEnergy energy = new ConfigurationEnergy(potential);
    double least = Double.POSITIVE_INFINITY;
    Lattice best = null;
    for (int exponent = -EXPONENTS; exponent <= EXPONENTS; exponent++) {
      double spacing = Math.pow(2, exponent / 2.0);
      double[] scaled = Arrays.stream(sites).map(site -> site * spacing).toArray();
      double value = energy.of(scaled);
      if (Double.isFinite(value) && value < least) {
        least = value;
        best = new Lattice(scaled, spacing);
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          "the energy '" + potential.formula() + "' is not finite for " + potential.particles()
              + " particles on a lattice, whatever their distance: a sampler has no place to start");
    }
    return best;
  }

  private static double[] sites(int particles, int axes) {
    int side = 1;
    while (Math.pow(side, axes) < particles) {
      side++;
    }
    int all = (int) Math.pow(side, axes);
    double[][] sites = new double[all][axes];
    for (int site = 0; site < all; site++) {
      for (int axis = 0, rest = site; axis < axes; axis++, rest /= side) {
        sites[site][axis] = rest % side - (side - 1) / 2.0;
      }
    }
    int[] nearest =
        IntStream.range(0, all)
            .boxed()
            .sorted(Comparator.comparingDouble(site -> Arrays.stream(sites[site]).map(c -> c * c).sum()))
            .limit(particles)
            .mapToInt(Integer::intValue)
            .toArray();
    double[] positions = new double[particles * axes];
    for (int i = 0; i < particles; i++) {
      System.arraycopy(sites[nearest[i]], 0, positions, i * axes, axes);
    }
    WholeMoves.centre(positions, axes);
    return positions;
  }
}
