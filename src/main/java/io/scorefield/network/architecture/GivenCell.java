package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;

/// A cell as a network is told it: the logarithms of three lengths in angstrom and three angles in degrees, less a mean and over
/// a deviation that are the same for all data, so that a program can undo them.
public final class GivenCell {
  /// ln 4: bonds of 2 angstrom in a cube.
  public static final double LENGTH_MEAN = Math.log(4);

  public static final double LENGTH_DEVIATION = 0.25;
  public static final double ANGLE_MEAN = 80;
  public static final double ANGLE_DEVIATION = 15;

  /// Numbers of a cell.
  static final int NUMBERS = 6;

  /// A crystal has more; what is told may be any numbers.
  private static final double FLAT = 1e-4;

  private static final double RADIANS = Math.PI / 180;

  private final ProgramBuilder builder;
  private final Value[] lengths = new Value[3];
  private final Value[] cosines = new Value[3];

  /// @param told the six numbers, [6] of the sample
  GivenCell(ProgramBuilder builder, Value told) {
    this.builder = builder;
    for (int k = 0; k < 3; k++) {
      lengths[k] = builder.exp(builder.shift(builder.scale(one(told, k), LENGTH_DEVIATION), LENGTH_MEAN));
      // Turned by 90 degrees: a sine near 0 is exact where a cosine near 90 degrees is not.
      double behind = (ANGLE_MEAN - 90) * RADIANS;
      cosines[k] = builder.scale(builder.sin(builder.shift(builder.scale(one(told, 3 + k), ANGLE_DEVIATION * RADIANS), behind)), -1);
    }
  }

  private Value one(Value told, int k) {
    double[] unit = new double[NUMBERS];
    unit[k] = 1;
    return builder.rowSum(builder.multiply(told, builder.constant(Space.SAMPLE, NUMBERS, unit)));
  }

  /// The square of the volume of a cell with these angles whose edges are 1, or {@link #FLAT} where that is less.
  private Value flatness() {
    Value sum = builder.filled(Space.SAMPLE, 1, 1);
    for (Value cosine : cosines) {
      sum = builder.subtract(sum, builder.square(cosine));
    }
    sum = builder.add(sum, builder.scale(builder.multiply(builder.multiply(cosines[0], cosines[1]), cosines[2]), 2));
    return builder.shift(builder.activate(Activation.RELU, builder.shift(sum, -FLAT)), FLAT);
  }

  private Value sine(int k) {
    return builder.sqrt(builder.shift(builder.scale(builder.square(cosines[k]), -1), 1));
  }

  /// The vectors in angstrom, three values [3] of the sample: a along x, b in the plane of x and y, as
  /// `io.scorefield.matter.crystal.Cell` has them.
  Value[] vectors() {
    Value perSine = builder.inverse(sine(2));
    Value none = builder.filled(Space.SAMPLE, 1, 0);
    Value y = builder.multiply(builder.subtract(cosines[0], builder.multiply(cosines[1], cosines[2])), perSine);
    Value z = builder.multiply(builder.sqrt(flatness()), perSine);
    return new Value[] {
      row(0, builder.filled(Space.SAMPLE, 1, 1), none, none), row(1, cosines[2], sine(2), none), row(2, cosines[1], y, z)
    };
  }

  private Value row(int vector, Value... parts) {
    Value sum = null;
    for (int axis = 0; axis < 3; axis++) {
      double[] unit = new double[3];
      unit[axis] = 1;
      Value along = builder.spread(builder.multiply(lengths[vector], parts[axis]), 3);
      Value term = builder.multiply(along, builder.constant(Space.SAMPLE, 3, unit));
      sum = sum == null ? term : builder.add(sum, term);
    }
    return sum;
  }

  /// The least of three heights of the cell over its faces, in angstrom, or a limit where that is less, [1] of the sample.
  Value leastHeight(double limit) {
    Value least = builder.filled(Space.SAMPLE, 1, limit);
    Value volume = builder.sqrt(flatness());
    for (int k = 0; k < 3; k++) {
      Value height = builder.multiply(builder.multiply(lengths[k], volume), builder.inverse(sine(k)));
      Value more = builder.subtract(least, height);
      least = builder.subtract(least, builder.multiply(more, builder.step(more)));
    }
    return least;
  }
}
