package io.scorefield.physics;

import java.util.Arrays;

/// A constraint compiled to scalar operations: residuals r[M] of a sample x[D], and their gradient.
///
/// Operation i computes slot i from earlier slots. {@link #forward} fills the slots, {@link #reverse}
/// runs them backwards. Engines execute this table and know nothing of the formula it came from.
///
/// @param inputs D, the number of components of a sample
/// @param operations what slot i is, length S
/// @param first slot number of the first operand, or 0 where there is none
/// @param second slot number of the second operand, or 0 where there is none
/// @param immediate the constant, or the number of the input component
/// @param residuals the slots that are residuals, length M
public record Tape(
    int inputs,
    TapeOperation[] operations,
    int[] first,
    int[] second,
    double[] immediate,
    int[] residuals) {

  public Tape {
    int slots = operations.length;
    if (first.length != slots || second.length != slots || immediate.length != slots) {
      throw new IllegalArgumentException("the columns of a tape must have equal lengths");
    }
    if (inputs < 1 || residuals.length < 1) {
      throw new IllegalArgumentException("a tape needs at least one input and one residual");
    }
    for (int i = 0; i < slots; i++) {
      // Also operands that an operation does not have are read.
      require(first[i] >= 0 && first[i] < slots && second[i] >= 0 && second[i] < slots, i);
      switch (operations[i]) {
        case INPUT -> require(immediate[i] >= 0 && immediate[i] < inputs
            && immediate[i] == Math.rint(immediate[i]), i);
        case CONSTANT -> require(!Double.isNaN(immediate[i]), i);
        case ADD, SUBTRACT, MULTIPLY, DIVIDE, MIN, MAX ->
            require(first[i] >= 0 && first[i] < i && second[i] >= 0 && second[i] < i, i);
        case SQUARE, SQRT, EXP, LOG, SIN, COS, TANH, ABS ->
            require(first[i] >= 0 && first[i] < i, i);
      }
    }
    for (int slot : residuals) {
      require(slot >= 0 && slot < slots, slot);
    }
  }

  private static void require(boolean fine, int slot) {
    if (!fine) {
      throw new IllegalArgumentException("slot " + slot + " of the tape refers to what is not there");
    }
  }

  /// S, the number of slots.
  public int slots() {
    return operations.length;
  }

  /// Computes all slots for one sample.
  ///
  /// @param x array that holds the sample, from `offset` on
  /// @param slots receives the values, length S
  public void forward(double[] x, int offset, double[] slots) {
    for (int i = 0; i < operations.length; i++) {
      double a = slots[first[i]];
      double b = slots[second[i]];
      slots[i] =
          switch (operations[i]) {
            case INPUT -> x[offset + (int) immediate[i]];
            case CONSTANT -> immediate[i];
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case SQUARE -> a * a;
            case SQRT -> Math.sqrt(a);
            case EXP -> Math.exp(a);
            case LOG -> Math.log(a);
            case SIN -> Math.sin(a);
            case COS -> Math.cos(a);
            case TANH -> Math.tanh(a);
            case ABS -> Math.abs(a);
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
          };
    }
  }

  /// The reverse sweep: adds to `gradient[offset ..]` the gradient of the sum of
  /// seed_s * slot_s with respect to x, given the slots of a {@link #forward}.
  ///
  /// @param adjoints the seeds on entry (one number a slot, mostly 0 off the residuals); used up
  public void reverse(double[] slots, double[] adjoints, double[] gradient, int offset) {
    for (int i = operations.length - 1; i >= 0; i--) {
      double d = adjoints[i];
      if (d == 0) {
        continue;
      }
      int f = first[i];
      int s = second[i];
      double a = slots[f];
      double b = slots[s];
      switch (operations[i]) {
        case INPUT -> gradient[offset + (int) immediate[i]] += d;
        case CONSTANT -> {}
        case ADD -> {
          adjoints[f] += d;
          adjoints[s] += d;
        }
        case SUBTRACT -> {
          adjoints[f] += d;
          adjoints[s] -= d;
        }
        case MULTIPLY -> {
          adjoints[f] += d * b;
          adjoints[s] += d * a;
        }
        case DIVIDE -> {
          adjoints[f] += d / b;
          adjoints[s] -= d * slots[i] / b;
        }
        case SQUARE -> adjoints[f] += d * 2 * a;
        case SQRT -> adjoints[f] += slots[i] == 0 ? 0 : d * 0.5 / slots[i];
        case EXP -> adjoints[f] += d * slots[i];
        case LOG -> adjoints[f] += d / a;
        case SIN -> adjoints[f] += d * Math.cos(a);
        case COS -> adjoints[f] -= d * Math.sin(a);
        case TANH -> adjoints[f] += d * (1 - slots[i] * slots[i]);
        case ABS -> adjoints[f] += d * Math.signum(a);
        case MIN -> adjoints[a <= b ? f : s] += d;
        case MAX -> adjoints[a >= b ? f : s] += d;
      }
    }
  }

  /// The residuals of one sample.
  public double[] residuals(double[] x, int offset) {
    double[] slots = new double[slots()];
    forward(x, offset, slots);
    return Arrays.stream(residuals).mapToDouble(slot -> slots[slot]).toArray();
  }

  /// The same constraint for samples in other units: the result at x is this tape at
  /// scale * x + shift, component by component.
  public Tape withInputs(double[] scale, double[] shift) {
    if (scale.length != inputs || shift.length != inputs) {
      throw new IllegalArgumentException("scale and shift need " + inputs + " components");
    }
    TapeBuilder builder = new TapeBuilder(inputs);
    int[] moved = new int[slots()];
    for (int i = 0; i < moved.length; i++) {
      moved[i] =
          switch (operations[i]) {
            case INPUT -> {
              int component = (int) immediate[i];
              int scaled =
                  builder.multiply(
                      builder.constant(scale[component]), builder.input(component));
              yield builder.add(scaled, builder.constant(shift[component]));
            }
            case CONSTANT -> builder.constant(immediate[i]);
            default -> builder.append(operations[i], moved[first[i]], moved[second[i]], 0);
          };
    }
    for (int residual : residuals) {
      builder.residual(moved[residual]);
    }
    return builder.build();
  }
}
