package io.scorefield.spark;

import io.scorefield.data.DataRange;
import io.scorefield.experiment.SampleWatch;
import io.scorefield.experiment.model.Model;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.SparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/// What is odd about the samples of a job, counted while they are made. Spark adds the counts of every task once, that of the attempt
/// that was taken.
final class SampleTally implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LongAccumulator far;
  private final LongAccumulator fallen;
  private final LongAccumulator costs;
  private final CollectionAccumulator<String> engines;
  private transient Optional<DataRange> range = Optional.empty();
  private transient int dimension;

  SampleTally(SparkContext context) {
    far = context.longAccumulator();
    fallen = context.longAccumulator();
    costs = context.longAccumulator();
    engines = context.collectionAccumulator();
  }

  /// Begins a task.
  ///
  /// @param engine in words
  SampleTally starting(Model model, String engine) {
    range = model.dataRange();
    dimension = model.dimension();
    engines.add(engine);
    return this;
  }

  /// Takes the first `count` samples of a block, [.., D].
  void look(float[] block, int count) {
    for (int i = 0; i < count && range.isPresent(); i++) {
      if (range.get().times(block, i * dimension) > SampleWatch.FAR) {
        far.add(1);
      }
    }
  }

  /// Takes the evaluations of the network of a sample that chooses its steps.
  void cost(int evaluations) {
    costs.add(evaluations);
  }

  void fellBack(long times) {
    fallen.add(times);
  }

  /// What there is to say after the job.
  ///
  /// @param count of all samples
  /// @param guidedSteps of each
  List<String> findings(String method, long count, long guidedSteps) {
    List<String> lines = new ArrayList<>();
    TreeSet<String> used = new TreeSet<>(engines.value());
    lines.add("engine: " + String.join(" and ", used));
    if (used.size() > 1) {
      lines.add(
          "warning: these engines may round differently; where samples must be equal to the bit, give --instructions, or machines of "
              + "one kind");
    }
    if (far.value() > 0) {
      lines.add(
          String.format(Locale.ROOT, "warning: %s: %,d of %,d samples lie far outside of the data", method, far.value(), count));
    }
    if (fallen.value() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: in %.2g %% of the guided steps the network implies no covariance of x_0; there the covariance of 'likelihood' was taken",
              method, 100.0 * fallen.value() / ((double) count * guidedSteps)));
    }
    if (costs.value() > 0) {
      lines.add(String.format(Locale.ROOT, "adaptive sampler: steps of each sample's own, %.1f evaluations in the mean", costs.value() / (double) count));
    }
    return lines;
  }
}
