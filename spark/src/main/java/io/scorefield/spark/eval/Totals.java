package io.scorefield.spark.eval;

import java.io.Serializable;
import java.util.Arrays;

/// What the first pass over samples finds: the moments of their components, and the range of everything that the second pass counts.
public final class Totals implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Moments moments;
  private final double[] least;
  private final double[] greatest;
  private double residuals;
  private double squares;
  private long undefined;
  private long broken;
  private final boolean law;
  private final int dimension;

  /// @param dimension D
  /// @param width of the rows that are added, see {@link Measures#of}
  /// @param law whether their last number is a residual
  public Totals(int dimension, int width, boolean law) {
    moments = new Moments(dimension);
    least = new double[width];
    greatest = new double[width];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(greatest, Double.NEGATIVE_INFINITY);
    this.law = law;
    this.dimension = dimension;
  }

  /// Takes the row of a sample.
  public void add(double[] row) {
    moments.add(Arrays.copyOf(row, dimension));
    for (int d = 0; d < dimension; d++) {
      if (!Double.isFinite(row[d])) {
        broken++;
        break;
      }
    }
    for (int i = 0; i < row.length; i++) {
      if (Double.isFinite(row[i])) {
        least[i] = Math.min(least[i], row[i]);
        greatest[i] = Math.max(greatest[i], row[i]);
      }
    }
    if (law && Double.isNaN(row[row.length - 1])) {
      undefined++;
    } else if (law) {
      residuals += row[row.length - 1];
      squares += row[row.length - 1] * row[row.length - 1];
    }
  }

  /// Takes the samples of another part.
  public Totals merge(Totals other) {
    moments.merge(other.moments);
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(least[i], other.least[i]);
      greatest[i] = Math.max(greatest[i], other.greatest[i]);
    }
    residuals += other.residuals;
    squares += other.squares;
    undefined += other.undefined;
    broken += other.broken;
    return this;
  }

  /// Of the components, less the origin.
  public Moments moments() {
    return moments;
  }

  /// The least finite number of column i.
  public double least(int i) {
    return least[i];
  }

  /// The greatest finite number of column i.
  public double greatest(int i) {
    return greatest[i];
  }

  /// Mean and root mean square of |r|; NaN where a residual is, as in the program's metrics.
  public double[] residual() {
    long n = moments.count();
    return undefined > 0 ? new double[] {Double.NaN, Double.NaN} : new double[] {residuals / n, Math.sqrt(squares / n)};
  }

  /// Samples with a component that is no finite number.
  public long broken() {
    return broken;
  }

  /// Samples at which a law is NaN.
  public long undefined() {
    return undefined;
  }
}
