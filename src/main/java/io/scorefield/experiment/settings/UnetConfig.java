package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.FieldGrid;
import io.scorefield.network.architecture.FieldNet;
import io.scorefield.physics.Variables;
import io.scorefield.physics.Variables.Field;
import java.util.List;

/// A convolutional network for fields.
@Kind(
    value = "unet",
    doc =
        "A small convolutional U-Net: for data of one or more fields of the same shape, on a line such as u[64] or on a "
            + "plane such as k[16,16] and u[16,16].")
public record UnetConfig(
    @Setting(doc = "Channels at full resolution; twice as many wherever the grid is halved.", value = "16", min = 1, max = 256)
        int channels,
    @Setting(doc = "How often the grid is halved, along each axis.", value = "2", min = 0, max = 8) int levels,
    @Setting(doc = "Residual blocks of each resolution, on the way down and on the way up.", value = "1", min = 1, max = 16)
        int blocks,
    @Setting(
            doc = "What lies beyond the edge: zeros, or, on a periodic domain, the other end.",
            value = "zero")
        Padding padding,
    @Setting(
            doc = "Whether the network sees where a cell lies; for laws that depend on the place.",
            value = "false")
        boolean coordinates,
    @Setting(
            doc =
                "Heads of the attention by which every cell looks at the conditions that the network is told (cross-attention). 0: "
                    + "conditions are told as the time is.",
            value = "0",
            min = 0,
            max = 64)
        int attention,
    @Setting(doc = NetworkConfig.EMBEDDING, value = "{kind: sinusoidal}") EmbeddingConfig timeEmbedding)
    implements NetworkConfig {
  /// What lies beyond the edge.
  public enum Padding {
    ZERO,
    PERIODIC
  }

  @Override
  public NetworkProgram architecture(Variables variables, Frame frame) {
    FieldGrid grid = grid("network.kind", variables, frame, padding);
    if (attention > 0 && frame.conditions() == 0) {
      throw new IllegalArgumentException(
          "network.attention is to conditions, and the network is told none; set data.conditions, or network.attention: 0");
    }
    int fields = variables.first(frame.made()).fields().size();
    try {
      return new FieldNet(channels, levels, blocks, coordinates, attention).of(grid, fields, frame.conditions(), timeEmbedding.size());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("network.levels: " + e.getMessage(), e);
    }
  }

  /// The grid of fields of one shape.
  ///
  /// @param key that asks for it
  /// @throws IllegalArgumentException when the data are something else
  static FieldGrid grid(String key, Variables variables, Frame frame, Padding padding) {
    List<Field> fields = variables.first(frame.made()).fields();
    List<Integer> shape = fields.getFirst().shape();
    if (shape.isEmpty() || frame.centred().isPresent() || fields.stream().anyMatch(field -> !field.shape().equals(shape))) {
      throw new IllegalArgumentException(
          key + ": unet is for fields of one shape, such as u[64] or k[16,16] and u[16,16]; the data have "
              + variables + (frame.centred().isPresent() ? ", particles" : ""));
    }
    return new FieldGrid(shape, padding == Padding.PERIODIC);
  }

  @Override
  public void checkAlone() {
    if (coordinates && padding == Padding.PERIODIC) {
      throw new IllegalArgumentException(
          "network.coordinates: on a periodic domain no place differs from another; leave them out, or set "
              + "network.padding: zero");
    }
  }
}
