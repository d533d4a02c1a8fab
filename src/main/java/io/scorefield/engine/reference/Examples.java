package io.scorefield.engine.reference;

import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The examples of a batch, in double precision: their noise, what the network is given, their losses, and the gradient
/// of these at its outputs. What the network does between input and output is its own affair.
final class Examples {
  private final TrainingPlan plan;
  private final NoiseTable table;
  private final int dimension;
  private final int noised; // components that are no conditions
  private final ReferenceNetwork.TrainingPass pass;
  private final Optional<ReferenceNetwork.TrainingPass> second; // the second evaluation, where the table has one
  private final Optional<ExamplePhysics> physics;
  private final double[][] noisy; // x_t [example][D]
  private final double[][] seed; // gradient of the data term at the output [example][D]
  private final int[] rows; // noise level of an example
  private final double[] loss;

  Examples(TrainingPlan plan, ReferenceNetwork network) {
    this.plan = plan;
    table = plan.table();
    dimension = network.dimension();
    noised = table.noised(dimension);
    int batch = plan.batch();
    pass = network.trainingPass(batch);
    second = table.evaluatesTwice() ? Optional.of(network.trainingPass(batch)) : Optional.empty();
    physics = plan.physics().map(tape -> new ExamplePhysics(table, tape, batch));
    noisy = new double[batch][dimension];
    seed = new double[batch][dimension];
    rows = new int[batch];
    loss = new double[batch];
  }

  /// Mean data loss of the last batch.
  double dataLoss() {
    return Arrays.stream(loss).sum() / plan.batch();
  }

  /// Mean physics loss of the last batch.
  double physicsLoss() {
    return physics.map(ExamplePhysics::losses).orElse(0.0) / plan.batch();
  }

  /// The evaluations that have a gradient of a term of the loss.
  List<ReferenceNetwork.TrainingPass> passes(Term term) {
    return second.isPresent() && term != Term.DATA ? List.of(pass, second.get()) : List.of(pass);
  }

  /// Forward pass and losses of slots [from, to).
  ///
  /// @param firstExample number e of the example in slot 0
  /// @param points data point numbers
  /// @param offset where the batch begins in `points`
  void forward(long firstExample, int[] points, int offset, int from, int to) {
    NoiseSource noise = new NoiseSource(plan.seed());
    float[] eps = new float[dimension];
    double[][] target = new double[to - from][dimension];
    for (int j = from; j < to; j++) {
      long example = firstExample + j;
      int part = points[offset + j] / plan.pointsOfPart();
      int row =
          part * plan.rowsOfPart()
              + NoiseSource.toIndex(noise.word(NoiseStream.TRAINING_ROWS, example, 0), plan.rowsOfPart());
      int point = points[offset + j] * dimension;
      if (plan.pairing().isPresent()) {
        System.arraycopy(plan.pairing().get().noise(), point, eps, 0, dimension);
      } else {
        noise.normals(NoiseStream.TRAINING_NOISE, example, 0, eps, 0, dimension);
      }
      for (int d = noised; d < dimension; d++) {
        noisy[j][d] = plan.data()[point + d];
      }
      for (int d = 0; d < noised; d++) {
        double x0 = plan.data()[point + d];
        noisy[j][d] = table.get(NoiseColumn.ALPHA, row) * x0 + table.get(NoiseColumn.SIGMA, row) * eps[d];
        target[j - from][d] = table.get(NoiseColumn.TARGET_X0, row) * x0 + table.get(NoiseColumn.TARGET_EPS, row) * eps[d];
      }
      setInput(pass.input()[j], row, table.get(NoiseColumn.CONDITION, row), noisy[j]);
      rows[j] = row;
    }
    pass.forward(from, to);
    double scale = 1.0 / plan.batch();
    for (int j = from; j < to; j++) {
      double weight = table.get(NoiseColumn.WEIGHT, rows[j]);
      double squares = 0;
      for (int d = 0; d < noised; d++) {
        double error = pass.output()[j][d] - target[j - from][d];
        squares += error * error;
        seed[j][d] = scale * weight * 2 * error;
      }
      loss[j] = weight * squares;
    }
    second.ifPresent(again -> evaluateAgain(again, from, to));
    double[][] again = second.orElse(pass).output();
    physics.ifPresent(term -> term.compute(rows, noisy, pass.output(), again, from, to));
  }

  /// Fills the network's input for x at a noise level.
  private void setInput(double[] input, int row, double condition, double[] x) {
    for (int d = 0; d < x.length; d++) {
      input[d] = (d < noised ? table.get(NoiseColumn.INPUT_SCALE, row) : condition) * x[d];
    }
    int features = table.featureCount();
    System.arraycopy(table.timeFeatures(), row * features, input, x.length, features);
  }

  /// x' and o' of the examples that have them; x' replaces x_t, which is not needed any more.
  private void evaluateAgain(ReferenceNetwork.Pass again, int from, int to) {
    for (int j = from; j < to; j++) {
      int next = table.next(rows[j]);
      if (next >= 0) {
        for (int d = 0; d < noised; d++) {
          noisy[j][d] =
              table.get(NoiseColumn.NEXT_FROM_X, rows[j]) * noisy[j][d]
                  + table.get(NoiseColumn.NEXT_FROM_OUTPUT, rows[j]) * pass.output()[j][d];
        }
      }
      // The others go along, and nothing comes back from them.
      setInput(again.input()[j], Math.max(next, 0), table.get(NoiseColumn.CONDITION, rows[j]), noisy[j]);
    }
    again.forward(from, to);
  }

  /// The way back of slots [from, to) through {@link #passes}.
  void backward(Term term, int from, int to) {
    if (term == Term.DATA || physics.isEmpty()) {
      for (int j = from; j < to; j++) {
        System.arraycopy(seed[j], 0, pass.outputGradient()[j], 0, dimension);
      }
    } else {
      second.ifPresent(again -> physics.get().backward(again, from, to));
      for (int j = from; j < to; j++) {
        double[] gradient = pass.outputGradient()[j];
        for (int d = 0; d < dimension; d++) {
          gradient[d] = (term == Term.PHYSICS ? 0 : seed[j][d]) + physics.get().atOutput()[j][d];
        }
        int next = table.next(rows[j]);
        if (next >= 0) {
          double[] back = second.orElseThrow().inputGradient()[j];
          double factor = table.get(NoiseColumn.NEXT_FROM_OUTPUT, rows[j]) * table.get(NoiseColumn.INPUT_SCALE, next);
          for (int d = 0; d < noised; d++) {
            gradient[d] += factor * back[d];
          }
        }
      }
    }
    pass.backward(from, to, false);
  }
}
