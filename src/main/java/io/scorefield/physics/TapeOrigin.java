package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/// Moves a tape to samples that are given less an origin: its result at x is the old one at origin + x.
///
/// Numbers that are affine in the sample are kept less their value at the origin, which is worked out here in double
/// precision, so that `t - 10000000.3` does not lose the digits of t on engines in float32. They are put together where
/// a row that is not affine, or a purpose, needs the whole number.
final class TapeOrigin {
  /// What a row of the old tape has become: row `place` of the new one plus the offset.
  ///
  /// @param place -1 where the number is the offset alone
  /// @param offset one number, or one an iteration of the loop
  private record Part(int place, double[] offset) {}

  private final Tape tape;
  private final double[] origin;
  private final List<Tape.Row> rows = new ArrayList<>();
  private final Part[] parts;
  private double[] numbers;
  private int iterations = 1;

  private TapeOrigin(Tape tape, double[] origin) {
    this.tape = tape;
    this.origin = origin;
    parts = new Part[tape.rows().size()];
    numbers = tape.numbers();
  }

  /// @param tape in the data's units: scale 1 and shift 0
  /// @param origin [D]
  static Tape moved(Tape tape, double[] origin) {
    return new TapeOrigin(tape, origin).moved();
  }

  private Tape moved() {
    int begin = -1;
    int beginPlace = -1;
    for (int i = 0; i < parts.length; i++) {
      Tape.Row row = tape.rows().get(i);
      switch (row.operation()) {
        case LOOP -> {
          begin = i;
          iterations = row.count();
          beginPlace = add(row);
        }
        case END -> {
          int end = add(new Tape.Row(TapeOperation.END, beginPlace, 0, 0, 0));
          rows.set(
              beginPlace, new Tape.Row(TapeOperation.LOOP, 0, end, tape.rows().get(begin).count(), 0));
          iterations = 1;
        }
        default -> parts[i] = part(row);
      }
    }
    return new Tape(tape.inputs(), rows, tape.indices(), numbers, tape.scale(), tape.shift());
  }

  private Part part(Tape.Row row) {
    TapeOperation operation = row.operation();
    return switch (operation) {
      case INPUT -> new Part(add(row), new double[] {origin[row.first()]});
      case CONSTANT -> new Part(-1, new double[] {row.immediate()});
      case GATHER -> {
        double[] offset = new double[iterations];
        Arrays.setAll(
            offset,
            k -> {
              int index = tape.indices()[row.first() + k];
              return index < 0 ? row.immediate() : origin[index];
            });
        yield new Part(add(new Tape.Row(operation, row.first(), 0, 0, 0)), offset);
      }
      case COLUMN ->
          new Part(-1, Arrays.copyOfRange(tape.numbers(), row.first(), row.first() + iterations));
      case DOT -> {
        double[] offset = new double[iterations];
        for (int j = 0; j < iterations * row.count(); j++) {
          int index = tape.indices()[row.second() + j];
          offset[j / row.count()] += index < 0 ? 0 : tape.numbers()[row.first() + j] * origin[index];
        }
        yield new Part(add(row), offset);
      }
      case ADD, SUBTRACT, MULTIPLY, DIVIDE -> affine(operation, parts[row.first()], parts[row.second()]);
      case TOTAL -> {
        Part of = parts[row.first()];
        double sum =
            of.offset.length == 1 ? iterations * of.offset[0] : Arrays.stream(of.offset).sum();
        int place =
            of.place < 0 ? -1 : add(new Tape.Row(operation, of.place, of.place, 0, row.immediate()));
        yield new Part(place, new double[] {sum});
      }
      case RESIDUAL, OBJECTIVE -> {
        int whole = whole(parts[row.first()]);
        yield new Part(add(new Tape.Row(operation, whole, row.second(), row.count(), row.immediate())), new double[1]);
      }
      default -> {
        int first = whole(parts[row.first()]);
        int second = operation.binary() ? whole(parts[row.second()]) : first;
        yield new Part(add(new Tape.Row(operation, first, second, row.count(), row.immediate())), new double[1]);
      }
    };
  }

  /// A sum, or a product in which one factor does not depend on the sample; others are put together first.
  private Part affine(TapeOperation operation, Part a, Part b) {
    double[] offset = combined(a, b, operation::value);
    boolean sum = operation == TapeOperation.ADD || operation == TapeOperation.SUBTRACT;
    if (a.place < 0 && b.place < 0 && Arrays.stream(offset).allMatch(Double::isFinite)) {
      return new Part(-1, offset);
    }
    if (sum && b.place < 0) {
      return new Part(a.place, offset);
    }
    if (sum && a.place < 0) {
      int zero = operation == TapeOperation.ADD ? -1 : constant(new double[1]);
      return new Part(
          zero < 0 ? b.place : add(new Tape.Row(operation, zero, b.place, 0, 0)), offset);
    }
    boolean factor =
        b.place < 0 || (a.place < 0 && operation == TapeOperation.MULTIPLY);
    if (!sum && !(factor && Arrays.stream(offset).allMatch(Double::isFinite))) {
      return new Part(add(new Tape.Row(operation, whole(a), whole(b), 0, 0)), new double[1]);
    }
    int first = a.place < 0 ? constant(a.offset) : a.place;
    int second = b.place < 0 ? constant(b.offset) : b.place;
    return new Part(add(new Tape.Row(operation, first, second, 0, 0)), offset);
  }

  private static double[] combined(Part a, Part b, DoubleBinaryOperator operation) {
    double[] offset = new double[Math.max(a.offset.length, b.offset.length)];
    Arrays.setAll(
        offset,
        k ->
            operation.applyAsDouble(
                a.offset[a.offset.length == 1 ? 0 : k], b.offset[b.offset.length == 1 ? 0 : k]));
    return offset;
  }

  /// The row of a whole number.
  private int whole(Part part) {
    if (part.place < 0) {
      return constant(part.offset);
    }
    return Arrays.stream(part.offset).allMatch(o -> o == 0)
        ? part.place
        : add(new Tape.Row(TapeOperation.ADD, part.place, constant(part.offset), 0, 0));
  }

  private int constant(double[] values) {
    if (values.length == 1) {
      return add(new Tape.Row(TapeOperation.CONSTANT, 0, 0, 0, values[0]));
    }
    int from = numbers.length;
    numbers = Arrays.copyOf(numbers, from + values.length);
    System.arraycopy(values, 0, numbers, from, values.length);
    return add(new Tape.Row(TapeOperation.COLUMN, from, 0, 0, 0));
  }

  private int add(Tape.Row row) {
    rows.add(row);
    return rows.size() - 1;
  }
}
