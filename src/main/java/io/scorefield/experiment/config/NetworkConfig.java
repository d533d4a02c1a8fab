package io.scorefield.experiment.config;

import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.TimeEmbedding;

/// The network.
public record NetworkConfig(
    @Setting(doc = "Number of linear layers.", value = "3", min = 1, max = Mlp.MAX_LAYERS)
        int layers,
    @Setting(doc = "Width of the hidden layers.", value = "64", min = 1, max = Mlp.MAX_WIDTH)
        int hidden,
    @Setting(doc = "Activation behind every layer but the last.", value = "tanh")
        Activation activation,
    @Setting(doc = "The time features that are concatenated to x.", value = "{kind: bare}")
        Embedding timeEmbedding) {

  /// The network for data of the given dimension.
  public Mlp mlp(int dimension) {
    return Mlp.uniform(
        dimension, timeEmbedding.embedding().size(), layers, hidden, activation);
  }

  /// The time embedding.
  public sealed interface Embedding {
    TimeEmbedding embedding();

    @Kind(value = "bare", doc = "The single feature scale * t.")
    record Bare(
        @Setting(doc = "What t is multiplied with.", value = "1", min = 0, aboveMin = true)
            double scale)
        implements Embedding {
      @Override
      public TimeEmbedding embedding() {
        return new TimeEmbedding.Bare(scale);
      }
    }

    @Kind(
        value = "sinusoidal",
        doc = "Sines and cosines of scale * t at geometrically falling frequencies.")
    record Sinusoidal(
        @Setting(doc = "Number of features, even.", value = "32", min = 2, max = 4096)
            int dimension,
        @Setting(doc = "What t is multiplied with.", value = "1", min = 0, aboveMin = true)
            double scale)
        implements Embedding, Checked {
      @Override
      public TimeEmbedding embedding() {
        return new TimeEmbedding.Sinusoidal(dimension, scale);
      }

      @Override
      public void check() {
        embedding();
      }
    }
  }
}
