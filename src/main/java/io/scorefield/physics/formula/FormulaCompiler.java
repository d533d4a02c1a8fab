package io.scorefield.physics.formula;

import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/// Turns a formula into nodes of a tape.
final class FormulaCompiler {
  private static final Map<String, TapeOperation> UNARY =
      Map.of(
          "sqrt", TapeOperation.SQRT, "exp", TapeOperation.EXP, "log", TapeOperation.LOG,
          "sin", TapeOperation.SIN, "cos", TapeOperation.COS, "tanh", TapeOperation.TANH,
          "abs", TapeOperation.ABS);

  private static final Set<String> REDUCTIONS = Set.of("sum", "mean", "norm", "dot");
  private static final Set<String> STENCILS = Set.of("div", "grad", "laplace", "dx", "dy");
  private static final Set<String> OTHERS = Set.of("tan", "min", "max", "each");

  /// Iterations of a loop at most.
  private static final int MOST_ITERATIONS = 1 << 16;

  /// Terms of a sum that cannot be a loop, at most.
  private static final int MOST_TERMS = 4096;

  /// Nodes that sums in loops may be written out to.
  private static final long MOST_WORK = 50_000_000;

  private static final String TOO_LARGE =
      "the formula is too large; write sums of sums as a linear law";

  /// Whole exponents up to here are products.
  private static final int LARGEST_EXPONENT = 4096;

  private final Formula formula;
  private final TapeBuilder tape;
  private final Variables variables;
  private final Map<String, Double> parameters;
  private final Optional<Grid> grid;
  private long work;

  FormulaCompiler(
      Formula formula,
      TapeBuilder tape,
      Variables variables,
      Map<String, Double> parameters,
      Optional<Grid> grid) {
    this.formula = formula;
    this.tape = tape;
    this.variables = variables;
    this.parameters = parameters;
    this.grid = grid;
  }

  FormulaException error(Expression at, String message) {
    return new FormulaException(formula.text(), at.position(), message);
  }

  /// The expression of a law and where to compile it.
  record Law(Expression expression, Scope scope) {}

  /// Whole fields and `each` make a law of one residual an element.
  Law law() {
    Expression expression = formula.expression();
    if (grid.isPresent()) {
      return new Law(expression, onGrid(expression));
    }
    if (expression instanceof Call call && call.function().equals("each")) {
      if (call.ranges().isEmpty() || call.arguments().size() != 1) {
        throw error(call, "each takes a range and one law: each(i in 0..9, u[i] - 1)");
      }
      return new Law(call.arguments().getFirst(), loop(call, call.ranges(), Scope.root()));
    }
    int extent = extent(expression, Scope.root());
    return new Law(expression, extent == 0 ? Scope.root() : elementwise(expression, extent));
  }

  private Scope onGrid(Expression expression) {
    List<Variables.Field> fields = new ArrayList<>();
    for (String name : names(expression)) {
      variables.field(name).filter(field -> !field.shape().isEmpty()).ifPresent(fields::add);
    }
    if (fields.isEmpty()) {
      throw error(expression, "a stencil needs a field; known are " + variables);
    }
    List<Integer> shape = fields.getFirst().shape();
    for (Variables.Field field : fields) {
      if (!field.shape().equals(shape)) {
        throw error(
            expression, "the fields " + fields.getFirst() + " and " + field + " have different grids");
      }
    }
    for (String name : grid.orElseThrow().boundaries().keySet()) {
      if (fields.stream().noneMatch(field -> field.name().equals(name))) {
        throw error(expression, "'" + name + "' has a boundary, but is no field of the law");
      }
    }
    int size = fields.getFirst().size();
    int[] elements = new int[size];
    Arrays.setAll(elements, i -> i);
    return new Scope(
        tape.loop(size), Map.of(), Optional.of(elements), size,
        Optional.of(new Scope.Neighbour(shape, new int[shape.size()])));
  }

  private Scope elementwise(Expression at, int extent) {
    if (extent > MOST_ITERATIONS) {
      throw error(at, "a loop of " + extent + " iterations is too long; the most are " + MOST_ITERATIONS);
    }
    int[] elements = new int[extent];
    Arrays.setAll(elements, i -> i);
    return new Scope(tape.loop(extent), Map.of(), Optional.of(elements), extent, Optional.empty());
  }

