package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.PeriodicDistanceNet;
import io.scorefield.physics.Variables;

/// A graph network of the distances in a crystal.
@Kind(
    value = "periodic-distances",
    doc =
        "A graph network for data.kind: crystals with data.make: places, which sees elements and distances to copies of atoms in "
            + "all cells around, and nothing else. docs/crystals-generated.md.",
    source = "the coordinates of SyMat: Luo, Liu and Ji 2023, arXiv 2307.02707, without its angles")
public record PeriodicDistanceConfig(
    @Setting(doc = "How often features are updated.", value = "3", min = 1, max = 64) int layers,
    @Setting(doc = "Width of features and messages.", value = "64", min = 1, max = 1024) int hidden,
    @Setting(doc = "How many distances between 0 and the cutoff there are bells around.", value = "16", min = 2, max = 256) int basis,
    @Setting(
            doc = "The largest distance that is seen, in angstrom. In cells with a height below two thirds of it: 1.5 times that height.",
            value = "5", min = 0.5, max = 100)
        double cutoff,
    @Setting(doc = NetworkConfig.EMBEDDING, value = "{kind: log-noise}") EmbeddingConfig timeEmbedding)
    implements NetworkConfig {
  @Override
  public boolean knowsAbsence() {
    return true;
  }

  @Override
  public boolean isEquivariant() {
    return true;
  }

  @Override
  public void checkAlone() {
    if (!(timeEmbedding instanceof EmbeddingConfig.LogNoise)) {
      throw new IllegalArgumentException("network.kind: periodic-distances needs network.time-embedding: {kind: log-noise}");
    }
  }

  @Override
  public NetworkProgram architecture(Variables variables, Frame frame) {
    return new PeriodicDistanceNet(layers, hidden, basis, cutoff).of(frame, timeEmbedding.size(), CrystalNetConfig.properties());
  }
}
