package io.scorefield.physics;

import java.util.Arrays;

/// Runs a {@link Tape} in double precision, a sample at a time: the definition of what its rows do.
///
/// Not to be shared between threads.
public final class TapeRunner {
  private final Tape tape;
  private final Tape.Row[] rows;
  private final double[] slots;
  private final double[] adjoints;

  public TapeRunner(Tape tape) {
    this.tape = tape;
    rows = tape.rows().toArray(Tape.Row[]::new);
    slots = new double[rows.length];
    adjoints = new double[rows.length];
  }

  /// Computes the residuals of one sample and returns its objective.
  ///
  /// @param x array that holds the sample, from `offset` on
  /// @param residuals receives `r[M]`
  public double forward(double[] x, int offset, double[] residuals) {
    double objective = 0;
    int begin = 0;
    int iteration = 0;
    for (int i = 0; i < rows.length; i++) {
      Tape.Row row = rows[i];
      switch (row.operation()) {
        case LOOP -> {
          begin = i;
          iteration = 0;
          startCollecting(i);
        }
        case END -> {
          if (++iteration < rows[begin].count()) {
            i = begin;
          } else {
            iteration = 0;
          }
        }
        case TOTAL -> slots[i] += slots[row.first()];
        case LEAST -> slots[i] = Math.min(slots[i], slots[row.first()]);
        case LARGEST -> slots[i] = Math.max(slots[i], slots[row.first()]);
        case RESIDUAL -> residuals[row.second() + iteration] = row.immediate() * slots[row.first()];
        case OBJECTIVE -> objective += row.immediate() * slots[row.first()];
        default -> slots[i] = value(row, iteration, x, offset);
      }
    }
    return objective;
  }

  private void startCollecting(int loop) {
    for (int j = loop + 1; j < rows[loop].second(); j++) {
      switch (rows[j].operation()) {
        case TOTAL -> slots[j] = 0;
        case LEAST -> slots[j] = Double.POSITIVE_INFINITY;
        case LARGEST -> slots[j] = Double.NEGATIVE_INFINITY;
        default -> {}
      }
    }
  }

  private double value(Tape.Row row, int iteration, double[] x, int offset) {
    return switch (row.operation()) {
      case INPUT -> component(row.first(), x, offset);
      case CONSTANT -> row.immediate();
      case GATHER -> {
        int index = tape.indices()[row.first() + iteration];
        yield index < 0 ? row.immediate() : component(index, x, offset);
      }
      case COLUMN -> tape.numbers()[row.first() + iteration];
      case DOT -> {
        double sum = 0;
        for (int j = iteration * row.count(); j < (iteration + 1) * row.count(); j++) {
          int index = tape.indices()[row.second() + j];
          sum += index < 0 ? 0 : tape.numbers()[row.first() + j] * component(index, x, offset);
        }
        yield sum;
      }
      default -> row.operation().value(slots[row.first()], slots[row.second()]);
    };
  }

  private double component(int index, double[] x, int offset) {
    return tape.scale()[index] * x[offset + index] + tape.shift()[index];
  }

  /// The reverse sweep: adds to `gradient` the gradient of seeds . r + objectiveSeed * objective with respect to x, at
  /// the sample of the last {@link #forward}.
  ///
  /// @param seeds `[M]`
  /// @param gradient array of the gradient, from `offset` on
  public void reverse(
      double[] x, int offset, double[] seeds, double objectiveSeed, double[] gradient, int gradientOffset) {
    Arrays.fill(adjoints, 0);
    for (int i = rows.length - 1; i >= 0; i--) {
      if (rows[i].operation() == TapeOperation.END) {
        int begin = rows[i].first();
        for (int iteration = 0; iteration < rows[begin].count(); iteration++) {
          // The numbers of the iteration are computed again: slots hold those of the last one.
          for (int j = begin + 1; j < i; j++) {
            if (!rows[j].operation().collects()) {
              adjoints[j] = 0;
              switch (rows[j].operation()) {
                case RESIDUAL, OBJECTIVE -> {}
                default -> slots[j] = value(rows[j], iteration, x, offset);
              }
            }
          }
          for (int j = i - 1; j > begin; j--) {
            reverse(j, iteration, seeds, objectiveSeed, gradient, gradientOffset);
          }
        }
        i = begin;
      } else {
        reverse(i, 0, seeds, objectiveSeed, gradient, gradientOffset);
      }
    }
  }

