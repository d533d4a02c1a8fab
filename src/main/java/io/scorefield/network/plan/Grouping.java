package io.scorefield.network.plan;

import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Program;
import io.scorefield.network.program.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The order in which the rows of a program are executed, and which elementwise rows are executed together.
///
/// It is found from the end: a row comes as late as those that need it allow, and joins the group of the row that needs
/// it where it can. So values are made shortly before they are used.
final class Grouping {
  /// The most slots of a group.
  static final int MOST_SLOTS = 48;

  private final List<Row> rows;
  private final Views views;
  private final boolean[] part;
  private final int[] consumers; // of each row's value, that are not placed yet
  private final List<List<Integer>> groups = new ArrayList<>(); // the last first
  private final TreeSet<Integer> ready = new TreeSet<>();

  private Grouping(Program program, boolean[] part) {
    rows = program.rows();
    views = Views.of(program);
    this.part = part;
    consumers = new int[rows.size()];
  }

  /// Groups of rows, first to last; rows that are not elementwise are alone.
  ///
  /// @param part the rows to be executed
  static List<List<Integer>> of(Program program, boolean[] part) {
    return new Grouping(program, part).order();
  }

  private static boolean computed(Row row) {
    return !row.operation().view() && row.operation() != Operation.CONSTANT;
  }

  private boolean placed(int row) {
    return part[row] && computed(rows.get(row));
  }

  private List<List<Integer>> order() {
    for (int i = 0; i < rows.size(); i++) {
      if (placed(i)) {
        forEachBase(i, base -> consumers[base]++);
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      if (placed(i) && consumers[i] == 0) {
        ready.add(i);
      }
    }
    while (!ready.isEmpty()) {
      close(rows.get(ready.last()).operation().elementwise() ? group(ready.last()) : List.of(ready.last()));
    }
    return groups.reversed();
  }

  private interface Use {
    void of(int base);
  }

  private void forEachBase(int number, Use use) {
    Row row = rows.get(number);
    for (int operand : new int[] {row.first(), row.second()}) {
      if (operand >= 0) {
        int base = views.of(operand).base();
        if (placed(base)) {
          use.of(base);
        }
      }
    }
  }

  /// Places a group before all that are.
  private void close(List<Integer> group) {
    groups.add(group.stream().sorted().toList());
    ready.removeAll(group);
    for (int member : group) {
      forEachBase(
          member,
          base -> {
            consumers[base]--;
            if (consumers[base] == 0 && !group.contains(base)) {
              ready.add(base);
            }
          });
    }
  }

  /// A row with all that can be computed with it: rows whose value only members need, as it is, or that are needed by
  /// members and by what comes later.
  private List<Integer> group(int last) {
    List<Integer> members = new ArrayList<>(List.of(last));
    int[] inside = new int[rows.size()]; // uses by members
    forEachBase(last, base -> inside[base]++);
    boolean[] outOfReach = new boolean[rows.size()]; // read otherwise than as they are
    seen(last, outOfReach);
    for (int i = 0; i < members.size(); i++) {
      Row member = rows.get(members.get(i));
      for (int operand : new int[] {member.second(), member.first()}) {
        if (operand < 0 || !joins(operand, last, inside, outOfReach) || members.contains(operand)) {
          continue;
        }
        if (2 * members.size() + 4 > MOST_SLOTS) {
          return members;
        }
        members.add(operand);
        forEachBase(operand, base -> inside[base]++);
        seen(operand, outOfReach);
        // What could not join before may do so now that another of its uses is inside.
        i = -1;
        break;
      }
    }
    return members;
  }

  private void seen(int member, boolean[] outOfReach) {
    Row row = rows.get(member);
    for (int operand : new int[] {row.first(), row.second()}) {
      if (operand >= 0 && !views.of(operand).direct()) {
        outOfReach[views.of(operand).base()] = true;
      }
    }
  }

  private boolean joins(int candidate, int last, int[] inside, boolean[] outOfReach) {
    Row row = rows.get(candidate);
    return placed(candidate)
        && row.operation().elementwise()
        && row.space().equals(rows.get(last).space())
        && row.width() == rows.get(last).width()
        && !outOfReach[candidate]
        && consumers[candidate] == inside[candidate];
  }
}
