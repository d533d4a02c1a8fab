package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.physics.Variables;

/// A multilayer perceptron.
@Kind(value = "mlp", usual = true, doc = "A multilayer perceptron: any data.")
public record PerceptronConfig(
    @Setting(doc = "Number of linear layers.", value = "4", min = 1, max = Mlp.MAX_LAYERS) int layers,
    @Setting(doc = "Width of the hidden layers.", value = "128", min = 1, max = Mlp.MAX_WIDTH) int hidden,
    @Setting(doc = "Activation behind every layer but the last.", value = "silu") Activation activation,
    @Setting(doc = NetworkConfig.EMBEDDING, value = "{kind: sinusoidal}") EmbeddingConfig timeEmbedding)
    implements NetworkConfig {
  @Override
  public Mlp architecture(Variables variables, Frame frame) {
    return of(frame.coordinates());
  }

  private Mlp of(int dimension) {
    return Mlp.uniform(dimension, timeEmbedding.size(), layers, hidden, activation);
  }

  @Override
  public void checkAlone() {
    of(1);
  }
}
