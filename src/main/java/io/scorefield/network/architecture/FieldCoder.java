package io.scorefield.network.architecture;

import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Two convolutional networks for fields on a line or a plane: the layers of {@link FieldNet} without what leads across, so
/// that all goes through the code. A code is again fields, on the grid that has been halved so often.
///
/// Source: the first stage of Rombach et al. 2022 (arXiv 2112.10752), without its attention, normalisation, and its perceptual
/// and adversarial losses.
///
/// @param grid of the fields
/// @param fields of a state
/// @param latentFields of a code
/// @param channels at full resolution; twice as many wherever the grid is halved
/// @param levels how often the grid is halved
/// @param blocks residual blocks of each resolution
/// @param coordinates whether both halves see where a cell is
public record FieldCoder(
    FieldGrid grid, int fields, int latentFields, int channels, int levels, int blocks, boolean coordinates) implements Coder {
  public FieldCoder {
    FieldGrid coarse = grid;
    for (int level = 0; level < levels; level++) {
      if (!coarse.halves()) {
        throw new IllegalArgumentException(
            "a grid of " + grid + " cells can be halved " + level + (level == 1 ? " time" : " times") + ", not " + levels);
      }
      coarse = coarse.halved();
    }
  }

  /// The grid of a code.
  public FieldGrid coarse() {
    return at(levels);
  }

  private FieldGrid at(int level) {
    FieldGrid here = grid;
    for (int i = 0; i < level; i++) {
      here = here.halved();
    }
    return here;
  }

  @Override
  public int dimension() {
    return Math.multiplyExact(fields, grid.cells());
  }

  @Override
  public int latents() {
    return Math.multiplyExact(latentFields, coarse().cells());
  }

  @Override
  public List<Value> state(ProgramBuilder builder, int offset, int told) {
    return List.of(input(builder, grid, fields, offset));
  }

  @Override
  public List<Value> code(ProgramBuilder builder, int offset, int told) {
    return List.of(input(builder, coarse(), latentFields, offset));
  }

  /// Channels where the grid has been halved so often.
  private int width(int level) {
    return Math.multiplyExact(channels, 1 << level);
  }

  @Override
  public Encoded encode(ProgramBuilder builder, List<Value> state, boolean withVariance, int told) {
    FieldLayers layers = new FieldLayers(builder);
    Value h = placed(layers, grid, layers.convolution(grid, state.getFirst(), "encoder.in", channels, 1), "encoder.places");
    for (int level = 0; level <= levels; level++) {
      h = blocks(layers, level, h, "encoder");
      if (level < levels) {
        h = layers.halved(at(level), h, "encoder." + level + ".halved", width(level + 1));
      }
    }
    h = layers.silu(h);
    List<Value> variance = new ArrayList<>();
    Value mean = layers.convolution(coarse(), h, "encoder.mean", latentFields, 1);
    if (withVariance) {
      variance.add(layers.convolution(coarse(), h, "encoder.log-variance", latentFields, 1));
    }
    return new Encoded(List.of(mean), variance);
  }

  @Override
  public List<Value> decode(ProgramBuilder builder, List<Value> code, int told) {
    FieldLayers layers = new FieldLayers(builder);
    Value h = layers.convolution(coarse(), code.getFirst(), "decoder.in", width(levels), 1);
    h = placed(layers, coarse(), h, "decoder.places");
    for (int level = levels; level >= 0; level--) {
      h = blocks(layers, level, h, "decoder");
      if (level > 0) {
        h = layers.doubled(at(level - 1), h, "decoder." + level + ".doubled", width(level - 1));
      }
    }
    return List.of(layers.convolution(grid, layers.silu(h), "decoder.out", fields, 1));
  }

  private Value placed(FieldLayers layers, FieldGrid on, Value h, String name) {
    if (!coordinates) {
      return h;
    }
    ProgramBuilder builder = layers.builder();
    Value places = on.places(builder);
    return builder.add(h, builder.linear(places, builder.weights(name, places.width(), h.width(), false)));
  }

  private Value blocks(FieldLayers layers, int level, Value x, String name) {
    Value h = x;
    for (int block = 0; block < blocks; block++) {
      h = layers.block(at(level), h, name + "." + level + ".block." + block, Optional.empty());
    }
    return h;
  }

  @Override
  public void outputState(ProgramBuilder builder, List<Value> state, int told) {
    output(builder, grid, state.getFirst());
  }

  @Override
  public void outputCode(ProgramBuilder builder, List<Value> code, int told) {
    output(builder, coarse(), code.getFirst());
  }

  /// One field after the other.
  private static Value input(ProgramBuilder builder, FieldGrid on, int count, int offset) {
    return builder.input(on.space(), count, new Port(Channel.INPUT, offset, 1, on.cells()));
  }

  private static void output(ProgramBuilder builder, FieldGrid on, Value fields) {
    builder.output(fields, new Port(Channel.RESULT, 0, 1, on.cells()));
  }

  @Override
  public String toString() {
    return "convolutions of " + channels + " channels, " + fields + " x " + grid + " to " + latentFields + " x " + coarse()
        + " numbers";
  }
}
