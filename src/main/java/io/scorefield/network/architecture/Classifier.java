package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Body;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Reverse;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The shape of a network that says of a noisy point which class it is of: logits `z[K]` of `y[D]` and time features, a perceptron
/// of smooth activations, since its gradient is what it is for.
///
/// ln p_k = z_k - ln sum_j exp(z_j). The sum is taken class by class as ln(e^a + e^b) = a + softplus(b - a), which overflows
/// nowhere, and whose derivative, a logistic function, does not either.
///
/// @param dimension D
/// @param timeFeatures E
/// @param classes K, at least 2
/// @param layers hidden layers, at least 1
/// @param hidden their width
public record Classifier(int dimension, int timeFeatures, int classes, int layers, int hidden) {
  /// Features that {@link #guided} takes behind those of both networks.
  public static final int FACTORS = 2;

  public Classifier {
    if (dimension < 1 || timeFeatures < 1 || classes < 2 || layers < 1 || hidden < 1) {
      throw new IllegalArgumentException(
          "a classifier needs components, time features, 2 classes and a hidden layer; it has " + dimension + ", " + timeFeatures
              + ", " + classes + " and " + layers + " of width " + hidden);
    }
  }

  /// A network with these parameters whose state is `y[D]` and the classes as conditions `[K]`, 1 for that of the point and 0 for
  /// others, and whose first output is the cross-entropy -ln p of that class.
  public NetworkProgram crossEntropy() {
    ProgramBuilder builder = new ProgramBuilder();
    Value y = builder.input(Space.SAMPLE, dimension, new Port(Channel.INPUT, 0, 0, 1));
    Value told = builder.input(Space.SAMPLE, classes, new Port(Channel.INPUT, dimension, 0, 1));
    Value time = builder.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, dimension + classes, 0, 1));
    Value logits = logits(builder, y, time, "");
    Value ofClass = builder.rowSum(builder.multiply(told, logits));
    builder.output(builder.subtract(logOfSum(builder, logits), ofClass), new Port(Channel.RESULT, 0, 0, 1));
    int others = dimension + classes - 1;
    builder.output(builder.filled(Space.SAMPLE, others, 0), new Port(Channel.RESULT, 1, 0, 1));
    return new NetworkProgram("cross-entropy of " + this, dimension + classes, timeFeatures, builder.build());
  }

  /// A network whose output is o(x) + b d/dy ln p_k(y) with y = a x. Its parameters are those of o and then those of this;
  /// its time features those of o, those of this, a, and b.
  ///
  /// @param plain o
  /// @param k the class
  /// @throws IllegalArgumentException where o does not read its components as one row, with the reason
  public NetworkProgram guided(Architecture plain, int k) {
    NetworkProgram inner = plain.asProgram();
    Body body = Body.of(inner.program(), UnaryOperator.identity());
    if (inner.dimension() != dimension || body.inputs().size() != 1 || body.outputs().size() != 1
        || !body.inputs().getFirst().value().space().equals(Space.SAMPLE)) {
      throw new IllegalArgumentException(
          "a classifier of " + dimension + " components guides a perceptron (network.kind: mlp) of as many; this is " + plain);
    }
    ProgramBuilder builder = body.builder();
    Value x = first(builder, body.inputs().getFirst().value());
    int offset = dimension + inner.timeFeatures();
    Value time = builder.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, offset, 0, 1));
    Value a = builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, offset + timeFeatures, 0, 1));
    Value b = builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, offset + timeFeatures + 1, 0, 1));
    Value y = builder.multiply(builder.spread(a, dimension), x);
    Value logits = logits(builder, y, time, "classifier.");
    Value logarithm = builder.subtract(at(builder, logits, k), logOfSum(builder, logits));
    Value one = builder.filled(Space.SAMPLE, 1, 1);
    Value gradient = Reverse.append(builder, Map.of(logarithm, one), false, List.of(y)).getFirst().orElseThrow();
    Value pull = builder.multiply(builder.spread(b, dimension), gradient);
    Body.End output = body.outputs().getFirst();
    builder.output(builder.add(output.value(), pull), output.port());
    return new NetworkProgram(
        inner.name() + " guided to class " + k + " by a " + this, dimension, inner.timeFeatures() + timeFeatures + FACTORS,
        builder.build());
  }

  /// The network of {@link #guided} with the parameters of both.
  public Network guided(Network plain, Network classifier, int k) {
    float[] both = Arrays.copyOf(plain.parameters(), plain.parameters().length + classifier.parameters().length);
    System.arraycopy(classifier.parameters(), 0, both, plain.parameters().length, classifier.parameters().length);
    return new Network(guided(plain.architecture(), k), both);
  }

  private Value logits(ProgramBuilder builder, Value y, Value time, String prefix) {
    Value h =
        builder.add(
            builder.linear(y, builder.weights(prefix + "state", dimension, hidden, true)),
            builder.linear(time, builder.weights(prefix + "time", timeFeatures, hidden, false)));
    for (int layer = 1; layer < layers; layer++) {
      h = builder.linear(builder.activate(Activation.SILU, h), prefix + "layers." + layer, hidden);
    }
    return builder.linear(builder.activate(Activation.SILU, h), prefix + "logits", classes);
  }

  private Value logOfSum(ProgramBuilder builder, Value logits) {
    Value sum = at(builder, logits, 0);
    for (int k = 1; k < classes; k++) {
      sum = builder.add(sum, builder.softplus(builder.subtract(at(builder, logits, k), sum)));
    }
    return sum;
  }

  /// One feature.
  private static Value at(ProgramBuilder builder, Value wide, int feature) {
    double[] unit = new double[wide.width()];
    unit[feature] = 1;
    return builder.rowSum(builder.multiply(wide, builder.constant(Space.SAMPLE, unit.length, unit)));
  }

  /// The first D features.
  private Value first(ProgramBuilder builder, Value wide) {
    if (wide.width() == dimension) {
      return wide;
    }
    Value sum = null;
    for (int d = 0; d < dimension; d++) {
      double[] unit = new double[dimension];
      unit[d] = 1;
      Value term =
          builder.multiply(
              builder.spread(at(builder, wide, d), dimension), builder.constant(Space.SAMPLE, dimension, unit));
      sum = sum == null ? term : builder.add(sum, term);
    }
    return sum;
  }

  @Override
  public String toString() {
    return "classifier of " + classes + " classes with " + layers + " layers of width " + hidden;
  }
}
