package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Scaling;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.network.architecture.PerceptronCoder;
import io.scorefield.physics.Variables;
import java.util.List;

/// An autoencoder of two perceptrons.
@Kind(value = "mlp", doc = "An autoencoder of two perceptrons: any data.")
public record PerceptronLatentConfig(
    @Setting(doc = "Numbers of a code, K; at most as many as the data have components.", min = 1, max = Mlp.MAX_WIDTH) int size,
    @Setting(doc = "Linear layers of each half. 1: codes are principal components.", value = "3", min = 1, max = Mlp.MAX_LAYERS)
        int layers,
    @Setting(doc = "Width of the layers between.", value = "128", min = 1, max = Mlp.MAX_WIDTH) int hidden,
    @Setting(doc = "Activation between layers.", value = "silu") Activation activation,
    @Setting(doc = "The code.", value = "{}") LatentCodeConfig code,
    @Setting(doc = "The training of the autoencoder.", value = "{}") LatentTrainConfig train)
    implements LatentConfig {
  @Override
  public Autoencoder autoencoder(Variables variables, Scaling scaling) {
    if (scaling.frame().presence().isPresent()) {
      throw new IllegalArgumentException(
          "latent.kind: mlp cannot be told that samples have different numbers of atoms; set latent.kind: egnn");
    }
    try {
      return code.autoencoder(new PerceptronCoder(scaling.frame().varied(), size, layers, hidden, activation));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("latent.size: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> components(Autoencoder autoencoder) {
    return List.of("z[" + size + "]");
  }
}
