package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import io.scorefield.network.program.Weights;
import java.util.Optional;

/// The E(n)-equivariant graph network: turned, mirrored, shifted or renumbered particles give a turned, mirrored, unshifted
/// or renumbered output.
///
/// With h_i = a linear map of the time features, and of the conditions where there are some, at first, and in every layer, of d = |x_i - x_j| and d0 = its value at the
/// input,
///
/// ```
/// m_ij = phi_e(h_i, h_j, d^2, d0^2)
/// e_ij = logistic(w m_ij + b)                                  where attention is on, else 1
/// x_i += sum_j (x_i - x_j) / (d + 1) range tanh(phi_x)         phi_x of m_ij, or of (h_i, h_j, d^2, d0^2)
/// h_i += phi_h(h_i, sum_j e_ij m_ij)
/// ```
///
/// The output is how far the layers have moved x. Where particles have features, as types, h begins with these too, and a
/// linear map of the last h is the output for them. Particles that are not there send nothing. Source: Satorras, Hoogeboom and Welling 2021 (arXiv 2102.09844) and
/// Hoogeboom et al. 2022 (arXiv 2203.17003), whose networks are two settings of `coordinates` and `range`.
///
/// @param layers how often x and h are updated
/// @param hidden width of h and m
/// @param attention whether messages are weighted
/// @param coordinates what phi_x takes
/// @param range the most that one neighbour moves a particle in a layer; 0: 15, shared out over the layers where phi_x takes messages
/// @param radial how many Gaussian functions of a distance are told beside its square; 0: none
/// @param reach the largest distance that these tell apart, in units of the state
public record Egnn(
    int layers, int hidden, boolean attention, Coordinates coordinates, double range, int radial, double reach) {
  /// A network that is told squared distances alone.
  public Egnn(int layers, int hidden, boolean attention, Coordinates coordinates, double range) {
    this(layers, hidden, attention, coordinates, range, 0, 1);
  }

  /// What the moves are made of.
  public enum Coordinates {
    /// The messages (the earlier form).
    MESSAGES,
    /// The features of both ends and the distances, by a network of two hidden layers (the later form).
    FEATURES
  }

  private static final double RANGE = 15;

  /// The network for particles.
  public NetworkProgram of(PointCloud cloud, int timeFeatures) {
    ProgramBuilder builder = new ProgramBuilder();
    Value start = cloud.positions(builder);
    Value time =
        builder.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, cloud.dimension(), 0, 1));
    Value told = builder.linear(time, "embedding", hidden);
    boolean typed = cloud.features() > 0;
    for (int number = 0; number < cloud.conditions(); number++) {
      if (cloud.tellsPresence(number)) {
        continue;
      }
      Value condition = cloud.condition(builder, number);
      told = builder.add(told, builder.linear(condition, builder.weights("condition." + number, 1, hidden, false)));
    }
    Value h = builder.gather(told, Links.sampleOf(cloud.nodes()));
    if (typed) {
      Value types = cloud.ownFeatures(builder);
      h = builder.add(h, builder.linear(types, builder.weights("types", types.width(), hidden, false)));
    }
    Ends ends = layers(builder, cloud, "", start, h, typed);
    Optional<Value> absent = cloud.absent(builder, timeFeatures);
    cloud.output(builder, ends.moved(), absent);
    if (typed) {
      cloud.outputFeatures(builder, builder.linear(ends.h(), "features", cloud.featuresOfEach()), absent);
    }
    String text =
        "EGNN of " + layers + " layers of width " + hidden + " for " + (absent.isPresent() ? "up to " : "")
            + cloud.nodes().positions() + " particles";
    return new NetworkProgram(text, cloud.dimension(), timeFeatures + cloud.moreTimeFeatures(), builder.build());
  }

  /// What the layers make.
  ///
  /// @param moved how far they have moved the positions
  /// @param h the features
  record Ends(Value moved, Value h) {}

  /// The layers alone.
  ///
  /// @param prefix of the names of their parameters
  /// @param start positions
  /// @param features h at first
  /// @param updates whether the last layer updates h
  Ends layers(ProgramBuilder builder, PointCloud cloud, String prefix, Value start, Value features, boolean updates) {
    Value firstSquare = square(builder, cloud, start);
    Value h = features;
    Value moved = null;
    Value x = start;
    for (int layer = 0; layer < layers; layer++) {
      String name = prefix + "layers." + layer;
      Value difference = cloud.differences(builder, x);
      Value square = builder.rowSum(builder.square(difference));
      Value message = pair(builder, cloud, name + ".edge", h, square, firstSquare);
      message = silu(builder, builder.linear(message, name + ".edge.1", hidden));
      Value source = coordinates == Coordinates.MESSAGES ? message : features(builder, cloud, name, h, square, firstSquare);
      Value move = move(builder, cloud, name, source, difference, square);
      moved = moved == null ? move : builder.add(moved, move);
      x = builder.add(x, move);
      if (updates || layer + 1 < layers) {
        h = builder.add(h, update(builder, cloud, name, h, weighted(builder, cloud, name, message)));
      }
    }
    return new Ends(moved, h);
  }

  private static Value silu(ProgramBuilder builder, Value x) {
    return builder.activate(Activation.SILU, x);
  }

  private static Value square(ProgramBuilder builder, PointCloud cloud, Value x) {
    return builder.rowSum(builder.square(cloud.differences(builder, x)));
  }

  /// silu(W [h_i, h_j, d^2, d0^2] + b). Nodes are multiplied before they are sent along the edges: that is the same, and
  /// there are fewer of them.
  private Value pair(ProgramBuilder builder, PointCloud cloud, String name, Value h, Value square, Value firstSquare) {
    int inputs = 2 * hidden + 2;
    double gain = Math.sqrt((double) hidden / inputs);
    double gainOfOne = Math.sqrt(1.0 / inputs);
    Value target = builder.linear(h, builder.weights(name + ".target", hidden, hidden, true, gain));
    Value source = builder.linear(h, builder.weights(name + ".source", hidden, hidden, false, gain));
    Value distance = builder.linear(square, builder.weights(name + ".distance", 1, hidden, false, gainOfOne));
    Value first = builder.linear(firstSquare, builder.weights(name + ".first-distance", 1, hidden, false, gainOfOne));
    if (radial > 0) {
      distance = builder.add(distance, radial(builder, name + ".radial", square));
      first = square.equals(firstSquare) ? first : builder.add(first, radial(builder, name + ".first-radial", firstSquare));
    }
    Value ends = builder.add(builder.gather(target, cloud.targets()), builder.gather(source, cloud.sources()));
    return silu(builder, builder.add(builder.add(ends, distance), first));
  }

  /// A linear map of Gaussians in the distance, whose centres are evenly spaced and as far apart as they are wide.
  private Value radial(ProgramBuilder builder, String name, Value square) {
    double spacing = reach / radial;
    double[] centres = new double[square.space().positions() * radial];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = -(i % radial + 0.5);
    }
    Value at = builder.spread(builder.scale(builder.sqrt(square), 1 / spacing), radial);
    Value off = builder.add(at, builder.constant(square.space(), radial, centres));
    Value functions = builder.exp(builder.scale(builder.square(off), -0.5));
    return builder.linear(functions, builder.weights(name, radial, hidden, false));
  }

  private Value features(
      ProgramBuilder builder, PointCloud cloud, String name, Value h, Value square, Value firstSquare) {
    return pair(builder, cloud, name + ".move.ends", h, square, firstSquare);
  }

  private Value move(
      ProgramBuilder builder, PointCloud cloud, String name, Value source, Value difference, Value square) {
    double largest = range > 0 ? range : coordinates == Coordinates.MESSAGES ? RANGE / layers : RANGE;
    Value inner = silu(builder, builder.linear(source, name + ".move.0", hidden));
    Weights last = builder.weights(name + ".move.1", hidden, 1, false, 0.001);
    Value length = builder.scale(builder.tanh(builder.linear(inner, last)), largest);
    Value perDistance =
        cloud.joined(builder, builder.multiply(length, builder.inverse(builder.shift(builder.sqrt(square), 1))));
    Value moves = builder.multiply(difference, builder.spread(perDistance, cloud.axes()));
    return builder.segmentSum(moves, cloud.targets());
  }

  private Value weighted(ProgramBuilder builder, PointCloud cloud, String name, Value message) {
    if (!attention) {
      return cloud.joined(builder, message);
    }
    Value weight = cloud.joined(builder, builder.logistic(builder.linear(message, name + ".attention", 1)));
    return builder.multiply(message, builder.spread(weight, hidden));
  }

  private Value update(ProgramBuilder builder, PointCloud cloud, String name, Value h, Value message) {
    double gain = Math.sqrt(0.5);
    Value own = builder.linear(h, builder.weights(name + ".node.own", hidden, hidden, true, gain));
    Value sum = builder.segmentSum(message, cloud.targets());
    Value sent = builder.linear(sum, builder.weights(name + ".node.message", hidden, hidden, false, gain));
    return builder.linear(silu(builder, builder.add(own, sent)), name + ".node.1", hidden);
  }
}
