package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;

/// The network.
public record NetworkConfig(
    @Setting(doc = "Number of linear layers.", value = "4", min = 1, max = Mlp.MAX_LAYERS)
        int layers,
    @Setting(doc = "Width of the hidden layers.", value = "128", min = 1, max = Mlp.MAX_WIDTH)
        int hidden,
    @Setting(doc = "Activation behind every layer but the last.", value = "silu")
        Activation activation,
    @Setting(doc = "The time features that are concatenated to x.", value = "{kind: sinusoidal}")
        Embedding timeEmbedding) {

  /// The network for data of the given dimension.
  public Architecture architecture(int dimension) {
    return Mlp.uniform(
        dimension, timeEmbedding.size(), layers, hidden, activation);
  }

  /// The time embedding.
  public sealed interface Embedding {
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
        implements Embedding {
      @Override
      public int size() {
        return 1;
      }

      @Override
      public TimeEmbedding embedding(NoiseSchedule schedule) {
        return new TimeEmbedding.Bare(scale == 0 ? 1 / schedule.end() : scale);
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
        implements Embedding, Checked {
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
}
