package io.scorefield.network.architecture;

import io.scorefield.data.Frame;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;

/// A graph network for atoms in a cell that is given, which sees nothing of a crystal but elements and distances, and estimates
/// the noise of the fractional coordinates.
///
/// ```
/// h_i  = embedding(Z_i) + linear(properties of Z_i) + mlp(ln sigma, N)
/// m_ij = silu(W2 silu(W_i q_i + W_j q_j + W_d near_ij))            q = layer norm of h
/// h_i += mlp(q_i, mean_j m_ij)
/// o_ijn = sum_k (W_m m_ij)_k b_k(d_ijn)
/// eps_i = s(sigma) 0.5 / sqrt(sigma^2 + 0.01^2) mean_j sum_n o_ijn (w_ij + n) / d_ijn, less the mean
/// ```
///
/// over all ordered pairs of atoms, an atom with its own copies included. near, b, w, n and d are those of {@link
/// PeriodicDistances}. Each edge ij and copy n has a force o along itself, as the score of distances is carried to coordinates in
/// SyMat (arXiv 2307.02707) and ConfGF (arXiv 2105.03902). The sum is a displacement, and as such is told in units of the cell's
/// vectors: where noise is equal along the vectors, and not along axes of space, a gradient would have to be multiplied by the
/// square of the lattice to become one.
///
/// So crystals that are shifted, renumbered, or have atoms moved by whole vectors have the same answer, and it does not depend on
/// how the lattice lies in space, nor, but for the number of atoms in it, on which cell of the crystal is taken. Mirror images have
/// mirrored answers: the network cannot prefer one hand.
///
/// The state is the coordinates without their mean. Conditions are the atomic number of each atom, 0 where there is none, and the
/// six numbers of a {@link GivenCell}. The first time feature is ln(sigma), and the input is scaled with 1 / sqrt(1 + sigma^2).
///
/// @param layers how often h is updated
/// @param hidden H, width of h and m
/// @param basis how many distances there are bells around
/// @param cutoff in angstrom; less in cells that are so small that copies would be left out
public record PeriodicDistanceNet(int layers, int hidden, int basis, double cutoff) {
  private static final double NEAR = 0.5;
  private static final double LEAST = 0.01;

  /// s(sigma) = exp(-(sigma / KNOWN)^3), about the deviation of what can be known of noise on a circle.
  private static final double KNOWN = 0.33;

  /// The network for a state of such a frame.
  ///
  /// @param timeFeatures of the embedding
  /// @param properties of the elements 1, 2, ..., [elements, P]
  /// @throws IllegalArgumentException when the frame is not of crystals whose cells are given
  public NetworkProgram of(Frame frame, int timeFeatures, double[][] properties) {
    boolean fits =
        frame.centred().isPresent() && frame.axes() == 3 && frame.presence().isPresent() && frame.features() == 0
            && frame.conditions() == frame.centred().get().particles() + GivenCell.NUMBERS;
    if (!fits) {
      throw new IllegalArgumentException(
          "network.kind: periodic-distances is for data.kind: crystals with data.make: places, where the cell is given");
    }
    return new Writer(frame).program(timeFeatures, properties);
  }

  /// Writes the program.
  private final class Writer {
    private final ProgramBuilder builder = new ProgramBuilder();
    private final Frame frame;
    private final PointCloud cloud;
    private final Space nodes;
    private final Links ofSample;
    private final CrystalParts parts;
    private final Value logSigma;
    private final Value square;
    private final Value z;
    private final Value there;
    private final Value perAtom;
    private final PeriodicDistances distances;

