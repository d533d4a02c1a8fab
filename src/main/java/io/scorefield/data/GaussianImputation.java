package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/// The normal distribution that points with gaps are most likely of, and draws of what is missing under what is known.
///
/// The mean and the covariance are found by expectation maximisation: missing values and their squares are replaced by what the
/// normal distribution so far expects of them under the known values of their point. They are right where whether a value is
/// missing depends on nothing but known values (missing at random), for data of which the regression of each component on
/// others is a straight line with an error of one size. Points whose values are drawn then have the data's mean and
/// covariance; points without gaps alone have not, and points whose gaps are filled with means have too little covariance.
///
/// Sources: Dempster, Laird and Rubin 1977 (J. R. Stat. Soc. B 39, 1), section 4.1; Little and Rubin 2002, Statistical
/// Analysis with Missing Data, section 11.2.
public final class GaussianImputation {
  private static final int MOST_ITERATIONS = 500;
  private static final double CHANGE = 1e-7;
  private static final double RIDGE = 1e-9; // of components of deviation 1, which may be collinear

  private final Gaps gaps;
  private final int dimension;
  private final double[] middle;
  private final double[] size;
  private final Map<BitSet, List<Integer>> patterns = new LinkedHashMap<>(); // known components, and whose they are
  private double[] mean;
  private double[][] covariance;

  /// @throws IllegalArgumentException when nothing is known of a component
  public GaussianImputation(Gaps gaps) {
    this.gaps = gaps;
    dimension = gaps.dimension();
    middle = new double[dimension];
    size = new double[dimension];
    for (int i = 0; i < gaps.size(); i++) {
      BitSet known = new BitSet(dimension);
      for (int d = 0; d < dimension; d++) {
        known.set(d, !gaps.isMissing(i, d));
      }
      patterns.computeIfAbsent(known, key -> new ArrayList<>()).add(i);
    }
    standardize();
    mean = new double[dimension];
    covariance = new double[dimension][dimension];
    for (int d = 0; d < dimension; d++) {
      covariance[d][d] = 1;
    }
    double change = Double.POSITIVE_INFINITY;
    for (int iteration = 0; iteration < MOST_ITERATIONS && change > CHANGE; iteration++) {
      change = step();
    }
  }

  private void standardize() {
    for (int d = 0; d < dimension; d++) {
      int known = 0;
      double sum = 0;
      for (int i = 0; i < gaps.size(); i++) {
        if (!gaps.isMissing(i, d)) {
          sum += gaps.values()[i * dimension + d];
          known++;
        }
      }
      if (known == 0) {
        throw new IllegalArgumentException("nothing is known of component " + d + ": all of its values are missing");
      }
      middle[d] = sum / known;
      double squares = 0;
      for (int i = 0; i < gaps.size(); i++) {
        squares += gaps.isMissing(i, d) ? 0 : Math.pow(gaps.values()[i * dimension + d] - middle[d], 2);
      }
      size[d] = squares > 0 ? Math.sqrt(squares / known) : 1;
    }
  }

  /// A known value in units of its component's deviation.
  private double known(int point, int component) {
    return (gaps.values()[point * dimension + component] - middle[component]) / size[component];
  }

  /// What the components that a point lacks are under those that it has: mean + slope (known - their mean), and a covariance.
  private record Regression(int[] known, int[] missing, double[][] slope, RealMatrix covariance) {}

  private Regression regression(BitSet pattern) {
    int[] known = pattern.stream().toArray();
    BitSet others = new BitSet(dimension);
    others.set(0, dimension);
    others.andNot(pattern);
    int[] missing = others.stream().toArray();
    RealMatrix all = new Array2DRowRealMatrix(covariance);
    RealMatrix rest = all.getSubMatrix(missing, missing);
    if (known.length == 0) {
      return new Regression(known, missing, new double[missing.length][0], rest);
    }
    RealMatrix ofKnown = all.getSubMatrix(known, known);
    for (int k = 0; k < known.length; k++) {
      ofKnown.addToEntry(k, k, RIDGE);
    }
    RealMatrix across = all.getSubMatrix(missing, known);
    RealMatrix slope = across.multiply(new CholeskyDecomposition(ofKnown, 1e-10, 0).getSolver().getInverse());
    return new Regression(known, missing, slope.getData(), rest.subtract(slope.multiply(across.transpose())));
  }

