package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.matter.Element;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.CrystalNet;
import io.scorefield.physics.Variables;
import java.util.List;

/// A graph network of crystals.
@Kind(
    value = "crystal",
    doc =
        "A graph network for data.kind: crystals: what it makes of a composition does not depend on a shift, on the numbers of "
            + "the atoms, or on which copy of an atom is in the cell. docs/crystals.md.",
    source = "the form of CSPNet: Jiao et al. 2023 (DiffCSP), arXiv 2309.04475")
public record CrystalNetConfig(
    @Setting(doc = "How often features are updated.", value = "3", min = 1, max = 64) int layers,
    @Setting(doc = "Width of features and messages.", value = "64", min = 1, max = 1024) int hidden,
    @Setting(doc = "Sines and cosines of 2 pi k times a difference of coordinates, k = 1 to this.", value = "8", min = 1, max = 256)
        int frequencies,
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
      throw new IllegalArgumentException("network.kind: crystal needs network.time-embedding: {kind: log-noise}");
    }
  }

  @Override
  public NetworkProgram architecture(Variables variables, Frame frame) {
    return new CrystalNet(layers, hidden, frequencies).of(frame, timeEmbedding.size(), properties());
  }

  /// Period, group, its square, electronegativity and radius of every element, each about between -1 and 1.
  public static double[][] properties() {
    List<Element> all = Element.all();
    double[][] properties = new double[all.size()][];
    for (int i = 0; i < properties.length; i++) {
      Element element = all.get(i);
      double group = (element.group() - 9.5) / 8.5;
      properties[i] =
          new double[] {
            (element.period() - 4) / 3.0, group, group * group, element.electronegativity().orElse(2) - 2,
            element.ionicRadius().orElse(element.covalentRadius()) - 1
          };
    }
    return properties;
  }
}
