package io.scorefield.engine.reference;

import io.scorefield.network.Mlp;
import java.util.Arrays;

/// The values of a perceptron's forward pass, and the gradients of all its layers.
class MlpPass implements ReferenceNetwork.Pass {
  final Mlp mlp;
  final double[][] input; // [sample][D + E]
  final double[][][] before; // [layer][sample][out], before the activation
  final double[][][] after; // [layer][sample][out]; the same arrays in the last layer
  final double[][][] gradient; // [layer][sample][out], with respect to `before`
  private final MlpNetwork network;
  private final double[][] inputGradient; // [sample][D + E]

  MlpPass(MlpNetwork network, int capacity) {
    this.network = network;
    mlp = network.mlp;
    int layers = mlp.layers();
    input = new double[capacity][mlp.in(0)];
    inputGradient = new double[capacity][mlp.in(0)];
    before = new double[layers][capacity][];
    after = new double[layers][capacity][];
    gradient = new double[layers][capacity][];
    for (int layer = 0; layer < layers; layer++) {
      for (int s = 0; s < capacity; s++) {
        before[layer][s] = new double[mlp.out(layer)];
        after[layer][s] = layer == layers - 1 ? before[layer][s] : new double[mlp.out(layer)];
        gradient[layer][s] = new double[mlp.out(layer)];
      }
    }
  }

  @Override
  public final double[][] input() {
    return input;
  }

  @Override
  public final double[][] output() {
    return after[mlp.layers() - 1];
  }

  @Override
  public final double[][] outputGradient() {
    return gradient[mlp.layers() - 1];
  }

  @Override
  public final double[][] inputGradient() {
    return inputGradient;
  }

  @Override
  public final void forward(int from, int to) {
    for (int layer = 0; layer < mlp.layers(); layer++) {
      int out = mlp.out(layer);
      double[][] in = layer == 0 ? input : after[layer - 1];
      for (int s = from; s < to; s++) {
        System.arraycopy(network.bias[layer], 0, before[layer][s], 0, out);
      }
      Dense.accumulate(in, network.transposed[layer], before[layer], from, to, mlp.in(layer), out);
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

  @Override
  public final void backward(int from, int to, boolean toInput) {
    for (int layer = mlp.layers() - 1; layer > 0; layer--) {
      int in = mlp.in(layer);
      double[][] below = gradient[layer - 1];
      for (int s = from; s < to; s++) {
        Arrays.fill(below[s], 0);
      }
      Dense.accumulate(gradient[layer], network.weight[layer], below, from, to, mlp.out(layer), in);
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
      Dense.accumulate(gradient[0], network.weight[0], inputGradient, from, to, mlp.out(0), mlp.in(0));
    }
  }
}
