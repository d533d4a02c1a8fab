package io.scorefield.network.architecture;

import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import io.scorefield.network.program.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A small U-Net: a convolutional network for fields on a line or a plane, which sees a field at several resolutions.
///
/// The way down halves the grid and doubles the channels `levels` times, the way up doubles the grid again and adds what
/// the way down knew at that resolution. At each resolution of either way, and at the coarsest, `blocks` residual blocks
///
/// ```
/// h += C2 silu(C1 silu(h) + W e)                 e = silu(A time features + B silu(K c))
/// ```
///
/// of convolutions C over a cell and its neighbours, 3 or 3 x 3. What the network is told beside the fields, conditions c, is
/// told as the time is (Dhariwal and Nichol 2021, arXiv 2105.05233, section 3); B, K, A, W are linear maps. Halving takes means, doubling repeats. Where the grid is
/// periodic, shifted fields give shifted outputs, by as many cells as halving leaves whole: multiples of 2^levels.
///
/// Source: Ronneberger, Fischer and Brox 2015 (arXiv 1505.04597) with the residual blocks of Ho, Jain and Abbeel 2020
/// (arXiv 2006.11239), without their normalisation and self-attention.
///
/// @param channels at full resolution
/// @param levels how often the grid is halved
/// @param blocks residual blocks of a resolution
/// @param coordinates whether the network sees where a cell is
/// @param heads of the attention behind every residual block by which cells look at the conditions ({@link CrossAttention}), in
///     place of B and K; 0: there is none
public record FieldNet(int channels, int levels, int blocks, boolean coordinates, int heads) {
  /// A network without attention.
  public FieldNet(int channels, int levels, int blocks, boolean coordinates) {
    this(channels, levels, blocks, coordinates, 0);
  }

  /// The network for so many fields on a grid.
  ///
  /// @throws IllegalArgumentException when the grid cannot be halved so often
  public NetworkProgram of(FieldGrid grid, int fields, int timeFeatures) {
    return of(grid, fields, 0, timeFeatures);
  }

  /// The network for so many fields on a grid, and conditions behind them, which it is told and does not make.
  ///
  /// @throws IllegalArgumentException when the grid cannot be halved so often
  public NetworkProgram of(FieldGrid grid, int fields, int conditions, int timeFeatures) {
    return new Writer(grid, fields, conditions, timeFeatures).write();
  }

  /// Channels where the grid has been halved so often.
  private int width(int level) {
    return Math.multiplyExact(channels, 1 << level);
  }

  private static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }

  private final class Writer {
    private final ProgramBuilder builder = new ProgramBuilder();
    private final FieldLayers layers = new FieldLayers(builder);
    private final List<FieldGrid> grids = new ArrayList<>(); // finest first
    private final int fields;
    private final int conditions;
    private final int timeFeatures;
    private final Value time;
    private final Optional<CrossAttention> attention;

    Writer(FieldGrid grid, int fields, int conditions, int timeFeatures) {
      this.fields = fields;
      this.conditions = conditions;
      this.timeFeatures = timeFeatures;
      grids.add(grid);
      for (int level = 0; level < levels; level++) {
        if (!grids.getLast().halves()) {
          throw new IllegalArgumentException(
              "a grid of " + grid + " cells can be halved " + counted(level, "time") + ", not " + levels);
        }
        grids.add(grids.getLast().halved());
      }
      Value features =
          builder.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, dimension(), 0, 1));
      Value now = builder.linear(features, "time", 4 * channels);
      boolean attends = conditions > 0 && heads > 0;
      attention =
          attends
              ? Optional.of(new CrossAttention(builder, conditions, dimension() - conditions, 4 * channels))
              : Optional.empty();
      time = layers.silu(conditions == 0 || attends ? now : builder.add(now, told()));
    }

    private int dimension() {
      return fields * grids.getFirst().cells() + conditions;
    }

    private Value told() {
      Value given =
          builder.input(Space.SAMPLE, conditions, new Port(Channel.INPUT, dimension() - conditions, 0, 1));
      Value inner = layers.silu(builder.linear(given, builder.weights("conditions.0", conditions, 4 * channels, false)));
      return builder.linear(inner, builder.weights("conditions.1", 4 * channels, 4 * channels, false));
    }

    NetworkProgram write() {
      FieldGrid grid = grids.getFirst();
      Value h = layers.convolution(grid, grid.input(builder, fields), "in", channels, 1);
      if (coordinates) {
        Weights ofPlaces = builder.weights("places", grid.extents().size(), channels, false);
        h = builder.add(h, builder.linear(grid.places(builder), ofPlaces));
      }
      List<Value> skips = new ArrayList<>();
      for (int level = 0; level < levels; level++) {
        h = blocks(level, h, "down." + level);
        skips.add(h);
        h = layers.halved(grids.get(level), h, "down." + level + ".halved", width(level + 1));
      }
      h = blocks(levels, h, "middle");
      for (int level = levels - 1; level >= 0; level--) {
        String name = "up." + level;
        double half = Math.sqrt(0.5);
        Weights fromBelow = builder.weights(name + ".doubled", width(level + 1), width(level), true, half);
        Weights across = builder.weights(name + ".skip", width(level), width(level), false, half);
        // The map is applied on the coarse grid: that is the same, and there are fewer cells.
        Value coarse = builder.gather(builder.linear(h, fromBelow), grids.get(level).parts());
        h = blocks(level, builder.add(coarse, builder.linear(skips.get(level), across)), name);
      }
      grid.output(builder, layers.convolution(grid, layers.silu(h), "out", fields, 1));
      if (conditions > 0) {
        Value nothing = builder.filled(Space.SAMPLE, conditions, 0);
        builder.output(nothing, new Port(Channel.RESULT, dimension() - conditions, 0, 1));
      }
      String text =
          "U-Net of %s, %s and %s for %s of %s cells"
              .formatted(
                  counted(channels, "channel"), counted(levels, "level"), counted(blocks, "block"), counted(fields, "field"),
                  grid)
              + (conditions == 0 ? "" : " and " + counted(conditions, "condition"))
              + (attention.isPresent() ? ", attention of " + counted(heads, "head") : "");
      return new NetworkProgram(text, dimension(), timeFeatures, builder.build());
    }

    private Value blocks(int level, Value x, String name) {
      FieldGrid grid = grids.get(level);
      Value h = x;
      for (int block = 0; block < blocks; block++) {
        String here = name + ".block." + block;
        h = layers.block(grid, h, here, Optional.of(time));
        h = attention.isPresent() ? attention.get().to(h, here + ".attention", heads) : h;
      }
      return h;
    }
  }
}
