package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/// Reads a finished tape back into a {@link TapeBuilder}: what {@link TapeBuilder#include} does.
final class TapeNodes {
  private TapeNodes() {}

  /// Adds the tape's nodes to a builder for samples of the same dimension, without its goals.
  ///
  /// @param held components that count as constants
  /// @return the goals, in their order
  static List<TapeBuilder.Goal> read(Tape tape, TapeBuilder builder, IntPredicate held) {
    int[] nodes = new int[tape.slots()];
    List<TapeBuilder.Goal> goals = new ArrayList<>();
    int loop = TapeBuilder.NO_LOOP;
    int count = 1;
    for (int i = 0; i < tape.slots(); i++) {
      Tape.Row row = tape.rows().get(i);
      TapeOperation operation = row.operation();
      switch (operation) {
        case INPUT -> {
          int input = builder.input(row.first());
          nodes[i] = held.test(row.first()) ? hold(builder, input) : input;
        }
        case CONSTANT -> nodes[i] = builder.constant(row.immediate());
        case GATHER ->
            nodes[i] =
                gather(
                    builder, loop, Arrays.copyOfRange(tape.indices(), row.first(), row.first() + count),
                    row.immediate(), held);
        case COLUMN ->
            nodes[i] =
                builder.column(loop, Arrays.copyOfRange(tape.numbers(), row.first(), row.first() + count));
        case DOT -> {
          int length = count * row.count();
          double[] weights = Arrays.copyOfRange(tape.numbers(), row.first(), row.first() + length);
          int[] index = Arrays.copyOfRange(tape.indices(), row.second(), row.second() + length);
          nodes[i] = dot(builder, loop, weights, index, held);
        }
        case LOOP -> {
          loop = builder.loop(row.count());
          count = row.count();
        }
        case END -> {
          loop = TapeBuilder.NO_LOOP;
          count = 1;
        }
        case TOTAL, LEAST, LARGEST ->
            nodes[i] = builder.collect(operation, loop, nodes[row.first()]);
        case RESIDUAL, OBJECTIVE ->
            goals.add(new TapeBuilder.Goal(operation, nodes[row.first()], row.immediate()));
        default ->
            nodes[i] =
                operation.binary()
                    ? builder.append(operation, nodes[row.first()], nodes[row.second()])
                    : builder.append(operation, nodes[row.first()]);
      }
    }
    return goals;
  }

  private static int hold(TapeBuilder builder, int node) {
    return builder.append(TapeOperation.HOLD, node);
  }

  private static int gather(TapeBuilder builder, int loop, int[] index, double outside, IntPredicate held) {
    int[] constants = only(index, held);
    if (isNone(constants)) {
      return builder.gather(loop, index, outside);
    }
    int[] free = only(index, held.negate());
    if (isNone(free)) {
      return hold(builder, builder.gather(loop, index, outside));
    }
    double[] beyond = Arrays.stream(index).mapToDouble(d -> d < 0 ? outside : 0).toArray();
    int both = builder.add(builder.gather(loop, free, 0), hold(builder, builder.gather(loop, constants, 0)));
    return builder.add(both, builder.column(loop, beyond));
  }

  private static int dot(TapeBuilder builder, int loop, double[] weights, int[] index, IntPredicate held) {
    int[] constants = only(index, held);
    if (isNone(constants)) {
      return builder.dot(loop, weights, index);
    }
    int of = hold(builder, builder.dot(loop, weights, constants));
    int[] free = only(index, held.negate());
    return isNone(free) ? of : builder.add(builder.dot(loop, weights, free), of);
  }

  /// The components of a list that are wanted, -1 in place of the others.
  private static int[] only(int[] index, IntPredicate wanted) {
    return Arrays.stream(index).map(d -> d >= 0 && wanted.test(d) ? d : -1).toArray();
  }

  private static boolean isNone(int[] index) {
    return Arrays.stream(index).allMatch(d -> d < 0);
  }
}
