package io.scorefield.network.architecture;

import io.scorefield.data.Centred;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.List;

/// Particles, each of which sees every other: the spaces and links of such a graph, and the way between its nodes and the
/// state of the diffusion.
///
/// Edges are ordered pairs, sorted by target.
public final class PointCloud {
  /// What one particle has of one coordinate of the centred space.
  private record Share(int particle, int mode, double part) {}

  private final int axes;
  private final boolean centred;
  private final int conditions;
  private final Space nodes;
  private final Space edges;
  private final Links targets;
  private final Links sources;

  /// @param particles N, at least 2
  /// @param axes K
  /// @param centred whether the state has coordinates relative to the mean ({@link Centred})
  public PointCloud(int particles, int axes, boolean centred) {
    this(particles, axes, centred, 0);
  }

  /// @param conditions numbers behind the positions, which the network is given and does not make
  public PointCloud(int particles, int axes, boolean centred, int conditions) {
    if (particles < 2) {
      throw new IllegalArgumentException("a graph of " + particles + " particle has no edges; there must be at least 2");
    }
    this.axes = axes;
    this.centred = centred;
    this.conditions = conditions;
    nodes = new Space("node", particles);
    edges = new Space("edge", Math.multiplyExact(particles, particles - 1));
    int others = particles - 1;
    targets = Links.of(nodes, edges, edge -> edge / others);
    sources = Links.of(nodes, edges, edge -> edge % others < edge / others ? edge % others : edge % others + 1);
  }

  public Space nodes() {
    return nodes;
  }

  public Space edges() {
    return edges;
  }

  /// The node that an edge points to.
  public Links targets() {
    return targets;
  }

  /// The node that an edge comes from.
  public Links sources() {
    return sources;
  }

  /// K.
  public int axes() {
    return axes;
  }

  /// How many conditions there are.
  public int conditions() {
    return conditions;
  }

  /// D, the components of the state, conditions included.
  public int dimension() {
    return placed() + conditions;
  }

  /// Components of the positions.
  private int placed() {
    return axes * (centred ? nodes.positions() - 1 : nodes.positions());
  }

  /// Condition number i, a number of the sample. Each is to be read once.
  public Value condition(ProgramBuilder builder, int number) {
    return builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, placed() + number, 0, 1));
  }

  /// The positions of the nodes, [N, K], from the state.
  public Value positions(ProgramBuilder builder) {
    if (!centred) {
      return builder.input(nodes, axes, Port.byPosition(Channel.INPUT, axes));
    }
    Basis basis = new Basis(builder);
    Value modes = builder.input(basis.modes, axes, Port.byPosition(Channel.INPUT, axes));
    Value parts = builder.multiply(builder.gather(modes, basis.modeOf), basis.parts);
    return builder.segmentSum(parts, basis.nodeOf);
  }

  /// Hands on a vector of every node, [N, K], as the network's output; where the state is centred, without its mean.
  public void output(ProgramBuilder builder, Value vectors) {
    Value result = vectors;
    if (centred) {
      Basis basis = new Basis(builder);
      Value parts = builder.multiply(builder.gather(vectors, basis.nodeOf), basis.parts);
      result = builder.segmentSum(parts, basis.modeOf);
    }
    builder.output(result, Port.byPosition(Channel.RESULT, axes));
    if (conditions > 0) {
      Value nothing = builder.filled(Space.SAMPLE, conditions, 0);
      builder.output(nothing, new Port(Channel.RESULT, placed(), 0, 1));
    }
  }

  /// Differences x_target - x_source of every edge, [edges, K].
  public Value differences(ProgramBuilder builder, Value positions) {
    return builder.subtract(builder.gather(positions, targets), builder.gather(positions, sources));
  }

  /// The map between nodes and coordinates, as pairs with a number each.
  private final class Basis {
    private final Space modes;
    private final Links nodeOf;
    private final Links modeOf;
    private final Value parts;

    Basis(ProgramBuilder builder) {
      Centred frame = new Centred(nodes.positions());
      List<Share> shares = new ArrayList<>();
      for (int i = 0; i < nodes.positions(); i++) {
        for (int k = Math.max(0, i - 1); k < frame.modes(); k++) {
          shares.add(new Share(i, k, frame.basis(i, k)));
        }
      }
      modes = new Space("mode", frame.modes());
      Space pairs = new Space("share", shares.size());
      nodeOf = Links.of(nodes, pairs, pair -> shares.get(pair).particle);
      modeOf = Links.of(modes, pairs, pair -> shares.get(pair).mode);
      double[] numbers = shares.stream().mapToDouble(Share::part).toArray();
      parts = builder.spread(builder.constant(pairs, 1, numbers), axes);
    }
  }
}
