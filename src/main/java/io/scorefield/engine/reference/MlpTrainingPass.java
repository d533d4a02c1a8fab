package io.scorefield.engine.reference;

/// A pass of a perceptron whose gradients are summed over the samples.
///
/// The sums are shared out by output rows of the weights, so that the number of threads changes none of them.
final class MlpTrainingPass extends MlpPass implements ReferenceNetwork.TrainingPass {
  private final int capacity;
  private final double[][][] transposed; // the gradients, [layer][out][sample]
  private final double[][][] sums; // [layer][out][in]

  MlpTrainingPass(MlpNetwork network, int capacity) {
    super(network, capacity);
    this.capacity = capacity;
    transposed = new double[mlp.layers()][][];
    sums = new double[mlp.layers()][][];
    for (int layer = 0; layer < mlp.layers(); layer++) {
      transposed[layer] = new double[mlp.out(layer)][capacity];
      sums[layer] = new double[mlp.out(layer)][mlp.in(layer)];
    }
  }

  @Override
  public void addGradient(double[] to, int part, int parts) {
    for (int layer = 0; layer < mlp.layers(); layer++) {
      int first = Workers.begin(mlp.out(layer), parts, part);
      int end = Workers.begin(mlp.out(layer), parts, part + 1);
      addBias(to, layer, first, end);
      addWeights(to, layer, first, end);
    }
  }

  private void addBias(double[] to, int layer, int first, int end) {
    for (int o = first; o < end; o++) {
      double[] column = transposed[layer][o];
      double total = 0;
      for (int s = 0; s < capacity; s++) {
        column[s] = gradient[layer][s][o];
        total += column[s];
      }
      to[mlp.biasOffset(layer) + o] += total;
    }
  }

  /// The product wants arrays that begin at index 0: rows go out of the flat gradient and back.
  private void addWeights(double[] to, int layer, int first, int end) {
    int in = mlp.in(layer);
    for (int o = first; o < end; o++) {
      System.arraycopy(to, mlp.weightOffset(layer) + o * in, sums[layer][o], 0, in);
    }
    double[][] inputs = layer == 0 ? input : after[layer - 1];
    Dense.accumulate(transposed[layer], inputs, sums[layer], first, end, capacity, in);
    for (int o = first; o < end; o++) {
      System.arraycopy(sums[layer][o], 0, to, mlp.weightOffset(layer) + o * in, in);
    }
  }
}
