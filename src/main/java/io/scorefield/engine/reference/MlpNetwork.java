package io.scorefield.engine.reference;

import io.scorefield.network.Mlp;

/// A multilayer perceptron in double precision: its weights, both ways round.
final class MlpNetwork implements ReferenceNetwork {
  final Mlp mlp;
  final double[][][] weight; // [layer][out][in]
  final double[][][] transposed; // [layer][in][out]
  final double[][] bias; // [layer][out]

  MlpNetwork(Mlp mlp) {
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

  @Override
  public int dimension() {
    return mlp.dimension();
  }

  @Override
  public void load(float[] parameters, int part, int parts) {
    for (int layer = 0; layer < mlp.layers(); layer++) {
      int in = mlp.in(layer);
      int at = mlp.weightOffset(layer);
      int to = Workers.begin(mlp.out(layer), parts, part + 1);
      for (int o = Workers.begin(mlp.out(layer), parts, part); o < to; o++) {
        double[] row = weight[layer][o];
        for (int i = 0; i < in; i++) {
          row[i] = parameters[at + o * in + i];
          transposed[layer][i][o] = row[i];
        }
        bias[layer][o] = parameters[mlp.biasOffset(layer) + o];
      }
    }
  }

  @Override
  public Pass pass(int capacity) {
    return new MlpPass(this, capacity);
  }

  @Override
  public TrainingPass trainingPass(int capacity) {
    return new MlpTrainingPass(this, capacity);
  }
}
