package io.scorefield.physics;

/// One law that samples are to obey.
///
/// @param name what it is called in tables and reports
/// @param tape its residuals, or its objective, of a sample in the data's own units
/// @param weight the factor of its squared residuals, or of its objective, beside other laws
/// @param tolerance the mean residual up to which data count as obeying it; not a number: 5 % of the data's size
public record Law(String name, Tape tape, double weight, double tolerance) {
  public Law {
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("the weight is " + weight + "; it must be positive");
    }
    if (tape.residuals() > 0 && tape.hasObjective()) {
      throw new IllegalArgumentException("a law has residuals or an objective, not both");
    }
  }

  /// A law of weight 1.
  public static Law of(String name, Tape tape) {
    return new Law(name, tape, 1, Double.NaN);
  }

  /// Whether the law is a quantity to be small, rather than residuals to vanish.
  public boolean isObjective() {
    return tape.hasObjective();
  }

  /// A x - b: one residual a row of A.
  ///
  /// @param matrix A [M, n] row-major
  /// @param right b `[M]`
  /// @param components which components of the sample x is, `[n]`
  /// @param dimension D
  public static Tape linear(double[] matrix, double[] right, int[] components, int dimension) {
    int rows = right.length;
    if (rows == 0 || matrix.length != rows * components.length) {
      throw new IllegalArgumentException(
          "a matrix of " + matrix.length + " numbers does not fit " + rows + " right-hand sides and "
              + components.length + " components");
    }
    int[] index = new int[matrix.length];
    for (int i = 0; i < index.length; i++) {
      index[i] = components[i % components.length];
    }
    TapeBuilder tape = new TapeBuilder(dimension);
    int loop = tape.loop(rows);
    int product = tape.dot(loop, matrix, index);
    return tape.residual(tape.subtract(product, tape.column(loop, right))).build();
  }

  /// A conserved quantity: sum of weights x - value, or 1/2 sum of weights x^2 - value.
  ///
  /// @param weights `[n]`, for example the grid spacing or masses
  /// @param components which components of the sample x is, `[n]`
  /// @param dimension D
  public static Tape invariant(
      boolean quadratic, double[] weights, double value, int[] components, int dimension) {
    TapeBuilder tape = new TapeBuilder(dimension);
    int total;
    if (quadratic) {
      int loop = tape.loop(weights.length);
      int term =
          tape.multiply(
              tape.column(loop, weights), tape.square(tape.gather(loop, components, 0)));
      total =
          tape.multiply(tape.constant(0.5), tape.collect(TapeOperation.TOTAL, loop, term));
    } else {
      total = tape.dot(TapeBuilder.NO_LOOP, weights, components);
    }
    return tape.residual(tape.subtract(total, tape.constant(value))).build();
  }
}
