package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Reverse;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.List;
import java.util.Map;

/// A network whose output is the force of an energy, -grad U(x, t): a graph network that sees distances only, summed up to
/// one number U and differentiated.
///
/// U does not change where particles are turned, mirrored, moved together or renumbered; so the force turns with them, and
/// it is conservative. With h_i = a linear map of the time features at first, and in every layer
///
/// ```
/// m_ij = phi_e(h_i, h_j, d_ij, d_ij^2),   h_i += phi_h(h_i, sum_j m_ij),   U = sum_i phi_u(h_i) + sum_i<j phi_p(m_ij)
/// ```
///
/// Training takes the gradient of a gradient; no engine knows.
///
/// Where there is a condition it is the temperature T: h begins with linear maps of T and 1/T too, and the output is
/// -grad U(x, t, T) / T.
///
/// Where there are lengths l, U is a sum of such networks with parameters of their own, one a length: that of l sees
/// d_ij / l in the place of d_ij, and its messages, also those that the energy is made of, are multiplied by
/// exp(-d_ij^2 / (2 l^2)).
///
/// @param layers how often h is updated
/// @param hidden width of h and m
/// @param lengths in units of the state; empty: one network that sees all distances as they are
public record EnergyNetwork(int layers, int hidden, List<Double> lengths) {
  public EnergyNetwork {
    lengths = List.copyOf(lengths);
    for (double length : lengths) {
      if (!(length > 0) || Double.isInfinite(length)) {
        throw new IllegalArgumentException("a length of an energy network is " + length + "; it must be greater than 0");
      }
    }
  }

  /// One network.
  public EnergyNetwork(int layers, int hidden) {
    this(layers, hidden, List.of());
  }

  /// The network for particles.
  ///
  /// @throws IllegalArgumentException when there are more conditions than a temperature
  public NetworkProgram of(PointCloud cloud, int timeFeatures) {
    return of(cloud, timeFeatures, true);
  }

  /// The energy itself, as the first component of the output; the others are 0. The parameters are those of {@link #of}.
  public NetworkProgram energy(PointCloud cloud, int timeFeatures) {
    return of(cloud, timeFeatures, false);
  }

