package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/// Builds a {@link Tape}. Every method returns the number of a node, to be given to later ones.
///
/// Constants are folded, equal expressions are computed once, and what does not change in a loop is computed before
/// it. What nothing depends on is left out.
public final class TapeBuilder {
  /// Not in any loop.
  public static final int NO_LOOP = 0;

  /// @param loop the loop whose iterations the value depends on, or {@link #NO_LOOP}
  /// @param index components by iteration (GATHER, DOT)
  /// @param column numbers by iteration (COLUMN, DOT)
  record Node(
      TapeOperation operation,
      int first,
      int second,
      double immediate,
      int loop,
      List<Integer> index,
      List<Double> column) {}

  /// A residual or a part of the objective.
  ///
  /// @param operation `RESIDUAL` or `OBJECTIVE`
  public record Goal(TapeOperation operation, int node, double weight) {
    /// The same with its weight multiplied.
    Goal times(double factor) {
      return new Goal(operation, node, weight * factor);
    }
  }

  private final int inputs;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final List<Integer> loops = new ArrayList<>(List.of(1));
  private final List<Goal> goals = new ArrayList<>();

  /// @param inputs D, the number of components of a sample
  public TapeBuilder(int inputs) {
    this.inputs = inputs;
  }

  private int node(Node node) {
    return numbers.computeIfAbsent(
        node,
        key -> {
          nodes.add(key);
          return nodes.size() - 1;
        });
  }

  private int leaf(TapeOperation operation, int first, double immediate) {
    return node(new Node(operation, first, 0, immediate, NO_LOOP, List.of(), List.of()));
  }

  /// Component number `component`.
  public int input(int component) {
    return leaf(TapeOperation.INPUT, component, 0);
  }

  public int constant(double value) {
    return leaf(TapeOperation.CONSTANT, 0, value + 0.0); // -0.0 and 0.0 are one constant
  }

