package io.scorefield.report.board;

/// How often numbers fall into equally wide bins from the least to the largest of them.
///
/// @param limits the upper end of every bin, ascending
/// @param counts [bins]
record Histogram(
    double least, double most, double count, double sum, double sumOfSquares, double[] limits, double[] counts) {
  private static final int BINS = 40;

  /// @param first index of the first number
  /// @param stride from one number to the next
  /// @param count of them, at least 1; all finite
  static Histogram of(float[] values, int first, int stride, int count) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double value = values[first + i * stride];
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
      squares += value * value;
    }
    int bins = most > least ? BINS : 1;
    double[] limits = new double[bins];
    for (int b = 0; b < bins; b++) {
      limits[b] = b == bins - 1 ? most : least + (most - least) * (b + 1) / bins;
    }
    double[] counts = new double[bins];
    for (int i = 0; i < count; i++) {
      double share = most > least ? (values[first + i * stride] - least) / (most - least) : 0;
      counts[Math.min(bins - 1, (int) (bins * share))]++;
    }
    return new Histogram(least, most, count, sum, squares, limits, counts);
  }
}
