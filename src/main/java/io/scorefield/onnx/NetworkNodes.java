package io.scorefield.onnx;

import io.scorefield.network.Activation;
import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Program;
import io.scorefield.network.program.Row;
import io.scorefield.network.program.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes a network into a graph, operation by operation of its program: so every network can be written that can be
/// evaluated. Its parameters stand in the graph once, under their names in checkpoints, however often it is evaluated.
///
/// A value of a space with one position is [N, width], any other [N, positions, width].
final class NetworkNodes {
  private final OnnxGraph graph;
  private final Program program;
  private final int dimension;
  private final int features;
  private final LinkNodes links;
  private final Rewrite[] rewrites;
  private final boolean[] needed;

  /// A row that one operator of ONNX does together with rows before it.
  ///
  /// @param operator Relu or LeakyRelu
  /// @param of the row that it is applied to
  private record Rewrite(String operator, int of) {}

  NetworkNodes(OnnxGraph graph, Network network) {
    this.graph = graph;
    program = network.architecture().asProgram().program();
    dimension = network.architecture().dimension();
    features = network.architecture().timeFeatures();
    links = new LinkNodes(graph);
    for (Block block : program.parameters()) {
      graph.initializer(block.name(), network.parameters(), block.offset(), block.shape());
    }
    List<Row> rows = program.rows();
    rewrites = new Rewrite[rows.size()];
    needed = new boolean[rows.size()];
    for (int i = 0; i < rewrites.length; i++) {
      rewrites[i] = rewrite(i);
    }
    for (int i = rewrites.length - 1; i >= 0; i--) {
      needed[i] |= rows.get(i).operation() == Operation.OUTPUT;
      for (int operand : needed[i] ? operands(i) : new int[0]) {
        needed[operand] = true;
      }
    }
  }

  /// E.
  int features() {
    return features;
  }

  private int[] operands(int row) {
    if (rewrites[row] != null) {
      return new int[] {rewrites[row].of()};
    }
    Row of = program.rows().get(row);
    return Arrays.stream(new int[] {of.first(), of.second()}).filter(operand -> operand >= 0).toArray();
  }

  /// a step(a) is what ONNX calls Relu, and a (0.99 step(a) + 0.01) a LeakyRelu.
  private Rewrite rewrite(int number) {
    Row row = program.rows().get(number);
    if (row.operation() != Operation.MULTIPLY) {
      return null;
    }
    Row factor = program.rows().get(row.second());
    if (isStepOf(factor, row.first())) {
      return new Rewrite("Relu", row.first());
    }
    boolean leaky = factor.operation() == Operation.SHIFT && factor.immediate() == Activation.LEAKY_SLOPE;
    Row scaled = leaky ? program.rows().get(factor.first()) : factor;
    return leaky
            && scaled.operation() == Operation.SCALE
            && scaled.immediate() == 1 - Activation.LEAKY_SLOPE
            && isStepOf(program.rows().get(scaled.first()), row.first())
        ? new Rewrite("LeakyRelu", row.first())
        : null;
  }

  private static boolean isStepOf(Row row, int of) {
    return row.operation() == Operation.STEP && row.first() == of;
  }

  /// Evaluates the network.
  ///
  /// @param input x as the network sees it and the time features behind it, [N, D + E]
  /// @return the output, [N, D]
  String evaluate(String input) {
    List<Row> rows = program.rows();
    String[] values = new String[rows.size()];
    boolean[] varies = new boolean[rows.size()]; // from sample to sample
    List<String> parts = new ArrayList<>();
    int[] places = new int[dimension]; // where each number of the output is among the parts
    int filled = 0;
    for (int i = 0; i < values.length; i++) {
      if (!needed[i]) {
        continue;
      }
      Row row = rows.get(i);
      varies[i] = row.operation() == Operation.INPUT;
      for (int operand : operands(i)) {
        varies[i] |= varies[operand];
      }
      if (row.operation() == Operation.OUTPUT) {
        String flat = flat(row, values[row.first()]);
        parts.add(varies[i] ? flat : graph.everySample(flat, row.size()));
        for (int number : numbers(row)) {
          places[number] = filled++;
        }
      } else {
        values[i] = value(i, input, values);
      }
    }
    String output = graph.joined(parts);
    return isWhole(places, dimension) ? output : graph.picked(1, output, graph.list(places));
  }