  /// A loop over ranges; the last index varies fastest.
  private Scope loop(Expression at, List<Range> ranges, Scope outer) {
    List<Map<String, Integer>> tuples = tuples(at, ranges, outer, MOST_ITERATIONS);
    Map<String, int[]> indices = new LinkedHashMap<>();
    for (Range range : ranges) {
      indices.put(
          range.index(), tuples.stream().mapToInt(tuple -> tuple.get(range.index())).toArray());
    }
    return new Scope(
        tape.loop(tuples.size()), indices, Optional.empty(), 0, Optional.empty());
  }

  private List<Map<String, Integer>> tuples(Expression at, List<Range> ranges, Scope scope, int most) {
    List<Map<String, Integer>> tuples = List.of(Map.of());
    for (Range range : ranges) {
      if (variables.field(range.index()).isPresent() || parameters.containsKey(range.index())) {
        throw new FormulaException(
            formula.text(), range.position(),
            "'" + range.index() + "' is a name already; call the index something else");
      }
      List<Map<String, Integer>> longer = new ArrayList<>();
      for (Map<String, Integer> tuple : tuples) {
        Scope inner = new Scope(TapeBuilder.NO_LOOP, Map.of(), Optional.empty(), 0, Optional.empty());
        inner = inner.with(firstOf(scope), 1).with(tuple, 1);
        int from = integers(range.from(), inner)[0];
        int to = integers(range.to(), inner)[0];
        if ((long) to - from >= most || (long) longer.size() + to - from >= most) {
          throw error(at, "the ranges hold too many indices; the most are " + most);
        }
        for (int i = from; i <= to; i++) {
          Map<String, Integer> next = new LinkedHashMap<>(tuple);
          if (next.put(range.index(), i) != null) {
            throw new FormulaException(
                formula.text(), range.position(), "the index '" + range.index() + "' is used twice");
          }
          longer.add(next);
        }
      }
      tuples = longer;
    }
    if (tuples.isEmpty()) {
      throw error(at, "the range is empty");
    }
    return tuples;
  }

  private static Map<String, Integer> firstOf(Scope scope) {
    Map<String, Integer> first = new HashMap<>();
    scope.indices().forEach((name, values) -> first.put(name, values[0]));
    return first;
  }

  /// The node of an expression.
  int compile(Expression expression, Scope scope) {
    work += tape.iterations(scope.loop());
    if (work > MOST_WORK) {
      throw error(expression, TOO_LARGE);
    }
    try {
      return switch (expression) {
        case Number number -> tape.constant(number.value());
        case Name name -> name(name, scope);
        case Negation negation ->
            tape.multiply(tape.constant(-1), compile(negation.operand(), scope));
        case Operation operation -> operation(operation, scope);
        case Call call -> call(call, scope);
        case Comparison comparison ->
            throw error(
                comparison,
                "a comparison where a number is expected; a law that compares is an 'inequality'");
      };
    } catch (FormulaException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw error(expression, e.getMessage());
    }
  }

  private int operation(Operation operation, Scope scope) {
    int a = compile(operation.first(), scope);
    int b = compile(operation.second(), scope);
    return switch (operation.operator()) {
      case '+' -> tape.add(a, b);
      case '-' -> tape.subtract(a, b);
      case '*' -> tape.multiply(a, b);
      case '/' -> tape.append(TapeOperation.DIVIDE, a, b);
      default -> power(a, b);
    };
  }

  private int power(int base, int exponent) {
    double p = tape.constantValue(exponent);
    double whole = Math.abs(p);
    if (whole == Math.rint(whole) && whole <= LARGEST_EXPONENT) {
      int result = tape.constant(1);
      int square = base;
      for (int n = (int) whole; n > 0; n /= 2) {
        result = n % 2 == 1 ? tape.multiply(result, square) : result;
        square = n > 1 ? tape.square(square) : square;
      }
      return p < 0 ? tape.append(TapeOperation.DIVIDE, tape.constant(1), result) : result;
    }
    if (p == 0.5) {
      return tape.sqrt(base);
    }
    return tape.append(
        TapeOperation.EXP, tape.multiply(exponent, tape.append(TapeOperation.LOG, base)));
  }

