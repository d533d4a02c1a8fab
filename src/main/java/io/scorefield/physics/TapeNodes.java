package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads a finished tape back into a {@link TapeBuilder}: what {@link TapeBuilder#include} does.
final class TapeNodes {
  private TapeNodes() {}

  /// Adds the tape's nodes to a builder for samples of the same dimension, without its goals.
  ///
  /// @return the goals, in their order
  static List<TapeBuilder.Goal> read(Tape tape, TapeBuilder builder) {
    int[] nodes = new int[tape.slots()];
    List<TapeBuilder.Goal> goals = new ArrayList<>();
    int loop = TapeBuilder.NO_LOOP;
    int count = 1;
    for (int i = 0; i < tape.slots(); i++) {
      Tape.Row row = tape.rows().get(i);
      TapeOperation operation = row.operation();
      switch (operation) {
        case INPUT -> nodes[i] = builder.input(row.first());
        case CONSTANT -> nodes[i] = builder.constant(row.immediate());
        case GATHER ->
            nodes[i] =
                builder.gather(
                    loop, Arrays.copyOfRange(tape.indices(), row.first(), row.first() + count), row.immediate());
        case COLUMN ->
            nodes[i] =
                builder.column(loop, Arrays.copyOfRange(tape.numbers(), row.first(), row.first() + count));
        case DOT -> {
          int length = count * row.count();
          nodes[i] =
              builder.dot(
                  loop,
                  Arrays.copyOfRange(tape.numbers(), row.first(), row.first() + length),
                  Arrays.copyOfRange(tape.indices(), row.second(), row.second() + length));
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
}
