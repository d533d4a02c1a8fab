package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.network.architecture.FieldCoder;
import io.scorefield.network.architecture.FieldGrid;
import io.scorefield.physics.Variables;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An autoencoder of two convolutional networks.
@Kind(
    value = "unet",
    doc =
        "An autoencoder of two convolutional networks, the two ways of a U-Net without what leads across: for fields of one shape; "
            + "codes are fields on a coarser grid.")
public record FieldLatentConfig(
    @Setting(doc = "Fields of a code, each on the grid that has been halved so often.", value = "4", min = 1, max = 256) int fields,
    @Setting(doc = "Channels at full resolution; twice as many wherever the grid is halved.", value = "16", min = 1, max = 256)
        int channels,
    @Setting(doc = "How often the grid is halved, along each axis.", value = "2", min = 1, max = 8) int levels,
    @Setting(doc = "Residual blocks of each resolution, in each half.", value = "1", min = 0, max = 16) int blocks,
    @Setting(doc = "What lies beyond the edge: zeros, or, on a periodic domain, the other end.", value = "zero")
        UnetConfig.Padding padding,
    @Setting(doc = "Whether both halves see where a cell lies.", value = "false") boolean coordinates,
    @Setting(doc = "The code.", value = "{}") LatentCodeConfig code,
    @Setting(doc = "The training of the autoencoder.", value = "{}") LatentTrainConfig train)
    implements LatentConfig {
  @Override
  public Autoencoder autoencoder(Variables variables, Scaling scaling) {
    Frame frame = scaling.frame();
    FieldGrid grid = UnetConfig.grid("latent.kind", variables, frame, padding);
    int count = variables.first(frame.made()).fields().size();
    try {
      return code.autoencoder(new FieldCoder(grid, count, fields, channels, levels, blocks, coordinates));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("latent.levels: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> components(Autoencoder autoencoder) {
    String shape =
        ((FieldCoder) autoencoder.coder()).coarse().extents().stream().map(String::valueOf).collect(Collectors.joining(","));
    return IntStream.range(0, fields).mapToObj(i -> "z" + i + "[" + shape + "]").toList();
  }
}
