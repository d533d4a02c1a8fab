package io.scorefield.experiment.model;

import io.scorefield.data.DataSet;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.rng.Shuffle;
import java.util.Arrays;
import java.util.Optional;

/// The points of a data set that are not trained on: a random part that the seed decides, each of the others in its order.
final class HeldOut {
  /// Far beyond the epochs of a training, whose orders are drawn from the same numbers.
  private static final long DRAW = 1L << 40;

  private HeldOut() {}

  /// How many points an experiment holds out: a share of them, or where truths are to be measured that no one has seen and
  /// cannot be drawn, as many as those are, at most a tenth.
  static int count(ExperimentConfig config, DataSet data) {
    double share = config.train().heldOut();
    if (share > 0) {
      return Math.max(1, (int) Math.round(share * data.size()));
    }
    boolean measuresPoints =
        config.inverse().present() && config.inverse().measured().isEmpty() && data.source().isEmpty();
    return measuresPoints ? Math.min(config.inverse().truths(), data.size() / 10) : 0;
  }

  /// The points to train on.
  static DataSet training(DataSet all, int heldOut, long seed) {
    return heldOut == 0 ? all : all.part(sorted(order(all, seed), heldOut, all.size()));
  }

  /// The others; empty where none are held out.
  static Optional<DataSet> others(DataSet all, int heldOut, long seed) {
    return heldOut == 0
        ? Optional.empty()
        : Optional.of(all.part(sorted(order(all, seed), 0, heldOut)));
  }

  private static int[] order(DataSet all, long seed) {
    return Shuffle.order(seed, DRAW, all.size());
  }

  private static int[] sorted(int[] order, int from, int to) {
    int[] part = Arrays.copyOfRange(order, from, to);
    Arrays.sort(part);
    return part;
  }
}
