package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.EnergyNetwork;
import io.scorefield.network.architecture.PairEnergy;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.physics.Variables;
import java.util.List;
import java.util.Map;

/// A network that is the force of an energy.
@Kind(
    value = "energy",
    doc =
        "The force of an energy that depends on distances only, for particles: data of one field [particles, axes]. The "
            + "field of forces is conservative.")
public record EnergyConfig(
    @Setting(
            doc =
                "What the energy is: a graph network, or a sum over pairs, which is fitted by linear equations, level by "
                    + "level, before the training begins.",
            value = "network")
        Form form,
    @Setting(doc = "Of the graph network: how often features are updated.", value = "3", min = 1, max = 64) int layers,
    @Setting(doc = "Of the graph network: width of features and messages.", value = "32", min = 1, max = 1024) int hidden,
    @Setting(
            doc =
                "Of the graph network: lengths in units of the state; the energy is then a sum of networks, one a length, which "
                    + "sees pairs up to about that distance. Empty: one network that sees all.",
            value = "[]",
            min = 0,
            aboveMin = true)
        List<Double> lengths,
    @Setting(doc = "Of the sum over pairs: Gaussians of the distance.", value = "48", min = 2, max = 1024) int functions,
    @Setting(
            doc = "Of the sum over pairs: the distance of the last Gaussian's centre, in units of the state.",
            value = "6",
            min = 0.1,
            max = 1e4)
        double reach,
    @Setting(doc = NetworkConfig.EMBEDDING, value = "{kind: sinusoidal}") EmbeddingConfig timeEmbedding)
    implements NetworkConfig, Conditional, Checked {
  /// What the energy is.
  public enum Form {
    NETWORK,
    PAIRS
  }

  @Override
  public Map<String, String> meaningless() {
    String ofPairs = "the energy is a graph network, and 'form: pairs' is not set";
    String ofNetwork = "the energy is a sum over pairs, as 'form: pairs' says, and not a graph network";
    return switch (form) {
      case NETWORK -> Map.of("functions", ofPairs, "reach", ofPairs);
      case PAIRS -> Map.of("layers", ofNetwork, "hidden", ofNetwork, "lengths", ofNetwork);
    };
  }

  @Override
  public void check() {
    if (form == Form.PAIRS && !(timeEmbedding instanceof EmbeddingConfig.Levels)) {
      throw new IllegalArgumentException(
          "a sum over pairs is fitted level by level, and needs parameters of its own for every level; set time-embedding: "
              + "{kind: levels, count: T} with the schedule's number of levels T");
    }
  }

  @Override
  public boolean isEquivariant() {
    return true;
  }

  @Override
  public NetworkProgram architecture(Variables variables, Frame frame) {
    if (frame.features() > 0) {
      throw new IllegalArgumentException(
          "network.kind: energy is for particles that are all alike; these have features, so set network.kind: egnn");
    }
    PointCloud cloud = EgnnConfig.cloud("energy", variables, frame);
    if (form == Form.PAIRS && cloud.conditions() > 0) {
      throw new IllegalArgumentException(
          "a sum over pairs has parameters for one temperature; leave out data.temperatures, or set network.form: network");
    }
    return switch (form) {
      case NETWORK -> new EnergyNetwork(layers, hidden, lengths).of(cloud, timeEmbedding.size());
      case PAIRS -> new PairEnergy(functions, reach).of(cloud, timeEmbedding.size());
    };
  }

  /// The energy whose force the architecture is, as a network with the same parameters; for a graph network.
  public NetworkProgram energy(Variables variables, Frame frame) {
    return new EnergyNetwork(layers, hidden, lengths).energy(EgnnConfig.cloud("energy", variables, frame), timeEmbedding.size());
  }

  @Override
  public boolean isFitted() {
    return form == Form.PAIRS;
  }
}
