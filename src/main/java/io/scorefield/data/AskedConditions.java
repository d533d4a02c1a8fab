package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;

/// What samples are asked for under, where that differs from sample to sample: the rows of a table, each in its turn, or
/// drawn with their weights. The conditions of sample i are a function of (seed, i).
///
/// @param rows [m, width], in data units
/// @param width how many conditions there are
/// @param weights `[m]`, how often a row is drawn; empty: sample i has row i modulo m
public record AskedConditions(float[] rows, int width, double[] weights) {
  /// Words of the stream of a sample's prior, far behind those of its state.
  private static final long DRAW = 1L << 33;

  public AskedConditions {
    if (width < 1 || rows.length == 0 || rows.length % width != 0) {
      throw new IllegalArgumentException(rows.length + " numbers are no table of " + width + " conditions");
    }
    if (weights.length != 0 && weights.length != rows.length / width) {
      throw new IllegalArgumentException("the table has " + rows.length / width + " rows and " + weights.length + " weights");
    }
    rows = rows.clone();
    weights = weights.clone();
  }

  /// Rows in turn.
  public static AskedConditions inTurn(float[] rows, int width) {
    return new AskedConditions(rows, width, new double[0]);
  }

  /// As often as the rows of data have them.
  ///
  /// @param rows [n, width], equal ones are put together
  public static AskedConditions asIn(float[] rows, int width) {
    float[] distinct = new float[rows.length];
    double[] counts = new double[rows.length / width];
    int found = 0;
    for (int i = 0; i < rows.length / width; i++) {
      int at = 0;
      while (at < found && !Arrays.equals(rows, i * width, (i + 1) * width, distinct, at * width, (at + 1) * width)) {
        at++;
      }
      if (at == found) {
        System.arraycopy(rows, i * width, distinct, found * width, width);
        found++;
      }
      counts[at]++;
    }
    return new AskedConditions(Arrays.copyOf(distinct, found * width), width, Arrays.copyOf(counts, found));
  }

  /// How many rows there are.
  public int size() {
    return rows.length / width;
  }

  /// Which row a sample has.
  public int row(long seed, long sample) {
    if (weights.length == 0) {
      return (int) (sample % size());
    }
    double wanted = new NoiseSource(seed).uniform(NoiseStream.PRIOR, sample, DRAW) * Arrays.stream(weights).sum();
    int row = 0;
    for (double sum = weights[0]; row < weights.length - 1 && sum <= wanted; ) {
      sum += weights[++row];
    }
    return row;
  }

  /// Those of samples first .. first + count - 1, [count, width].
  public float[] of(long seed, long first, int count) {
    float[] all = new float[Math.multiplyExact(count, width)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(rows, row(seed, first + i) * width, all, i * width, width);
    }
    return all;
  }

  @Override
  public float[] rows() {
    return rows.clone();
  }

  @Override
  public double[] weights() {
    return weights.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AskedConditions that
        && width == that.width
        && Arrays.equals(rows, that.rows)
        && Arrays.equals(weights, that.weights);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(rows) * 31 + width;
  }
}
