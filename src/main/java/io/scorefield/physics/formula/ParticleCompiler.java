package io.scorefield.physics.formula;

import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Expression.Call;
import io.scorefield.physics.formula.Expression.Name;
import io.scorefield.physics.formula.Expression.Number;
import io.scorefield.physics.formula.Expression.Operation;
import io.scorefield.physics.formula.Expression.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The part of a formula that knows of particles: sums over them and over their pairs, and their distances.
///
/// The positions are the one field of two indices, x[N,K]: particle, axis. `sum(i<j, ...)` runs over all pairs, in which
/// `d` is the distance; `sum(i, ...)` runs over all particles, in which `r` is the distance from the mean position.
final class ParticleCompiler {
  private static final String DISTANCE = "d";
  private static final String RADIUS = "r";
  private static final Set<String> FUNCTIONS = Set.of("sum", "mean", "norm", "min", "max", "each");

  private final FormulaCompiler compiler;
  private final TapeBuilder tape;
  private final Variables variables;
  private final Map<String, Double> parameters;
  private final Optional<Variables.Field> positions;
  private final Map<Integer, Integer> squares = new HashMap<>();

  ParticleCompiler(
      FormulaCompiler compiler, TapeBuilder tape, Variables variables, Map<String, Double> parameters) {
    this.compiler = compiler;
    this.tape = tape;
    this.variables = variables;
    this.parameters = parameters;
    List<Variables.Field> planes =
        variables.fields().stream().filter(field -> field.shape().size() == 2).toList();
    positions = planes.size() == 1 ? Optional.of(planes.getFirst()) : Optional.empty();
  }

  /// The length that a sum over particles defines.
  static Optional<String> length(Call call) {
    return switch (call.particles().size()) {
      case 1 -> Optional.of(RADIUS);
      case 2 -> Optional.of(DISTANCE);
      default -> Optional.empty();
    };
  }

  /// A call over particles with its indices as ranges; others as they are.
  Call ranged(Call call, Scope scope) {
    if (call.particles().isEmpty() && isOverParticles(call, scope)) {
      String index = ((Name) call.arguments().getFirst()).name();
      return ranged(call, List.of(index), List.of(call.arguments().getLast()));
    }
    return call.particles().isEmpty() ? call : ranged(call, call.particles(), call.arguments());
  }

  /// Whether a call is `sum(i, ...)`: its first argument is a name that means nothing else.
  private boolean isOverParticles(Call call, Scope scope) {
    return positions.isPresent()
        && FUNCTIONS.contains(call.function())
        && call.ranges().isEmpty()
        && call.arguments().size() == 2
        && call.arguments().getFirst() instanceof Name name
        && name.indices().isEmpty()
        && variables.field(name.name()).isEmpty()
        && !parameters.containsKey(name.name())
        && !scope.indices().containsKey(name.name())
        && scope.stencil().isEmpty()
        && !Set.of(DISTANCE, RADIUS, "pi").contains(name.name());
  }

  private Call ranged(Call call, List<String> indices, List<Expression> arguments) {
    int count = positions(call).shape().getFirst();
    if (count < indices.size()) {
      throw compiler.error(
          call, "a sum over " + String.join("<", indices) + " needs " + indices.size() + " particles, not " + count);
    }
    List<Range> ranges = new ArrayList<>();
    for (int k = 0; k < indices.size(); k++) {
      Expression from =
          k == 0
              ? number(call, 0)
              : new Operation(
                  call.position(), '+', new Name(call.position(), indices.get(k - 1), List.of()), number(call, 1));
      ranges.add(
          new Range(call.position(), indices.get(k), from, number(call, count - indices.size() + k)));
    }
    return new Call(call.position(), call.function(), indices, ranges, arguments);
  }

  private static Expression number(Call call, int value) {
    return new Number(call.position(), value);
  }

  private Variables.Field positions(Expression at) {
    return positions.orElseThrow(
        () ->
            compiler.error(
                at,
                "particles need one field of two indices, such as x[13,3]; known are " + variables));
  }