  private int name(Name name, Scope scope) {
    Optional<Variables.Field> known = variables.field(name.name());
    if (!name.indices().isEmpty()) {
      Variables.Field field = known.orElseThrow(() -> unknown(name, scope));
      return tape.gather(scope.loop(), components(name, field, scope), 0);
    }
    if (scope.indices().containsKey(name.name())) {
      return numbers(scope, scope.indices().get(name.name()));
    }
    if (known.isPresent()) {
      Variables.Field field = known.get();
      if (field.shape().isEmpty()) {
        return tape.input(field.offset());
      }
      if (scope.elements().isEmpty()) {
        throw error(
            name,
            "'" + name.name() + "' is the field " + field + "; write an index, as in " + name.name()
                + (field.shape().size() == 1 ? "[0]" : "[0, 0]"));
      }
      return scope.stencil().isPresent() ? neighbour(field, scope) : whole(name, field.offset(), field.size(), scope);
    }
    if (parameters.containsKey(name.name())) {
      return tape.constant(parameters.get(name.name()));
    }
    if (scope.stencil().isPresent() && (name.name().equals("i") || name.name().equals("j"))) {
      return gridIndex(name, scope);
    }
    if (name.name().equals("pi")) {
      return tape.constant(Math.PI);
    }
    throw unknown(name, scope);
  }

  private int numbers(Scope scope, int[] values) {
    return scope.loop() == TapeBuilder.NO_LOOP
        ? tape.constant(values[0])
        : tape.column(scope.loop(), Arrays.stream(values).asDoubleStream().toArray());
  }

  private FormulaException unknown(Name name, Scope scope) {
    Set<String> known = new TreeSet<>(scope.indices().keySet());
    known.addAll(parameters.keySet());
    known.add("pi");
    boolean function =
        UNARY.containsKey(name.name()) || REDUCTIONS.contains(name.name()) || OTHERS.contains(name.name());
    return error(
        name,
        function
            ? "'" + name.name() + "' is a function; write " + name.name() + "(...)"
            : "unknown name '" + name.name() + "'; known are " + variables + ", "
                + String.join(", ", known));
  }

  private int whole(Expression at, int first, int size, Scope scope) {
    if (size != scope.extent()) {
      throw error(at, size + " components do not go with " + scope.extent());
    }
    int[] index = Arrays.stream(scope.elements().orElseThrow()).map(e -> first + e).toArray();
    return tape.gather(scope.loop(), index, 0);
  }

  /// The components that a name with indices reads in every iteration.
  private int[] components(Name name, Variables.Field field, Scope scope) {
    List<Integer> shape = field.shape();
    if (name.indices().size() != shape.size()) {
      throw error(
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
                () -> error(name, "a range of components is for whole fields, as in sum(u[0..9])"));
        int[] to = integers(index.to(), scope);
        if (shape.size() > 1) {
          throw error(name, "ranges of components are for fields of one index");
        }
        for (int i = 0; i < iterations; i++) {
          if (to[i] - values[i] + 1 != scope.extent()) {
            throw error(name, (to[i] - values[i] + 1) + " components do not go with " + scope.extent());
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
      throw error(
          at, "index " + value + " of " + field + " is out of range 0.." + (extent - 1) + where);
    }
  }

  /// The whole numbers that an index expression has in every iteration.
  private int[] integers(Expression expression, Scope scope) {
    double[] values = indexValues(expression, scope);
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] != Math.rint(values[i]) || Math.abs(values[i]) > 1e9) {
        throw error(expression, "an index must be a whole number, not " + values[i]);
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
      default -> throw error(expression, "an index is made of numbers, indices and + - * /");
    }
    return values;
  }

  private FormulaException unknownIndex(Name name, Scope scope) {
    String known =
        scope.indices().isEmpty() ? "" : "; known are " + String.join(", ", scope.indices().keySet());
    return variables.field(name.name()).isPresent()
        ? error(name, "an index cannot depend on the sample's '" + name.name() + "'")
        : error(name, "unknown index '" + name.name() + "'" + known);
  }

