package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

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
  private record Node(
      TapeOperation operation,
      int first,
      int second,
      double immediate,
      int loop,
      List<Integer> index,
      List<Double> column) {}

  private record Goal(TapeOperation operation, int node, double weight) {}

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

  /// Component index[i] in iteration i of a loop; `outside` where the index is -1.
  public int gather(int loop, int[] index, double outside) {
    requireLength(loop, index.length);
    if (Arrays.stream(index).allMatch(i -> i == index[0])) {
      return index[0] < 0 ? constant(outside) : input(index[0]);
    }
    return node(
        new Node(
            TapeOperation.GATHER, 0, 0, outside, loop, Arrays.stream(index).boxed().toList(), List.of()));
  }

  /// The number column[i] in iteration i of a loop.
  public int column(int loop, double[] column) {
    requireLength(loop, column.length);
    if (Arrays.stream(column).allMatch(c -> c == column[0])) {
      return constant(column[0]);
    }
    return node(
        new Node(
            TapeOperation.COLUMN, 0, 0, 0, loop, List.of(), Arrays.stream(column).boxed().toList()));
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
    goals.add(new Goal(TapeOperation.RESIDUAL, value, factor));
    return this;
  }

  /// Declares weight * value to be a part of the objective.
  public TapeBuilder objective(int value, double weight) {
    goals.add(new Goal(TapeOperation.OBJECTIVE, value, weight));
    return this;
  }

  /// The finished tape; its inputs have no scale of their own.
  public Tape build() {
    return new Linearizer().run();
  }

  /// Puts the nodes that are needed in an order in which each comes after its operands, loops in one piece.
  private final class Linearizer {
    private final List<Tape.Row> rows = new ArrayList<>();
    private final Map<Integer, Integer> placed = new HashMap<>();
    private final List<Integer> indices = new ArrayList<>();
    private final List<Double> columns = new ArrayList<>();
    private final Map<List<Integer>, Integer> indexAt = new HashMap<>();
    private final Map<List<Double>, Integer> columnAt = new HashMap<>();
    private int residuals;

    Tape run() {
      for (Goal goal : goals) {
        int loop = nodes.get(goal.node).loop;
        if (loop == NO_LOOP) {
          place(goal.node);
          purpose(goal, placed.get(goal.node), 1);
        } else {
          inLoop(loop, goal.node, slot -> purpose(goal, slot, loops.get(loop)));
        }
      }
      double[] ones = new double[inputs];
      Arrays.fill(ones, 1);
      return new Tape(
          inputs,
          rows,
          indices.stream().mapToInt(Integer::intValue).toArray(),
          columns.stream().mapToDouble(Double::doubleValue).toArray(),
          ones,
          new double[inputs]);
    }

    private void purpose(Goal goal, int slot, int count) {
      boolean residual = goal.operation == TapeOperation.RESIDUAL;
      append(goal.operation, slot, residual ? residuals : 0, 0, goal.weight);
      residuals += residual ? count : 0;
    }

    private int append(TapeOperation operation, int first, int second, int count, double immediate) {
      rows.add(new Tape.Row(operation, first, second, count, immediate));
      return rows.size() - 1;
    }

    /// Places a node that belongs to no loop.
    private void place(int number) {
      if (placed.containsKey(number)) {
        return;
      }
      Node node = nodes.get(number);
      if (node.operation.collects()) {
        inLoop(
            node.second, node.first,
            slot -> placed.put(number, append(node.operation, slot, 0, 0, 0)));
        return;
      }
      operands(node, this::place);
      placed.put(number, row(node, placed));
    }

    private void operands(Node node, IntConsumer place) {
      if (node.operation.unary() || node.operation.binary()) {
        place.accept(node.first);
        place.accept(node.second);
      }
    }

    /// A loop that computes a node and does something with it.
    private void inLoop(int loop, int number, IntConsumer use) {
      hoist(number, new HashSet<>());
      int begin = append(TapeOperation.LOOP, 0, 0, 0, 0);
      Map<Integer, Integer> body = new HashMap<>(placed);
      placeInLoop(number, body);
      use.accept(body.get(number));
      int end = append(TapeOperation.END, begin, 0, 0, 0);
      rows.set(begin, new Tape.Row(TapeOperation.LOOP, 0, end, loops.get(loop), 0));
    }

    /// Places what does not change in the loop before it.
    private void hoist(int number, Set<Integer> seen) {
      if (!seen.add(number)) {
        return;
      }
      Node node = nodes.get(number);
      if (node.loop == NO_LOOP) {
        place(number);
      } else {
        operands(node, operand -> hoist(operand, seen));
      }
    }

    private void placeInLoop(int number, Map<Integer, Integer> body) {
      if (!body.containsKey(number)) {
        Node node = nodes.get(number);
        operands(node, operand -> placeInLoop(operand, body));
        body.put(number, row(node, body));
      }
    }

    private int row(Node node, Map<Integer, Integer> slots) {
      return switch (node.operation) {
        case INPUT, CONSTANT -> append(node.operation, node.first, 0, 0, node.immediate);
        case GATHER -> append(node.operation, index(node.index), 0, 0, node.immediate);
        case COLUMN -> append(node.operation, column(node.column), 0, 0, 0);
        case DOT ->
            append(
                node.operation, column(node.column), index(node.index),
                node.column.size() / loops.get(node.loop), 0);
        default ->
            append(node.operation, slots.get(node.first), slots.get(node.second), 0, 0);
      };
    }

    private int index(List<Integer> wanted) {
      return indexAt.computeIfAbsent(
          wanted,
          key -> {
            indices.addAll(key);
            return indices.size() - key.size();
          });
    }

    private int column(List<Double> wanted) {
      return columnAt.computeIfAbsent(
          wanted,
          key -> {
            columns.addAll(key);
            return columns.size() - key.size();
          });
    }
  }
}
