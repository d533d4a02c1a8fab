package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Arrays;

/// What graph networks of crystals have in common: features of elements, of the noise level and of the number of atoms, and the
/// norm of a layer.
///
/// @param nodes the atoms
/// @param hidden H, width of features
record CrystalParts(ProgramBuilder builder, Space nodes, int hidden) {
  private static final int TIMES = 16;

  Value silu(Value x) {
    return builder.activate(Activation.SILU, x);
  }

  /// Layer normalisation without parameters.
  Value norm(Value h) {
    Value centred = builder.subtract(h, builder.spread(builder.scale(builder.rowSum(h), 1.0 / hidden), hidden));
    Value variance = builder.scale(builder.rowSum(builder.square(centred)), 1.0 / hidden);
    return builder.multiply(centred, builder.spread(builder.inverse(builder.sqrt(builder.shift(variance, 1e-5))), hidden));
  }

  /// Features of the elements, [N, H].
  ///
  /// @param z atomic numbers, [N, 1]
  /// @param properties of the elements 1, 2, ..., [elements, P]
  Value composition(Value z, double[][] properties) {
    int elements = properties.length;
    double[] numbers = new double[elements];
    Arrays.setAll(numbers, i -> i + 1);
    Value distance = builder.square(builder.subtract(builder.spread(z, elements), rows(numbers)));
    Value kinds = builder.step(builder.shift(builder.scale(distance, -1), 0.25));
    Value h = builder.linear(kinds, builder.weights("element", elements, hidden, false));
    for (int p = 0; p < properties[0].length; p++) {
      double[] column = new double[elements];
      for (int element = 0; element < elements; element++) {
        column[element] = properties[element][p];
      }
      Value property = builder.rowSum(builder.multiply(kinds, rows(column)));
      h = builder.add(h, builder.linear(property, builder.weights("property." + p, 1, hidden, false, 0.5)));
    }
    return h;
  }

  /// The same row at every node.
  private Value rows(double[] row) {
    double[] all = new double[nodes.positions() * row.length];
    Arrays.setAll(all, i -> row[i % row.length]);
    return builder.constant(nodes, row.length, all);
  }

  /// Features of the noise level, [H] of the sample.
  Value time(Value logSigma) {
    double[] frequency = new double[TIMES];
    double[] phase = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      frequency[i] = 0.4 * Math.pow(1.6, i / 2);
      phase[i] = i % 2 * Math.PI / 2;
    }
    Value angle = builder.multiply(builder.spread(logSigma, TIMES), builder.constant(Space.SAMPLE, TIMES, frequency));
    return builder.linear(builder.sin(builder.add(angle, builder.constant(Space.SAMPLE, TIMES, phase))), "told.time", hidden);
  }

  /// A feature of the number of atoms, [H] of the sample.
  ///
  /// @param there 1 for every atom, [N, 1]
  Value count(Value there) {
    Value count = builder.scale(builder.segmentSum(there, Links.sampleOf(nodes)), 1.0 / nodes.positions());
    return builder.linear(count, builder.weights("told.count", 1, hidden, false));
  }

  /// What the atoms are told of a sum of such features.
  Value told(Value sum) {
    return builder.linear(silu(sum), "told.1", hidden);
  }
}