    Writer(Frame frame) {
      this.frame = frame;
      cloud = PointCloud.of(frame);
      nodes = cloud.nodes();
      ofSample = Links.sampleOf(nodes);
      parts = new CrystalParts(builder, nodes, hidden);
      logSigma = builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, frame.coordinates(), 0, 1));
      square = builder.exp(builder.scale(logSigma, 2));
      z = builder.input(nodes, 1, new Port(Channel.INPUT, frame.varied(), 1, 1));
      there = builder.step(builder.shift(z, -0.5));
      perAtom = builder.inverse(builder.segmentSum(there, ofSample));
      Value told = builder.input(Space.SAMPLE, GivenCell.NUMBERS, new Port(Channel.INPUT, frame.varied() + nodes.positions(), 0, 1));
      Value places = builder.multiply(cloud.positions(builder), spread(builder.sqrt(builder.shift(square, 1)), 3));
      distances = PeriodicDistances.of(builder, nodes, places, new GivenCell(builder, told), basis, cutoff);
    }

    NetworkProgram program(int timeFeatures, double[][] properties) {
      Value told = parts.told(builder.add(parts.time(logSigma), parts.count(there)));
      Value h = builder.add(parts.composition(z, properties), builder.gather(told, ofSample));
      Value message = null;
      for (int layer = 0; layer < layers; layer++) {
        String name = "layers." + layer;
        Value q = parts.norm(h);
        message = message(name, q);
        Value mean = builder.multiply(builder.segmentSum(message, distances.targets()), spread(perAtom, hidden));
        double gain = Math.sqrt(0.5);
        Value own = builder.linear(q, builder.weights(name + ".node.own", hidden, hidden, true, gain));
        Value sent = builder.linear(mean, builder.weights(name + ".node.message", hidden, hidden, false, gain));
        h = builder.add(h, builder.linear(parts.silu(builder.add(own, sent)), name + ".node.1", hidden));
      }
      cloud.output(builder, builder.multiply(displacements(message), builder.spread(there, 3)), cloud.absent(builder, timeFeatures));
      String text =
          "network of periodic distances of " + layers + " layers of width " + hidden + " for up to " + nodes.positions() + " atoms";
      return new NetworkProgram(text, frame.coordinates(), timeFeatures + cloud.moreTimeFeatures(), builder.build());
    }

    /// A number of the sample at every node.
    private Value spread(Value ofSamples, int width) {
      return builder.spread(builder.gather(ofSamples, ofSample), width);
    }

    /// m of every pair, 0 where one of its ends is not there.
    private Value message(String name, Value q) {
      double gain = Math.sqrt((double) hidden / (2 * hidden + basis));
      Value target = builder.linear(q, builder.weights(name + ".edge.target", hidden, hidden, true, gain));
      Value source = builder.linear(q, builder.weights(name + ".edge.source", hidden, hidden, false, gain));
      Value sum = builder.add(builder.gather(target, distances.targets()), builder.gather(source, distances.sources()));
      sum = builder.add(sum, builder.linear(distances.near(), builder.weights(name + ".edge.near", basis, hidden, false)));
      Value message = parts.silu(builder.linear(parts.silu(sum), name + ".edge.1", hidden));
      Value joined = builder.multiply(builder.gather(there, distances.targets()), builder.gather(there, distances.sources()));
      return builder.multiply(message, builder.spread(joined, hidden));
    }

    /// [N, 3]
    private Value displacements(Value message) {
      Value weights = builder.linear(message, builder.weights("coordinates.edge", hidden, basis, false, 0.3));
      Value vectors = null;
      for (int axis = 0; axis < 3; axis++) {
        double[] unit = new double[3 * nodes.positions()];
        for (int i = axis; i < unit.length; i += 3) {
          unit[i] = 1;
        }
        Value force = builder.rowSum(builder.multiply(weights, distances.ways()[axis]));
        Value sum = builder.spread(builder.segmentSum(force, distances.targets()), 3);
        Value term = builder.multiply(sum, builder.constant(nodes, 3, unit));
        vectors = vectors == null ? term : builder.add(vectors, term);
      }
      Value near = builder.scale(builder.inverse(builder.sqrt(builder.shift(square, LEAST * LEAST))), NEAR);
      Value known = builder.exp(builder.scale(builder.multiply(square, builder.exp(logSigma)), -1 / (KNOWN * KNOWN * KNOWN)));
      return builder.multiply(vectors, spread(builder.multiply(builder.multiply(near, perAtom), known), 3));
    }
  }
}
