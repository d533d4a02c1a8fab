package io.scorefield.engine.reference;

import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Mlp;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;

/// Loss and gradient of one batch, in double precision.
///
/// Examples are independent and shared between threads; the sums over the batch run over output rows
/// of the weights, each in ascending order of the examples. So the number of threads changes nothing.
final class BatchGradient {
  private final TrainingPlan plan;
  private final Workers workers;
  private final ReferenceNetwork network;
  private final ReferenceNetwork.Pass pass;
  private final double[] dataLoss;
  private final double[] physicsLoss;
  private final double[][][] transposedGradient; // [layer][out][example]
  private final double[][][] weightGradient; // [layer][out][in]
  private final double[][] biasGradient; // [layer][out]

  BatchGradient(TrainingPlan plan, Workers workers) {
    this.plan = plan;
    this.workers = workers;
    Mlp mlp = plan.mlp();
    network = new ReferenceNetwork(mlp);
    pass = network.new Pass(plan.batch());
    dataLoss = new double[plan.batch()];
    physicsLoss = new double[plan.batch()];
    transposedGradient = new double[mlp.layers()][][];
    weightGradient = new double[mlp.layers()][][];
    biasGradient = new double[mlp.layers()][];
    for (int layer = 0; layer < mlp.layers(); layer++) {
      transposedGradient[layer] = new double[mlp.out(layer)][plan.batch()];
      weightGradient[layer] = new double[mlp.out(layer)][mlp.in(layer)];
      biasGradient[layer] = new double[mlp.out(layer)];
    }
  }

  ReferenceNetwork network() {
    return network;
  }

  double[][] weightGradient(int layer) {
    return weightGradient[layer];
  }

  double[] biasGradient(int layer) {
    return biasGradient[layer];
  }

  /// Mean data loss of the last batch.
  double dataLoss() {
    return Arrays.stream(dataLoss).sum() / plan.batch();
  }

  /// Mean physics loss of the last batch.
  double physicsLoss() {
    return Arrays.stream(physicsLoss).sum() / plan.batch();
  }

  /// Computes losses and gradients of one batch.
  ///
  /// @param firstExample number e of the example in slot 0
  /// @param examples data point numbers
  /// @param offset where the batch begins in `examples`
  void compute(long firstExample, int[] examples, int offset) {
    int parts = Math.min(workers.threads(), plan.batch());
    workers.run(
        parts,
        part -> {
          int from = Workers.begin(plan.batch(), parts, part);
          int to = Workers.begin(plan.batch(), parts, part + 1);
          propagate(firstExample, examples, offset, from, to);
        });
    workers.run(
        workers.threads(),
        part -> {
          for (int layer = 0; layer < plan.mlp().layers(); layer++) {
            int out = plan.mlp().out(layer);
            sum(
                layer,
                Workers.begin(out, workers.threads(), part),
                Workers.begin(out, workers.threads(), part + 1));
          }
        });
  }

  /// Forward and backward pass of slots [from, to).
  private void propagate(long firstExample, int[] examples, int offset, int from, int to) {
    NoiseTable table = plan.table();
    int dimension = plan.mlp().dimension();
    int features = table.featureCount();
    NoiseSource noise = new NoiseSource(plan.seed());
    float[] eps = new float[dimension];
    double[] x0 = new double[dimension];
    double[] xt = new double[dimension];
    double[] gradient = new double[dimension];
    int[] rows = new int[to - from];
    double[][] target = new double[to - from][dimension];
    double[][] noisy = new double[to - from][dimension];
    for (int j = from; j < to; j++) {
      long example = firstExample + j;
      int row =
          NoiseSource.toIndex(noise.word(NoiseStream.TRAINING_ROWS, example, 0), table.rows());
      noise.normals(NoiseStream.TRAINING_NOISE, example, 0, eps, 0, dimension);
      int point = examples[offset + j] * dimension;
      for (int d = 0; d < dimension; d++) {
        x0[d] = plan.data()[point + d];
        xt[d] = table.alpha()[row] * x0[d] + table.sigma()[row] * eps[d];
        noisy[j - from][d] = xt[d];
        target[j - from][d] = table.targetX0()[row] * x0[d] + table.targetEps()[row] * eps[d];
        pass.input[j][d] = table.inputScale()[row] * xt[d];
      }
      System.arraycopy(table.timeFeatures(), row * features, pass.input[j], dimension, features);
      rows[j - from] = row;
    }
    pass.forward(from, to);
    ReferencePhysics physics = plan.physics().map(ReferencePhysics::new).orElse(null);
    double scale = 1.0 / plan.batch();
    for (int j = from; j < to; j++) {
      int row = rows[j - from];
      double[] o = pass.output()[j];
      double[] outputGradient = pass.outputGradient()[j];
      double squares = 0;
      for (int d = 0; d < dimension; d++) {
        double error = o[d] - target[j - from][d];
        squares += error * error;
        outputGradient[d] = scale * table.weight()[row] * 2 * error;
      }
      dataLoss[j] = table.weight()[row] * squares;
      double physicsWeight = table.physicsWeight()[row];
      physicsLoss[j] = 0;
      if (physicsWeight != 0) {
        for (int d = 0; d < dimension; d++) {
          x0[d] = table.x0FromX()[row] * noisy[j - from][d] + table.x0FromOutput()[row] * o[d];
        }
        double loss = physics.gradient(PhysicsTerm.Loss.HALF_SQUARE, x0, gradient);
        physicsLoss[j] = physicsWeight * loss;
        for (int d = 0; d < dimension; d++) {
          outputGradient[d] += scale * physicsWeight * table.x0FromOutput()[row] * gradient[d];
        }
      }
    }
    pass.backward(from, to, false);
  }

  /// Sums the gradients of outputs [from, to) of a layer over the batch.
  private void sum(int layer, int from, int to) {
    int batch = plan.batch();
    double[][] input = layer == 0 ? pass.input : pass.after[layer - 1];
    for (int o = from; o < to; o++) {
      double[] column = transposedGradient[layer][o];
      double total = 0;
      for (int j = 0; j < batch; j++) {
        column[j] = pass.gradient[layer][j][o];
        total += column[j];
      }
      biasGradient[layer][o] = total;
      Arrays.fill(weightGradient[layer][o], 0);
    }
    Dense.accumulate(
        transposedGradient[layer], input, weightGradient[layer], from, to, batch,
        plan.mlp().in(layer));
  }
}