  private void reverse(
      int i, int iteration, double[] seeds, double objectiveSeed, double[] gradient, int offset) {
    Tape.Row row = rows[i];
    double d = adjoints[i];
    switch (row.operation()) {
      case INPUT -> gradient[offset + row.first()] += d * tape.scale()[row.first()];
      case GATHER -> {
        int index = tape.indices()[row.first() + iteration];
        if (index >= 0) {
          gradient[offset + index] += d * tape.scale()[index];
        }
      }
      case DOT -> {
        for (int j = iteration * row.count(); j < (iteration + 1) * row.count(); j++) {
          int index = tape.indices()[row.second() + j];
          if (index >= 0) {
            gradient[offset + index] += d * tape.numbers()[row.first() + j] * tape.scale()[index];
          }
        }
      }
      case TOTAL -> adjoints[row.first()] += d;
      case LEAST, LARGEST -> {
        if (d != 0 && slots[row.first()] == slots[i]) {
          adjoints[row.first()] += d;
          adjoints[i] = 0; // the first that attains it takes all
        }
      }
      case RESIDUAL -> adjoints[row.first()] += row.immediate() * seeds[row.second() + iteration];
      case OBJECTIVE -> adjoints[row.first()] += row.immediate() * objectiveSeed;
      case CONSTANT, COLUMN, LOOP, END -> {}
      default -> {
        // An adjoint of 0 adds nothing, whatever the derivative.
        if (d != 0) {
          double a = slots[row.first()];
          double b = slots[row.second()];
          adjoints[row.first()] += d * row.operation().slopeOfFirst(a, b, slots[i]);
          if (row.operation().binary()) {
            adjoints[row.second()] += d * row.operation().slopeOfSecond(a, b, slots[i]);
          }
        }
      }
    }
  }

  /// The derivative of the residuals along a direction, J v.
  ///
  /// @param direction `v[D]`
  /// @param change receives J v `[M]`
  public void along(double[] x, int offset, double[] direction, double[] change) {
    double[] tangents = adjoints;
    int begin = 0;
    int iteration = 0;
    for (int i = 0; i < rows.length; i++) {
      Tape.Row row = rows[i];
      switch (row.operation()) {
        case LOOP -> {
          begin = i;
          iteration = 0;
          startCollecting(i);
          Arrays.fill(tangents, i, row.second(), 0);
        }
        case END -> {
          if (++iteration < rows[begin].count()) {
            i = begin;
          } else {
            iteration = 0;
          }
        }
        case TOTAL -> {
          slots[i] += slots[row.first()];
          tangents[i] += tangents[row.first()];
        }
        case LEAST, LARGEST -> {
          double a = slots[row.first()];
          if (row.operation() == TapeOperation.LEAST ? a < slots[i] : a > slots[i]) {
            slots[i] = a;
            tangents[i] = tangents[row.first()];
          }
        }
        case RESIDUAL -> change[row.second() + iteration] = row.immediate() * tangents[row.first()];
        case OBJECTIVE -> {}
        default -> {
          slots[i] = value(row, iteration, x, offset);
          tangents[i] = tangent(row, slots[i], iteration, direction, tangents);
        }
      }
    }
  }

  private double tangent(
      Tape.Row row, double value, int iteration, double[] direction, double[] tangents) {
    return switch (row.operation()) {
      case INPUT -> tape.scale()[row.first()] * direction[row.first()];
      case GATHER -> {
        int index = tape.indices()[row.first() + iteration];
        yield index < 0 ? 0 : tape.scale()[index] * direction[index];
      }
      case CONSTANT, COLUMN -> 0;
      case DOT -> {
        double sum = 0;
        for (int j = iteration * row.count(); j < (iteration + 1) * row.count(); j++) {
          int index = tape.indices()[row.second() + j];
          sum += index < 0 ? 0 : tape.numbers()[row.first() + j] * tape.scale()[index] * direction[index];
        }
        yield sum;
      }
      default -> {
        double a = slots[row.first()];
        double b = slots[row.second()];
        double along = tangents[row.first()];
        double sum = along == 0 ? 0 : along * row.operation().slopeOfFirst(a, b, value);
        if (row.operation().binary() && tangents[row.second()] != 0) {
          sum += tangents[row.second()] * row.operation().slopeOfSecond(a, b, value);
        }
        yield sum;
      }
    };
  }
}
