package io.scorefield.engine.reference;

import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import java.util.Arrays;

/// A network in double precision: forward pass, and the gradient with respect to its input.
final class ReferenceNetwork {
  private final Mlp mlp;
  private final double[][][] weight; // [layer][out][in]
  private final double[][][] transposed; // [layer][in][out]
  private final double[][] bias; // [layer][out]

  ReferenceNetwork(Mlp mlp) {
    this.mlp = mlp;
    weight = new double[mlp.layers()][][];
    transposed = new double[mlp.layers()][][];
    bias = new double[mlp.layers()][];
    for (int layer = 0; layer < mlp.layers(); layer++) {
      weight[layer] = new double[mlp.out(layer)][mlp.in(layer)];
      transposed[layer] = new double[mlp.in(layer)][mlp.out(layer)];
      bias[layer] = new double[mlp.out(layer)];
    }
  }

  /// The network of the one kind that this engine runs.
  static ReferenceNetwork of(Architecture architecture) {
    return switch (architecture) {
      case Mlp mlp -> new ReferenceNetwork(mlp);
    };
  }

  Mlp mlp() {
    return mlp;
  }

  /// Takes over the flat float parameters.
  void load(float[] parameters) {
    for (int layer = 0; layer < mlp.layers(); layer++) {
      load(parameters, layer, 0, mlp.out(layer));
    }
  }

  /// Takes over outputs [from, to) of one layer.
  void load(float[] parameters, int layer, int from, int to) {
    int in = mlp.in(layer);
    int at = mlp.weightOffset(layer);
    for (int o = from; o < to; o++) {
      double[] row = weight[layer][o];
      for (int i = 0; i < in; i++) {
        row[i] = parameters[at + o * in + i];
        transposed[layer][i][o] = row[i];
      }
      bias[layer][o] = parameters[mlp.biasOffset(layer) + o];
    }
  }

  /// The values of a forward pass for up to `capacity` samples, kept for the backward pass.
  final class Pass {
    final double[][] input; // [sample][D + E]
    final double[][][] before; // [layer][sample][out], before the activation
    final double[][][] after; // [layer][sample][out]; the same arrays in the last layer
    final double[][][] gradient; // [layer][sample][out], with respect to `before`
    final double[][] inputGradient; // [sample][D + E]

    Pass(int capacity) {
      int layers = mlp.layers();
      input = new double[capacity][mlp.in(0)];
      inputGradient = new double[capacity][mlp.in(0)];
      before = new double[layers][capacity][];
      after = new double[layers][capacity][];
      gradient = new double[layers][capacity][];
      for (int layer = 0; layer < layers; layer++) {
        for (int s = 0; s < capacity; s++) {
          before[layer][s] = new double[mlp.out(layer)];
          after[layer][s] =
              layer == layers - 1 ? before[layer][s] : new double[mlp.out(layer)];
          gradient[layer][s] = new double[mlp.out(layer)];
        }
      }
    }

    /// The outputs, [sample][D].
    double[][] output() {
      return after[mlp.layers() - 1];
    }

    /// Where the gradient with respect to the outputs is to be put, [sample][D].
    double[][] outputGradient() {
      return gradient[mlp.layers() - 1];
    }

    /// input -> output for samples [from, to).
    void forward(int from, int to) {
      for (int layer = 0; layer < mlp.layers(); layer++) {
        int out = mlp.out(layer);
        double[][] in = layer == 0 ? input : after[layer - 1];
        for (int s = from; s < to; s++) {
          System.arraycopy(bias[layer], 0, before[layer][s], 0, out);
        }
        Dense.accumulate(in, transposed[layer], before[layer], from, to, mlp.in(layer), out);
        if (layer < mlp.layers() - 1) {
          for (int s = from; s < to; s++) {
            double[] z = before[layer][s];
            double[] y = after[layer][s];
            for (int o = 0; o < out; o++) {
              y[o] = mlp.activation().value(z[o]);
            }
          }
        }
      }
    }

    /// outputGradient -> gradient of every layer, for samples [from, to); inputGradient too when
    /// asked for.
    void backward(int from, int to, boolean toInput) {
      for (int layer = mlp.layers() - 1; layer > 0; layer--) {
        int in = mlp.in(layer);
        double[][] below = gradient[layer - 1];
        for (int s = from; s < to; s++) {
          Arrays.fill(below[s], 0);
        }
        Dense.accumulate(gradient[layer], weight[layer], below, from, to, mlp.out(layer), in);
        for (int s = from; s < to; s++) {
          double[] z = before[layer - 1][s];
          double[] y = after[layer - 1][s];
          for (int i = 0; i < in; i++) {
            below[s][i] *= mlp.activation().derivative(z[i], y[i]);
          }
        }
      }
      if (toInput) {
        for (int s = from; s < to; s++) {
          Arrays.fill(inputGradient[s], 0);
        }
        Dense.accumulate(gradient[0], weight[0], inputGradient, from, to, mlp.out(0), mlp.in(0));
      }
    }
  }
}
