package io.scorefield.engine.reference;

import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.physics.Tape;
import java.util.Arrays;

/// The physics term of the examples of a batch: losses of their estimates of x0, and the gradients of these at the
/// network's outputs.
final class ExamplePhysics {
  private final NoiseTable table;
  private final Tape tape;
  private final double scale; // the loss is a mean over the batch
  private final double[] loss;
  private final double[][] atOutput; // at the first output, directly [example][D]
  private final double[][] atSecond; // at the second output [example][D]

  ExamplePhysics(NoiseTable table, Tape tape, int batch) {
    this.table = table;
    this.tape = tape;
    scale = 1.0 / batch;
    loss = new double[batch];
    atOutput = new double[batch][tape.inputs()];
    atSecond = new double[batch][tape.inputs()];
  }

  /// The sum of the losses.
  double losses() {
    return Arrays.stream(loss).sum();
  }

  /// The gradient at the first output, [example][D]; what goes through the second evaluation is not in it.
  double[][] atOutput() {
    return atOutput;
  }

  /// Losses and gradients of slots [from, to).
  ///
  /// @param rows noise levels of the examples
  /// @param noisy x_t, or x' of the examples that have a second evaluation [example][D]
  /// @param first outputs of the first evaluation [example][D], likewise second
  void compute(int[] rows, double[][] noisy, double[][] first, double[][] second, int from, int to) {
    ReferencePhysics physics = new ReferencePhysics(tape);
    int dimension = tape.inputs();
    int noised = table.noised(dimension);
    double[] estimate = new double[dimension];
    double[] gradient = new double[dimension];
    for (int j = from; j < to; j++) {
      int next = table.next(rows[j]);
      int level = next < 0 ? rows[j] : next;
      double residuals = table.get(NoiseColumn.PHYSICS_WEIGHT, rows[j]);
      double objective = table.get(NoiseColumn.OBJECTIVE_WEIGHT, rows[j]);
      loss[j] = 0;
      Arrays.fill(atOutput[j], 0);
      Arrays.fill(atSecond[j], 0);
      if (residuals == 0 && objective == 0) {
        continue;
      }
      double[] o = (next < 0 ? first : second)[j];
      System.arraycopy(noisy[j], noised, estimate, noised, dimension - noised);
      for (int d = 0; d < noised; d++) {
        estimate[d] = table.get(NoiseColumn.X0_FROM_X, level) * noisy[j][d] + table.get(NoiseColumn.X0_FROM_OUTPUT, level) * o[d];
      }
      loss[j] =
          physics.gradient(
              PhysicsTerm.Loss.HALF_SQUARE, residuals, table.get(NoiseColumn.PHYSICS_LIMIT, rows[j]), objective, estimate,
              gradient);
      for (int d = 0; d < noised; d++) {
        (next < 0 ? atOutput : atSecond)[j][d] = scale * table.get(NoiseColumn.X0_FROM_OUTPUT, level) * gradient[d];
        if (next >= 0) {
          // Through x', directly; what goes through o' is added on the way back.
          atOutput[j][d] =
              scale * table.get(NoiseColumn.NEXT_FROM_OUTPUT, rows[j]) * table.get(NoiseColumn.X0_FROM_X, level) * gradient[d];
        }
      }
    }
  }

  /// The way back through the second evaluation, to its input.
  void backward(ReferenceNetwork.Pass second, int from, int to) {
    for (int j = from; j < to; j++) {
      System.arraycopy(atSecond[j], 0, second.outputGradient()[j], 0, atSecond[j].length);
    }
    second.backward(from, to, true);
  }
}
