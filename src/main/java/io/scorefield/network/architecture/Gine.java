package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Arrays;
import java.util.Optional;

/// A graph network on the bonds of a molecule that says of every pair of near atoms how much noise is in their distance d_p, and
/// carries that to the atoms by the chain rule:
///
/// ```
/// e_p = (MLP of d_p and t) * emb(kind of p),   h_i = emb(element of i) + a linear map of t
/// h_i += MLP(h_i + sum_j relu(h_j + e_ij))                                 in every layer
/// eps_p = MLP(h_i * h_j || e_p) + a(t) d_p,   eps_i = sum_j eps_ij (x_i - x_j) / d_ij
/// ```
///
/// Edges are bonds and pairs two and three bonds apart ({@link BondGraph}). The output turns with the atoms; a mirror image has
/// the mirror image of it. It is not conservative.
///
/// Source: ConfGF, Shi, Luo, Xu and Tang 2021 (arXiv 2105.03902). Otherwise than there the network is told the noise level and
/// sees d through Gaussians too; both matter at low noise, where the score changes within hundredths of an angstrom. Beyond the
/// distances of the training only the linear term grows, which pulls atoms back that went astray.
///
/// @param layers how often h is updated
/// @param hidden width of h and e
public record Gine(int layers, int hidden) {
  private static final int GAUSSIANS = 24;

  /// The last Gaussian's centre, in units of the network's input: further apart atoms are told by d alone.
  private static final double REACH = 6;

  /// The network for positions, with that for distances ({@link #ofDistances}) as what may be trained in its place.
  ///
  /// @param cloud whose conditions are those of a {@link BondGraph}
  public NetworkProgram of(PointCloud cloud, int timeFeatures) {
    BondGraph graph = graph(cloud);
    ProgramBuilder builder = new ProgramBuilder();
    Links first = graph.end(cloud.nodes(), false);
    Links second = graph.end(cloud.nodes(), true);
    Value x = cloud.positions(builder);
    Value apart = builder.subtract(builder.gather(x, first), builder.gather(x, second));
    Value distance = builder.sqrt(builder.rowSum(builder.square(apart)));
    int conditions = cloud.dimension() - cloud.conditions();
    Value noise = edges(builder, cloud, graph, distance, conditions, timeFeatures);
    Value unit = builder.multiply(apart, builder.spread(builder.inverse(distance), cloud.axes()));
    Value pulls = builder.multiply(unit, builder.spread(noise, cloud.axes()));
    Value ofNodes = builder.subtract(builder.segmentSum(pulls, first), builder.segmentSum(pulls, second));
    cloud.output(builder, ofNodes, cloud.absent(builder, timeFeatures));
    return new NetworkProgram(
        name(cloud), cloud.dimension(), timeFeatures + cloud.moreTimeFeatures(), builder.build(),
        Optional.of(ofDistances(cloud, timeFeatures)));
  }

