package io.scorefield.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// EDM's graph network in LibTorch, as its authors run it: molecules of a batch are padded to the size of the largest, all
/// pairs of atoms are edges, and masks take out what is not there.
final class MoleculePeer extends PaddedPeer {
  private static final double RANGE = 15;

  /// Keeps the derivative of a distance 0 finite.
  private static final double TINY = 1e-8;

  private final MoleculeWork work;
  private final int layers;
  MoleculePeer(MoleculeWork work) {
    super(work.network());
    this.work = work;
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

  /// @param input [n, N, 3 + F]
  @Override
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
      x = x.add(difference.mul(length.div(distance).mul(masks.pairs())).sum(2));
      Tensor weight = has(name + ".attention") ? torch.sigmoid(map(name + ".attention", message)).mul(masks.pairs()) : masks.pairs();
      Tensor both = torch.cat(new TensorVector(h, message.mul(weight).sum(2)), 2);
      h = h.add(map(name + ".node.1", torch.silu(map(name + ".node", both))));
    }
    return torch.cat(new TensorVector(masks.centred(x.sub(start)), map("features", h).mul(masks.atoms())), 2);
  }

  @Override
  Tensor noise(Tensor x, Masks masks) {
    Tensor places = masks.centred(torch.randn(x.size(0), x.size(1), 3));
    Tensor types = torch.randn(x.size(0), x.size(1), x.size(2) - 3).mul(masks.atoms());
    return torch.cat(new TensorVector(places, types), 2);
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

  private static Tensor square(Tensor difference) {
    return difference.square().sum(new long[] {3}, true, new ScalarTypeOptional());
  }
}
