package io.scorefield.physics.formula;

import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Expression.Call;
import io.scorefield.physics.formula.Expression.Name;
import io.scorefield.physics.formula.Expression.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/// The part of a formula that knows of a grid: finite differences, and fields at neighbours of a point.
final class StencilCompiler {
  static final Set<String> FUNCTIONS = Set.of("div", "grad", "laplace", "dx", "dy");

  private final FormulaCompiler compiler;
  private final TapeBuilder tape;
  private final Variables variables;
  private final Grid grid;

  StencilCompiler(FormulaCompiler compiler, TapeBuilder tape, Variables variables, Grid grid) {
    this.compiler = compiler;
    this.tape = tape;
    this.variables = variables;
    this.grid = grid;
  }

  /// A loop over the grid that the fields of a law live on.
  Scope scope(Expression expression) {
    List<Variables.Field> fields = new ArrayList<>();
    for (String name : expression.names()) {
      variables.field(name).filter(field -> !field.shape().isEmpty()).ifPresent(fields::add);
    }
    if (fields.isEmpty()) {
      throw compiler.error(expression, "a stencil needs a field; known are " + variables);
    }
    List<Integer> shape = fields.getFirst().shape();
    for (Variables.Field field : fields) {
      if (!field.shape().equals(shape)) {
        throw compiler.error(
            expression, "the fields " + fields.getFirst() + " and " + field + " have different grids");
      }
    }
    for (String name : grid.boundaries().keySet()) {
      if (fields.stream().noneMatch(field -> field.name().equals(name))) {
        throw compiler.error(expression, "'" + name + "' has a boundary, but is no field of the law");
      }
    }
    int size = fields.getFirst().size();
    int[] elements = new int[size];
    Arrays.setAll(elements, i -> i);
    return Scope.over(
        tape.loop(size), elements, Optional.of(new Scope.Neighbour(shape, new int[shape.size()])));
  }

  /// Finite differences on a grid.
  int compile(Call call, Scope scope) {
    Expression argument = compiler.only(call);
    double h = grid.spacing();
    int axes = scope.stencil().get().shape().size();
    return switch (call.function()) {
      case "dx" -> centralDifference(argument, scope, axes - 1, h);
      case "dy" -> {
        if (axes < 2) {
          throw compiler.error(call, "dy needs fields of two indices");
        }
        yield centralDifference(argument, scope, 0, h);
      }
      case "laplace" -> divergence(Optional.empty(), argument, scope, h);
      case "div" -> {
        if (argument instanceof Call gradient && gradient.function().equals("grad")) {
          yield divergence(Optional.empty(), compiler.only(gradient), scope, h);
        }
        if (argument instanceof Operation product && product.operator() == '*') {
          if (product.second() instanceof Call gradient && gradient.function().equals("grad")) {
            yield divergence(Optional.of(product.first()), compiler.only(gradient), scope, h);
          }
          if (product.first() instanceof Call gradient && gradient.function().equals("grad")) {
            yield divergence(Optional.of(product.second()), compiler.only(gradient), scope, h);
          }
        }
        throw compiler.error(call, "div takes a flux: div(grad(u)) or div(k * grad(u))");
      }
      default -> throw compiler.error(call, "grad stands in a div: div(k * grad(u))");
    };
  }

  /// (u(+1) - u(-1)) / 2h.
  private int centralDifference(Expression u, Scope scope, int axis, double h) {
    int difference =
        tape.subtract(compiler.compile(u, scope.shifted(axis, 1)), compiler.compile(u, scope.shifted(axis, -1)));
    return tape.multiply(tape.constant(0.5 / h), difference);
  }

  /// The sum over the neighbours of k (u(neighbour) - u) / h^2, k the mean of here and there.
  private int divergence(Optional<Expression> k, Expression u, Scope scope, double h) {
    int here = compiler.compile(u, scope);
    int sum = tape.constant(0);
    for (int axis = 0; axis < scope.stencil().orElseThrow().shape().size(); axis++) {
      for (int by = -1; by <= 1; by += 2) {
        Scope there = scope.shifted(axis, by);
        int flux = tape.subtract(compiler.compile(u, there), here);
        if (k.isPresent()) {
          int both = tape.add(compiler.compile(k.get(), scope), compiler.compile(k.get(), there));
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

  /// The node of a field at the neighbour that the scope looks at.
  int neighbour(Variables.Field field, Scope scope) {
    int[] index = new int[scope.elements().orElseThrow().length];
    double outside = 0;
    boolean[] given = new boolean[index.length];
    for (int axis = 0; axis < field.shape().size(); axis++) {
      int n = field.shape().get(axis);
      Grid.Boundary boundary = grid.boundary(field.name());
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

  /// The node of `i` or `j`.
  int index(Name name, Scope scope) {
    int axes = scope.stencil().orElseThrow().shape().size();
    int axis = name.name().equals("i") ? 0 : 1;
    if (axis >= axes) {
      throw compiler.error(name, "a field of one index has no j");
    }
    return compiler.numbers(scope, along(scope, axis, p -> p));
  }
}