  private String flat(Row row, String value) {
    return row.space().positions() == 1 ? value : graph.node("Reshape", value, graph.list(0, -1));
  }

  /// The numbers of a port, position by position.
  private static int[] numbers(Row row) {
    int[] numbers = new int[row.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          row.port().offset() + i / row.width() * row.port().positionStride() + i % row.width() * row.port().featureStride();
    }
    return numbers;
  }

  private static boolean isWhole(int[] numbers, int length) {
    boolean whole = numbers.length == length;
    for (int i = 0; i < numbers.length && whole; i++) {
      whole = numbers[i] == i;
    }
    return whole;
  }

  private String value(int number, String input, String[] values) {
    Row row = program.rows().get(number);
    boolean single = row.space().positions() == 1;
    String a = row.first() < 0 ? "" : values[row.first()];
    String b = row.second() < 0 ? "" : values[row.second()];
    return switch (row.operation()) {
      case INPUT -> {
        int[] numbers = numbers(row);
        yield single && isWhole(numbers, dimension + features)
            ? input
            : graph.picked(
                1, input, single ? graph.list(numbers) : graph.wholes(numbers, row.space().positions(), row.width()));
      }
      case CONSTANT ->
          graph.constant(
              ((Row.Numbers) row.attachment()).values(),
              single ? new int[] {1, row.width()} : new int[] {1, row.space().positions(), row.width()});
      case LINEAR -> linear(row.weights(), single, a);
      case LINEAR_TRANSPOSED -> graph.node("MatMul", a, row.weights().weight().name());
      case GATHER -> links.gather((Links) row.attachment(), a);
      case SEGMENT_SUM -> links.segmentSum((Links) row.attachment(), a);
      case ROW_SUM -> graph.node("ReduceSum", List.of(Attribute.whole("keepdims", 1)), a, graph.list(-1));
      case SPREAD -> graph.node("Expand", a, single ? graph.list(1, row.width()) : graph.list(1, 1, row.width()));
      case OUTPUT, WEIGHT_GRADIENT -> throw new IllegalStateException(row.operation() + " has no value");
      default -> {
        Rewrite other = rewrites[number];
        yield other == null ? elementwise(row, a, b) : rewritten(other, values[other.of()]);
      }
    };
  }

  private String rewritten(Rewrite other, String a) {
    return other.operator().equals("Relu")
        ? graph.node("Relu", a)
        : graph.node("LeakyRelu", List.of(Attribute.real("alpha", Activation.LEAKY_SLOPE)), a);
  }

  private String linear(Weights weights, boolean single, String a) {
    String weight = weights.weight().name();
    if (single) {
      List<Attribute> transposed = List.of(Attribute.whole("transB", 1));
      return weights.bias().isPresent()
          ? graph.node("Gemm", transposed, a, weight, weights.bias().get().name())
          : graph.node("Gemm", transposed, a, weight);
    }
    String product = graph.node("MatMul", a, graph.once("Transpose", List.of(), weight));
    return weights.bias().isPresent() ? graph.add(product, weights.bias().get().name()) : product;
  }

  private String elementwise(Row row, String a, String b) {
    return switch (row.operation()) {
      case ADD -> graph.add(a, b);
      case SUBTRACT -> graph.node("Sub", a, b);
      case MULTIPLY -> graph.multiply(a, b);
      case SCALE -> graph.scale(a, row.immediate());
      case SHIFT -> graph.shift(a, row.immediate());
      case INVERSE -> {
        String none = graph.node("Equal", a, graph.number(0));
        yield graph.node("Where", none, graph.number(0), graph.node("Reciprocal", a));
      }
      case SQRT -> graph.node("Sqrt", a);
      case EXP -> graph.node("Exp", a);
      case LOG -> graph.node("Log", a);
      case TANH -> graph.node("Tanh", a);
      case LOGISTIC -> graph.node("Sigmoid", a);
      case SOFTPLUS -> graph.node("Softplus", a);
      case SIN -> graph.node("Sin", a);
      case COS -> graph.node("Cos", a);
      case STEP -> graph.node("Where", graph.node("Greater", a, graph.number(0)), graph.number(1), graph.number(0));
      default -> throw new IllegalStateException(row.operation() + " is not elementwise");
    };
  }
}
