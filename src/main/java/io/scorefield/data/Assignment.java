package io.scorefield.data;

import java.util.Arrays;

/// The cheapest pairing of n things with n others: exact, by shortest augmenting paths, in n^3 steps at most.
///
/// Source: Jonker and Volgenant 1987, *A shortest augmenting path algorithm for dense and sparse linear assignment problems*,
/// without their heuristic start.
public final class Assignment {
  /// Costs of more points than that are not kept: they would be a gigabyte for 10,000.
  private static final int MOST_KEPT = 4096;

  /// The cost of pairing one with another.
  @FunctionalInterface
  public interface Cost {
    double of(int row, int column);
  }

  private Assignment() {}

  /// The column of every row, `[n]`, such that the costs add up to the least.
  ///
  /// @throws IllegalArgumentException when a cost is not finite
  public static int[] of(int n, Cost cost) {
    double[] rowPrice = new double[n];
    double[] columnPrice = new double[n];
    int[] rowOf = new int[n];
    Arrays.fill(rowOf, -1);
    int[] before = new int[n];
    double[] length = new double[n];
    boolean[] done = new boolean[n];
    for (int start = 0; start < n; start++) {
      Arrays.fill(length, Double.POSITIVE_INFINITY);
      Arrays.fill(done, false);
      int row = start;
      int last = -1; // the column that the path has reached
      double reached = 0;
      while (row >= 0) {
        int nearest = -1;
        for (int column = 0; column < n; column++) {
          if (done[column]) {
            continue;
          }
          double through = reached + cost.of(row, column) - rowPrice[row] - columnPrice[column];
          if (through < length[column]) {
            length[column] = through;
            before[column] = last;
          }
          if (nearest < 0 || length[column] < length[nearest]) {
            nearest = column;
          }
        }
        if (!(length[nearest] < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException("a cost of row " + row + " is not finite");
        }
        reached = length[nearest];
        done[nearest] = true;
        last = nearest;
        row = rowOf[nearest];
      }
      // Prices along the way; then the path is turned over.
      rowPrice[start] += reached;
      for (int column = 0; column < n; column++) {
        if (done[column] && column != last) {
          rowPrice[rowOf[column]] += reached - length[column];
          columnPrice[column] -= reached - length[column];
        }
      }
      while (last >= 0) {
        int previous = before[last];
        rowOf[last] = previous < 0 ? start : rowOf[previous];
        last = previous;
      }
    }
    int[] columnOf = new int[n];
    for (int column = 0; column < n; column++) {
      columnOf[rowOf[column]] = column;
    }
    return columnOf;
  }

  /// For points: the pairing of least squared distance.
  ///
  /// @param a [n, D]
  /// @param b [n, D]
  public static int[] ofPoints(float[] a, float[] b, int dimension) {
    int n = a.length / dimension;
    if (n > MOST_KEPT) {
      return of(n, (row, column) -> squaredDistance(a, row, b, column, dimension));
    }
    // Every cost is looked at many times.
    double[][] costs = new double[n][n];
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        costs[row][column] = squaredDistance(a, row, b, column, dimension);
      }
    }
    return of(n, (row, column) -> costs[row][column]);
  }

  /// The Wasserstein-2 distance of two samples of equal size, the root of the mean squared distance of the cheapest pairing.
  ///
  /// @param a [n, D]
  /// @param b [n, D]
  public static double wasserstein2(float[] a, float[] b, int dimension) {
    int[] pairs = ofPoints(a, b, dimension);
    double sum = 0;
    for (int row = 0; row < pairs.length; row++) {
      sum += squaredDistance(a, row, b, pairs[row], dimension);
    }
    return Math.sqrt(sum / pairs.length);
  }

  private static double squaredDistance(float[] a, int row, float[] b, int column, int dimension) {
    double sum = 0;
    for (int d = 0; d < dimension; d++) {
      double difference = (double) a[row * dimension + d] - b[column * dimension + d];
      sum += difference * difference;
    }
    return sum;
  }
}
