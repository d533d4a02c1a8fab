package io.scorefield.physics;

/// A law that samples are to obey: residuals that vanish where it holds.
///
/// @param name what the law is called in tables and reports
/// @param tape the residuals as a function of a sample in the data's own units
public record Constraint(String name, Tape tape) {
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
    int norm = tape.sqrt(sum);
    tape.residual(tape.subtract(norm, tape.constant(radius)));
    return new Constraint("sphere of radius " + radius, tape.build());
  }
}
