package io.scorefield.physics.formula;

import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Expression.Call;
import io.scorefield.physics.formula.Expression.Comparison;
import io.scorefield.physics.formula.Expression.Index;
import io.scorefield.physics.formula.Expression.Name;
import io.scorefield.physics.formula.Expression.Negation;
import io.scorefield.physics.formula.Expression.Number;
import io.scorefield.physics.formula.Expression.Operation;
import io.scorefield.physics.formula.Expression.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What of a formula is known before there is a sample: the values of indices, the tuples of ranges, the components that
/// a name reads, and how many elements an expression of whole fields has.
final class Indices {
  private final Formula formula;
  private final TapeBuilder tape;
  private final Variables variables;
  private final Map<String, Double> parameters;

  Indices(
      Formula formula, TapeBuilder tape, Variables variables, Map<String, Double> parameters) {
    this.formula = formula;
    this.tape = tape;
    this.variables = variables;
    this.parameters = parameters;
  }

  /// The indices of all iterations over some ranges, the last varying fastest.
  ///
  /// @param most tuples at most
  List<Map<String, Integer>> tuples(Expression at, List<Range> ranges, Scope scope, int most) {
    List<Map<String, Integer>> tuples = List.of(Map.of());
    for (Range range : ranges) {
      if (variables.field(range.index()).isPresent() || parameters.containsKey(range.index())) {
        throw formula.error(
            range.position(),
            "'" + range.index() + "' is a name already; call the index something else");
      }
      List<Map<String, Integer>> longer = new ArrayList<>();
      for (Map<String, Integer> tuple : tuples) {
        Scope inner = Scope.root().with(firstOf(scope), 1).with(tuple, 1);
        int from = integers(range.from(), inner)[0];
        int to = integers(range.to(), inner)[0];
        if ((long) to - from >= most || (long) longer.size() + to - from >= most) {
          throw formula.error(at, "the ranges hold too many indices; the most are " + most);
        }
        for (int i = from; i <= to; i++) {
          Map<String, Integer> next = new LinkedHashMap<>(tuple);
          if (next.put(range.index(), i) != null) {
            throw formula.error(range.position(), "the index '" + range.index() + "' is used twice");
          }
          longer.add(next);
        }
      }
      tuples = longer;
    }
    if (tuples.isEmpty()) {
      throw formula.error(at, "the range is empty");
    }
    return tuples;
  }

  private static Map<String, Integer> firstOf(Scope scope) {
    Map<String, Integer> first = new HashMap<>();
    scope.indices().forEach((name, values) -> first.put(name, values[0]));
    return first;
  }

  /// The components that a name with indices reads in every iteration.
  int[] components(Name name, Variables.Field field, Scope scope) {
    List<Integer> shape = field.shape();
    if (name.indices().size() != shape.size()) {
      throw formula.error(
          name,
          "'" + field + "' takes " + (shape.isEmpty() ? "no index" : shape.size() + " indices") + ", not "
              + name.indices().size());
    }
    int iterations = tape.iterations(scope.loop());
    int[] components = new int[iterations];
    for (int axis = 0; axis < shape.size(); axis++) {
      Index index = name.indices().get(axis);
      int[] values = integers(index.from(), scope);
      if (index.isRange()) {
        int[] elements =
            scope.elements().orElseThrow(
                () -> formula.error(name, "a range of components is for whole fields, as in sum(u[0..9])"));
        int[] to = integers(index.to(), scope);
        if (shape.size() > 1) {
          throw formula.error(name, "ranges of components are for fields of one index");
        }
        for (int i = 0; i < iterations; i++) {
          if (to[i] - values[i] + 1 != scope.extent()) {
            throw formula.error(name, (to[i] - values[i] + 1) + " components do not go with " + scope.extent());
          }
          inside(index.from(), field, values[i], shape.get(axis), scope, i);
          inside(index.to(), field, to[i], shape.get(axis), scope, i);
          values[i] += elements[i];
        }
      }
      for (int i = 0; i < iterations; i++) {
        inside(index.from(), field, values[i], shape.get(axis), scope, i);
        components[i] = components[i] * shape.get(axis) + values[i];
      }
    }
    for (int i = 0; i < iterations; i++) {
      components[i] += field.offset();
    }
    return components;
  }

