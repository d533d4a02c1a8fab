package io.scorefield.experiment.settings;

import io.scorefield.config.Conditional;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.physics.Variables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An equivariant graph network.
@Kind(
    value = "egnn",
    doc =
        "An E(n)-equivariant graph network: for molecules, and for particles, data of one field [particles, axes]. Turned, "
            + "mirrored or renumbered they are as likely as they were.")
public record EgnnConfig(
    @Setting(doc = "How often positions and features are updated.", value = "3", min = 1, max = 64) int layers,
    @Setting(doc = "Width of features and messages.", value = "32", min = 1, max = 1024) int hidden,
    @Setting(doc = "Whether messages are weighted by what they say.", value = "true") boolean attention,
    @Setting(
            doc =
                "What positions are moved by: messages (the earlier form), or the features of both ends and their "
                    + "distance (the later form).",
            value = "messages")
        Egnn.Coordinates coordinates,
    @Setting(
            doc =
                "The most that one neighbour moves a particle in a layer. 0: 15, shared out over the layers where positions "
                    + "move by messages.",
            value = "0",
            min = 0)
        double range,
    @Setting(
            doc =
                "Gaussian functions of every distance that the network is told beside its square. 0: none.",
            value = "0",
            min = 0,
            max = 256)
        int radial,
    @Setting(
            doc = "The largest distance that these tell apart, in units of the state.",
            value = "5",
            min = 0,
            aboveMin = true)
        double reach,
    @Setting(doc = NetworkConfig.EMBEDDING, value = "{kind: sinusoidal}") EmbeddingConfig timeEmbedding)
    implements NetworkConfig, Conditional {
  /// The last layer moves the positions, and its messages go no further.
  @Override
  public Map<String, String> meaningless() {
    Map<String, String> meaningless = new LinkedHashMap<>();
    if (layers == 1) {
      meaningless.put("attention", "messages are weighted on their way to the next layer, and there is one layer only");
    }
    if (radial == 0) {
      meaningless.put("reach", "it is that of radial functions, and 'network.radial' is 0");
    }
    return meaningless;
  }

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
    return new Egnn(layers, hidden, attention, coordinates, range, radial, reach).of(cloud("egnn", variables, frame), timeEmbedding.size());
  }

  /// The graph of particles that the components are.
  static PointCloud cloud(String kind, Variables variables, Frame frame) {
    if (frame.features() > 0 || frame.presence().isPresent()) {
      return PointCloud.of(frame);
    }
    List<Integer> shape = variables.fields().getFirst().shape();
    int size = shape.stream().reduce(1, Math::multiplyExact);
    if (size != frame.made() || shape.size() != 2) {
      throw new IllegalArgumentException(
          "network.kind: " + kind + " is for particles: one field of particles and axes, such as x[13,3]; the data have "
              + variables);
    }
    if (frame.centred().isEmpty()) {
      throw new IllegalArgumentException(
          "network.kind: " + kind + " is for particles without their mean, which it cannot see: use data.kind: particles, or "
              + "tell the file's energy with data.energy");
    }
    return new PointCloud(shape.get(0), shape.get(1), true, frame.conditions());
  }
}
