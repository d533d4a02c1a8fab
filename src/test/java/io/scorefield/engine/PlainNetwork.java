package io.scorefield.engine;

import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;

/// The oracle of network evaluations.
final class PlainNetwork {
  private PlainNetwork() {}

  /// A network written as plainly as possible, in double precision.
  static double[] evaluate(Network network, double[] input) {
    double[] parameters = new double[network.parameters().length];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = network.parameters()[i];
    }
    return evaluate(network.architecture(), parameters, input);
  }

  /// The network of a row's oracle.
  static ProgramInterpreter.Output of(Network network) {
    return (row, x) -> {
      double[] input = new double[network.architecture().dimension() + network.architecture().timeFeatures()];
      for (int d = 0; d < x.length; d++) {
        input[d] = row.inputScale() * x[d];
      }
      System.arraycopy(row.timeFeatures(), 0, input, x.length, row.timeFeatures().length);
      return evaluate(network, input);
    };
  }

  static double[] evaluate(Architecture architecture, double[] parameters, double[] input) {
    Mlp mlp = (Mlp) architecture;
    double[] a = input;
    for (int layer = 0; layer < mlp.layers(); layer++) {
      double[] out = new double[mlp.out(layer)];
      for (int o = 0; o < out.length; o++) {
        out[o] = parameters[mlp.biasOffset(layer) + o];
        for (int i = 0; i < a.length; i++) {
          out[o] += parameters[mlp.weightOffset(layer) + o * a.length + i] * a[i];
        }
        if (layer < mlp.layers() - 1) {
          out[o] = mlp.activation().value(out[o]);
        }
      }
      a = out;
    }
    return a;
  }
}
