package io.scorefield.onnx;

import io.scorefield.io.ProtoMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes the graph of an ONNX file: nodes in the order of their execution, each of which makes one value of those before it.
/// Values are known by their names. The first axis of inputs and outputs is N, the number of samples, and is open.
///
/// Fields are those of `onnx.proto`, IR version 8, operators those of operator set 17 (onnx 1.12, June 2022): old enough for
/// every runtime in use.
final class OnnxGraph {
  static final int IR_VERSION = 8;
  static final int OPERATOR_SET = 17;

  /// Stands for N among lengths of axes.
  static final int SAMPLES = -1;

  private final ProtoMessage nodes = new ProtoMessage();
  private final ProtoMessage initializers = new ProtoMessage();
  private final ProtoMessage inputs = new ProtoMessage();
  private final ProtoMessage outputs = new ProtoMessage();
  private final Map<List<Object>, String> constants = new HashMap<>();
  private final Map<String, String> repeated = new HashMap<>();
  private final Map<String, Integer> named = new HashMap<>();
  private String scope = "";
  private String counted;
  private int nodeCount;

  /// What the names of nodes begin with from here on.
  void scope(String name) {
    scope = name.isEmpty() ? "" : name + "/";
  }

  int nodeCount() {
    return nodeCount;
  }

  private String unused(String name) {
    int number = named.merge(name, 1, Integer::sum);
    return number == 1 ? name : name + "_" + number;
  }

  /// A node with one result.
  ///
  /// @return the name of the result
  String node(String operator, List<Attribute> attributes, String... operands) {
    String name = unused(scope + operator.toLowerCase(Locale.ROOT));
    put(name, operator, attributes, operands);
    return name;
  }

  String node(String operator, String... operands) {
    return node(operator, List.of(), operands);
  }

  /// The same, but made once where the same is asked for again.
  String once(String operator, List<Attribute> attributes, String... operands) {
    String known = repeated.get(operator + Arrays.toString(operands));
    if (known == null) {
      String before = scope;
      scope = "";
      known = node(operator, attributes, operands);
      scope = before;
      repeated.put(operator + Arrays.toString(operands), known);
    }
    return known;
  }

  private void put(String result, String operator, List<Attribute> attributes, String... operands) {
    ProtoMessage node = new ProtoMessage();
    for (String operand : operands) {
      node.text(1, operand);
    }
    node.text(2, result).text(3, result).text(4, operator);
    attributes.forEach(attribute -> node.message(5, attribute.message()));
    nodes.message(1, node);
    nodeCount++;
  }

  /// A tensor under a name of its own.
  void initializer(String name, float[] values, int from, int... shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, size)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, from, size);
    tensor(name, ElementType.FLOAT, bytes.array(), shape);
  }

  private void tensor(String name, ElementType type, byte[] values, int... shape) {
    ProtoMessage tensor = new ProtoMessage();
    for (int length : shape) {
      tensor.whole(1, length);
    }
    initializers.message(5, tensor.whole(2, type.code()).text(8, name).bytes(9, values));
  }

  private String constant(String kind, ElementType type, byte[] values, int... shape) {
    List<Object> key = List.of(type, ByteBuffer.wrap(values), Arrays.stream(shape).boxed().toList());
    return constants.computeIfAbsent(
        key,
        _ -> {
          String name = unused(kind);
          tensor(name, type, values, shape);
          return name;
        });
  }

  /// Numbers that are the same in every call, as float32.
  String constant(double[] values, int... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putFloat((float) value);
    }
    return constant("constant", ElementType.FLOAT, bytes.array(), shape);
  }

  /// The same as float64.
  String doubles(double[] values, int... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return constant("constant", ElementType.DOUBLE, bytes.array(), shape);
  }

  /// A number that is the same everywhere.
  String number(double value) {
    return constant(new double[] {value});
  }

  /// Whole numbers: indices, axes and lengths.
  String wholes(int[] values, int... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putLong(value);
    }
    return constant("index", ElementType.INT64, bytes.array(), shape);
  }

  /// A list of whole numbers.
  String list(int... values) {
    return wholes(values, values.length);
  }

  /// Declares an input. The first one tells how many samples there are.
  ///
  /// @param lengths of its axes, {@link #SAMPLES} for N
  void input(String name, ElementType type, String meaning, int... lengths) {
    inputs.message(11, declared(name, type, meaning, lengths));
    named.put(name, 1);
    if (counted == null) {
      counted = name;
    }
  }

  /// Declares a value under the name of an output.
  void output(String name, ElementType type, String meaning, String value, int... lengths) {
    put(name, "Identity", List.of(), value);
    outputs.message(12, declared(name, type, meaning, lengths));
  }

  private static ProtoMessage declared(String name, ElementType type, String meaning, int... lengths) {
    ProtoMessage shape = new ProtoMessage();
    for (int length : lengths) {
      shape.message(1, length == SAMPLES ? new ProtoMessage().text(2, "N") : new ProtoMessage().whole(1, length));
    }
    ProtoMessage tensor = new ProtoMessage().whole(1, type.code()).message(2, shape);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor)).text(3, meaning);
  }

  /// One row [1, width] for every sample.
  String everySample(String row, int width) {
    String samples = once("Shape", List.of(Attribute.whole("end", 1)), counted);
    return node("Expand", row, once("Concat", List.of(Attribute.whole("axis", 0)), samples, list(width)));
  }

  /// Side by side.
  String joined(List<String> values) {
    return values.size() == 1
        ? values.getFirst()
        : node("Concat", List.of(Attribute.whole("axis", 1)), values.toArray(String[]::new));
  }

  /// Elements of an axis; the indices' own axes take its place.
  String picked(int axis, String value, String indices) {
    return node("Gather", List.of(Attribute.whole("axis", axis)), value, indices);
  }

  String add(String a, String b) {
    return node("Add", a, b);
  }

  String multiply(String a, String b) {
    return node("Mul", a, b);
  }

  String divide(String a, String b) {
    return node("Div", a, b);
  }

  String scale(String a, double factor) {
    return factor == 1 ? a : multiply(a, number(factor));
  }

  String shift(String a, double term) {
    return term == 0 ? a : add(a, number(term));
  }

  /// The message `GraphProto`.
  ProtoMessage message(String name, String meaning) {
    ProtoMessage graph = new ProtoMessage();
    graph.append(nodes).text(2, name).append(initializers).text(10, meaning);
    return graph.append(inputs).append(outputs);
  }
}