  /// The scope of a sum over particles with the length that it defines.
  Scope within(Call call, Scope scope) {
    Optional<String> length = length(call);
    if (length.isEmpty()) {
      return scope;
    }
    if (variables.field(length.get()).isPresent() || parameters.containsKey(length.get())) {
      throw compiler.error(
          call,
          "'" + length.get() + "' is a distance in a sum over "
              + (call.particles().size() == 1 ? "particles" : "pairs") + "; give the other '" + length.get()
              + "' another name");
    }
    int[] first = scope.indices().get(call.particles().getFirst());
    int square =
        call.particles().size() == 1
            ? fromCentre(positions(call), first, scope)
            : between(positions(call), first, scope.indices().get(call.particles().getLast()), scope);
    return scope.with(length.get(), square);
  }

  /// The node of `d` or `r` where it has a meaning.
  Optional<Integer> length(Name name, Scope scope) {
    if (scope.squares().containsKey(name.name())) {
      return Optional.of(root(scope.squares().get(name.name())));
    }
    if (positions.isPresent() && (name.name().equals(DISTANCE) || name.name().equals(RADIUS))) {
      throw compiler.error(
          name,
          name.name().equals(DISTANCE)
              ? "'d' is the distance in a sum over pairs, sum(i<j, ...); elsewhere write distance(0, 1)"
              : "'r' is the distance from the centre in a sum over particles, sum(i, ...)");
    }
    return Optional.empty();
  }

  /// The square that a node is the root of, where it is a distance.
  Optional<Integer> squared(int node) {
    return Optional.ofNullable(squares.get(node));
  }

  private int root(int square) {
    int root = tape.sqrt(square);
    squares.put(root, square);
    return root;
  }

  /// `distance(i, j)` of two particles.
  int distance(Call call, Scope scope) {
    if (call.arguments().size() != 2 || !call.ranges().isEmpty()) {
      throw compiler.error(call, "distance takes two particles: distance(0, 1)");
    }
    Variables.Field field = positions(call);
    int[][] pair = new int[2][];
    for (int k = 0; k < 2; k++) {
      Expression particle = call.arguments().get(k);
      pair[k] = compiler.indices(particle, scope);
      for (int number : pair[k]) {
        if (number < 0 || number >= field.shape().getFirst()) {
          throw compiler.error(
              particle,
              "there is no particle " + number + " in " + field + "; they are 0.." + (field.shape().getFirst() - 1));
        }
      }
    }
    return root(between(field, pair[0], pair[1], scope));
  }

  /// sum over the axes of (x[i,a] - x[j,a])^2.
  private int between(Variables.Field field, int[] first, int[] second, Scope scope) {
    int sum = tape.constant(0);
    for (int axis = 0; axis < field.shape().getLast(); axis++) {
      int difference =
          tape.subtract(coordinate(field, first, axis, scope), coordinate(field, second, axis, scope));
      sum = tape.add(sum, tape.square(difference));
    }
    return sum;
  }

  /// sum over the axes of (x[i,a] - mean over k of x[k,a])^2.
  private int fromCentre(Variables.Field field, int[] particle, Scope scope) {
    int count = field.shape().getFirst();
    double[] weights = new double[count];
    Arrays.fill(weights, 1.0 / count);
    int sum = tape.constant(0);
    for (int axis = 0; axis < field.shape().getLast(); axis++) {
      int[] all = new int[count];
      for (int k = 0; k < count; k++) {
        all[k] = component(field, k, axis);
      }
      int mean = tape.dot(TapeBuilder.NO_LOOP, weights, all);
      sum = tape.add(sum, tape.square(tape.subtract(coordinate(field, particle, axis, scope), mean)));
    }
    return sum;
  }

  private int coordinate(Variables.Field field, int[] particles, int axis, Scope scope) {
    int[] components = Arrays.stream(particles).map(p -> component(field, p, axis)).toArray();
    return scope.loop() == TapeBuilder.NO_LOOP
        ? tape.input(components[0])
        : tape.gather(scope.loop(), components, 0);
  }

  private static int component(Variables.Field field, int particle, int axis) {
    return field.offset() + particle * field.shape().getLast() + axis;
  }
}