  private int call(Call call, Scope scope) {
    String function = call.function();
    if (UNARY.containsKey(function)) {
      return tape.append(UNARY.get(function), compile(only(call), scope));
    }
    if (function.equals("tan")) {
      int angle = compile(only(call), scope);
      return tape.append(
          TapeOperation.DIVIDE, tape.append(TapeOperation.SIN, angle),
          tape.append(TapeOperation.COS, angle));
    }
    if (STENCILS.contains(function)) {
      return stencil(call, scope);
    }
    if (function.equals("min") || function.equals("max")) {
      TapeOperation pair = function.equals("min") ? TapeOperation.MIN : TapeOperation.MAX;
      if (call.ranges().isEmpty() && call.arguments().size() > 1) {
        return fold(pair, call, scope);
      }
      return reduce(
          call, only(call), function.equals("min") ? TapeOperation.LEAST : TapeOperation.LARGEST, pair, scope, false);
    }
    if (function.equals("dot")) {
      if (call.arguments().size() != 2 || !call.ranges().isEmpty()) {
        throw error(call, "dot takes two fields");
      }
      Expression product =
          new Operation(call.position(), '*', call.arguments().getFirst(), call.arguments().getLast());
      return reduce(call, product, TapeOperation.TOTAL, TapeOperation.ADD, scope, false);
    }
    if (REDUCTIONS.contains(function)) {
      boolean norm = function.equals("norm");
      int total;
      long terms = call.arguments().size();
      if (call.ranges().isEmpty() && terms > 1) {
        total = tape.constant(0);
        for (Expression argument : call.arguments()) {
          int value = compile(argument, scope);
          total = tape.add(total, norm ? tape.square(value) : value);
        }
      } else {
        total = reduce(call, only(call), TapeOperation.TOTAL, TapeOperation.ADD, scope, norm);
        terms = lastTerms;
      }
      return switch (function) {
        case "norm" -> tape.sqrt(total);
        case "mean" -> tape.multiply(tape.constant(1.0 / terms), total);
        default -> total;
      };
    }
    if (function.equals("each")) {
      throw error(call, "each stands around a whole law, not inside one");
    }
    Set<String> known = new TreeSet<>(UNARY.keySet());
    known.addAll(REDUCTIONS);
    known.addAll(OTHERS);
    known.addAll(STENCILS);
    throw error(call, "unknown function '" + function + "'; known are " + String.join(", ", known));
  }

  private Expression only(Call call) {
    if (call.arguments().size() != 1) {
      throw error(
          call, call.function() + " takes one argument, not " + call.arguments().size());
    }
    if (!call.ranges().isEmpty() && (UNARY.containsKey(call.function()) || call.function().equals("tan"))) {
      throw error(call, call.function() + " takes no range");
    }
    return call.arguments().getFirst();
  }

  private int fold(TapeOperation operation, Call call, Scope scope) {
    int result = compile(call.arguments().getFirst(), scope);
    for (Expression argument : call.arguments().subList(1, call.arguments().size())) {
      result = tape.append(operation, result, compile(argument, scope));
    }
    return result;
  }

  /// Terms of the reduction compiled last.
  private long lastTerms;