  /// A point with its gaps filled with what is expected.
  private double[] expected(int point, Regression by) {
    double[] x = new double[dimension];
    for (int k : by.known) {
      x[k] = known(point, k);
    }
    for (int m = 0; m < by.missing.length; m++) {
      x[by.missing[m]] = mean[by.missing[m]];
      for (int k = 0; k < by.known.length; k++) {
        x[by.missing[m]] += by.slope[m][k] * (x[by.known[k]] - mean[by.known[k]]);
      }
    }
    return x;
  }

  /// One iteration; returns the largest change.
  private double step() {
    double[] sums = new double[dimension];
    double[][] products = new double[dimension][dimension];
    for (Map.Entry<BitSet, List<Integer>> pattern : patterns.entrySet()) {
      if (pattern.getKey().cardinality() == dimension) {
        pattern.getValue().forEach(i -> add(known(i), sums, products));
        continue;
      }
      Regression by = regression(pattern.getKey());
      for (int i : pattern.getValue()) {
        add(expected(i, by), sums, products);
      }
      for (int a = 0; a < by.missing.length; a++) {
        for (int b = 0; b < by.missing.length; b++) {
          products[by.missing[a]][by.missing[b]] += pattern.getValue().size() * by.covariance.getEntry(a, b);
        }
      }
    }
    int n = gaps.size();
    double change = 0;
    double[] newMean = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      newMean[d] = sums[d] / n;
      change = Math.max(change, Math.abs(newMean[d] - mean[d]));
    }
    for (int d = 0; d < dimension; d++) {
      for (int e = 0; e < dimension; e++) {
        double now = products[d][e] / n - newMean[d] * newMean[e];
        change = Math.max(change, Math.abs(now - covariance[d][e]));
        products[d][e] = now;
      }
    }
    mean = newMean;
    covariance = products;
    return change;
  }

  private double[] known(int point) {
    double[] x = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      x[d] = known(point, d);
    }
    return x;
  }

  private void add(double[] x, double[] sums, double[][] products) {
    for (int d = 0; d < dimension; d++) {
      sums[d] += x[d];
      for (int e = 0; e < dimension; e++) {
        products[d][e] += x[d] * x[e];
      }
    }
  }

  /// The mean, `[D]`.
  public double[] mean() {
    double[] all = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      all[d] = middle[d] + size[d] * mean[d];
    }
    return all;
  }

  /// The covariance, `[D][D]`.
  public double[][] covariance() {
    double[][] all = new double[dimension][dimension];
    for (int d = 0; d < dimension; d++) {
      for (int e = 0; e < dimension; e++) {
        all[d][e] = size[d] * size[e] * covariance[d][e];
      }
    }
    return all;
  }

  /// The points with their gaps filled by draws, [N, D]; known values stay to the bit. What is drawn for a point depends on the
  /// seed and on its number.
  public double[] draw(long seed) {
    double[] filled = gaps.values().clone();
    NoiseSource source = new NoiseSource(seed);
    float[] z = new float[dimension];
    for (Map.Entry<BitSet, List<Integer>> pattern : patterns.entrySet()) {
      if (pattern.getKey().cardinality() == dimension) {
        continue;
      }
      Regression by = regression(pattern.getKey());
      RealMatrix spread = by.covariance.copy();
      for (int m = 0; m < by.missing.length; m++) {
        spread.addToEntry(m, m, 2 * RIDGE);
      }
      RealMatrix symmetric = spread.add(spread.transpose()).scalarMultiply(0.5);
      double[][] factor = new CholeskyDecomposition(symmetric, 1e-10, 0).getL().getData();
      for (int i : pattern.getValue()) {
        double[] x = expected(i, by);
        source.normals(NoiseStream.DATA, i, 0, z, 0, by.missing.length);
        for (int m = 0; m < by.missing.length; m++) {
          double value = x[by.missing[m]];
          for (int k = 0; k <= m; k++) {
            value += factor[m][k] * z[k];
          }
          int d = by.missing[m];
          filled[i * dimension + d] = middle[d] + size[d] * value;
        }
      }
    }
    return filled;
  }
}