  /// The network for states that are the distances of all pairs and the conditions. Its output for a pair that is no edge is
  /// known and given: the data there is 0. The parameters are those of {@link #of}.
  NetworkProgram ofDistances(PointCloud cloud, int timeFeatures) {
    BondGraph graph = graph(cloud);
    ProgramBuilder builder = new ProgramBuilder();
    Space pairs = graph.pairSpace();
    int dimension = graph.pairs() + graph.conditions();
    Value distance = builder.input(pairs, 1, new Port(Channel.INPUT, 0, 1, 1));
    Value noise = edges(builder, cloud, graph, distance, graph.pairs(), timeFeatures);
    Value factor = builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, dimension + timeFeatures, 0, 1));
    Value edge = graph.edges(builder, graph.kinds(builder, graph.pairs()));
    Value none = builder.shift(builder.scale(edge, -1), 1);
    Value known = builder.multiply(builder.multiply(none, builder.gather(factor, Links.sampleOf(pairs))), distance);
    builder.output(builder.add(noise, known), new Port(Channel.RESULT, 0, 1, 1));
    builder.output(builder.filled(Space.SAMPLE, graph.conditions(), 0), new Port(Channel.RESULT, graph.pairs(), 0, 1));
    return new NetworkProgram(name(cloud) + ", of distances", dimension, timeFeatures + 1, builder.build());
  }

  private static BondGraph graph(PointCloud cloud) {
    BondGraph graph = new BondGraph(cloud.nodes().positions());
    if (cloud.conditions() != graph.conditions() || cloud.features() != 0 || cloud.moreTimeFeatures() != 1) {
      throw new IllegalArgumentException(
          "network.kind: gine is for conformers, whose conditions are the bonds of molecules: use data.kind: conformers or butane");
    }
    return graph;
  }

  private String name(PointCloud cloud) {
    return "GINE of " + layers + " layers of width " + hidden + " for the bonds of up to " + cloud.nodes().positions() + " atoms";
  }

  /// eps_p, 0 for pairs that are no edges, [P, 1].
  ///
  /// @param conditions where they begin; the time features are behind them
  private Value edges(
      ProgramBuilder builder, PointCloud cloud, BondGraph graph, Value distance, int conditions, int timeFeatures) {
    Value time =
        builder.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, conditions + graph.conditions(), 0, 1));
    Value kinds = graph.kinds(builder, conditions);
    Value mask = graph.edges(builder, kinds);
    Value wide = builder.spread(mask, hidden);
    Value kind = builder.linear(graph.kindsApart(builder, kinds), builder.weights("kinds", BondGraph.KINDS, hidden, false, 2));
    Value edge = builder.multiply(builder.multiply(ofDistance(builder, distance, time), kind), wide);
    Value told = builder.linear(time, "embedding", hidden);
    Value elements = graph.elements(builder, cloud.nodes(), conditions);
    Value h =
        builder.add(
            builder.gather(told, Links.sampleOf(cloud.nodes())),
            builder.linear(elements, builder.weights("elements", elements.width(), hidden, false, 3)));
    Links pairOf = graph.pairOf(cloud);
    Value edgeTo = builder.gather(edge, pairOf);
    Value maskTo = builder.gather(wide, pairOf);
    for (int layer = 0; layer < layers; layer++) {
      Value sent = builder.activate(Activation.RELU, builder.add(builder.gather(h, cloud.sources()), edgeTo));
      Value sum = builder.add(h, builder.segmentSum(builder.multiply(sent, maskTo), cloud.targets()));
      Value inner = silu(builder, builder.linear(sum, "layers." + layer + ".0", hidden));
      h = builder.add(h, builder.linear(inner, "layers." + layer + ".1", hidden));
    }
    Value ends =
        builder.multiply(
            builder.gather(h, graph.end(cloud.nodes(), false)), builder.gather(h, graph.end(cloud.nodes(), true)));
    Value both =
        builder.add(
            builder.linear(ends, builder.weights("score.ends", hidden, hidden, true, Math.sqrt(0.5))),
            builder.linear(edge, builder.weights("score.edge", hidden, hidden, false, Math.sqrt(0.5))));
    Value inner = silu(builder, builder.linear(silu(builder, both), "score.1", Math.max(1, hidden / 2)));
    Value slope = builder.gather(builder.linear(time, "score.slope", 1), Links.sampleOf(distance.space()));
    Value all = builder.add(builder.linear(inner, "score.2", 1), builder.multiply(slope, distance));
    return builder.multiply(all, mask);
  }

  /// MLP(d, t) of every pair, which does not grow with d.
  private Value ofDistance(ProgramBuilder builder, Value distance, Value time) {
    double width = REACH / (GAUSSIANS - 1);
    double[] centres = new double[GAUSSIANS * distance.space().positions()];
    Arrays.setAll(centres, i -> i % GAUSSIANS * width);
    Value off =
        builder.subtract(builder.spread(distance, GAUSSIANS), builder.constant(distance.space(), GAUSSIANS, centres));
    Value bumps = builder.exp(builder.scale(builder.square(off), -0.5 / (width * width)));
    Value bounded = builder.multiply(distance, builder.inverse(builder.shift(builder.scale(distance, 1 / REACH), 1)));
    Value plain = builder.linear(bounded, "distance", hidden);
    Value near = builder.linear(bumps, builder.weights("distance.gaussians", GAUSSIANS, hidden, false, 2));
    Value level = builder.gather(builder.linear(time, "distance.level", hidden), Links.sampleOf(distance.space()));
    Value inner = silu(builder, builder.add(builder.add(plain, near), level));
    return builder.linear(inner, "distance.1", hidden);
  }

  private static Value silu(ProgramBuilder builder, Value x) {
    return builder.activate(Activation.SILU, x);
  }
}