  /// Collects `term` over ranges or over the elements of whole fields.
  private int reduce(
      Call call, Expression term, TapeOperation collect, TapeOperation pair, Scope scope, boolean squares) {
    boolean ranged = !call.ranges().isEmpty();
    int extent = ranged ? 0 : extent(term, scope);
    if (!ranged && extent == 0) {
      throw error(
          call,
          call.function() + " needs a field or a range, as in " + call.function() + "(u) or "
              + call.function() + "(i in 0..9, u[i])");
    }
    if (!dependsOn(call, scope)) {
      Scope inner =
          ranged ? loop(call, call.ranges(), Scope.root()) : elementwise(call, extent);
      int value = compile(term, inner);
      lastTerms = tape.iterations(inner.loop());
      return tape.collect(collect, inner.loop(), squares ? tape.square(value) : value);
    }
    // It depends on the loop around it: it is written out.
    int iterations = tape.iterations(scope.loop());
    List<Integer> terms = new ArrayList<>();
    if (ranged) {
      for (Range range : call.ranges()) {
        for (Expression end : List.of(range.from(), range.to())) {
          for (String name : names(end)) {
            int[] values = scope.indices().get(name);
            if (values != null && Arrays.stream(values).distinct().count() > 1
                && call.ranges().stream().noneMatch(own -> own.index().equals(name))) {
              throw error(end, "the ends of a range must be the same for all '" + name + "' around it");
            }
          }
        }
      }
      for (Map<String, Integer> tuple : tuples(call, call.ranges(), scope, MOST_TERMS)) {
        terms.add(compile(term, charged(call, scope.with(tuple, iterations))));
      }
    } else {
      if (extent > MOST_TERMS) {
        throw error(call, "a sum of " + extent + " terms in a loop is too long; the most are " + MOST_TERMS);
      }
      for (int element = 0; element < extent; element++) {
        terms.add(compile(term, charged(call, scope.at(element, extent, iterations))));
      }
    }
    if (squares) {
      terms.replaceAll(tape::square);
    }
    lastTerms = terms.size();
    // Pairwise, so that the tree is not deep.
    while (terms.size() > 1) {
      List<Integer> pairs = new ArrayList<>();
      for (int i = 0; i + 1 < terms.size(); i += 2) {
        pairs.add(tape.append(pair, terms.get(i), terms.get(i + 1)));
      }
      if (terms.size() % 2 == 1) {
        pairs.add(terms.getLast());
      }
      terms = pairs;
    }
    return terms.getFirst();
  }

  /// The scope, whose indices count as work.
  private Scope charged(Expression at, Scope scope) {
    work += (long) tape.iterations(scope.loop()) * (1 + scope.indices().size());
    if (work > MOST_WORK) {
      throw error(at, TOO_LARGE);
    }
    return scope;
  }

  /// Whether a reduction reads indices of the loop around it.
  private static boolean dependsOn(Call call, Scope scope) {
    if (scope.loop() == TapeBuilder.NO_LOOP && scope.indices().isEmpty()) {
      return false;
    }
    Set<String> own = new TreeSet<>();
    call.ranges().forEach(range -> own.add(range.index()));
    return names(call).stream()
        .anyMatch(name -> scope.indices().containsKey(name) && !own.contains(name));
  }

  private static Set<String> names(Expression expression) {
    Set<String> names = new TreeSet<>();
    collectNames(expression, names);
    return names;
  }

  private static void collectNames(Expression expression, Set<String> names) {
    switch (expression) {
      case Number number -> {}
      case Name name -> {
        names.add(name.name());
        for (Index index : name.indices()) {
          collectNames(index.from(), names);
          collectNames(index.to(), names);
        }
      }
      case Negation negation -> collectNames(negation.operand(), names);
      case Operation operation -> {
        collectNames(operation.first(), names);
        collectNames(operation.second(), names);
      }
      case Comparison comparison -> comparison.operands().forEach(e -> collectNames(e, names));
      case Call call -> {
        call.arguments().forEach(e -> collectNames(e, names));
        call.ranges().forEach(
            range -> {
              collectNames(range.from(), names);
              collectNames(range.to(), names);
            });
      }
    }
  }

