package io.scorefield.physics;

import java.util.ArrayList;
import java.util.List;

/// Writes a {@link Tape} operation by operation. Every method returns the slot of its result.
public final class TapeBuilder {
  private record Entry(TapeOperation operation, int first, int second, double immediate) {}

  private final int inputs;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Integer> residuals = new ArrayList<>();

  /// @param inputs D, the number of components of a sample
  public TapeBuilder(int inputs) {
    this.inputs = inputs;
  }

  public int input(int component) {
    return append(TapeOperation.INPUT, 0, 0, component);
  }

  public int constant(double value) {
    return append(TapeOperation.CONSTANT, 0, 0, value);
  }

  public int add(int a, int b) {
    return append(TapeOperation.ADD, a, b, 0);
  }

  public int subtract(int a, int b) {
    return append(TapeOperation.SUBTRACT, a, b, 0);
  }

  public int multiply(int a, int b) {
    return append(TapeOperation.MULTIPLY, a, b, 0);
  }

  public int square(int a) {
    return append(TapeOperation.SQUARE, a, 0, 0);
  }

  public int sqrt(int a) {
    return append(TapeOperation.SQRT, a, 0, 0);
  }

  /// Appends any operation; operands that it does not have are ignored.
  public int append(TapeOperation operation, int first, int second, double immediate) {
    entries.add(new Entry(operation, first, second, immediate));
    return entries.size() - 1;
  }

  /// Declares a slot to be a residual: 0 where the constraint holds.
  public TapeBuilder residual(int slot) {
    residuals.add(slot);
    return this;
  }

  public Tape build() {
    return new Tape(
        inputs,
        entries.stream().map(Entry::operation).toArray(TapeOperation[]::new),
        entries.stream().mapToInt(Entry::first).toArray(),
        entries.stream().mapToInt(Entry::second).toArray(),
        entries.stream().mapToDouble(Entry::immediate).toArray(),
        residuals.stream().mapToInt(Integer::intValue).toArray());
  }
}
