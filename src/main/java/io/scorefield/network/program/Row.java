package io.scorefield.network.program;

import java.util.Arrays;

/// One row of a {@link Program}.
///
/// @param operation what it does
/// @param space of the result; of a sink, that of what it reads
/// @param width features of the result, likewise
/// @param first number of the row whose value is the first operand; -1: none
/// @param second likewise
/// @param immediate of `SCALE` and `SHIFT`, else 0
/// @param attachment what the operation needs beside
public record Row(
    Operation operation, Space space, int width, int first, int second, double immediate, Attachment attachment) {
  /// What a row needs beside its operands.
  public sealed interface Attachment permits Nothing, Numbers, Links, Port, Weights {}

  /// Nothing.
  public record Nothing() implements Attachment {}

  /// The numbers of a constant, [positions, width].
  public record Numbers(double[] values) implements Attachment {
    public Numbers {
      values = values.clone();
      for (double value : values) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException("a constant of a network is " + value);
        }
      }
    }

    @Override
    public double[] values() {
      return values.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Numbers that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  /// How many numbers the result has.
  public int size() {
    return space.positions() * width;
  }

  Links links() {
    return (Links) attachment;
  }

  /// The parameters of a linear map.
  public Weights weights() {
    return (Weights) attachment;
  }

  /// The port of an input or output.
  public Port port() {
    return (Port) attachment;
  }
}