  private NetworkProgram of(PointCloud cloud, int timeFeatures, boolean differentiated) {
    if (cloud.conditions() > 1) {
      throw new IllegalArgumentException("an energy network takes one condition, the temperature; there are " + cloud.conditions());
    }
    ProgramBuilder builder = new ProgramBuilder();
    Value x = cloud.positions(builder);
    Value time = builder.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, cloud.dimension(), 0, 1));
    Value temperature = cloud.conditions() > 0 ? cloud.condition(builder, 0) : null;
    Value coldness = temperature == null ? null : builder.inverse(temperature);
    Told told = new Told(time, temperature, coldness);
    Value energy = lengths.isEmpty() ? energy(builder, cloud, x, told, "", 0) : null;
    for (int k = 0; k < lengths.size(); k++) {
      Value one = energy(builder, cloud, x, told, "lengths." + k + ".", lengths.get(k));
      energy = energy == null ? one : builder.add(energy, one);
    }
    if (!differentiated) {
      builder.output(energy, new Port(Channel.RESULT, 0, 0, 1));
      Value nothing = builder.filled(Space.SAMPLE, cloud.dimension() - 1, 0);
      builder.output(nothing, new Port(Channel.RESULT, 1, 0, 1));
      return new NetworkProgram("energy of " + this, cloud.dimension(), timeFeatures, builder.build());
    }
    Value force = force(builder, energy, x);
    if (coldness != null) {
      Value everywhere = builder.gather(builder.spread(coldness, cloud.axes()), Links.sampleOf(cloud.nodes()));
      force = builder.multiply(force, everywhere);
    }
    cloud.output(builder, force);
    String text =
        (lengths.size() > 1 ? lengths.size() + " energy networks of " : "energy network of ") + layers + " layers of width " + hidden + " for " + cloud.nodes().positions() + " particles"
            + (cloud.conditions() > 0 ? " at a temperature" : "");
    return new NetworkProgram(text, cloud.dimension(), timeFeatures, builder.build());
  }

  /// -grad U with respect to x.
  static Value force(ProgramBuilder builder, Value energy, Value x) {
    Value minusOne = builder.constant(Space.SAMPLE, 1, -1);
    return Reverse.append(builder, Map.of(energy, minusOne), false, List.of(x))
        .getFirst()
        .orElseGet(() -> builder.filled(x.space(), x.width(), 0));
  }

  /// What the network knows beside positions; T and 1/T may be missing.
  private record Told(Value time, Value temperature, Value coldness) {}

  /// What h begins with.
  private Value start(ProgramBuilder builder, Told told, String prefix) {
    Value start = builder.linear(told.time, prefix + "embedding", hidden);
    if (told.temperature == null) {
      return start;
    }
    Value ofTemperature =
        builder.linear(told.temperature, builder.weights(prefix + "temperature", 1, hidden, false));
    Value ofColdness = builder.linear(told.coldness, builder.weights(prefix + "coldness", 1, hidden, false));
    return builder.add(start, builder.add(ofTemperature, ofColdness));
  }

  /// U, a number of the sample.
  ///
  /// @param prefix of the names of parameters
  /// @param length 0: distances as they are, and no window
  private Value energy(
      ProgramBuilder builder, PointCloud cloud, Value x, Told told, String prefix, double length) {
    Value square = builder.rowSum(builder.square(cloud.differences(builder, x)));
    Value window = null;
    if (length > 0) {
      square = builder.scale(square, 1 / (length * length));
      window = builder.spread(builder.exp(builder.scale(square, -0.5)), hidden);
    }
    Value distance = builder.sqrt(square);
    Value h = builder.gather(start(builder, told, prefix), Links.sampleOf(cloud.nodes()));
    Value message = null;
    for (int layer = 0; layer < layers; layer++) {
      String name = prefix + "layers." + layer;
      message = message(builder, cloud, name + ".edge", h, distance, square);
      message = window == null ? message : builder.multiply(message, window);
      Value own = builder.linear(h, builder.weights(name + ".node.own", hidden, hidden, true, Math.sqrt(0.5)));
      Value sum = builder.segmentSum(message, cloud.targets());
      Value sent = builder.linear(sum, builder.weights(name + ".node.message", hidden, hidden, false, Math.sqrt(0.5)));
      Value update = builder.linear(silu(builder, builder.add(own, sent)), name + ".node.1", hidden);
      h = builder.add(h, update);
    }
    Value ofNodes = readOut(builder, h, prefix + "energy.node");
    Value ofPairs = builder.scale(readOut(builder, message, prefix + "energy.edge"), 0.5);
    return builder.add(
        builder.segmentSum(ofNodes, Links.sampleOf(cloud.nodes())),
        builder.segmentSum(ofPairs, Links.sampleOf(cloud.edges())));
  }

  private static Value silu(ProgramBuilder builder, Value x) {
    return builder.activate(Activation.SILU, x);
  }

  private Value readOut(ProgramBuilder builder, Value x, String name) {
    Value inner = silu(builder, builder.linear(x, name + ".0", hidden));
    return builder.linear(inner, builder.weights(name + ".1", hidden, 1, false));
  }

  private Value message(
      ProgramBuilder builder, PointCloud cloud, String name, Value h, Value distance, Value square) {
    double gain = Math.sqrt((double) hidden / (2 * hidden + 2));
    double gainOfOne = Math.sqrt(1.0 / (2 * hidden + 2));
    Value target = builder.linear(h, builder.weights(name + ".target", hidden, hidden, true, gain));
    Value source = builder.linear(h, builder.weights(name + ".source", hidden, hidden, false, gain));
    Value near = builder.linear(distance, builder.weights(name + ".distance", 1, hidden, false, gainOfOne));
    Value far = builder.linear(square, builder.weights(name + ".square", 1, hidden, false, gainOfOne));
    Value ends = builder.add(builder.gather(target, cloud.targets()), builder.gather(source, cloud.sources()));
    Value first = silu(builder, builder.add(builder.add(ends, near), far));
    return silu(builder, builder.linear(first, name + ".1", hidden));
  }
}
