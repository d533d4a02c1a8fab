package io.scorefield.network.plan;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Program;
import io.scorefield.network.program.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/// Writes the steps of groups whose values have their places.
final class StepWriter {
  private final List<Row> rows;
  private final Views views;
  private final Placement placement;

  StepWriter(Program program, Placement placement) {
    rows = program.rows();
    views = Views.of(program);
    this.placement = placement;
  }

  Step step(List<Integer> group) {
    int number = group.getFirst();
    Row row = rows.get(number);
    return switch (row.operation()) {
      case INPUT -> new Step.Load(row.port(), placement.place(number));
      case OUTPUT -> new Step.Store(row.port(), placement.place(row.first()));
      case LINEAR, LINEAR_TRANSPOSED ->
          new Step.Product(
              row.weights(), row.operation() == Operation.LINEAR_TRANSPOSED, placement.place(row.first()),
              placement.place(number));
      case WEIGHT_GRADIENT ->
          new Step.WeightGradient(row.weights(), placement.place(row.first()), placement.place(row.second()));
      case SEGMENT_SUM ->
          new Step.SegmentSum((Links) row.attachment(), placement.place(row.first()), placement.place(number));
      case ROW_SUM -> new Step.RowSum(placement.place(row.first()), placement.place(number));
      default -> new MapWriter(group).write();
    };
  }

  /// Numbers the slots of a map.
  private final class MapWriter {
    private final List<Integer> group;
    private final List<Step.Operand> operands = new ArrayList<>();
    private final Map<Integer, Integer> operandSlots = new HashMap<>(); // by the row of the operand
    private final List<Integer> stored;

    MapWriter(List<Integer> group) {
      this.group = group;
      stored = group.stream().filter(placement::isStored).toList();
    }

    Step.Map write() {
      for (int member : group) {
        Row row = rows.get(member);
        operand(row.first());
        operand(row.second());
      }
      int[] slots = new int[rows.size()];
      int begin = operands.size() + stored.size();
      int[] lastRead = new int[rows.size()];
      Arrays.fill(lastRead, -1);
      for (int member : group) {
        for (int operand : new int[] {rows.get(member).first(), rows.get(member).second()}) {
          if (operand >= 0) {
            lastRead[operand] = member;
          }
        }
      }
      PriorityQueue<Integer> free = new PriorityQueue<>();
      int used = begin;
      List<Step.Compute> operations = new ArrayList<>();
      for (int member : group) {
        Row row = rows.get(member);
        int first = slot(row.first(), slots);
        int second = row.second() < 0 ? first : slot(row.second(), slots);
        for (int operand : new int[] {row.first(), row.second() == row.first() ? -1 : row.second()}) {
          if (operand >= 0 && inside(operand) && slots[operand] >= begin && lastRead[operand] == member) {
            free.add(slots[operand]);
          }
        }
        int at = stored.indexOf(member);
        if (at >= 0) {
          slots[member] = operands.size() + at;
        } else if (free.isEmpty()) {
          slots[member] = used++;
        } else {
          slots[member] = free.poll();
        }
        operations.add(new Step.Compute(row.operation(), first, second, row.immediate(), slots[member]));
      }
      Row row = rows.get(group.getFirst());
      List<Place> results = stored.stream().map(placement::place).toList();
      return new Step.Map(row.space().positions(), row.width(), operands, results, operations, used);
    }

    private boolean inside(int row) {
      return group.contains(row);
    }

    private int slot(int operand, int[] slots) {
      return inside(operand) ? slots[operand] : operandSlots.get(operand);
    }

    private void operand(int number) {
      if (number < 0 || inside(number) || operandSlots.containsKey(number)) {
        return;
      }
      operandSlots.put(number, operands.size());
      Views.View view = views.of(number);
      Row base = rows.get(view.base());
      boolean constant = base.operation() == Operation.CONSTANT;
      operands.add(
          new Step.Operand(
              constant ? Optional.empty() : Optional.of(placement.place(view.base())),
              constant ? Optional.of(((Row.Numbers) base.attachment()).values()) : Optional.empty(),
              base.space().positions(), view.links(), view.spread()));
    }
  }
}
