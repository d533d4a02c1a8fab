package io.scorefield.engine.layout;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The share of the time features in a network's first layer is the same for all samples of a row: it is folded into the
/// bias, b + W_t features, which is summed in double precision and then rounded to float32.
///
/// Results have rows of `stride` floats, of which those beyond the layer's outputs are 0.
public final class FoldedFeatures {
  private FoldedFeatures() {}

  /// The bias of every row that uses the network, `float[network rows][stride]`.
  public static MemorySegment of(Network network, StepProgram program, int stride, Arena arena) {
    long rows = program.networkEvaluations();
    MemorySegment biases = arena.allocate(rows * stride * Float.BYTES, 64);
    long at = 0;
    for (StepRow row : program.rows()) {
      if (row.usesNetwork()) {
        fold(network, row.timeFeatures(), biases, at);
        at += stride;
      }
    }
    return biases;
  }

  /// The bias with the given time features, `float[stride]`.
  public static MemorySegment of(Network network, double[] timeFeatures, int stride, Arena arena) {
    MemorySegment bias = arena.allocate((long) stride * Float.BYTES, 64);
    fold(network, timeFeatures, bias, 0);
    return bias;
  }

  private static void fold(Network network, double[] features, MemorySegment to, long at) {
    Mlp mlp = Tables.mlp(network.architecture());
    float[] parameters = network.parameters();
    for (int o = 0; o < mlp.out(0); o++) {
      double sum = parameters[mlp.biasOffset(0) + o];
      int weights = mlp.weightOffset(0) + o * mlp.in(0) + mlp.dimension();
      for (int e = 0; e < features.length; e++) {
        sum += parameters[weights + e] * features[e];
      }
      to.setAtIndex(JAVA_FLOAT, at + o, (float) sum);
    }
  }
}
