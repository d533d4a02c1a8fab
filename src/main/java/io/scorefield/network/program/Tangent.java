package io.scorefield.network.program;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The derivative of a program along a direction: rows that are appended to it.
public final class Tangent {
  private final ProgramBuilder builder;
  private final Value[] tangents;

  private Tangent(ProgramBuilder builder, int rows) {
    this.builder = builder;
    tangents = new Value[rows];
  }

  /// Appends the derivative of some values.
  ///
  /// @param directions in which some values move
  /// @return how each of `of` then moves; empty where it does not
  public static List<Optional<Value>> append(ProgramBuilder builder, Map<Value, Value> directions, List<Value> of) {
    // Nothing is made of what comes behind it.
    int rows = of.stream().mapToInt(Value::row).max().orElse(-1) + 1;
    Tangent tangent = new Tangent(builder, rows);
    directions.forEach(
        (value, direction) -> {
          if (value.row() < rows) {
            tangent.tangents[value.row()] = direction;
          }
        });
    for (int row = 0; row < tangent.tangents.length; row++) {
      if (tangent.tangents[row] == null) {
        tangent.tangents[row] = tangent.along(row, builder.rows().get(row));
      }
    }
    return of.stream().map(value -> Optional.ofNullable(tangent.tangents[value.row()])).toList();
  }

  /// The derivative of a row's value; null where it does not move.
  private Value along(int number, Row row) {
    Value da = row.first() < 0 ? null : tangents[row.first()];
    Value db = row.second() < 0 ? null : tangents[row.second()];
    if (row.operation().sink() || row.operation() == Operation.STEP || (da == null && db == null)) {
      return null;
    }
    return switch (row.operation()) {
      case LINEAR -> builder.linear(da, row.weights().alone());
      case LINEAR_TRANSPOSED -> builder.linearTransposed(da, row.weights());
      case GATHER -> builder.gather(da, row.links());
      case SEGMENT_SUM -> builder.segmentSum(da, row.links());
      case ROW_SUM -> builder.rowSum(da);
      case SPREAD -> builder.spread(da, row.width());
      case ADD -> da == null ? db : db == null ? da : builder.add(da, db);
      case SUBTRACT -> db == null ? da : da == null ? builder.scale(db, -1) : builder.subtract(da, db);
      case MULTIPLY -> product(row, da, db);
      default -> Slopes.times(builder, row, builder.value(row.first()), builder.value(number), da);
    };
  }

  private Value product(Row row, Value da, Value db) {
    Value a = builder.value(row.first());
    Value b = builder.value(row.second());
    if (db == null) {
      return builder.multiply(da, b);
    }
    Value second = builder.multiply(a, db);
    return da == null ? second : builder.add(builder.multiply(da, b), second);
  }
}
