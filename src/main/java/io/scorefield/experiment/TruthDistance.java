package io.scorefield.experiment;

import io.scorefield.data.Distribution;
import io.scorefield.eval.Distances;
import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/// The sliced Wasserstein-2 distance of samples from the truth: its mean over parts of the samples, each against true points of
/// its own.
///
/// @param seed of the true points
/// @param parts independent parts of the samples
/// @param size samples of one part
/// @param directions of the sliced distance
record TruthDistance(Distribution truth, long seed, int parts, int size, int directions) {
  /// @param distance infinite where samples are not finite
  /// @param error its standard error
  record Figure(double distance, double error) {}

  /// How many samples a figure takes.
  int count() {
    return parts * size;
  }

  /// @param all samples [count, D]
  Figure of(float[] all) {
    int numbers = size * truth.dimension();
    SummaryStatistics distances = new SummaryStatistics();
    for (int part = 0; part < parts; part++) {
      distances.addValue(distance(Arrays.copyOfRange(all, part * numbers, (part + 1) * numbers), drawn(2L * part + 1)));
    }
    return figure(distances);
  }

  /// That of true points from others.
  Figure floor() {
    SummaryStatistics distances = new SummaryStatistics();
    for (int part = 0; part < parts; part++) {
      distances.addValue(distance(drawn(2L * part + 1), drawn(2L * part + 2)));
    }
    return figure(distances);
  }

  private static Figure figure(SummaryStatistics values) {
    return new Figure(values.getMean(), values.getStandardDeviation() / Math.sqrt(values.getN()));
  }

  private double distance(float[] some, float[] others) {
    for (float value : some) {
      if (!Float.isFinite(value)) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return Distances.slicedWasserstein2(some, others, truth.dimension(), directions);
  }

  private float[] drawn(long draw) {
    return truth.draw(seed + EvaluateStage.FRESH_DRAWS, draw * size, size);
  }
}
