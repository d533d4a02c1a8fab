package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/// Puts the nodes that are needed in an order in which each comes after its operands, loops in one piece.
final class TapeLinearizer {
  private final int inputs;
  private final List<TapeBuilder.Node> nodes;
  private final List<Integer> loops;
  private final List<TapeBuilder.Goal> goals;
  private final List<Tape.Row> rows = new ArrayList<>();
  private final Map<Integer, Integer> placed = new HashMap<>();
  private final List<Integer> indices = new ArrayList<>();
  private final List<Double> columns = new ArrayList<>();
  private final Map<List<Integer>, Integer> indexAt = new HashMap<>();
  private final Map<List<Double>, Integer> columnAt = new HashMap<>();
  private int residuals;

  /// @param loops iterations of the loops
  TapeLinearizer(
      int inputs, List<TapeBuilder.Node> nodes, List<Integer> loops, List<TapeBuilder.Goal> goals) {
    this.inputs = inputs;
    this.nodes = nodes;
    this.loops = loops;
    this.goals = goals;
  }

  Tape run() {
    for (TapeBuilder.Goal goal : goals) {
      int loop = nodes.get(goal.node()).loop();
      if (loop == TapeBuilder.NO_LOOP) {
        place(goal.node());
        purpose(goal, placed.get(goal.node()), 1);
      } else {
        inLoop(loop, goal.node(), slot -> purpose(goal, slot, loops.get(loop)));
      }
    }
    double[] ones = new double[inputs];
    Arrays.fill(ones, 1);
    return new Tape(
        inputs,
        rows,
        indices.stream().mapToInt(Integer::intValue).toArray(),
        columns.stream().mapToDouble(Double::doubleValue).toArray(),
        ones,
        new double[inputs]);
  }

  private void purpose(TapeBuilder.Goal goal, int slot, int count) {
    boolean residual = goal.operation() == TapeOperation.RESIDUAL;
    append(goal.operation(), slot, residual ? residuals : 0, 0, goal.weight());
    residuals += residual ? count : 0;
  }

  private int append(TapeOperation operation, int first, int second, int count, double immediate) {
    rows.add(new Tape.Row(operation, first, second, count, immediate));
    return rows.size() - 1;
  }

  /// Places a node that belongs to no loop.
  private void place(int number) {
    if (placed.containsKey(number)) {
      return;
    }
    TapeBuilder.Node node = nodes.get(number);
    if (node.operation().collects()) {
      inLoop(
          node.second(), node.first(),
          slot -> placed.put(number, append(node.operation(), slot, 0, 0, 0)));
      return;
    }
    operands(node, this::place);
    placed.put(number, row(node, placed));
  }

  private void operands(TapeBuilder.Node node, IntConsumer place) {
    if (node.operation().unary() || node.operation().binary()) {
      place.accept(node.first());
      place.accept(node.second());
    }
  }

  /// A loop that computes a node and does something with it.
  private void inLoop(int loop, int number, IntConsumer use) {
    hoist(number, new HashSet<>());
    int begin = append(TapeOperation.LOOP, 0, 0, 0, 0);
    Map<Integer, Integer> body = new HashMap<>(placed);
    placeInLoop(number, body);
    use.accept(body.get(number));
    int end = append(TapeOperation.END, begin, 0, 0, 0);
    rows.set(begin, new Tape.Row(TapeOperation.LOOP, 0, end, loops.get(loop), 0));
  }

  /// Places what does not change in the loop before it.
  private void hoist(int number, Set<Integer> seen) {
    if (!seen.add(number)) {
      return;
    }
    TapeBuilder.Node node = nodes.get(number);
    if (node.loop() == TapeBuilder.NO_LOOP) {
      place(number);
    } else {
      operands(node, operand -> hoist(operand, seen));
    }
  }

  private void placeInLoop(int number, Map<Integer, Integer> body) {
    if (!body.containsKey(number)) {
      TapeBuilder.Node node = nodes.get(number);
      operands(node, operand -> placeInLoop(operand, body));
      body.put(number, row(node, body));
    }
  }

  private int row(TapeBuilder.Node node, Map<Integer, Integer> slots) {
    return switch (node.operation()) {
      case INPUT, CONSTANT -> append(node.operation(), node.first(), 0, 0, node.immediate());
      case GATHER -> append(node.operation(), index(node.index()), 0, 0, node.immediate());
      case COLUMN -> append(node.operation(), column(node.column()), 0, 0, 0);
      case DOT ->
          append(
              node.operation(), column(node.column()), index(node.index()),
              node.column().size() / loops.get(node.loop()), 0);
      default ->
          append(node.operation(), slots.get(node.first()), slots.get(node.second()), 0, 0);
    };
  }

  private int index(List<Integer> wanted) {
    return indexAt.computeIfAbsent(
        wanted,
        key -> {
          indices.addAll(key);
          return indices.size() - key.size();
        });
  }

  private int column(List<Double> wanted) {
    return columnAt.computeIfAbsent(
        wanted,
        key -> {
          columns.addAll(key);
          return columns.size() - key.size();
        });
  }
}
