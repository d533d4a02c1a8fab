package io.scorefield.peers;

import io.scorefield.network.Architecture.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// EDM's graph network in LibTorch, as its authors run it: molecules of a batch are padded to the size of the largest, all
/// pairs of atoms are edges, and masks take out what is not there.
final class MoleculePeer {
  private static final double RANGE = 15;

  /// Keeps the derivative of a distance 0 finite.
  private static final double TINY = 1e-8;

  private final MoleculeWork work;
  private final int layers;
  private final Map<String, Block> blocks = new HashMap<>();
  private final Map<String, Tensor> weights = new HashMap<>();
  private final Map<String, TensorOptional> biases = new HashMap<>();
  private final List<Tensor> parameters = new ArrayList<>();

  MoleculePeer(MoleculeWork work) {
    this.work = work;
    for (Block block : work.network().architecture().blocks()) {
      blocks.put(block.name(), block);
    }
    linear("embedding", "embedding", "types");
    int layer = 0;
    for (String name = "layers.0"; blocks.containsKey(name + ".edge.1.weight"); name = "layers." + ++layer) {
      for (String pair : List.of(name + ".edge", name + ".move.ends")) {
        List<String> parts =
            new ArrayList<>(List.of(pair + ".target", pair + ".source", pair + ".distance", pair + ".first-distance"));
        // At first both distances are one.
        Stream.of(pair + ".radial", pair + ".first-radial").filter(part -> blocks.containsKey(part + ".weight")).forEach(parts::add);
        linear(pair, parts.toArray(String[]::new));
      }
      linear(name + ".edge.1", name + ".edge.1");
      linear(name + ".move.0", name + ".move.0");
      linear(name + ".move.1", name + ".move.1");
      if (blocks.containsKey(name + ".attention.weight")) {
        linear(name + ".attention", name + ".attention");
      }
      linear(name + ".node", name + ".node.own", name + ".node.message");
      linear(name + ".node.1", name + ".node.1");
    }
    layers = layer;
    linear("features", "features");
  }

  /// A linear map whose weights are those of some blocks side by side; the first has the bias, if there is one.
  private void linear(String name, String... parts) {
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

  private Tensor tensor(Block block) {
    long[] shape = new long[block.shape().length];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = block.length(axis);
    }
    return Tensors.of(work.network().parameters(), block.offset(), shape);
  }

  private Tensor map(String name, Tensor x) {
    return torch.linear(x, weights.get(name), biases.get(name));
  }

  List<Tensor> parameters() {
    return parameters;
  }

  /// Which atoms there are, and which pairs of them.
  ///
  /// @param atoms [n, N, 1]
  /// @param pairs [n, N, N, 1]
  /// @param counts [n, 1, 1]
  record Masks(Tensor atoms, Tensor pairs, Tensor counts) {
    static Masks of(int[] counts, int particles) {
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
      return new Masks(atoms, pairs, Tensors.of(sizes, 0, counts.length, 1, 1));
    }

    /// Vectors of atoms without their mean, 0 where there is no atom.
    Tensor centred(Tensor vectors) {
      Tensor present = vectors.mul(atoms);
      return present.sub(present.sum(new long[] {1}, true, new ScalarTypeOptional()).div(counts).mul(atoms));
    }
  }

  /// @param input [n, N, 3 + F]
  /// @param time [n, E]; of its features the last is not for this network
  /// @return [n, N, 3 + F]
  Tensor forward(Tensor input, Tensor time, Masks masks) {
    long samples = input.size(0);
    long particles = input.size(1);
    Tensor start = input.narrow(2, 0, 3);
    Tensor types = input.narrow(2, 3, work.features());
    long told = time.size(1) - 1;
    Tensor times = time.narrow(1, 0, told).unsqueeze(1).expand(samples, particles, told);
    Tensor h = map("embedding", torch.cat(new TensorVector(times, types), 2));
    Tensor firstSquare = square(differences(start));
    Tensor firstRadial = work.shape().radial() > 0 ? radial(firstSquare) : firstSquare;
    Tensor x = start;
    for (int layer = 0; layer < layers; layer++) {
      String name = "layers." + layer;
      Tensor difference = differences(x);
      Tensor square = square(difference);
      TensorVector ends = new TensorVector(own(h), others(h), square, firstSquare);
      if (work.shape().radial() > 0) {
        ends.push_back(radial(square));
      }
      if (layer > 0 && work.shape().radial() > 0) {
        ends.push_back(firstRadial);
      }
      Tensor seen = torch.cat(ends, 3);
      Tensor message = torch.silu(map(name + ".edge.1", torch.silu(map(name + ".edge", seen))));
      Tensor inner = torch.silu(map(name + ".move.0", torch.silu(map(name + ".move.ends", seen))));
      Tensor length = torch.tanh(map(name + ".move.1", inner)).mul(new Scalar(RANGE));
      Tensor distance = square.add(new Scalar(TINY)).sqrt().add(new Scalar(1.0));
      x = x.add(difference.mul(length.div(distance).mul(masks.pairs)).sum(2));
      Tensor weight = weights.containsKey(name + ".attention") ? torch.sigmoid(map(name + ".attention", message)).mul(masks.pairs) : masks.pairs;
      Tensor both = torch.cat(new TensorVector(h, message.mul(weight).sum(2)), 2);
      h = h.add(map(name + ".node.1", torch.silu(map(name + ".node", both))));
    }
    return torch.cat(new TensorVector(masks.centred(x.sub(start)), map("features", h).mul(masks.atoms)), 2);
  }

  /// Gaussians in the distance.
  private Tensor radial(Tensor square) {
    float[] centres = new float[work.shape().radial()];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = i + 0.5f;
    }
    double spacing = work.shape().reach() / centres.length;
    Tensor distance = square.add(new Scalar(TINY)).sqrt().mul(new Scalar(1 / spacing));
    return distance.sub(Tensors.of(centres, 0, centres.length)).square().mul(new Scalar(-0.5)).exp();
  }

  private static Tensor own(Tensor x) {
    return x.unsqueeze(2).expand(x.size(0), x.size(1), x.size(1), x.size(2));
  }

  private static Tensor others(Tensor x) {
    return x.unsqueeze(1).expand(x.size(0), x.size(1), x.size(1), x.size(2));
  }

  private static Tensor differences(Tensor x) {
    return x.unsqueeze(2).sub(x.unsqueeze(1));
  }

  private static Tensor square(Tensor difference) {
    return difference.square().sum(new long[] {3}, true, new ScalarTypeOptional());
  }
}
