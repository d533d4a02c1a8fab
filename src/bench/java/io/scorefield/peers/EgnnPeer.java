package io.scorefield.peers;

import io.scorefield.network.Architecture.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The equivariant graph network in LibTorch, as its authors wrote it: what an edge sees is put side by side and goes
/// through one linear map.
///
/// Edges are a tensor [n, N, others, ...]. The others are all particles, of which the particle itself is masked, or, with
/// fewer edges and a gather, all but itself.
final class EgnnPeer implements PeerNetwork {
  /// Which edges there are.
  enum Edges {
    /// N^2: broadcast and masked.
    DENSE,
    /// N (N - 1): gathered.
    LISTED
  }

  private static final double RANGE = 15;

  /// Keeps the derivative of a distance 0 finite.
  private static final double TINY = 1e-8;

  private final ParticleWork work;
  private final Edges edges;
  private final int particles;
  private final Map<String, Block> blocks = new HashMap<>();
  private final Map<String, Tensor> weights = new HashMap<>();
  private final Map<String, TensorOptional> biases = new HashMap<>();
  private final List<Tensor> parameters = new ArrayList<>();
  private final Tensor sources;
  private final Tensor mask;

  EgnnPeer(ParticleWork work, Edges edges) {
    this.work = work;
    this.edges = edges;
    particles = work.particles();
    for (Block block : work.network().architecture().blocks()) {
      blocks.put(block.name(), block);
    }
    linear("embedding");
    for (int layer = 0; layer < work.layers(); layer++) {
      String name = "layers." + layer;
      linear(name + ".edge", ".target", ".source", ".distance", ".first-distance");
      linear(name + ".edge.1");
      linear(name + ".move.0");
      linear(name + ".move.1");
      if (layer + 1 < work.layers()) {
        linear(name + ".attention");
        linear(name + ".node", ".own", ".message");
        linear(name + ".node.1");
      }
    }
    float[] others = new float[particles * (particles - 1)];
    for (int edge = 0; edge < others.length; edge++) {
      int target = edge / (particles - 1);
      int source = edge % (particles - 1);
      others[edge] = source < target ? source : source + 1;
    }
    sources = Tensors.of(others, 0, others.length).to(torch.ScalarType.Long);
    mask = torch.ones(particles, particles).sub(torch.eye(particles)).view(1, particles, particles, 1);
  }

  /// A linear map whose weights are those of some blocks side by side; the first has the bias, if there is one.
  private void linear(String name, String... parts) {
    String[] names = parts.length == 0 ? new String[] {""} : parts;
    TensorVector columns = new TensorVector();
    for (String part : names) {
      columns.push_back(tensor(blocks.get(name + part + ".weight")));
    }
    Tensor weight = torch.cat(columns, 1);
    weights.put(name, weight);
    parameters.add(weight);
    Block bias = blocks.get(name + names[0] + ".bias");
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

  @Override
  public Tensor forward(Tensor input) {
    long samples = input.size(0);
    Tensor start = input.narrow(1, 0, dimension()).reshape(samples, particles, work.axes());
    Tensor time = input.narrow(1, dimension(), input.size(1) - dimension());
    Tensor h = map("embedding", time).unsqueeze(1).expand(samples, particles, work.hidden());
    Tensor firstSquare = square(differences(start));
    Tensor x = start;
    for (int layer = 0; layer < work.layers(); layer++) {
      String name = "layers." + layer;
      Tensor difference = differences(x);
      Tensor square = square(difference);
      Tensor seen = torch.cat(new TensorVector(own(h), others(h), square, firstSquare), 3);
      Tensor message = torch.silu(map(name + ".edge.1", torch.silu(map(name + ".edge", seen))));
      x = x.add(move(name, message, difference, square));
      if (layer + 1 < work.layers()) {
        h = h.add(update(name, h, message));
      }
    }
    return x.sub(start).reshape(samples, dimension());
  }

  private Tensor move(String name, Tensor message, Tensor difference, Tensor square) {
    Tensor length = torch.tanh(map(name + ".move.1", torch.silu(map(name + ".move.0", message))));
    Tensor distance = square.add(new Scalar(TINY)).sqrt().add(new Scalar(1.0));
    Tensor perDistance = length.mul(new Scalar(RANGE / work.layers())).div(distance);
    return difference.mul(perDistance).sum(2);
  }

  private Tensor update(String name, Tensor h, Tensor message) {
    Tensor weight = torch.sigmoid(map(name + ".attention", message));
    if (edges == Edges.DENSE) {
      weight = weight.mul(mask);
    }
    Tensor sum = message.mul(weight).sum(2);
    Tensor both = torch.cat(new TensorVector(h, sum), 2);
    return map(name + ".node.1", torch.silu(map(name + ".node", both)));
  }

  private int neighbours() {
    return edges == Edges.DENSE ? particles : particles - 1;
  }

  /// [n, N, F] at the end that an edge points to, [n, N, others, F].
  private Tensor own(Tensor x) {
    return x.unsqueeze(2).expand(x.size(0), particles, neighbours(), x.size(2));
  }

  /// [n, N, F] at the end that an edge comes from, [n, N, others, F].
  private Tensor others(Tensor x) {
    return edges == Edges.DENSE
        ? x.unsqueeze(1).expand(x.size(0), particles, particles, x.size(2))
        : x.index_select(1, sources).view(x.size(0), particles, neighbours(), x.size(2));
  }

  private Tensor differences(Tensor x) {
    return own(x).sub(others(x));
  }

  private static Tensor square(Tensor difference) {
    return difference.square().sum(new long[] {3}, true, new ScalarTypeOptional());
  }

  @Override
  public List<Tensor> parameters() {
    return parameters;
  }

  @Override
  public int dimension() {
    return work.dimension();
  }
}
