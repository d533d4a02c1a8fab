package io.scorefield.physics;

import java.util.List;
import java.util.function.IntPredicate;

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

  /// The same laws with some components counted as constants ({@link Tape#holding}).
  public Constraint holding(IntPredicate held) {
    return new Constraint(
        laws.stream()
            .map(law -> new Law(law.name(), law.tape().holding(held), law.weight(), law.tolerance()))
            .toList());
  }

  /// All laws in one tape: residuals times the root of their weight, objectives times theirs, in the data's units.
  public Tape tape() {
    TapeBuilder joined = new TapeBuilder(laws.getFirst().tape().inputs());
    for (Law law : laws) {
      add(law, law.tape(), Math.sqrt(law.weight()), joined);
    }
    return joined.build();
  }

  /// The same for a Gaussian likelihood: an objective J counts as exp(-weight J). What is a sum of squares in it
  /// ({@link Squares}) has become residuals, scaled so that the tolerance of all residuals is theirs.
  ///
  /// @param tolerance standard deviation of the residuals
  /// @param units of the data
  public Tape tape(double tolerance, Units units) {
    TapeBuilder joined = new TapeBuilder(laws.getFirst().tape().inputs());
    for (Law law : laws) {
      if (law.isObjective()) {
        add(law, Squares.of(law.tape(), units), tolerance * Math.sqrt(law.weight()), joined);
      } else {
        add(law, law.tape(), Math.sqrt(law.weight()), joined);
      }
    }
    return joined.build();
  }

  /// @param factor of the residuals
  private static void add(Law law, Tape tape, double factor, TapeBuilder to) {
    if (!tape.isInDataUnits()) {
      throw new IllegalArgumentException("law '" + law.name() + "' is not in the data's units");
    }
    for (TapeBuilder.Goal goal : to.include(tape)) {
      to.add(goal.times(goal.operation() == TapeOperation.RESIDUAL ? factor : law.weight()));
    }
  }
}
