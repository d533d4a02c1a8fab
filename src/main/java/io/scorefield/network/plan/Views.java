package io.scorefield.network.plan;

import io.scorefield.network.program.Links;
import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Program;
import io.scorefield.network.program.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rows that only show another value otherwise, and what they show. Elementwise operations read through them; others are
/// given a copy.
final class Views {
  /// What an operand is.
  ///
  /// @param base the row whose value is read
  /// @param links by which positions are found
  /// @param spread whether the one feature serves for all
  record View(int base, Optional<Links> links, boolean spread) {
    boolean direct() {
      return links.isEmpty() && !spread;
    }
  }

  private final List<Row> rows;

  private Views(List<Row> rows) {
    this.rows = rows;
  }

  /// The same program with copies where a view, or a constant, is read by what cannot.
  static Program withCopies(Program program) {
    List<Row> copied = new ArrayList<>();
    int[] moved = new int[program.rows().size()];
    for (int i = 0; i < moved.length; i++) {
      Row row = program.rows().get(i);
      int first = row.first() < 0 ? -1 : moved[row.first()];
      int second = row.second() < 0 ? -1 : moved[row.second()];
      if (!row.operation().elementwise() && !row.operation().view()) {
        first = readable(copied, first);
        second = readable(copied, second);
      }
      moved[i] = copied.size();
      copied.add(
          new Row(row.operation(), row.space(), row.width(), first, second, row.immediate(), row.attachment()));
    }
    return new Program(copied, program.parameters());
  }

  private static int readable(List<Row> rows, int number) {
    if (number < 0) {
      return number;
    }
    Row row = rows.get(number);
    if (!row.operation().view() && row.operation() != Operation.CONSTANT) {
      return number;
    }
    Row copy = new Row(Operation.SCALE, row.space(), row.width(), number, -1, 1, new Row.Nothing());
    int known = rows.indexOf(copy);
    if (known >= 0) {
      return known;
    }
    rows.add(copy);
    return rows.size() - 1;
  }

  static Views of(Program program) {
    return new Views(program.rows());
  }

  /// What operand `number` is.
  View of(int number) {
    Row row = rows.get(number);
    return switch (row.operation()) {
      case GATHER -> {
        View inner = of(row.first());
        Links links = (Links) row.attachment();
        yield new View(
            inner.base, Optional.of(inner.links.map(before -> links.behind(before)).orElse(links)), inner.spread);
      }
      case SPREAD -> {
        View inner = of(row.first());
        yield new View(inner.base, inner.links, true);
      }
      default -> new View(number, Optional.empty(), false);
    };
  }
}
