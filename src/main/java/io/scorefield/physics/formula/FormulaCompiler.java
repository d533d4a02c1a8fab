package io.scorefield.physics.formula;

import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Expression.Call;
import io.scorefield.physics.formula.Expression.Comparison;
import io.scorefield.physics.formula.Expression.Name;
import io.scorefield.physics.formula.Expression.Negation;
import io.scorefield.physics.formula.Expression.Number;
import io.scorefield.physics.formula.Expression.Operation;
import io.scorefield.physics.formula.Expression.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Turns a formula into nodes of a tape.
final class FormulaCompiler {
  private static final Map<String, TapeOperation> UNARY =
      Map.of(
          "sqrt", TapeOperation.SQRT, "exp", TapeOperation.EXP, "log", TapeOperation.LOG,
          "sin", TapeOperation.SIN, "cos", TapeOperation.COS, "tanh", TapeOperation.TANH,
          "abs", TapeOperation.ABS);

  static final Set<String> REDUCTIONS = Set.of("sum", "mean", "norm", "dot");
  private static final Set<String> STENCILS = StencilCompiler.FUNCTIONS;
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
  private final Indices indices;
  private final Optional<StencilCompiler> stencil;
  private final ParticleCompiler particles;
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
    for (String parameter : parameters.keySet()) {
      if (variables.field(parameter).isPresent()) {
        throw error(
            formula.expression(), "the parameter '" + parameter + "' has the name of a component; give it another one");
      }
    }
    indices = new Indices(formula, tape, variables, parameters);
    particles = new ParticleCompiler(this, tape, variables, parameters);
    stencil = grid.map(on -> new StencilCompiler(this, tape, variables, on));
  }

  FormulaException error(Expression at, String message) {
    return formula.error(at, message);
  }

  /// The expression of a law and where to compile it.
  record Law(Expression expression, Scope scope) {}

  /// Whole fields and `each` make a law of one residual an element.
  Law law() {
    Expression expression = formula.expression();
    if (stencil.isPresent()) {
      return new Law(expression, stencil.get().scope(expression));
    }
    if (expression instanceof Call each && each.function().equals("each")) {
      Call call = particles.ranged(each, Scope.root());
      if (call.ranges().isEmpty() || call.arguments().size() != 1) {
        throw error(call, "each takes a range and one law: each(i in 0..9, u[i] - 1)");
      }
      return new Law(
          call.arguments().getFirst(), particles.within(call, loop(call, call.ranges(), Scope.root())));
    }
    int extent = indices.extent(expression, Scope.root());
    return new Law(expression, extent == 0 ? Scope.root() : elementwise(expression, extent));
  }

  private Scope elementwise(Expression at, int extent) {
    if (extent > MOST_ITERATIONS) {
      throw error(at, "a loop of " + extent + " iterations is too long; the most are " + MOST_ITERATIONS);
    }
    int[] elements = new int[extent];
    Arrays.setAll(elements, i -> i);
    return Scope.over(tape.loop(extent), elements, Optional.empty());
  }

  /// A loop over ranges; the last index varies fastest.
  private Scope loop(Expression at, List<Range> ranges, Scope outer) {
    List<Map<String, Integer>> tuples = indices.tuples(at, ranges, outer, MOST_ITERATIONS);
    Map<String, int[]> indices = new LinkedHashMap<>();
    for (Range range : ranges) {
      indices.put(
          range.index(), tuples.stream().mapToInt(tuple -> tuple.get(range.index())).toArray());
    }
    return Scope.over(tape.loop(tuples.size()), indices);
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
    Optional<Integer> squared = particles.squared(base);
    if (squared.isPresent() && p == 2 * Math.rint(p / 2) && p != 0) {
      // An even power of a distance needs no root.
      int unit =
          p > 0
              ? squared.get()
              : tape.append(TapeOperation.DIVIDE, tape.constant(1), squared.get());
      return power(unit, tape.constant(Math.abs(p / 2)));
    }
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
      return tape.gather(scope.loop(), indices.components(name, field, scope), 0);
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
      return scope.stencil().isPresent()
          ? stencil.orElseThrow().neighbour(field, scope)
          : whole(name, field.offset(), field.size(), scope);
    }
    if (parameters.containsKey(name.name())) {
      return tape.constant(parameters.get(name.name()));
    }
    if (scope.stencil().isPresent() && (name.name().equals("i") || name.name().equals("j"))) {
      return stencil.orElseThrow().index(name, scope);
    }
    if (name.name().equals("pi")) {
      return tape.constant(Math.PI);
    }
    return particles.length(name, scope).orElseThrow(() -> unknown(name, scope));
  }

  /// The node of a number that is known for every iteration.
  int numbers(Scope scope, int[] values) {
    return scope.loop() == TapeBuilder.NO_LOOP
        ? tape.constant(values[0])
        : tape.column(scope.loop(), Arrays.stream(values).asDoubleStream().toArray());
  }

  private FormulaException unknown(Name name, Scope scope) {
    Set<String> known = new TreeSet<>(scope.indices().keySet());
    known.addAll(scope.squares().keySet());
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

  private int call(Call given, Scope scope) {
    Call call = particles.ranged(given, scope);
    String function = call.function();
    if (function.equals("distance")) {
      return particles.distance(call, scope);
    }
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
      if (scope.stencil().isEmpty()) {
        throw error(call, function + " needs a grid; write the law as a 'stencil'");
      }
      return stencil.orElseThrow().compile(call, scope);
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
    known.add("distance");
    throw error(call, "unknown function '" + function + "'; known are " + String.join(", ", known));
  }

  /// The whole numbers that an index expression has in every iteration.
  int[] indices(Expression expression, Scope scope) {
    return indices.integers(expression, scope);
  }

  /// The argument of a function that takes one.
  Expression only(Call call) {
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
    int extent = ranged ? 0 : indices.extent(term, scope);
    if (!ranged && extent == 0) {
      throw error(
          call,
          call.function() + " needs a field or a range, as in " + call.function() + "(u) or "
              + call.function() + "(i in 0..9, u[i])");
    }
    if (!dependsOn(call, scope)) {
      Scope inner =
          ranged
              ? particles.within(call, loop(call, call.ranges(), Scope.root()))
              : elementwise(call, extent);
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
          for (String name : end.names()) {
            int[] values = scope.indices().get(name);
            if (values != null && Arrays.stream(values).distinct().count() > 1
                && call.ranges().stream().noneMatch(own -> own.index().equals(name))) {
              throw error(end, "the ends of a range must be the same for all '" + name + "' around it");
            }
          }
        }
      }
      for (Map<String, Integer> tuple : indices.tuples(call, call.ranges(), scope, MOST_TERMS)) {
        terms.add(compile(term, particles.within(call, charged(call, scope.with(tuple, iterations)))));
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
    ParticleCompiler.length(call).ifPresent(own::add);
    return call.names().stream()
        .anyMatch(
            name ->
                (scope.indices().containsKey(name) || scope.squares().containsKey(name)) && !own.contains(name));
  }

}
