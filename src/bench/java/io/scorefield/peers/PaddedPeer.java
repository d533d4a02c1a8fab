package io.scorefield.peers;

import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import io.scorefield.peers.PaddedWork.Padded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// A graph network in LibTorch, as its authors run it: all pairs of atoms are edges, and masks take out what is not there.
abstract class PaddedPeer {
  /// The engines' parameters by name.
  final Map<String, Block> blocks = new HashMap<>();

  private final Network network;
  private final Map<String, Tensor> weights = new HashMap<>();
  private final Map<String, TensorOptional> biases = new HashMap<>();
  private final List<Tensor> parameters = new ArrayList<>();

  PaddedPeer(Network network) {
    this.network = network;
    for (Block block : network.architecture().blocks()) {
      blocks.put(block.name(), block);
    }
  }

  /// @param input [n, rows, width]
  /// @param time [n, E]; of its features the last is not for networks
  /// @return [n, rows, width]
  abstract Tensor forward(Tensor input, Tensor time, Masks masks);

  /// Noise for such a state.
  abstract Tensor noise(Tensor x, Masks masks);

  boolean has(String name) {
    return weights.containsKey(name);
  }

  /// A linear map whose weights are those of some blocks side by side; the first has the bias, if there is one.
  final void linear(String name, String... parts) {
    TensorVector columns = new TensorVector();
    for (String part : parts) {
      columns.push_back(tensor(blocks.get(part + ".weight")));
    }
    Tensor weight = torch.cat(columns, 1);
    weights.put(name, weight);
    parameters.add(weight);
    Block bias = blocks.get(parts[0] + ".bias");
    biases.put(name, new TensorOptional());
    if (bias != null) {
      Tensor numbers = tensor(bias);
      biases.put(name, new TensorOptional(numbers));
      parameters.add(numbers);
    }
  }

  final Tensor tensor(Block block) {
    long[] shape = new long[block.shape().length];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = block.length(axis);
    }
    return Tensors.of(network.parameters(), block.offset(), shape);
  }

  final Tensor map(String name, Tensor x) {
    return torch.linear(x, weights.get(name), biases.get(name));
  }

  /// Takes a parameter that is no linear map.
  final Tensor parameter(Tensor numbers) {
    parameters.add(numbers);
    return numbers;
  }

  final List<Tensor> parameters() {
    return parameters;
  }

  /// Which atoms there are, and which pairs of them.
  ///
  /// @param atoms [n, N, 1]
  /// @param pairs [n, N, N, 1]
  /// @param counts [n, 1, 1]
  /// @param kinds [n, N], atomic numbers where they are told
  record Masks(Tensor atoms, Tensor pairs, Tensor counts, Tensor kinds) {
    static Masks of(Padded padded) {
      int[] counts = padded.counts();
      int particles = padded.particles();
      float[] numbers = new float[counts.length * particles];
      float[] sizes = new float[counts.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = i % particles < counts[i / particles] ? 1 : 0;
      }
      for (int i = 0; i < counts.length; i++) {
        sizes[i] = counts[i];
      }
      Tensor atoms = Tensors.of(numbers, 0, counts.length, particles, 1);
      Tensor others = torch.ones(particles, particles).sub(torch.eye(particles)).view(1, particles, particles, 1);
      Tensor pairs = atoms.unsqueeze(2).mul(atoms.unsqueeze(1)).mul(others);
      float[] kinds = new float[padded.kinds().length];
      for (int i = 0; i < kinds.length; i++) {
        kinds[i] = padded.kinds()[i];
      }
      Tensor told = Tensors.of(kinds, 0, counts.length, kinds.length / counts.length).to(torch.ScalarType.Long);
      return new Masks(atoms, pairs, Tensors.of(sizes, 0, counts.length, 1, 1), told);
    }

    /// Vectors of atoms without their mean, 0 where there is no atom.
    Tensor centred(Tensor vectors) {
      Tensor present = vectors.mul(atoms);
      return present.sub(present.sum(new long[] {1}, true, new ScalarTypeOptional()).div(counts).mul(atoms));
    }
  }

  /// At the end that an edge points to, [n, N, F] to [n, N, N, F].
  static Tensor own(Tensor x) {
    return x.unsqueeze(2).expand(x.size(0), x.size(1), x.size(1), x.size(2));
  }

  /// At the end that it comes from.
  static Tensor others(Tensor x) {
    return x.unsqueeze(1).expand(x.size(0), x.size(1), x.size(1), x.size(2));
  }

  static Tensor differences(Tensor x) {
    return x.unsqueeze(2).sub(x.unsqueeze(1));
  }
}
