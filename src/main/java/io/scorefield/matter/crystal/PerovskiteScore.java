package io.scorefield.matter.crystal;

import io.scorefield.data.WrappedNormal;
import java.util.stream.IntStream;

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

  /// In units of the width; atoms further from their places have no weight, exp(-50).
  private static final double FAR = 10;

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
    grid = 8 + (int) Math.ceil(3 / width);
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
    int[] shifts = shifts(x[3 + axis]);
    int count = shifts.length;
    // Of each atom, for the place 0 and the place 1/2.
    double[][][] density = new double[ATOMS][2][count];
    double[][][] score = new double[ATOMS][2][count];
    for (int atom = 0; atom < ATOMS; atom++) {
      for (int half = atom == 0 ? 1 : 0; half < (atom == 1 ? 1 : 2); half++) {
        for (int m = 0; m < count; m++) {
          double at = x[3 * atom + axis] - 0.5 * half - (double) shifts[m] / grid;
          density[atom][half][m] = normal.logDensity(at);
          score[atom][half][m] = normal.score(at);
        }
      }
    }
    for (int anion = 0; anion < 3; anion++) {
      double[] log = new double[count];
      double most = Double.NEGATIVE_INFINITY;
      for (int m = 0; m < count; m++) {
        for (int atom = 0; atom < ATOMS; atom++) {
          log[m] += density[atom][half(atom, anion)][m];
        }
        most = Math.max(most, log[m]);
      }
      double sum = 0;
      slopes[anion] = new double[ATOMS];
      for (int m = 0; m < count; m++) {
        double weight = Math.exp(log[m] - most);
        sum += weight;
        for (int atom = 0; atom < ATOMS; atom++) {
          slopes[anion][atom] += weight * score[atom][half(atom, anion)][m];
        }
      }
      for (int atom = 0; atom < ATOMS; atom++) {
        slopes[anion][atom] /= sum;
      }
      logs[anion] = most + Math.log(sum / grid);
    }
  }

  /// The shifts for which B, whose place is 0, is not further from it than it can be.
  private int[] shifts(double place) {
    double reach = FAR * normal.sigma();
    return IntStream.range(0, grid)
        .filter(m -> Math.abs(place - (double) m / grid - Math.rint(place - (double) m / grid)) <= reach)
        .toArray();
  }

  /// Whether an atom has 1/2 on an axis whose edge has this anion.
  private static int half(int atom, int anion) {
    return atom == 0 || atom == 2 + anion ? 1 : 0;
  }
}
