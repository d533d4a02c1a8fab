package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.settings.PerceptronConfig;
import io.scorefield.io.FormatException;
import io.scorefield.io.Safetensors;
import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The weights of a stack of PyTorch's `nn.Linear` in a safetensors file: tensors NAME.weight `[out, in]` and NAME.bias `[out]`,
/// whose names end in a number, as `net.0.weight` of an `nn.Sequential` or `fc1.bias`. The layers are in the order of the
/// numbers, which may have gaps where activations stand.
public final class LinearStack {
  private static final Pattern NAME = Pattern.compile("(.*?)(\\d{1,9})\\.(weight|bias)");

  private LinearStack() {}

  /// The network of an experiment with these weights.
  ///
  /// @throws ConfigException when the experiment's network is no perceptron
  /// @throws FormatException when the file does not hold such a network, with all that is wrong
  public static Network read(Path file, Model model) throws IOException {
    model.requireSpaceOfData("import");
    if (!(model.config().network() instanceof PerceptronConfig)) {
      throw new ConfigException(
          "network.kind: the experiment's network is " + model.architecture() + "; a stack of linear layers is a perceptron, "
              + "network.kind: mlp");
    }
    Safetensors tensors = Safetensors.readAnyWidth(file);
    Map<String, String> names = names(file, tensors);
    List<String> wrong = new ArrayList<>();
    float[] parameters = new float[model.architecture().parameterCount()];
    for (Block block : model.architecture().blocks()) {
      String name = names.remove(block.name());
      if (name == null) {
        wrong.add("a tensor for " + block.name() + " " + Arrays.toString(block.shape()) + " is missing");
        continue;
      }
      Safetensors.Tensor tensor = tensors.tensors().get(name);
      if (!Arrays.equals(tensor.shape(), block.shape())) {
        wrong.add(name + " is " + Arrays.toString(tensor.shape()) + ", not " + Arrays.toString(block.shape()));
        continue;
      }
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw new FormatException(file + ": the tensor '" + name + "' holds " + value);
        }
      }
      System.arraycopy(tensor.values(), 0, parameters, block.offset(), block.size());
    }
    names.values().forEach(name -> wrong.add(name + " has no place"));
    if (!wrong.isEmpty()) {
      throw new FormatException(file + ": does not fit " + model.architecture() + ": " + String.join("; ", wrong));
    }
    return new Network(model.architecture(), parameters);
  }

  /// The tensors by their names in the experiment's network: layers.0.weight, layers.0.bias, ...
  private static Map<String, String> names(Path file, Safetensors tensors) throws FormatException {
    Map<Integer, List<String>> layers = new TreeMap<>();
    Map<String, List<String>> stacks = new LinkedHashMap<>();
    List<String> others = new ArrayList<>();
    for (String name : tensors.tensors().keySet()) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        layers.computeIfAbsent(Integer.parseInt(matcher.group(2)), number -> new ArrayList<>()).add(name);
        stacks.computeIfAbsent(matcher.group(1), prefix -> new ArrayList<>()).add(name);
      } else {
        others.add(name);
      }
    }
    if (!others.isEmpty() || stacks.size() != 1) {
      String found =
          !others.isEmpty()
              ? "it also has " + String.join(", ", others)
              : stacks.isEmpty()
                  ? "it has no tensors"
                  : "it has " + stacks.values().stream().map(List::getFirst).collect(Collectors.joining(", "));
      throw new FormatException(
          file + ": is not one stack of linear layers, whose tensors are named alike, as net.0.weight, net.0.bias, net.2.weight: "
              + found);
    }
    Map<String, String> names = new LinkedHashMap<>();
    int layer = 0;
    for (List<String> ofLayer : layers.values()) {
      for (String name : ofLayer) {
        String other = names.put("layers." + layer + name.substring(name.lastIndexOf('.')), name);
        if (other != null) {
          throw new FormatException(file + ": " + other + " and " + name + " are the same layer");
        }
      }
      layer++;
    }
    return names;
  }
}
