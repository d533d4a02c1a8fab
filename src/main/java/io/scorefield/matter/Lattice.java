package io.scorefield.matter;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Where chains begin: particles on the sites of a cubic lattice that are nearest to its middle, with the spacing a at which
/// configurations of the lattice's shape have the most weight, exp(-U/T) a^(K (N - 1)).
///
/// @param positions [N K]
/// @param spacing the distance of neighbouring sites
record Lattice(double[] positions, double spacing) {
  /// Spacings that are tried are powers of the root of 2, from 1e-12 to 1e12.
  private static final int EXPONENTS = 80;

  /// @throws IllegalArgumentException when no spacing has a finite energy, or there is none that is best
  static Lattice of(Potential potential, double temperature) {
    double[] sites = sites(potential.particles(), potential.axes());
    ConfigurationEnergy energy = new ConfigurationEnergy(potential);
    double most = Double.NEGATIVE_INFINITY;
    int best = Integer.MAX_VALUE;
    int freedom = potential.axes() * (potential.particles() - 1);
    for (int exponent = -EXPONENTS; exponent <= EXPONENTS; exponent++) {
      double value = energy.of(scaled(sites, spacing(exponent)));
      double logWeight = -value / temperature + freedom * Math.log(spacing(exponent));
      if (Double.isFinite(value) && logWeight > most) {
        most = logWeight;
        best = exponent;
      }
    }
    String formula = "the energy '" + potential.formula() + "'";
    if (best == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          formula + " is not finite for " + potential.particles()
              + " particles on a lattice, whatever their distance: a sampler has no place to start");
    }
    if (best == EXPONENTS) {
      throw new IllegalArgumentException(
          "nothing in " + formula + " holds the particles together at a temperature of " + temperature
              + "; add, for example, 0.5*sum(i, r^2)");
    }
    if (best == -EXPONENTS) {
      throw new IllegalArgumentException(
          formula + " has no lower bound: particles fall into each other");
    }
    return new Lattice(scaled(sites, spacing(best)), spacing(best));
  }

  private static double spacing(int exponent) {
    return Math.pow(2, exponent / 2.0);
  }

  private static double[] scaled(double[] sites, double spacing) {
    return Arrays.stream(sites).map(site -> site * spacing).toArray();
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
