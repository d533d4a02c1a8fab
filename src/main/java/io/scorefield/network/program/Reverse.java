package io.scorefield.network.program;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The gradient of a program by going back through its rows: rows that are appended to it.
///
/// Since the derivative of every operation is made of operations of the list, what comes of it can be differentiated again.
public final class Reverse {
  private final ProgramBuilder builder;
  private final boolean parameters;
  private final Value[] adjoints;
  private final boolean[] depends; // on what the gradient is wanted of

  private Reverse(ProgramBuilder builder, boolean parameters) {
    this.builder = builder;
    this.parameters = parameters;
    adjoints = new Value[builder.rows().size()];
    depends = new boolean[adjoints.length];
  }

  /// Appends the way back.
  ///
  /// @param seeds the gradient with respect to some values
  /// @param of what the gradient is wanted with respect to
  /// @param parameters whether the gradient with respect to all parameters is wanted too: rows
  ///     {@link Operation#WEIGHT_GRADIENT}
  /// @return for each of `of` its gradient; empty where nothing depends on it
  public static List<Optional<Value>> append(
      ProgramBuilder builder, Map<Value, Value> seeds, boolean parameters, List<Value> of) {
    Reverse reverse = new Reverse(builder, parameters);
    reverse.mark(of);
    seeds.forEach((value, seed) -> reverse.add(value.row(), seed));
    for (int row = reverse.adjoints.length - 1; row >= 0; row--) {
      if (reverse.adjoints[row] != null) {
        reverse.back(row, builder.rows().get(row), reverse.adjoints[row]);
      }
    }
    return of.stream().map(value -> Optional.ofNullable(reverse.adjoints[value.row()])).toList();
  }

  private void mark(List<Value> of) {
    for (Value value : of) {
      depends[value.row()] = true;
    }
    for (int i = 0; i < depends.length; i++) {
      Row row = builder.rows().get(i);
      boolean linear = row.operation() == Operation.LINEAR || row.operation() == Operation.LINEAR_TRANSPOSED;
      depends[i] |=
          (linear && parameters)
              || (row.first() >= 0 && depends[row.first()])
              || (row.second() >= 0 && depends[row.second()]);
    }
  }

  private void add(int row, Value gradient) {
    if (depends[row]) {
      adjoints[row] = adjoints[row] == null ? gradient : builder.add(adjoints[row], gradient);
    }
  }

  private void back(int number, Row row, Value g) {
    Value y = builder.value(number);
    Value a = row.first() < 0 ? null : builder.value(row.first());
    Value b = row.second() < 0 ? null : builder.value(row.second());
    switch (row.operation()) {
      case INPUT, CONSTANT, STEP, OUTPUT, WEIGHT_GRADIENT -> {}
      case LINEAR -> {
        if (depends[a.row()]) {
          add(a.row(), builder.linearTransposed(g, row.weights()));
        }
        if (parameters) {
          builder.weightGradient(g, a, row.weights());
        }
      }
      case LINEAR_TRANSPOSED -> {
        if (depends[a.row()]) {
          add(a.row(), builder.linear(g, row.weights().alone()));
        }
        if (parameters) {
          builder.weightGradient(a, g, row.weights().alone());
        }
      }
      case GATHER -> add(a.row(), builder.segmentSum(g, row.links()));
      case SEGMENT_SUM -> add(a.row(), builder.gather(g, row.links()));
      case ROW_SUM -> add(a.row(), builder.spread(g, a.width()));
      case SPREAD -> add(a.row(), builder.rowSum(g));
      case ADD -> {
        add(a.row(), g);
        add(b.row(), g);
      }
      case SUBTRACT -> {
        add(a.row(), g);
        if (depends[b.row()]) {
          add(b.row(), builder.scale(g, -1));
        }
      }
      case MULTIPLY -> {
        Row second = builder.rows().get(b.row());
        if (second.operation() == Operation.LOGISTIC && second.first() == a.row()) {
          // y = a s, s = logistic(a): the derivative s + y (1 - s) leaves a itself to be forgotten.
          add(a.row(), builder.multiply(g, builder.add(b, builder.multiply(y, Slopes.oneLess(builder, b)))));
          return;
        }
        if (depends[a.row()]) {
          add(a.row(), builder.multiply(g, b));
        }
        if (depends[b.row()]) {
          add(b.row(), builder.multiply(g, a));
        }
      }
      default -> add(a.row(), Slopes.times(builder, row, a, y, g));
    }
  }
}