  /// Elements of the whole fields that an expression works on, 0 where there are none.
  private int extent(Expression expression, Scope scope) {
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
            REDUCTIONS.contains(call.function()) || call.function().equals("each")
                || !call.ranges().isEmpty()
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
        throw error(at, "fields of " + extent + " and " + own + " components do not go together");
      }
      extent = Math.max(extent, own);
    }
    return extent;
  }

  /// Finite differences on a grid.
  private int stencil(Call call, Scope scope) {
    if (scope.stencil().isEmpty()) {
      throw error(call, call.function() + " needs a grid; write the law as a 'stencil'");
    }
    Expression argument = only(call);
    double h = grid.orElseThrow().spacing();
    int axes = scope.stencil().get().shape().size();
    return switch (call.function()) {
      case "dx" -> centralDifference(argument, scope, axes - 1, h);
      case "dy" -> {
        if (axes < 2) {
          throw error(call, "dy needs fields of two indices");
        }
        yield centralDifference(argument, scope, 0, h);
      }
      case "laplace" -> divergence(Optional.empty(), argument, scope, h);
      case "div" -> {
        if (argument instanceof Call gradient && gradient.function().equals("grad")) {
          yield divergence(Optional.empty(), only(gradient), scope, h);
        }
        if (argument instanceof Operation product && product.operator() == '*') {
          if (product.second() instanceof Call gradient && gradient.function().equals("grad")) {
            yield divergence(Optional.of(product.first()), only(gradient), scope, h);
          }
          if (product.first() instanceof Call gradient && gradient.function().equals("grad")) {
            yield divergence(Optional.of(product.second()), only(gradient), scope, h);
          }
        }
        throw error(call, "div takes a flux: div(grad(u)) or div(k * grad(u))");
      }
      default -> throw error(call, "grad stands in a div: div(k * grad(u))");
    };
  }

  /// (u(+1) - u(-1)) / 2h.
  private int centralDifference(Expression u, Scope scope, int axis, double h) {
    int difference =
        tape.subtract(compile(u, scope.shifted(axis, 1)), compile(u, scope.shifted(axis, -1)));
    return tape.multiply(tape.constant(0.5 / h), difference);
  }

  /// The sum over the neighbours of k (u(neighbour) - u) / h^2, k the mean of here and there.
  private int divergence(Optional<Expression> k, Expression u, Scope scope, double h) {
    int here = compile(u, scope);
    int sum = tape.constant(0);
    for (int axis = 0; axis < scope.stencil().orElseThrow().shape().size(); axis++) {
      for (int by = -1; by <= 1; by += 2) {
        Scope there = scope.shifted(axis, by);
        int flux = tape.subtract(compile(u, there), here);
        if (k.isPresent()) {
          int both = tape.add(compile(k.get(), scope), compile(k.get(), there));
          flux = tape.multiply(tape.multiply(tape.constant(0.5), both), flux);
        }
        sum = tape.add(sum, flux);
      }
    }
    return tape.multiply(tape.constant(1 / (h * h)), sum);
  }

  /// Where the neighbour of every grid point lies along one axis, by a rule for points beyond the edge.
  private static int[] along(Scope scope, int axis, IntUnaryOperator beyond) {
    Scope.Neighbour neighbour = scope.stencil().orElseThrow();
    int[] elements = scope.elements().orElseThrow();
    int stride = 1;
    for (int a = axis + 1; a < neighbour.shape().size(); a++) {
      stride *= neighbour.shape().get(a);
    }
    int[] place = new int[elements.length];
    for (int i = 0; i < place.length; i++) {
      place[i] = elements[i] / stride % neighbour.shape().get(axis) + neighbour.shift()[axis];
      if (place[i] < 0 || place[i] >= neighbour.shape().get(axis)) {
        place[i] = beyond.applyAsInt(place[i]);
      }
    }
    return place;
  }

  private int neighbour(Variables.Field field, Scope scope) {
    int[] index = new int[scope.elements().orElseThrow().length];
    double outside = 0;
    boolean[] given = new boolean[index.length];
    for (int axis = 0; axis < field.shape().size(); axis++) {
      int n = field.shape().get(axis);
      Grid.Boundary boundary = grid.orElseThrow().boundary(field.name());
      int[] place =
          along(
              scope, axis,
              switch (boundary) {
                case Grid.Periodic periodic -> p -> Math.floorMod(p, n);
                case Grid.Neumann neumann -> p -> mirrored(p, n);
                case Grid.Dirichlet dirichlet -> p -> -1;
              });
      outside = boundary instanceof Grid.Dirichlet dirichlet ? dirichlet.value() : outside;
      for (int i = 0; i < index.length; i++) {
        given[i] |= place[i] < 0;
        index[i] = index[i] * n + place[i];
      }
    }
    for (int i = 0; i < index.length; i++) {
      index[i] = given[i] ? -1 : field.offset() + index[i];
    }
    return tape.gather(scope.loop(), index, outside);
  }

  private static int mirrored(int place, int n) {
    int turn = Math.floorMod(place, 2 * n);
    return turn < n ? turn : 2 * n - 1 - turn;
  }

  private int gridIndex(Name name, Scope scope) {
    int axes = scope.stencil().orElseThrow().shape().size();
    int axis = name.name().equals("i") ? 0 : 1;
    if (axis >= axes) {
      throw error(name, "a field of one index has no j");
    }
    return numbers(scope, along(scope, axis, p -> p));
  }
}
