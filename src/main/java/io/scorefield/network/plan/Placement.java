package io.scorefield.network.plan;

import io.scorefield.network.program.Program;
import io.scorefield.network.program.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Gives values their places: a place is free again behind the last step that reads its value.
///
/// What the way there leaves for the way back keeps its place to the end, so that the way back can be gone again.
final class Placement {
  /// A stretch of memory that is free.
  private record Gap(int from, int to) {}

  private static final int END = Integer.MAX_VALUE;

  private final List<Row> rows;
  private final Views views;
  private final List<List<Integer>> groups;
  private final int[] groupOf;
  private final int[] lastUse; // the last group that reads the value from memory; -1: none does
  private final Place[] places;
  private final List<Gap> gaps = new ArrayList<>(List.of(new Gap(0, END)));
  private int numbers;

  Placement(Program program, List<List<Integer>> groups, int back) {
    rows = program.rows();
    views = Views.of(program);
    this.groups = groups;
    groupOf = new int[rows.size()];
    lastUse = new int[rows.size()];
    places = new Place[rows.size()];
    Arrays.fill(groupOf, -1);
    Arrays.fill(lastUse, -1);
    for (int g = 0; g < groups.size(); g++) {
      for (int member : groups.get(g)) {
        groupOf[member] = g;
      }
    }
    for (int g = 0; g < groups.size(); g++) {
      for (int base : read(g)) {
        lastUse[base] = g >= back && groupOf[base] < back ? END : Math.max(lastUse[base], g);
      }
    }
    for (int g = 0; g < groups.size(); g++) {
      settle(g);
    }
  }

  /// The values that a group reads from memory.
  private Set<Integer> read(int group) {
    Set<Integer> bases = new HashSet<>();
    for (int member : groups.get(group)) {
      Row row = rows.get(member);
      for (int operand : new int[] {row.first(), row.second()}) {
        if (operand >= 0) {
          int base = views.of(operand).base();
          if (groupOf[base] >= 0 && groupOf[base] != group) {
            bases.add(base);
          }
        }
      }
    }
    return bases;
  }

  private void settle(int group) {
    List<Integer> stored = groups.get(group).stream().filter(this::isStored).toList();
    Set<Integer> dying = new HashSet<>();
    for (int base : read(group)) {
      if (lastUse[base] == group) {
        dying.add(base);
      }
    }
    boolean map = rows.get(groups.get(group).getFirst()).operation().elementwise();
    for (int value : stored) {
      int heir = map ? heir(group, value, dying) : -1;
      if (heir >= 0) {
        places[value] = places[heir];
        dying.remove(heir);
      } else {
        places[value] = take(rows.get(value));
      }
    }
    for (int base : dying) {
      free(places[base]);
    }
  }

  /// Whether the value of a row is ever read from memory.
  boolean isStored(int row) {
    return lastUse[row] >= 0;
  }

  Place place(int row) {
    return places[row];
  }

  int numbers() {
    return numbers;
  }

  /// A value of the same shape that no row behind `value` reads, and none otherwise than as it is; -1: there is none.
  private int heir(int group, int value, Set<Integer> dying) {
    Row row = rows.get(value);
    for (int candidate : dying) {
      Row other = rows.get(candidate);
      if (other.space().equals(row.space()) && other.width() == row.width() && readBefore(group, candidate, value)) {
        return candidate;
      }
    }
    return -1;
  }

  private boolean readBefore(int group, int candidate, int value) {
    for (int member : groups.get(group)) {
      Row row = rows.get(member);
      for (int operand : new int[] {row.first(), row.second()}) {
        if (operand >= 0
            && views.of(operand).base() == candidate
            && (member > value || !views.of(operand).direct())) {
          return false;
        }
      }
    }
    return true;
  }

  private Place take(Row row) {
    int positions = row.space().positions();
    int stride = Place.strideOf(positions);
    int size = Math.multiplyExact(stride, row.width());
    for (int i = 0; i < gaps.size(); i++) {
      Gap gap = gaps.get(i);
      if (gap.to - gap.from >= size) {
        gaps.set(i, new Gap(gap.from + size, gap.to));
        if (gap.from + size == gap.to) {
          gaps.remove(i);
        }
        numbers = Math.max(numbers, gap.from + size);
        return new Place(gap.from, row.width(), positions, stride);
      }
    }
    throw new IllegalArgumentException(
        "the network needs more than 2^31 numbers for one sample; use fewer particles, fewer layers or a smaller width");
  }

  private void free(Place place) {
    int from = place.offset();
    int to = from + place.size();
    int at = 0;
    while (at < gaps.size() && gaps.get(at).from < from) {
      at++;
    }
    if (at < gaps.size() && gaps.get(at).from == to) {
      to = gaps.remove(at).to;
    }
    if (at > 0 && gaps.get(at - 1).to == from) {
      from = gaps.remove(--at).from;
    }
    gaps.add(at, new Gap(from, to));
  }
}
