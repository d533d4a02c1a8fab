package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Gine;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.physics.Variables;

/// A graph network on bonds.
@Kind(
    value = "gine",
    doc =
        "A graph network on the bonds of a molecule, whose score of distances is carried to the atoms by the chain rule (ConfGF): "
            + "for data.kind: conformers and butane.",
    source = "Shi et al. 2021, arXiv 2105.03902")
public record GineConfig(
    @Setting(doc = "How often the features of atoms are updated.", value = "4", min = 1, max = 64) int layers,
    @Setting(doc = "Width of features and messages.", value = "64", min = 1, max = 1024) int hidden,
    @Setting(doc = NetworkConfig.EMBEDDING, value = "{kind: sinusoidal}") EmbeddingConfig timeEmbedding)
    implements NetworkConfig {
  @Override
  public boolean isEquivariant() {
    return true;
  }

  @Override
  public boolean knowsAbsence() {
    return true;
  }

  @Override
  public NetworkProgram architecture(Variables variables, Frame frame) {
    if (frame.centred().isEmpty()) {
      throw new IllegalArgumentException(
          "network.kind: gine is for conformers, whose conditions are the bonds of molecules: use data.kind: conformers or butane");
    }
    return new Gine(layers, hidden).of(PointCloud.of(frame), timeEmbedding.size());
  }
}