  private void inside(
      Expression at, Variables.Field field, int value, int extent, Scope scope, int iteration) {
    if (value < 0 || value >= extent) {
      StringBuilder where = new StringBuilder();
      scope.indices().forEach(
          (name, values) ->
              where.append(where.isEmpty() ? " at " : ", ").append(name).append(" = ").append(values[iteration]));
      throw formula.error(
          at, "index " + value + " of " + field + " is out of range 0.." + (extent - 1) + where);
    }
  }

  /// The whole numbers that an index expression has in every iteration.
  int[] integers(Expression expression, Scope scope) {
    double[] values = indexValues(expression, scope);
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] != Math.rint(values[i])) {
        throw formula.error(expression, "an index must be a whole number, not " + values[i]);
      }
      if (Math.abs(values[i]) > 1e9) {
        throw formula.error(expression, "the index " + values[i] + " is out of range; the largest is 1e9");
      }
      integers[i] = (int) values[i];
    }
    return integers;
  }

  private double[] indexValues(Expression expression, Scope scope) {
    double[] values = new double[tape.iterations(scope.loop())];
    switch (expression) {
      case Number number -> Arrays.fill(values, number.value());
      case Name name when name.indices().isEmpty() && scope.indices().containsKey(name.name()) -> {
        int[] own = scope.indices().get(name.name());
        Arrays.setAll(values, i -> own[i]);
      }
      case Name name when name.indices().isEmpty() && parameters.containsKey(name.name()) ->
          Arrays.fill(values, parameters.get(name.name()));
      case Name name -> throw unknownIndex(name, scope);
      case Negation negation -> {
        double[] operand = indexValues(negation.operand(), scope);
        Arrays.setAll(values, i -> -operand[i]);
      }
      case Operation operation -> {
        double[] a = indexValues(operation.first(), scope);
        double[] b = indexValues(operation.second(), scope);
        Arrays.setAll(
            values,
            i ->
                switch (operation.operator()) {
                  case '+' -> a[i] + b[i];
                  case '-' -> a[i] - b[i];
                  case '*' -> a[i] * b[i];
                  case '/' -> a[i] / b[i];
                  default -> Math.pow(a[i], b[i]);
                });
      }
      default -> throw formula.error(expression, "an index is made of numbers, indices and + - * /");
    }
    return values;
  }

  private FormulaException unknownIndex(Name name, Scope scope) {
    String known =
        scope.indices().isEmpty() ? "" : "; known are " + String.join(", ", scope.indices().keySet());
    return variables.field(name.name()).isPresent()
        ? formula.error(name, "an index cannot depend on the sample's '" + name.name() + "'")
        : formula.error(name, "unknown index '" + name.name() + "'" + known);
  }

  /// Elements of the whole fields that an expression works on, 0 where there are none.
  int extent(Expression expression, Scope scope) {
    return switch (expression) {
      case Number number -> 0;
      case Name name -> {
        Optional<Variables.Field> field =
            scope.indices().containsKey(name.name()) ? Optional.empty() : variables.field(name.name());
        if (field.isEmpty() || field.get().shape().isEmpty()) {
          yield 0;
        }
        if (name.indices().isEmpty()) {
          yield field.get().size();
        }
        Index index = name.indices().getFirst();
        yield index.isRange()
            ? Math.max(0, integers(index.to(), scope)[0] - integers(index.from(), scope)[0] + 1)
            : 0;
      }
      case Negation negation -> extent(negation.operand(), scope);
      case Operation operation ->
          common(operation, List.of(operation.first(), operation.second()), scope);
      case Comparison comparison -> common(comparison, comparison.operands(), scope);
      case Call call -> {
        boolean collects =
            FormulaCompiler.REDUCTIONS.contains(call.function())
                || call.function().equals("each") || !call.ranges().isEmpty()
                || (call.arguments().size() == 1
                    && (call.function().equals("min") || call.function().equals("max")));
        yield collects ? 0 : common(call, call.arguments(), scope);
      }
    };
  }

  private int common(Expression at, List<Expression> parts, Scope scope) {
    int extent = 0;
    for (Expression part : parts) {
      int own = extent(part, scope);
      if (own > 0 && extent > 0 && own != extent) {
        throw formula.error(at, "fields of " + extent + " and " + own + " components do not go together");
      }
      extent = Math.max(extent, own);
    }
    return extent;
  }
}
