package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.NoiseSchedule;

/// The time embedding.
public sealed interface EmbeddingConfig {
  /// Number of features.
  int size();

  /// The features for the times of a schedule.
  TimeEmbedding embedding(NoiseSchedule schedule);

  @Kind(value = "bare", doc = "The single feature scale * t.")
  record Bare(
      @Setting(
              doc = "What t is multiplied with. 0: so that the schedule's largest time counts as 1.",
              value = "0",
              min = 0)
          double scale)
      implements EmbeddingConfig {
    @Override
    public int size() {
      return 1;
    }

    /// The largest number that the network can be told of a time.
    private static double largest(NoiseSchedule schedule) {
      return Math.max(Math.abs(schedule.clock(schedule.start())), Math.abs(schedule.clock(schedule.end())));
    }

    @Override
    public TimeEmbedding embedding(NoiseSchedule schedule) {
      return new TimeEmbedding.Bare(scale == 0 ? 1 / largest(schedule) : scale);
    }
  }

  @Kind(
      value = "levels",
      doc =
          "One feature for every level of a discrete schedule, 1 there and 0 at the others: parameters of their own for "
              + "every level.")
  record Levels(@Setting(doc = "The schedule's number of levels T.", value = "100", min = 1, max = 4096) int count)
      implements EmbeddingConfig {
    @Override
    public int size() {
      return count;
    }

    @Override
    public TimeEmbedding embedding(NoiseSchedule schedule) {
      if (!(schedule instanceof DiscreteSchedule discrete) || discrete.steps() != count) {
        throw new IllegalArgumentException(
            "network.time-embedding: one feature for each of " + count + " levels needs a discrete schedule of as many; "
                + "set schedule.steps and network.time-embedding.count to the same number");
      }
      return new TimeEmbedding.Levels(count);
    }
  }

  @Kind(value = "log-noise", doc = "The single feature ln(sigma), for schedule.kind: edm; networks of crystals need it.")
  record LogNoise() implements EmbeddingConfig {
    @Override
    public int size() {
      return 1;
    }

    /// That schedule tells ln(sigma) / 4.
    @Override
    public TimeEmbedding embedding(NoiseSchedule schedule) {
      if (!(schedule instanceof KarrasSchedule)) {
        throw new IllegalArgumentException("network.time-embedding: log-noise is for schedule.kind: edm, in which ln(sigma) is finite");
      }
      return new TimeEmbedding.Bare(4);
    }
  }

  @Kind(
      value = "sinusoidal",
      doc = "Sines and cosines of scale * t at geometrically falling frequencies.")
  record Sinusoidal(
      @Setting(doc = "Number of features, even.", value = "32", min = 2, max = 4096)
          int dimension,
      @Setting(
              doc =
                  "What t is multiplied with. 0: a discrete time by 1, a continuous one by 100, so that sines go "
                      + "round more than once.",
              value = "0",
              min = 0)
          double scale)
      implements EmbeddingConfig, Checked {
    private static final double OF_CONTINUOUS = 100;

    @Override
    public int size() {
      return dimension;
    }

    @Override
    public TimeEmbedding embedding(NoiseSchedule schedule) {
      double usual = schedule instanceof DiscreteSchedule ? 1 : OF_CONTINUOUS;
      return new TimeEmbedding.Sinusoidal(dimension, scale == 0 ? usual : scale);
    }

    @Override
    public void check() {
      new TimeEmbedding.Sinusoidal(dimension, 1);
    }
  }
}
