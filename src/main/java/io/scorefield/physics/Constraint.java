package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The laws that samples are to obey, together.
///
/// @param laws at least one, for samples of the same dimension
public record Constraint(List<Law> laws) {
  public Constraint {
    laws = List.copyOf(laws);
    if (laws.isEmpty()) {
      throw new IllegalArgumentException("a constraint needs a law");
    }
    if (laws.stream().mapToInt(law -> law.tape().inputs()).distinct().count() > 1) {
      throw new IllegalArgumentException("the laws are for samples of different dimensions");
    }
  }

  /// A single law.
  public static Constraint of(Law law) {
    return new Constraint(List.of(law));
  }

  /// The sphere (in two dimensions, the circle) of the given radius: r = |x| - radius.
  public static Constraint sphere(int dimension, double radius) {
    if (!(radius > 0) || Double.isInfinite(radius)) {
      throw new IllegalArgumentException("the radius is " + radius + "; it must be positive");
    }
    TapeBuilder tape = new TapeBuilder(dimension);
    int sum = tape.square(tape.input(0));
    for (int component = 1; component < dimension; component++) {
      sum = tape.add(sum, tape.square(tape.input(component)));
    }
    tape.residual(tape.subtract(tape.sqrt(sum), tape.constant(radius)));
    return of(Law.of("sphere of radius " + radius, tape.build()));
  }

  /// The names of the laws.
  public String name() {
    return String.join("; ", laws.stream().map(Law::name).toList());
  }

  /// Whether some law has residuals that are to vanish.
  public boolean hasResiduals() {
    return laws.stream().anyMatch(law -> !law.isObjective());
  }

  /// All laws in one tape: residuals times the root of their weight, objectives times theirs, in the data's units.
  public Tape tape() {
    Joined joined = new Joined(laws.getFirst().tape().inputs());
    for (Law law : laws) {
      joined.add(law, law.tape(), Math.sqrt(law.weight()));
    }
    return joined.tape();
  }

  /// The same for a Gaussian likelihood: an objective J counts as exp(-weight J). What is a sum of squares in it
  /// ({@link Squares}) has become residuals, scaled so that the tolerance of all residuals is theirs.
  ///
  /// @param tolerance standard deviation of the residuals
  /// @param units of the data
  public Tape tape(double tolerance, Units units) {
    Joined joined = new Joined(laws.getFirst().tape().inputs());
    for (Law law : laws) {
      if (law.isObjective()) {
        joined.add(law, Squares.of(law.tape(), units), tolerance * Math.sqrt(law.weight()));
      } else {
        joined.add(law, law.tape(), Math.sqrt(law.weight()));
      }
    }
    return joined.tape();
  }

  /// Tapes one after the other.
  private static final class Joined {
    private final int inputs;
    private final double[] scale;
    private final List<Tape.Row> rows = new ArrayList<>();
    private int[] indices = {};
    private double[] numbers = {};
    private int residuals;

    Joined(int inputs) {
      this.inputs = inputs;
      scale = new double[inputs];
      Arrays.fill(scale, 1);
    }

    /// @param factor of the residuals
    void add(Law law, Tape tape, double factor) {
      if (!Arrays.equals(tape.scale(), scale) || !Arrays.equals(tape.shift(), new double[inputs])) {
        throw new IllegalArgumentException("law '" + law.name() + "' is not in the data's units");
      }
      int base = rows.size();
      for (Tape.Row row : tape.rows()) {
        rows.add(moved(row, factor, law.weight(), base, indices.length, numbers.length, residuals));
      }
      indices = joined(indices, tape.indices());
      numbers = joined(numbers, tape.numbers());
      residuals += tape.residuals();
    }

    Tape tape() {
      return new Tape(inputs, rows, indices, numbers, scale, new double[inputs]);
    }
  }

  private static Tape.Row moved(
      Tape.Row row, double factor, double weight, int base, int indices, int numbers, int residuals) {
    TapeOperation operation = row.operation();
    return switch (operation) {
      case INPUT, CONSTANT -> row;
      case GATHER -> new Tape.Row(operation, row.first() + indices, 0, 0, row.immediate());
      case COLUMN -> new Tape.Row(operation, row.first() + numbers, 0, 0, 0);
      case DOT ->
          new Tape.Row(operation, row.first() + numbers, row.second() + indices, row.count(), 0);
      case LOOP -> new Tape.Row(operation, 0, row.second() + base, row.count(), 0);
      case RESIDUAL ->
          new Tape.Row(
              operation, row.first() + base, row.second() + residuals, 0,
              row.immediate() * factor);
      case OBJECTIVE ->
          new Tape.Row(operation, row.first() + base, 0, 0, row.immediate() * weight);
      default ->
          new Tape.Row(operation, row.first() + base, row.second() + base, 0, row.immediate());
    };
  }

  private static int[] joined(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static double[] joined(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
