package io.scorefield.engine.reference;

import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Mlp;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;
import java.util.Optional;

/// Loss and gradient of one batch, in double precision.
///
/// Examples are independent and shared between threads; the sums over the batch run over output rows
/// of the weights, each in ascending order of the examples. So the number of threads changes nothing.
final class BatchGradient {
  /// Which terms of the loss a gradient is of.
  enum Term {
    BOTH,
    DATA,
    PHYSICS
  }

  private final TrainingPlan plan;
  private final Workers workers;
  private final ReferenceNetwork network;
  private final ReferenceNetwork.Pass pass;
  private final Optional<ReferenceNetwork.Pass> second; // the second evaluation, where the table has one
  private final double[][] noisy; // x_t [example][D]
  private final double[][] dataSeed; // gradient of the data term at the first output [example][D]
  private final double[][] physicsSeed; // of the physics term, directly [example][D]
  private final double[][] secondSeed; // of the physics term at the second output [example][D]
  private final int[] rows; // noise level of an example
  private final double[] dataLoss;
  private final double[] physicsLoss;
  private final double[][][] transposedGradient; // [layer][out][example]
  private final double[][][] weightGradient; // [layer][out][in]
  private final double[][] biasGradient; // [layer][out]

  BatchGradient(TrainingPlan plan, Workers workers) {
    this.plan = plan;
    this.workers = workers;
    Mlp mlp = plan.mlp();
    int batch = plan.batch();
    network = new ReferenceNetwork(mlp);
    pass = network.new Pass(batch);
    second =
        plan.table().evaluatesTwice() ? Optional.of(network.new Pass(batch)) : Optional.empty();
    noisy = new double[batch][mlp.dimension()];
    dataSeed = new double[batch][mlp.dimension()];
    physicsSeed = new double[batch][mlp.dimension()];
    secondSeed = new double[batch][mlp.dimension()];
    rows = new int[batch];
    dataLoss = new double[batch];
    physicsLoss = new double[batch];
    transposedGradient = new double[mlp.layers()][][];
    weightGradient = new double[mlp.layers()][][];
    biasGradient = new double[mlp.layers()][];
    for (int layer = 0; layer < mlp.layers(); layer++) {
      transposedGradient[layer] = new double[mlp.out(layer)][batch];
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

  /// The gradient in the order of the flat parameters.
  double[] flat() {
    double[] flat = new double[plan.mlp().parameterCount()];
    for (int layer = 0; layer < plan.mlp().layers(); layer++) {
      int in = plan.mlp().in(layer);
      for (int o = 0; o < plan.mlp().out(layer); o++) {
        System.arraycopy(
            weightGradient[layer][o], 0, flat, plan.mlp().weightOffset(layer) + o * in, in);
        flat[plan.mlp().biasOffset(layer) + o] = biasGradient[layer][o];
      }
    }
    return flat;
  }

  /// Replaces the gradient.
  void take(double[] flat) {
    for (int layer = 0; layer < plan.mlp().layers(); layer++) {
      int in = plan.mlp().in(layer);
      for (int o = 0; o < plan.mlp().out(layer); o++) {
        System.arraycopy(
            flat, plan.mlp().weightOffset(layer) + o * in, weightGradient[layer][o], 0, in);
        biasGradient[layer][o] = flat[plan.mlp().biasOffset(layer) + o];
      }
    }
  }

  /// Mean data loss of the last batch.
  double dataLoss() {
    return Arrays.stream(dataLoss).sum() / plan.batch();
  }

  /// Mean physics loss of the last batch.
  double physicsLoss() {
    return Arrays.stream(physicsLoss).sum() / plan.batch();
  }

  /// Computes the losses of one batch; {@link #differentiate} then gives gradients.
  ///
  /// @param firstExample number e of the example in slot 0
  /// @param examples data point numbers
  /// @param offset where the batch begins in `examples`
  void compute(long firstExample, int[] examples, int offset) {
    inParts((from, to) -> propagate(firstExample, examples, offset, from, to));
  }

  /// Computes the gradient of one or both terms of the loss.
  void differentiate(Term term) {
    inParts((from, to) -> backward(term, from, to));
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

  /// Does something with slots [from, to).
  private interface Range {
    void accept(int from, int to);
  }

  private void inParts(Range range) {
    int parts = Math.min(workers.threads(), plan.batch());
    workers.run(
        parts,
        part ->
            range.accept(
                Workers.begin(plan.batch(), parts, part),
                Workers.begin(plan.batch(), parts, part + 1)));
  }

  /// Forward pass and losses of slots [from, to).
  private void propagate(long firstExample, int[] examples, int offset, int from, int to) {
    NoiseTable table = plan.table();
    int dimension = plan.mlp().dimension();
    NoiseSource noise = new NoiseSource(plan.seed());
    float[] eps = new float[dimension];
    double[][] target = new double[to - from][dimension];
    for (int j = from; j < to; j++) {
      long example = firstExample + j;
      int row =
          NoiseSource.toIndex(noise.word(NoiseStream.TRAINING_ROWS, example, 0), table.rows());
      noise.normals(NoiseStream.TRAINING_NOISE, example, 0, eps, 0, dimension);
      int point = examples[offset + j] * dimension;
      for (int d = 0; d < dimension; d++) {
        double x0 = plan.data()[point + d];
        noisy[j][d] = table.get(NoiseColumn.ALPHA, row) * x0 + table.get(NoiseColumn.SIGMA, row) * eps[d];
        target[j - from][d] = table.get(NoiseColumn.TARGET_X0, row) * x0 + table.get(NoiseColumn.TARGET_EPS, row) * eps[d];
      }
      fillInput(pass, j, row, noisy[j]);
      rows[j] = row;
    }
    pass.forward(from, to);
    double scale = 1.0 / plan.batch();
    for (int j = from; j < to; j++) {
      double weight = table.get(NoiseColumn.WEIGHT, rows[j]);
      double squares = 0;
      for (int d = 0; d < dimension; d++) {
        double error = pass.output()[j][d] - target[j - from][d];
        squares += error * error;
        dataSeed[j][d] = scale * weight * 2 * error;
      }
      dataLoss[j] = weight * squares;
    }
    second.ifPresent(again -> evaluateAgain(again, from, to));
    plan.physics().ifPresent(tape -> takePhysicsLoss(new ReferencePhysics(tape), from, to));
  }

  /// Fills the network's input for x at a noise level.
  private void fillInput(ReferenceNetwork.Pass where, int j, int row, double[] x) {
    NoiseTable table = plan.table();
    for (int d = 0; d < x.length; d++) {
      where.input[j][d] = table.get(NoiseColumn.INPUT_SCALE, row) * x[d];
    }
    int features = table.featureCount();
    System.arraycopy(table.timeFeatures(), row * features, where.input[j], x.length, features);
  }

  /// x' and o' of the examples that have them; x' replaces x_t, which is not needed any more.
  private void evaluateAgain(ReferenceNetwork.Pass again, int from, int to) {
    NoiseTable table = plan.table();
    for (int j = from; j < to; j++) {
      int next = table.next(rows[j]);
      if (next >= 0) {
        for (int d = 0; d < noisy[j].length; d++) {
          noisy[j][d] =
              table.get(NoiseColumn.NEXT_FROM_X, rows[j]) * noisy[j][d]
                  + table.get(NoiseColumn.NEXT_FROM_OUTPUT, rows[j]) * pass.output()[j][d];
        }
      }
      // The others go along, and nothing comes back from them.
      fillInput(again, j, Math.max(next, 0), noisy[j]);
    }
    again.forward(from, to);
  }

  /// Losses of the physics term, and its gradient at the output that x* was made of.
  private void takePhysicsLoss(ReferencePhysics physics, int from, int to) {
    NoiseTable table = plan.table();
    int dimension = plan.mlp().dimension();
    double[] estimate = new double[dimension];
    double[] gradient = new double[dimension];
    double scale = 1.0 / plan.batch();
    for (int j = from; j < to; j++) {
      int next = table.next(rows[j]);
      int level = next < 0 ? rows[j] : next;
      double residuals = table.get(NoiseColumn.PHYSICS_WEIGHT, rows[j]);
      double objective = table.get(NoiseColumn.OBJECTIVE_WEIGHT, rows[j]);
      physicsLoss[j] = 0;
      Arrays.fill(physicsSeed[j], 0);
      Arrays.fill(secondSeed[j], 0);
      if (residuals == 0 && objective == 0) {
        continue;
      }
      double[] o = (next < 0 ? pass : second.orElseThrow()).output()[j];
      for (int d = 0; d < dimension; d++) {
        estimate[d] = table.get(NoiseColumn.X0_FROM_X, level) * noisy[j][d] + table.get(NoiseColumn.X0_FROM_OUTPUT, level) * o[d];
      }
      physicsLoss[j] =
          physics.gradient(
              PhysicsTerm.Loss.HALF_SQUARE, residuals, table.get(NoiseColumn.PHYSICS_LIMIT, rows[j]), objective, estimate,
              gradient);
      for (int d = 0; d < dimension; d++) {
        (next < 0 ? physicsSeed : secondSeed)[j][d] =
            scale * table.get(NoiseColumn.X0_FROM_OUTPUT, level) * gradient[d];
        if (next >= 0) {
          // Through x', directly; what goes through o' is added on the way back.
          physicsSeed[j][d] =
              scale * table.get(NoiseColumn.NEXT_FROM_OUTPUT, rows[j]) * table.get(NoiseColumn.X0_FROM_X, level) * gradient[d];
        }
      }
    }
  }

  /// The gradient with respect to what every layer adds up, of slots [from, to).
  private void backward(Term term, int from, int to) {
    NoiseTable table = plan.table();
    int dimension = plan.mlp().dimension();
    boolean physics = term != Term.DATA && plan.physics().isPresent();
    if (physics && second.isPresent()) {
      ReferenceNetwork.Pass again = second.get();
      for (int j = from; j < to; j++) {
        System.arraycopy(secondSeed[j], 0, again.outputGradient()[j], 0, dimension);
      }
      again.backward(from, to, true);
    }
    for (int j = from; j < to; j++) {
      int next = table.next(rows[j]);
      for (int d = 0; d < dimension; d++) {
        double seed = term == Term.PHYSICS ? 0 : dataSeed[j][d];
        if (physics) {
          seed += physicsSeed[j][d];
          if (next >= 0) {
            seed +=
                table.get(NoiseColumn.NEXT_FROM_OUTPUT, rows[j]) * table.get(NoiseColumn.INPUT_SCALE, next)
                    * second.orElseThrow().inputGradient[j][d];
          }
        }
        pass.outputGradient()[j][d] = seed;
      }
    }
    pass.backward(from, to, false);
    if (!physics && second.isPresent()) {
      for (double[][] layer : second.get().gradient) {
        for (int j = from; j < to; j++) {
          Arrays.fill(layer[j], 0);
        }
      }
    }
  }

  /// Sums the gradients of outputs [from, to) of a layer over the batch, and over its second evaluations.
  private void sum(int layer, int from, int to) {
    for (int o = from; o < to; o++) {
      biasGradient[layer][o] = 0;
      Arrays.fill(weightGradient[layer][o], 0);
    }
    sum(pass, layer, from, to);
    second.ifPresent(again -> sum(again, layer, from, to));
  }

  private void sum(ReferenceNetwork.Pass of, int layer, int from, int to) {
    int batch = plan.batch();
    double[][] input = layer == 0 ? of.input : of.after[layer - 1];
    for (int o = from; o < to; o++) {
      double[] column = transposedGradient[layer][o];
      double total = 0;
      for (int j = 0; j < batch; j++) {
        column[j] = of.gradient[layer][j][o];
        total += column[j];
      }
      biasGradient[layer][o] += total;
    }
    Dense.accumulate(
        transposedGradient[layer], input, weightGradient[layer], from, to, batch,
        plan.mlp().in(layer));
  }
}
