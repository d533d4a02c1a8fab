package io.scorefield.matter.crystal;

import io.scorefield.data.WrappedNormal;

/// The exact score of noisy cubic perovskites: what a perfect network would answer.
///
/// Fractional coordinates are x = r + u + displacement z + sigma eps modulo 1, with the ideal places r, a shift u of all
/// atoms that may be anything, and standard normal z and eps. Which of the three anions is where is not known, either: 6
/// ways. So p(x) = sum over ways of the product over axes of the integral over u of the product over atoms of wrapped normal
/// densities of width s = sqrt(sigma^2 + displacement^2). The integral is a mean over an even grid, which is exact to
/// rounding for functions that repeat and have no frequencies beyond it.
///
/// Atoms are A at (1/2, 1/2, 1/2), B at 0 and the anions at the middles of the edges; the anion on the edge along an axis
/// has 1/2 on that axis and 0 on the others.
public final class PerovskiteScore {
  private static final int ATOMS = 5;
  private static final int[][] WAYS = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

  /// Weights whose logarithm is so much below the largest are left out.
  private static final double NOTHING = -45;

  private final double sigma;
  private final WrappedNormal normal;
  private final int grid;

  /// @param sigma of the noise, above 0
  /// @param displacement standard deviation of the atoms of the data, 0 or more
  public PerovskiteScore(double sigma, double displacement) {
    this.sigma = sigma;
    double width = Math.hypot(sigma, displacement);
    normal = new WrappedNormal(width);
    // The product of five densities is narrower than each by the root of five.
    grid = 8 + 2 * (int) Math.ceil(1.5 / width);
  }

  /// The mean of eps given the noisy places, which adds up to 0 over the atoms, [5, 3].
  ///
  /// @param x noisy places, [5, 3]
  public double[] meanNoise(double[] x) {
    // Of each axis and of each anion that may be the one with 1/2 on it: the logarithm of the integral, and its slopes.
    double[][] logs = new double[3][3];
    double[][][] slopes = new double[3][3][];
    for (int axis = 0; axis < 3; axis++) {
      axis(x, axis, logs[axis], slopes[axis]);
    }
    double most = Double.NEGATIVE_INFINITY;
    double[] weights = new double[WAYS.length];
    for (int w = 0; w < WAYS.length; w++) {
      weights[w] = logs[0][WAYS[w][0]] + logs[1][WAYS[w][1]] + logs[2][WAYS[w][2]];
      most = Math.max(most, weights[w]);
    }
    double sum = 0;
    double[] mean = new double[3 * ATOMS];
    for (int w = 0; w < WAYS.length; w++) {
      double weight = Math.exp(weights[w] - most);
      sum += weight;
      for (int axis = 0; axis < 3; axis++) {
        for (int atom = 0; atom < ATOMS; atom++) {
          mean[3 * atom + axis] -= weight * sigma * slopes[axis][WAYS[w][axis]][atom];
        }
      }
    }
    for (int k = 0; k < mean.length; k++) {
      mean[k] /= sum;
    }
    return mean;
  }

  private void axis(double[] x, int axis, double[] logs, double[][] slopes) {
    // Of each atom for the place 0 and every shift; the place 1/2 is half of the grid further.
    double[][] density = new double[ATOMS][grid];
    double[][] score = new double[ATOMS][grid];
    for (int atom = 0; atom < ATOMS; atom++) {
      for (int m = 0; m < grid; m++) {
        double at = x[3 * atom + axis] - (double) m / grid;
        density[atom][m] = normal.logDensity(at);
        score[atom][m] = normal.score(at);
      }
    }
    double[] log = new double[grid];
    for (int anion = 0; anion < 3; anion++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int m = 0; m < grid; m++) {
        log[m] = 0;
        for (int atom = 0; atom < ATOMS; atom++) {
          log[m] += density[atom][shift(m, atom, anion)];
        }
        most = Math.max(most, log[m]);
      }
      double sum = 0;
      slopes[anion] = new double[ATOMS];
      for (int m = 0; m < grid; m++) {
        if (log[m] - most < NOTHING) {
          continue;
        }
        double weight = Math.exp(log[m] - most);
        sum += weight;
        for (int atom = 0; atom < ATOMS; atom++) {
          slopes[anion][atom] += weight * score[atom][shift(m, atom, anion)];
        }
      }
      for (int atom = 0; atom < ATOMS; atom++) {
        slopes[anion][atom] /= sum;
      }
      logs[anion] = most + Math.log(sum / grid);
    }
  }

  /// Where on the grid an atom's density at shift m is.
  private int shift(int m, int atom, int anion) {
    int at = half(atom, anion) == 0 ? m : m + grid / 2;
    return at < grid ? at : at - grid;
  }

  /// Whether an atom has 1/2 on an axis whose edge has this anion.
  private static int half(int atom, int anion) {
    return atom == 0 || atom == 2 + anion ? 1 : 0;
  }
}
