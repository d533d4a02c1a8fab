package io.scorefield.network.architecture;

import io.scorefield.data.Frame;
import io.scorefield.network.Activation;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Arrays;

/// A graph network for crystals whose composition is given: of noisy fractional coordinates f and a noisy or given cell it
/// estimates the noise. Shifted, renumbered crystals, and such whose atoms have moved by whole vectors, have the same answer,
/// renumbered.
///
/// ```
/// h_i = embedding(Z_i) + linear(properties of Z_i) + mlp(ln sigma, cell, N)
/// m_ij = silu(W2 silu(W_i q_i + W_j q_j + W_e phi(f_i - f_j)))      q = layer norm of h
/// h_i += mlp(q_i, mean_j m_ij)
/// eps_i = s(sigma) [linear(q_i) + 0.15 / sqrt(sigma^2 + 0.01^2) mean_j sum_k (W_m m_ij)_k phi_k]   axis by axis, less the mean
/// eps_cell = sigma' y / (1 + sigma'^2) - mlp(mean q) / sqrt(1 + sigma'^2)      y = cell / 0.05, sigma' = sigma / 0.05
/// ```
///
/// phi are the sines and cosines of 2 pi k times the difference, k = 1 .. K, on each axis. The last line is EDM's
/// preconditioning for numbers of deviation 1 (arXiv 2206.00364): the state of the cell is 0.05 times such numbers, so that
/// the noise of coordinates, up to half a cell, is up to ten deviations of the cell. s(sigma) is about the deviation of what
/// can be known of noise on a circle.
///
/// The network is of the form of CSPNet in DiffCSP (arXiv 2309.04475, appendix B), with six numbers in the place of the
/// lattice matrix and with the second term of eps.
///
/// The state is: coordinates without their mean ({@link io.scorefield.data.Centred}), then the six numbers of the cell; or
/// one of the two. Conditions are the atomic number of each atom, 0 where there is none, and then the six numbers of a cell
/// that is given, standardised. The first time feature is ln(sigma), and the input is scaled with 1 / sqrt(1 + sigma^2).
///
/// @param layers how often h is updated
/// @param hidden H, width of h and m
/// @param frequencies K
public record CrystalNet(int layers, int hidden, int frequencies) {
  /// The state of the cell is so much of its standardised numbers.
  public static final double CELL_SCALE = 0.05;

  /// Numbers of a cell.
  public static final int CELL = 6;

  private static final double NEAR = 0.15;
  private static final double LEAST = 0.01;

  /// s(sigma) = exp(-(sigma / KNOWN)^3).
  private static final double KNOWN = 0.33;

  /// The network for a state of such a frame.
  ///
  /// @param timeFeatures of the embedding
  /// @param properties of the elements 1, 2, ..., [elements, P]
  /// @throws IllegalArgumentException when the frame is not of crystals
  public NetworkProgram of(Frame frame, int timeFeatures, double[][] properties) {
    return new Writer(frame, timeFeatures, properties).program();
  }

  /// Writes the program.
  private final class Writer {
    private final ProgramBuilder builder = new ProgramBuilder();
    private final Frame frame;
    private final int timeFeatures;
    private final double[][] properties;
    private final boolean places;
    private final boolean givenCell;
    private final PointCloud cloud;
    private final Space nodes;
    private final Links ofSample;
    private final Value logSigma;
    private final Value square;
    private final Value z;
    private final Value there;
    private final Value perAtom;
    private final CrystalParts parts;

