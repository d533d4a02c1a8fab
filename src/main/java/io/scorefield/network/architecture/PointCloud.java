package io.scorefield.network.architecture;

import io.scorefield.data.Centred;
import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Particles, each of which sees every other: the spaces and links of such a graph, and the way between its nodes and the
/// state of the diffusion.
///
/// Edges are ordered pairs, sorted by target.
public final class PointCloud {
  /// What one particle has of one coordinate of the centred space.
  private record Share(int particle, int mode, double part) {}

  private final int axes;
  private final boolean centred;
  private final int features;
  private final int conditions;
  private final Optional<Presence> presence;
  private final int first; // of the positions in the network's input
  private final int told; // likewise of the conditions
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
    this(particles, axes, centred, 0, conditions, Optional.empty());
  }

  /// The cloud of a state's particles.
  ///
  /// @throws IllegalArgumentException when its coordinates are not particles without their mean
  public static PointCloud of(Frame frame) {
    int particles = frame.centred().orElseThrow(() -> new IllegalArgumentException("the state is no particles")).particles();
    return new PointCloud(particles, frame.axes(), true, frame.features(), frame.conditions(), frame.presence());
  }

  /// The same read elsewhere in the network's input.
  ///
  /// @param first where the positions begin, behind which the features are
  /// @param told where the conditions begin
  PointCloud at(int first, int told) {
    return new PointCloud(nodes.positions(), axes, centred, features, conditions, presence, first, told);
  }

  private PointCloud(
      int particles, int axes, boolean centred, int features, int conditions, Optional<Presence> presence) {
    this(
        particles, axes, centred, features, conditions, presence, 0,
        axes * (centred ? particles - 1 : particles) + features);
  }

  private PointCloud(
      int particles, int axes, boolean centred, int features, int conditions, Optional<Presence> presence, int first, int told) {
    this.first = first;
    this.told = told;
    this.features = features;
    this.presence = presence;
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
    return placed() + features + conditions;
  }

  /// Features behind the positions, of the particles and of the whole.
  public int features() {
    return features;
  }

  /// Time features that are wanted beside those of the embedding: what the output of a particle that is not there is of
  /// its input.
  public int moreTimeFeatures() {
    return presence.isPresent() ? 1 : 0;
  }

  /// Features that every particle has.
  public int featuresOfEach() {
    return presence.map(Presence::features).orElse(features / nodes.positions());
  }

  /// Components of the positions.
  private int placed() {
    return axes * (centred ? nodes.positions() - 1 : nodes.positions());
  }

  /// Condition number i, a number of the sample. Each is to be read once.
  public Value condition(ProgramBuilder builder, int number) {
    return builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, told + number, 0, 1));
  }

  /// 1 for every node that is there, else 0, [N, 1]; empty where all are always there.
  public Optional<Value> there(ProgramBuilder builder) {
    return presence.map(
        of -> {
          int[] condition = of.condition();
          boolean one = Arrays.stream(condition).allMatch(c -> c == condition[0]);
          Value counted =
              one
                  ? builder.gather(condition(builder, condition[0]), Links.sampleOf(nodes))
                  : builder.input(nodes, 1, new Port(Channel.INPUT, told + condition[0], 1, 1));
          return builder.step(builder.subtract(counted, builder.constant(nodes, 1, of.above())));
        });
  }

  /// A value of the nodes with 0 where there is no node.
  public Value present(ProgramBuilder builder, Value ofNodes) {
    return there(builder).map(mask -> builder.multiply(ofNodes, builder.spread(mask, ofNodes.width()))).orElse(ofNodes);
  }

  /// A value of the edges with 0 where one of the ends is not there.
  public Value joined(ProgramBuilder builder, Value ofEdges) {
    return there(builder)
        .map(mask -> builder.multiply(builder.gather(mask, targets), builder.gather(mask, sources)))
        .map(mask -> builder.multiply(ofEdges, builder.spread(mask, ofEdges.width())))
        .orElse(ofEdges);
  }

  /// Whether a condition only tells which particles there are.
  public boolean tellsPresence(int number) {
    return presence.isPresent() && Arrays.stream(presence.get().condition()).anyMatch(c -> c == number);
  }

  /// What the output of a particle that is not there is of its input: the number behind the time features; empty where all
  /// are always there.
  public Optional<Value> absent(ProgramBuilder builder, int timeFeatures) {
    return presence.map(
        of -> builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, dimension() + timeFeatures, 0, 1)));
  }

  /// The features of every node, [N, F], 0 of those that are not there.
  public Value ownFeatures(ProgramBuilder builder) {
    return present(builder, ownInput(builder));
  }

  private Value ownInput(ProgramBuilder builder) {
    return builder.input(nodes, featuresOfEach(), new Port(Channel.INPUT, first + placed(), 1, nodes.positions()));
  }

  /// Hands on the features of every node, [N, F]; what is not there is what it must be.
  ///
  /// @param absent what a number that is not there is of its input, a number of the sample
  public void outputFeatures(ProgramBuilder builder, Value ofNodes, Optional<Value> absent) {
    Value all = absent.map(factor -> filled(builder, ofNodes, ownInput(builder), there(builder).get(), factor)).orElse(ofNodes);
    builder.output(all, new Port(Channel.RESULT, placed(), 1, nodes.positions()));
  }

  /// The value where it is there, and elsewhere the input times a factor.
  private static Value filled(ProgramBuilder builder, Value value, Value input, Value mask, Value factor) {
    Value gone = builder.shift(builder.scale(mask, -1), 1);
    Value share = builder.multiply(gone, builder.gather(factor, Links.sampleOf(mask.space())));
    Value known = builder.multiply(input, builder.spread(share, input.width()));
    return builder.add(builder.multiply(value, builder.spread(mask, value.width())), known);
  }

  /// The positions of the nodes, [N, K], from the state.
  public Value positions(ProgramBuilder builder) {
    if (!centred) {
      return builder.input(nodes, axes, new Port(Channel.INPUT, first, axes, 1));
    }
    Basis basis = new Basis(builder);
    Value modes = basis.there(builder, basis.input(builder));
    Value parts = builder.multiply(builder.gather(modes, basis.modeOf), basis.parts);
    return builder.segmentSum(parts, basis.nodeOf);
  }

  /// Hands on a vector of every node, [N, K], as the network's output; where the state is centred, without its mean.
  public void output(ProgramBuilder builder, Value vectors) {
    output(builder, vectors, Optional.empty());
  }

  /// The same where not all nodes are always there.
  ///
  /// @param vectors 0 where there is no node
  /// @param absent what a number that is not there is of its input, a number of the sample
  public void output(ProgramBuilder builder, Value vectors, Optional<Value> absent) {
    outputPositions(builder, vectors, absent);
    if (conditions > 0) {
      Value nothing = builder.filled(Space.SAMPLE, conditions, 0);
      builder.output(nothing, new Port(Channel.RESULT, placed() + features, 0, 1));
    }
  }

  /// The same without the output for conditions.
  void outputPositions(ProgramBuilder builder, Value vectors, Optional<Value> absent) {
    Value result = vectors;
    if (centred) {
      Basis basis = new Basis(builder);
      Value parts = builder.multiply(builder.gather(vectors, basis.nodeOf), basis.parts);
      Value inner = builder.segmentSum(parts, basis.modeOf);
      result =
          absent
              .map(factor -> filled(builder, inner, basis.input(builder), basis.mask(builder).orElseThrow(), factor))
              .orElse(inner);
    }
    builder.output(result, Port.byPosition(Channel.RESULT, axes));
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

    /// The coordinates as they are given, [N - 1, K].
    Value input(ProgramBuilder builder) {
      return builder.input(modes, axes, new Port(Channel.INPUT, first, axes, 1));
    }

    /// Which coordinates there are: number k is of the nodes 0 to k + 1.
    Optional<Value> mask(ProgramBuilder builder) {
      return PointCloud.this.there(builder)
          .map(nodesThere -> builder.gather(nodesThere, Links.of(nodes, modes, mode -> mode + 1)));
    }

    /// The coordinates with 0 for those that there are not.
    Value there(ProgramBuilder builder, Value given) {
      return mask(builder).map(some -> builder.multiply(given, builder.spread(some, axes))).orElse(given);
    }

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