  /// A loop of `count` iterations; the number returned is for {@link #gather} and {@link #column}.
  public int loop(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a loop needs at least one iteration");
    }
    loops.add(count);
    return loops.size() - 1;
  }

  /// Component `index[i]` in iteration i of a loop; `outside` where the index is -1.
  public int gather(int loop, int[] index, double outside) {
    requireLength(loop, index.length);
    if (Arrays.stream(index).allMatch(i -> i == index[0])) {
      return index[0] < 0 ? constant(outside) : input(index[0]);
    }
    return node(
        new Node(
            TapeOperation.GATHER, 0, 0, outside, loop, Arrays.stream(index).boxed().toList(), List.of()));
  }

  /// The number `column[i]` in iteration i of a loop.
  public int column(int loop, double[] column) {
    requireLength(loop, column.length);
    if (Arrays.stream(column).allMatch(c -> c == column[0])) {
      return constant(column[0]);
    }
    return node(
        new Node(
            TapeOperation.COLUMN, 0, 0, 0, loop, List.of(), Arrays.stream(column).boxed().toList()));
  }

  /// The number of a loop's iterations, or one number outside of loops.
  int number(int loop, double[] values) {
    return loop == NO_LOOP ? constant(values[0]) : column(loop, values);
  }

  private void requireLength(int loop, int length) {
    if (loops.get(loop) != length) {
      throw new IllegalArgumentException(
          length + " numbers do not fit a loop of " + loops.get(loop) + " iterations");
    }
  }

  /// In iteration i the sum over j of weights[i n + j] times component index[i n + j], where n is
  /// weights.length over the iterations; outside of a loop one sum of all.
  ///
  /// @param index components, -1 for none
  public int dot(int loop, double[] weights, int[] index) {
    if (weights.length == 0 || weights.length != index.length || weights.length % loops.get(loop) != 0) {
      throw new IllegalArgumentException("weights and components of a sum must have equal lengths");
    }
    return node(
        new Node(
            TapeOperation.DOT, 0, 0, 0, loop, Arrays.stream(index).boxed().toList(),
            Arrays.stream(weights).boxed().toList()));
  }

  public int add(int a, int b) {
    return append(TapeOperation.ADD, a, b);
  }

  public int subtract(int a, int b) {
    return append(TapeOperation.SUBTRACT, a, b);
  }

  public int multiply(int a, int b) {
    return append(TapeOperation.MULTIPLY, a, b);
  }

  public int square(int a) {
    return append(TapeOperation.SQUARE, a);
  }

  public int sqrt(int a) {
    return append(TapeOperation.SQRT, a);
  }

  /// Any unary operation.
  public int append(TapeOperation operation, int a) {
    if (!operation.unary()) {
      throw new IllegalArgumentException(operation + " does not have one operand");
    }
    return operate(operation, a, a);
  }

  /// Any binary operation.
  public int append(TapeOperation operation, int a, int b) {
    if (!operation.binary()) {
      throw new IllegalArgumentException(operation + " does not have two operands");
    }
    boolean zeroA = is(a, 0);
    boolean zeroB = is(b, 0);
    switch (operation) {
      case ADD -> {
        if (zeroA || zeroB) {
          return zeroA ? b : a;
        }
      }
      case SUBTRACT -> {
        if (zeroB) {
          return a;
        }
      }
      case MULTIPLY -> {
        if (zeroA || zeroB) {
          return constant(0);
        }
        if (is(a, 1) || is(b, 1)) {
          return is(a, 1) ? b : a;
        }
        if (a == b) {
          return square(a);
        }
      }
      case DIVIDE -> {
        if (is(b, 1)) {
          return a;
        }
        if (isConstant(b) && !isNumeric(a) && Double.isFinite(1 / nodes.get(b).immediate())) {
          return multiply(a, constant(1 / nodes.get(b).immediate()));
        }
      }
      case MIN, MAX -> {
        if (a == b) {
          return a;
        }
      }
      default -> {}
    }
    return operate(operation, a, b);
  }

  private int operate(TapeOperation operation, int a, int b) {
    Node left = nodes.get(a);
    Node right = nodes.get(b);
    if (left.loop != NO_LOOP && right.loop != NO_LOOP && left.loop != right.loop) {
      throw new IllegalArgumentException("values of different loops do not go together");
    }
    int loop = Math.max(left.loop, right.loop);
    if (isNumeric(a) && isNumeric(b)) {
      double[] folded = new double[loops.get(loop)];
      boolean finite = true;
      for (int i = 0; i < folded.length; i++) {
        folded[i] = operation.value(number(left, i), number(right, i));
        finite &= Double.isFinite(folded[i]);
      }
      if (!finite) {
        throw new IllegalArgumentException("a constant part of it is not a finite number");
      }
      return loop == NO_LOOP ? constant(folded[0]) : column(loop, folded);
    }
    return node(new Node(operation, a, b, 0, loop, List.of(), List.of()));
  }

  private static double number(Node node, int iteration) {
    return node.operation == TapeOperation.CONSTANT ? node.immediate : node.column.get(iteration);
  }

  private boolean isConstant(int a) {
    return nodes.get(a).operation == TapeOperation.CONSTANT;
  }

  private boolean isNumeric(int a) {
    return isConstant(a) || nodes.get(a).operation == TapeOperation.COLUMN;
  }

  private boolean is(int a, double value) {
    return isConstant(a) && nodes.get(a).immediate == value;
  }

  /// What a node is, its operands, and where it is a number, which, by iteration.
  TapeOperation operation(int a) {
    return nodes.get(a).operation;
  }

  int first(int a) {
    return nodes.get(a).first;
  }

  int second(int a) {
    return nodes.get(a).second;
  }

  double[] numbers(int a) {
    Node node = nodes.get(a);
    return isConstant(a)
        ? new double[] {node.immediate}
        : node.column.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// The value of a node that depends on no component, or not a number.
  public double constantValue(int a) {
    return isConstant(a) ? nodes.get(a).immediate : Double.NaN;
  }

  /// Whether the value depends on components of the sample.
  public boolean depends(int a) {
    return !isNumeric(a);
  }

  /// The loop whose iterations a value depends on, or {@link #NO_LOOP}.
  public int loopOf(int a) {
    return nodes.get(a).loop;
  }

  /// Iterations of a loop; 1 for {@link #NO_LOOP}.
  public int iterations(int loop) {
    return loops.get(loop);
  }

  /// What a value adds up to over the iterations of a loop, or the least or largest of it.
  ///
  /// @param operation `TOTAL`, `LEAST` or `LARGEST`
  public int collect(TapeOperation operation, int loop, int value) {
    if (!operation.collects()) {
      throw new IllegalArgumentException(operation + " does not collect");
    }
    if (nodes.get(value).loop == NO_LOOP) {
      return operation == TapeOperation.TOTAL
          ? multiply(constant(iterations(loop)), value)
          : value;
    }
    if (isNumeric(value)) {
      var numbers = nodes.get(value).column.stream().mapToDouble(Double::doubleValue);
      return constant(
          switch (operation) {
            case TOTAL -> numbers.sum();
            case LEAST -> numbers.min().orElseThrow();
            default -> numbers.max().orElseThrow();
          });
    }
    // The closed loop is remembered as the second operand; the sum itself is good everywhere.
    return node(new Node(operation, value, nodes.get(value).loop, 0, NO_LOOP, List.of(), List.of()));
  }

  /// Declares a value to be a residual: 0 where the law holds. In a loop there is one for each iteration.
  public TapeBuilder residual(int value) {
    return residual(value, 1);
  }

  /// A residual that is multiplied with `factor` wherever residuals are put together.
  public TapeBuilder residual(int value, double factor) {
    return add(new Goal(TapeOperation.RESIDUAL, value, factor));
  }

  /// Declares weight * value to be a part of the objective.
  public TapeBuilder objective(int value, double weight) {
    return add(new Goal(TapeOperation.OBJECTIVE, value, weight));
  }

  /// Declares a value to be what a goal says.
  public TapeBuilder add(Goal goal) {
    goals.add(goal);
    return this;
  }

  /// Takes in the nodes of a finished tape for samples of the same dimension, without its goals, which are returned in their
  /// order: to be added as they are or changed. Its scale and shift are left to the caller.
  ///
  /// What is taken in is not put together with equal nodes from before, so that the derivatives of a tape add up in the
  /// order that they have alone.
  public List<Goal> include(Tape tape) {
    return include(tape, component -> false);
  }

  /// The same where some components count as constants.
  List<Goal> include(Tape tape, IntPredicate held) {
    numbers.clear();
    return TapeNodes.read(tape, this, held);
  }

  /// The finished tape; its inputs have no scale of their own.
  public Tape build() {
    return new TapeLinearizer(inputs, nodes, loops, goals).run();
  }
}
