package io.scorefield.physics;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Laws compiled to scalar operations: residuals `r[M]` and an objective of a sample `x[D]`, with their derivatives.
///
/// A row computes one number from the numbers of earlier rows; a loop repeats a stretch of rows for the points of a
/// field or the terms of a sum. Row i keeps its number in slot i. {@link TapeRunner} says what every row does, forwards
/// and in reverse; engines execute this table and know nothing of the formulas it came from.
///
/// @param inputs D, the number of components of a sample
/// @param rows the operations
/// @param indices components that loops read, -1 for none
/// @param numbers constants that loops read
/// @param scale the tape reads component d as `scale[d]` `x[d]` + `shift[d]`, `[D]`
public record Tape(
    int inputs, List<Row> rows, int[] indices, double[] numbers, double[] scale, double[] shift) {
  /// One operation; {@link TapeOperation} says what the columns mean.
  public record Row(TapeOperation operation, int first, int second, int count, double immediate) {}

  /// The most residuals of a tape.
  public static final int MOST_RESIDUALS = 1 << 16;

  public Tape {
    rows = List.copyOf(rows);
    if (inputs < 1 || scale.length != inputs || shift.length != inputs) {
      throw new IllegalArgumentException("a tape needs a scale and a shift for each of its inputs");
    }
    for (double[] column : List.of(numbers, scale, shift)) {
      if (!Arrays.stream(column).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException("a tape holds a number that is not finite");
      }
    }
    for (int index : indices) {
      if (index < -1 || index >= inputs) {
        throw new IllegalArgumentException("a tape reads component " + index + " of " + inputs);
      }
    }
    new Check(rows, inputs, indices, numbers).run();
  }

  /// Checks that no row refers to what is not there, so that engines need not.
  private record Check(List<Row> rows, int inputs, int[] indices, double[] numbers) {
    void run() {
      int begin = -1; // row of the loop that is open
      int iterations = 1;
      int residuals = 0;
      boolean purpose = false;
      int[] loopOf = new int[rows.size()]; // the loop that a row's value is good in only; -1: everywhere
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        TapeOperation operation = row.operation();
        require(Double.isFinite(row.immediate()), i);
        loopOf[i] = operation.collects() ? -1 : begin;
        switch (operation) {
          case INPUT -> require(row.first() >= 0 && row.first() < inputs, i);
          case CONSTANT -> {}
          case GATHER -> {
            require(begin >= 0, i);
            range(row.first(), iterations, indices.length, i);
          }
          case COLUMN -> {
            require(begin >= 0, i);
            range(row.first(), iterations, numbers.length, i);
          }
          case DOT -> {
            require(row.count() > 0, i);
            range(row.first(), (long) row.count() * iterations, numbers.length, i);
            range(row.second(), (long) row.count() * iterations, indices.length, i);
          }
          case LOOP -> {
            require(begin < 0 && row.count() > 0, i);
            begin = i;
            iterations = row.count();
            require(
                row.second() > i && row.second() < rows.size()
                    && rows.get(row.second()).operation() == TapeOperation.END,
                i);
          }
          case END -> {
            require(begin >= 0 && row.first() == begin && rows.get(begin).second() == i, i);
            begin = -1;
            iterations = 1;
          }
          case TOTAL, LEAST, LARGEST -> {
            require(begin >= 0, i);
            operand(row.first(), i, begin, loopOf);
          }
          case RESIDUAL -> {
            operand(row.first(), i, begin, loopOf);
            require(row.second() == residuals && row.immediate() > 0, i);
            residuals = Math.min(residuals + iterations, MOST_RESIDUALS + 1);
            purpose = true;
          }
          case OBJECTIVE -> {
            operand(row.first(), i, begin, loopOf);
            purpose = true;
          }
          default -> {
            operand(row.first(), i, begin, loopOf);
            // Also an operand that an operation does not have is read.
            if (operation.binary()) {
              operand(row.second(), i, begin, loopOf);
            } else {
              require(row.second() >= 0 && row.second() < rows.size(), i);
            }
          }
        }
      }
      require(begin < 0, rows.size() - 1);
      if (!purpose) {
        throw new IllegalArgumentException("a tape needs at least one residual or objective");
      }
      if (residuals > MOST_RESIDUALS) {
        throw new IllegalArgumentException(
            "the laws have more than " + MOST_RESIDUALS + " residuals together");
      }
    }

    private void operand(int at, int row, int begin, int[] loopOf) {
      require(at >= 0 && at < row, row);
      TapeOperation operation = rows.get(at).operation();
      require(loopOf[at] < 0 || loopOf[at] == begin, row);
      // A collected number is complete behind its loop only.
      require(!operation.collects() || at < begin || begin < 0, row);
      require(
          switch (operation) {
            case LOOP, END, RESIDUAL, OBJECTIVE -> false;
            default -> true;
          },
          row);
    }

    private static void range(int from, long count, int length, int row) {
      require(from >= 0 && from + count <= length, row);
    }

    private static void require(boolean fine, int row) {
      if (!fine) {
        throw new IllegalArgumentException("row " + row + " of the tape refers to what is not there");
      }
    }
  }

  /// S, the number of rows and of the numbers they keep.
  public int slots() {
    return rows.size();
  }

  /// M, the number of residuals.
  public int residuals() {
    int residuals = 0;
    int iterations = 1;
    for (Row row : rows) {
      switch (row.operation()) {
        case LOOP -> iterations = row.count();
        case END -> iterations = 1;
        case RESIDUAL -> residuals += iterations;
        default -> {}
      }
    }
    return residuals;
  }

  /// Whether there is an objective.
  public boolean hasObjective() {
    return rows.stream().anyMatch(row -> row.operation() == TapeOperation.OBJECTIVE);
  }

  /// Scalar operations of one forward sweep, loops counted in full.
  public long operations() {
    long operations = 0;
    int iterations = 1;
    for (Row row : rows) {
      switch (row.operation()) {
        case LOOP -> iterations = row.count();
        case END -> iterations = 1;
        case DOT -> operations += 2L * row.count() * iterations;
        default -> operations += iterations;
      }
    }
    return operations;
  }

  /// The components that the laws read, in no order.
  public IntStream components() {
    IntStream inputs =
        rows.stream().filter(row -> row.operation() == TapeOperation.INPUT).mapToInt(Row::first);
    return IntStream.concat(inputs, Arrays.stream(indices).filter(index -> index >= 0)).distinct();
  }

  /// Whether the tape reads components as they are.
  boolean isInDataUnits() {
    return Arrays.stream(scale).allMatch(s -> s == 1) && Arrays.stream(shift).allMatch(s -> s == 0);
  }

  /// The residuals of one sample.
  public double[] residuals(double[] x, int offset) {
    double[] residuals = new double[residuals()];
    new TapeRunner(this).forward(x, offset, residuals);
    return residuals;
  }

  /// The objective of one sample.
  public double objective(double[] x, int offset) {
    return new TapeRunner(this).forward(x, offset, new double[residuals()]);
  }

  /// The same laws for samples in other units: the result at x is this tape at
  /// scale * x + shift, component by component.
  public Tape withInputs(double[] scale, double[] shift) {
    if (scale.length != inputs || shift.length != inputs) {
      throw new IllegalArgumentException("scale and shift need " + inputs + " components");
    }
    double[] both = new double[inputs];
    double[] moved = new double[inputs];
    for (int d = 0; d < inputs; d++) {
      both[d] = this.scale[d] * scale[d];
      moved[d] = this.scale[d] * shift[d] + this.shift[d];
    }
    return new Tape(inputs, rows, indices, numbers, both, moved);
  }

  /// The same laws for samples that are given less an origin: the result at x is this tape at origin + x. What is affine
  /// in the sample loses no digits in float32, however far away the origin is.
  ///
  /// @throws IllegalArgumentException unless the tape is in the data's units
  public Tape withOrigin(double[] origin) {
    if (origin.length != inputs || !isInDataUnits()) {
      throw new IllegalArgumentException("an origin is taken off samples in the data's units");
    }
    return Arrays.stream(origin).allMatch(o -> o == 0) ? this : TapeOrigin.moved(this, origin);
  }

  /// The same laws for samples in other coordinates: component d of the present samples is the sum over s of
  /// basis(d)`[s]` times coordinate s.
  ///
  /// @param coordinates S
  /// @param basis of every component, `[S]`
  public Tape withBasis(int coordinates, IntFunction<double[]> basis) {
    return withBasis(coordinates, basis, coordinates);
  }

  /// The same where the last coordinates are conditions, with respect to which the laws have no derivative.
  ///
  /// @param varied coordinates that are no conditions
  /// @throws IllegalArgumentException when a row reads conditions together with others
  public Tape withBasis(int coordinates, IntFunction<double[]> basis, int varied) {
    return TapeFrame.moved(this, coordinates, basis, varied);
  }

  /// The residuals and objectives of this tape and of another one for the same samples, in data units.
  public Tape joined(Tape other) {
    if (!isInDataUnits() || !other.isInDataUnits()) {
      throw new IllegalArgumentException("tapes are joined in the data's units");
    }
    TapeBuilder builder = new TapeBuilder(inputs);
    builder.include(this).forEach(builder::add);
    builder.include(other).forEach(builder::add);
    return builder.build();
  }

  /// The same laws with some components counted as constants: the values are the same, derivatives with respect to these
  /// components are 0.
  ///
  /// @param held which components
  public Tape holding(IntPredicate held) {
    TapeBuilder builder = new TapeBuilder(inputs);
    builder.include(this, held).forEach(builder::add);
    return builder.build().withInputs(scale, shift);
  }

  /// The same tape with a number taken off every residual: a measurement A(x) - y from A(x).
  ///
  /// @param targets y `[M]`, in the residuals' order
  public Tape minus(double[] targets) {
    if (targets.length != residuals()) {
      throw new IllegalArgumentException(
          targets.length + " targets do not fit " + residuals() + " residuals");
    }
    TapeBuilder builder = new TapeBuilder(inputs);
    int residual = 0;
    for (TapeBuilder.Goal goal : builder.include(this)) {
      if (goal.operation() == TapeOperation.RESIDUAL) {
        int loop = builder.loopOf(goal.node());
        int from = residual;
        residual += builder.iterations(loop);
        int target = builder.number(loop, Arrays.copyOfRange(targets, from, residual));
        builder.add(new TapeBuilder.Goal(goal.operation(), builder.subtract(goal.node(), target), goal.weight()));
      } else {
        builder.add(goal);
      }
    }
    return builder.build().withInputs(scale, shift);
  }
}
