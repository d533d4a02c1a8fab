package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Value;
import io.scorefield.network.program.Weights;
import java.util.List;
import java.util.Optional;

/// The layers that networks for fields are made of.
record FieldLayers(ProgramBuilder builder) {
  private static final double SMALL = 0.3; // initial size of what a block adds

  Value silu(Value x) {
    return builder.activate(Activation.SILU, x);
  }

  /// A residual block: h + C2 silu(C1 silu(h) + W e).
  ///
  /// @param told e, what every cell is told; empty: nothing
  Value block(FieldGrid grid, Value h, String name, Optional<Value> told) {
    Value inner = convolution(grid, silu(h), name + ".0", h.width(), 1);
    if (told.isPresent()) {
      Value e = told.get();
      Value now = builder.linear(e, builder.weights(name + ".time", e.width(), h.width(), false));
      inner = builder.add(inner, builder.gather(now, Links.sampleOf(grid.space())));
    }
    return builder.add(h, convolution(grid, silu(inner), name + ".1", h.width(), SMALL));
  }

  /// The means over the cells of a grid that make one of the halved grid, and a linear map of them.
  Value halved(FieldGrid fine, Value x, String name, int out) {
    double share = (double) fine.halved().cells() / fine.cells();
    return builder.linear(builder.scale(builder.segmentSum(x, fine.parts()), share), name, out);
  }

  /// A linear map, and its values at all cells of a finer grid that are parts of one.
  Value doubled(FieldGrid fine, Value x, String name, int out) {
    // The map is applied on the coarse grid: that is the same, and there are fewer cells.
    return builder.gather(builder.linear(x, name, out), fine.parts());
  }

  /// The sum over a cell and its neighbours of a linear map each. Whatever has fewer channels is sent to the neighbours:
  /// the values, or what the maps make of them.
  Value convolution(FieldGrid grid, Value x, String name, int out, double size) {
    List<int[]> steps = grid.steps();
    double gain = size / Math.sqrt(steps.size());
    Value sum = null;
    for (int i = 0; i < steps.size(); i++) {
      boolean centre = i == steps.size() / 2;
      Weights weights = builder.weights(name + "." + i, x.width(), out, centre, gain);
      Links links = grid.neighbours(steps.get(i));
      Value term;
      if (centre) {
        term = builder.linear(x, weights);
      } else if (x.width() < out) {
        term = builder.linear(builder.gather(x, links), weights);
      } else {
        term = builder.gather(builder.linear(x, weights), links);
      }
      sum = sum == null ? term : builder.add(sum, term);
    }
    return sum;
  }
}
