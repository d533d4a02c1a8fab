package io.scorefield.network;

import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The shape of a multilayer perceptron: (`x[D]`, time `features[E]`) -> `output[D]`.
///
/// Layer l maps `widths[l]` to `widths[l + 1]`; `widths[0]` = D + E, the last width is D. Every layer but
/// the last is followed by the activation. The parameters lie in one flat array in the order
/// layers.0.weight [out, in] row-major, layers.0.bias [out], layers.1.weight, ... (the convention of
/// PyTorch's `nn.Linear`).
///
/// @param dimension D, the number of components of x and of the output
/// @param timeFeatures E, the number of time features concatenated behind x
/// @param hidden the widths of the hidden layers, first to last; may be empty
/// @param activation applied behind every layer but the last
public record Mlp(int dimension, int timeFeatures, int[] hidden, Activation activation)
    implements Architecture {
  /// The largest width and dimension accepted, and the largest number of layers.
  public static final int MAX_WIDTH = 16384;

  public static final int MAX_LAYERS = 64;

  public Mlp {
    requireRange("dimension", dimension, 1, MAX_WIDTH);
    requireRange("number of time features", timeFeatures, 0, MAX_WIDTH);
    requireRange("number of hidden layers", hidden.length, 0, MAX_LAYERS - 1);
    for (int width : hidden) {
      requireRange("hidden width", width, 1, MAX_WIDTH);
    }
    hidden = hidden.clone();
    long parameters = 0;
    for (int layer = 0, in = dimension + timeFeatures; layer <= hidden.length; layer++) {
      int out = layer < hidden.length ? hidden[layer] : dimension;
      parameters += (in + 1L) * out;
      in = out;
    }
    if (parameters > Integer.MAX_VALUE / 8) {
      throw new IllegalArgumentException(
          "a network of " + parameters + " parameters is too large; the limit is "
              + Integer.MAX_VALUE / 8);
    }
  }

  /// A network with equally wide hidden layers; `layers` counts the linear layers.
  public static Mlp uniform(
      int dimension, int timeFeatures, int layers, int width, Activation activation) {
    requireRange("number of layers", layers, 1, MAX_LAYERS);
    int[] hidden = new int[layers - 1];
    Arrays.fill(hidden, width);
    return new Mlp(dimension, timeFeatures, hidden, activation);
  }

  /// The number of linear layers.
  public int layers() {
    return hidden.length + 1;
  }

  /// Number of inputs of a layer.
  public int in(int layer) {
    return layer == 0 ? dimension + timeFeatures : hidden[layer - 1];
  }

  /// Number of outputs of a layer.
  public int out(int layer) {
    return layer == hidden.length ? dimension : hidden[layer];
  }

  /// Index of the first weight of a layer in the flat parameters.
  public int weightOffset(int layer) {
    int offset = 0;
    for (int l = 0; l < layer; l++) {
      offset += (in(l) + 1) * out(l);
    }
    return offset;
  }

  /// Index of the first bias of a layer in the flat parameters.
  public int biasOffset(int layer) {
    return weightOffset(layer) + in(layer) * out(layer);
  }

  @Override
  public int parameterCount() {
    return weightOffset(layers());
  }

  @Override
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int layer = 0; layer < layers(); layer++) {
      String name = "layers." + layer;
      blocks.add(new Block(name + ".weight", layer, in(layer), weightOffset(layer), out(layer), in(layer)));
      blocks.add(new Block(name + ".bias", layer, in(layer), biasOffset(layer), out(layer)));
    }
    return blocks;
  }

  /// One per weight.
  @Override
  public long multiplyAdds() {
    long weights = 0;
    for (int layer = 0; layer < layers(); layer++) {
      weights += (long) in(layer) * out(layer);
    }
    return weights;
  }

  /// Three per weight: forward, and the gradients of the weights and of what they multiply; the input of the first layer
  /// needs none.
  @Override
  public long gradientMultiplyAdds() {
    return 3 * multiplyAdds() - (long) in(0) * out(0);
  }

  /// An oracle for those who execute either.
  @Override
  public NetworkProgram asProgram() {
    ProgramBuilder builder = new ProgramBuilder();
    Value value = builder.input(Space.SAMPLE, in(0), Port.byPosition(Channel.INPUT, in(0)));
    for (int layer = 0; layer < layers(); layer++) {
      value = builder.linear(value, "layers." + layer, out(layer));
      value = layer < hidden.length ? builder.activate(activation, value) : value;
    }
    builder.output(value, Port.byPosition(Channel.RESULT, dimension));
    return new NetworkProgram(this + " as a program", dimension, timeFeatures, builder.build());
  }

  @Override
  public int[] hidden() {
    return hidden.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mlp that
        && dimension == that.dimension
        && timeFeatures == that.timeFeatures
        && activation == that.activation
        && Arrays.equals(hidden, that.hidden);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hidden) * 31 + dimension * 7 + timeFeatures;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("MLP [").append(in(0));
    for (int layer = 0; layer < layers(); layer++) {
      text.append(", ").append(out(layer));
    }
    return text.append("] ").append(activation.key()).toString();
  }

  private static void requireRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "the " + what + " is " + value + "; it must be between " + min + " and " + max);
    }
  }
}
