package io.scorefield.physics;

import java.util.Arrays;

/// Runs a tape of one input, y = f(s), for many s at a time: one operation after the other over all of them, which is
/// quicker than one s after the other.
///
/// Not to be shared between threads.
public final class FunctionRunner {
  private final Tape.Row[] rows;
  private final double[][] slots;
  private final double[][] adjoints;

  /// @param tape of one input and one objective, without loops and residuals, in the data's units
  /// @param most numbers at a time
  public FunctionRunner(Tape tape, int most) {
    if (tape.inputs() != 1 || tape.residuals() > 0 || !tape.isInDataUnits()
        || tape.rows().stream().anyMatch(row -> row.operation() == TapeOperation.LOOP || row.operation() == TapeOperation.DOT)) {
      throw new IllegalArgumentException("the tape is not a function of one number");
    }
    rows = tape.rows().toArray(Tape.Row[]::new);
    slots = new double[rows.length][most];
    adjoints = new double[rows.length][most];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].operation() == TapeOperation.CONSTANT) {
        Arrays.fill(slots[i], rows[i].immediate());
      }
    }
  }

  /// f of each number.
  ///
  /// @param s the numbers, the first `count` of the array
  /// @param values receives f(s)
  public void values(double[] s, int count, double[] values) {
    Arrays.fill(values, 0, count, 0);
    for (int i = 0; i < rows.length; i++) {
      Tape.Row row = rows[i];
      double[] out = slots[i];
      double[] a = slots[row.first()];
      double[] b = slots[row.second()];
      switch (row.operation()) {
        case CONSTANT -> {}
        case INPUT -> System.arraycopy(s, 0, out, 0, count);
        case OBJECTIVE -> {
          for (int k = 0; k < count; k++) {
            values[k] += row.immediate() * a[k];
          }
        }
        // The frequent ones have loops of their own, which a compiler can unroll.
        case ADD -> {
          for (int k = 0; k < count; k++) {
            out[k] = a[k] + b[k];
          }
        }
        case SUBTRACT -> {
          for (int k = 0; k < count; k++) {
            out[k] = a[k] - b[k];
          }
        }
        case MULTIPLY -> {
          for (int k = 0; k < count; k++) {
            out[k] = a[k] * b[k];
          }
        }
        case SQUARE -> {
          for (int k = 0; k < count; k++) {
            out[k] = a[k] * a[k];
          }
        }
        case DIVIDE -> {
          for (int k = 0; k < count; k++) {
            out[k] = a[k] / b[k];
          }
        }
        case SQRT -> {
          for (int k = 0; k < count; k++) {
            out[k] = Math.sqrt(a[k]);
          }
        }
        default -> {
          for (int k = 0; k < count; k++) {
            out[k] = row.operation().value(a[k], b[k]);
          }
        }
      }
    }
  }

  /// f and its derivative, with the subgradients of {@link TapeOperation}.
  ///
  /// @param slopes receives f'(s)
  public void slopes(double[] s, int count, double[] values, double[] slopes) {
    values(s, count, values);
    Arrays.fill(slopes, 0, count, 0);
    for (double[] adjoint : adjoints) {
      Arrays.fill(adjoint, 0, count, 0);
    }
    for (int i = rows.length - 1; i >= 0; i--) {
      Tape.Row row = rows[i];
      TapeOperation operation = row.operation();
      double[] a = slots[row.first()];
      double[] b = slots[row.second()];
      for (int k = 0; k < count; k++) {
        double d = adjoints[i][k];
        switch (operation) {
          case CONSTANT -> {}
          case INPUT -> slopes[k] += d;
          case OBJECTIVE -> adjoints[row.first()][k] += row.immediate();
          default -> {
            if (d != 0) {
              adjoints[row.first()][k] += d * operation.slopeOfFirst(a[k], b[k], slots[i][k]);
              if (operation.binary()) {
                adjoints[row.second()][k] += d * operation.slopeOfSecond(a[k], b[k], slots[i][k]);
              }
            }
          }
        }
      }
    }
  }
}
