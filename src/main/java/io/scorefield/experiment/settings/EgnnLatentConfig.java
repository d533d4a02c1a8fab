package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.EgnnCoder;
import io.scorefield.physics.Variables;
import java.util.ArrayList;
import java.util.List;

/// An autoencoder of two equivariant graph networks.
@Kind(
    value = "egnn",
    doc =
        "An autoencoder of two equivariant graph networks, for molecules: codes are clouds of as many points, each with a few features in "
            + "place of its element.",
    source = "Xu et al. 2023, arXiv 2305.01140, section 3")
public record EgnnLatentConfig(
    @Setting(doc = "Features of a point of a code.", value = "1", min = 1, max = 64) int features,
    @Setting(doc = "Layers of the encoder.", value = "1", min = 1, max = 64) int encoderLayers,
    @Setting(doc = "Layers of the decoder.", value = "3", min = 1, max = 64) int layers,
    @Setting(doc = "Width of features and messages.", value = "32", min = 1, max = 1024) int hidden,
    @Setting(doc = "Whether messages are weighted by what they say.", value = "true") boolean attention,
    @Setting(
            doc = "What positions are moved by: messages, or the features of both ends and their distance.",
            value = "features")
        Egnn.Coordinates coordinates,
    @Setting(doc = "The code.", value = "{noise: fixed, deviation: 0.01, kl-weight: 1e-4}") LatentCodeConfig code,
    @Setting(doc = "The training of the autoencoder.", value = "{}") LatentTrainConfig train)
    implements LatentConfig {
  @Override
  public Autoencoder autoencoder(Variables variables, Scaling scaling) {
    Frame frame = scaling.frame();
    if (frame.centred().isEmpty() || frame.features() == 0) {
      throw new IllegalArgumentException(
          "latent.kind: egnn is for molecules, particles with types (data.kind: molecules); the data have " + variables);
    }
    if (code.noise() == Autoencoder.Noise.LEARNED) {
      throw new IllegalArgumentException("latent.code.noise: that of points is fixed, as it would turn with them; set it to fixed or none");
    }
    double one = 1 / scaling.deviation()[frame.made() - frame.features()];
    try {
      return code.autoencoder(new EgnnCoder(frame, features, egnn(encoderLayers), egnn(layers), one));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("latent.features: " + e.getMessage(), e);
    }
  }

  private Egnn egnn(int count) {
    return new Egnn(count, hidden, attention, coordinates, 0);
  }

  @Override
  public List<String> components(Autoencoder autoencoder) {
    int particles = ((EgnnCoder) autoencoder.coder()).frame().centred().orElseThrow().particles();
    List<String> names = new ArrayList<>(List.of("x[" + particles + ",3]"));
    for (int i = 0; i < features; i++) {
      names.add("z" + i + "[" + particles + "]");
    }
    return names;
  }
}