    Writer(Frame frame, int timeFeatures, double[][] properties) {
      this.frame = frame;
      this.timeFeatures = timeFeatures;
      this.properties = properties;
      places = frame.centred().isPresent();
      givenCell = places && frame.features() == 0;
      int atoms = places ? frame.centred().get().particles() : frame.conditions();
      boolean fits =
          places
              ? frame.axes() == 3 && frame.presence().isPresent() && frame.conditions() == atoms + (givenCell ? CELL : 0)
                  && (givenCell || frame.features() == CELL)
              : frame.made() == CELL && frame.conditions() > 1;
      if (!fits) {
        throw new IllegalArgumentException("network.kind: crystal is for data.kind: crystals");
      }
      cloud = places ? PointCloud.of(frame) : new PointCloud(atoms, 3, true);
      nodes = cloud.nodes();
      ofSample = Links.sampleOf(nodes);
      parts = new CrystalParts(builder, nodes, hidden);
      logSigma = builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, frame.coordinates(), 0, 1));
      square = builder.exp(builder.scale(logSigma, 2));
      z = builder.input(nodes, 1, new Port(Channel.INPUT, frame.varied(), 1, 1));
      there = builder.step(builder.shift(z, -0.5));
      perAtom = builder.inverse(builder.segmentSum(there, ofSample));
    }

    NetworkProgram program() {
      Value h = builder.add(parts.composition(z, properties), builder.gather(told(), ofSample));
      Value phi = places ? fourier() : null;
      Value message = null;
      for (int layer = 0; layer < layers; layer++) {
        String name = "layers." + layer;
        Value q = parts.norm(h);
        message = message(name, q, phi);
        Value mean = builder.multiply(builder.segmentSum(message, cloud.targets()), spread(perAtom, hidden));
        double gain = Math.sqrt(0.5);
        Value own = builder.linear(q, builder.weights(name + ".node.own", hidden, hidden, true, gain));
        Value sent = builder.linear(mean, builder.weights(name + ".node.message", hidden, hidden, false, gain));
        h = builder.add(h, builder.linear(parts.silu(builder.add(own, sent)), name + ".node.1", hidden));
      }
      Value q = parts.norm(h);
      if (!givenCell) {
        cell(q);
      }
      if (places) {
        Value vectors = builder.multiply(coordinates(q, message, phi), builder.spread(there, 3));
        cloud.output(builder, vectors, cloud.absent(builder, timeFeatures));
      } else {
        builder.output(builder.filled(Space.SAMPLE, frame.conditions(), 0), new Port(Channel.RESULT, CELL, 0, 1));
      }
      String made = givenCell ? "coordinates" : places ? "coordinates and the cell" : "the cell";
      String text =
          "crystal network of " + layers + " layers of width " + hidden + " for " + made + " of up to " + nodes.positions() + " atoms";
      return new NetworkProgram(text, frame.coordinates(), timeFeatures + (places ? cloud.moreTimeFeatures() : 0), builder.build());
    }

    /// A number of the sample at every node.
    private Value spread(Value ofSamples, int width) {
      return builder.spread(builder.gather(ofSamples, ofSample), width);
    }

    /// The same row at every node.
    private Value rows(double[] row) {
      double[] all = new double[nodes.positions() * row.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = row[i % row.length];
      }
      return builder.constant(nodes, row.length, all);
    }

    /// Of the whole: the noise, the cell and the number of atoms.
    private Value told() {
      Value sum = parts.time(logSigma);
      Value cell = givenCell ? cellInput(frame.varied() + nodes.positions()) : builder.multiply(noisyCell(), builder.spread(cellShare(), CELL));
      sum = builder.add(sum, builder.linear(cell, builder.weights("told.cell", CELL, hidden, false)));
      return parts.told(builder.add(sum, parts.count(there)));
    }

    private Value cellInput(int offset) {
      return builder.input(Space.SAMPLE, CELL, new Port(Channel.INPUT, offset, 0, 1));
    }

    /// y: the standardised numbers of the cell with noise of deviation sigma'.
    private Value noisyCell() {
      Value scaled = cellInput(frame.varied() - CELL);
      return builder.multiply(scaled, builder.spread(builder.scale(unscaled(), 1 / CELL_SCALE), CELL));
    }

    /// What undoes the scale of the input.
    private Value unscaled() {
      return builder.sqrt(builder.shift(square, 1));
    }

    /// 1 / sqrt(1 + sigma'^2).
    private Value cellShare() {
      return builder.inverse(builder.sqrt(builder.shift(builder.scale(square, 1 / (CELL_SCALE * CELL_SCALE)), 1)));
    }

    private void cell(Value q) {
      Value mean = builder.segmentSum(builder.multiply(q, builder.spread(there, hidden)), ofSample);
      mean = builder.multiply(mean, builder.spread(perAtom, hidden));
      Value inner = parts.silu(builder.linear(mean, "cell.0", hidden));
      Value head = builder.linear(inner, builder.weights("cell.1", hidden, CELL, true));
      Value share = cellShare();
      Value known = builder.multiply(builder.scale(builder.exp(logSigma), 1 / CELL_SCALE), builder.square(share));
      Value eps =
          builder.subtract(
              builder.multiply(noisyCell(), builder.spread(known, CELL)), builder.multiply(head, builder.spread(share, CELL)));
      builder.output(eps, new Port(Channel.RESULT, frame.varied() - CELL, 0, 1));
    }

    /// phi of every edge, [edges, 6 K]: axis by axis the sines, then the cosines.
    private Value fourier() {
      int width = 6 * frequencies;
      Value positions = cloud.positions(builder);
      positions = builder.multiply(positions, spread(unscaled(), 3));
      Value angle = phases(width);
      for (int axis = 0; axis < 3; axis++) {
        double[] one = new double[3];
        one[axis] = 1;
        Value along = builder.rowSum(builder.multiply(positions, rows(one)));
        Value difference = cloud.differences(builder, along);
        double[] row = new double[width];
        for (int k = 0; k < frequencies; k++) {
          row[axis * 2 * frequencies + k] = 2 * Math.PI * (k + 1);
          row[(axis * 2 + 1) * frequencies + k] = 2 * Math.PI * (k + 1);
        }
        angle = builder.add(angle, builder.multiply(builder.spread(difference, width), edgeRows(row)));
      }
      return builder.sin(angle);
    }

    private Value phases(int width) {
      double[] row = new double[width];
      for (int f = 0; f < width; f++) {
        row[f] = f / frequencies % 2 * Math.PI / 2;
      }
      return edgeRows(row);
    }

    private Value edgeRows(double[] row) {
      double[] all = new double[cloud.edges().positions() * row.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = row[i % row.length];
      }
      return builder.constant(cloud.edges(), row.length, all);
    }

    /// m of every edge, 0 where one of its ends is not there.
    private Value message(String name, Value q, Value phi) {
      int inputs = 2 * hidden + (phi == null ? 0 : phi.width());
      double gain = Math.sqrt((double) hidden / inputs);
      Value target = builder.linear(q, builder.weights(name + ".edge.target", hidden, hidden, true, gain));
      Value source = builder.linear(q, builder.weights(name + ".edge.source", hidden, hidden, false, gain));
      Value sum = builder.add(builder.gather(target, cloud.targets()), builder.gather(source, cloud.sources()));
      if (phi != null) {
        double gainOfPhi = Math.sqrt((double) phi.width() / inputs);
        sum = builder.add(sum, builder.linear(phi, builder.weights(name + ".edge.fourier", phi.width(), hidden, false, gainOfPhi)));
      }
      Value message = parts.silu(builder.linear(parts.silu(sum), name + ".edge.1", hidden));
      Value joined = builder.multiply(builder.gather(there, cloud.targets()), builder.gather(there, cloud.sources()));
      return builder.multiply(message, builder.spread(joined, hidden));
    }

    private Value coordinates(Value q, Value message, Value phi) {
      int width = phi.width();
      Value plain = builder.linear(q, builder.weights("coordinates.node", hidden, 3, false, 0.1));
      Value weights = builder.linear(message, builder.weights("coordinates.edge", hidden, width, false, 0.3));
      Value sums = builder.segmentSum(builder.multiply(weights, phi), cloud.targets());
      Value near = builder.scale(builder.inverse(builder.sqrt(builder.shift(square, LEAST * LEAST))), NEAR);
      Value factor = builder.gather(builder.multiply(near, perAtom), ofSample);
      Value vectors = plain;
      for (int axis = 0; axis < 3; axis++) {
        double[] row = new double[width];
        Arrays.fill(row, axis * 2 * frequencies, (axis + 1) * 2 * frequencies, 1);
        double[] one = new double[3];
        one[axis] = 1;
        Value along = builder.multiply(builder.rowSum(builder.multiply(sums, rows(row))), factor);
        vectors = builder.add(vectors, builder.multiply(builder.spread(along, 3), rows(one)));
      }
      Value known = builder.exp(builder.scale(builder.multiply(square, builder.exp(logSigma)), -1 / (KNOWN * KNOWN * KNOWN)));
      return builder.multiply(vectors, spread(known, 3));
    }
  }
}
