package io.scorefield.network.architecture;

import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.Arrays;

/// A network whose output is the force of a sum over pairs, which is linear in its parameters at every noise level:
///
/// ```
/// U(x, t) = sum_k theta_k(t) sum_i<j phi_k(d_ij),   phi_k(d) = exp(-(d - c_k)^2 / (2 w^2)), the last phi(d) = d^2 / 2
/// ```
///
/// with theta(t) = W features(t). Where the features are one for every noise level, the least mean error of an output is
/// the solution of linear equations, level by level.
///
/// @param functions how many Gaussians
/// @param reach distance of the last Gaussian's centre, in units of the network's input; the first is at 0
public record PairEnergy(int functions, double reach) {
  public PairEnergy {
    if (functions < 2 || !(reach > 0) || Double.isInfinite(reach)) {
      throw new IllegalArgumentException("a pair energy needs at least 2 functions and a positive reach");
    }
  }

  /// c_k.
  public double centre(int k) {
    return reach * k / (functions - 1);
  }

  /// w: neighbouring Gaussians overlap where they have 0.88 of their height.
  public double width() {
    return reach / (functions - 1);
  }

  /// How many numbers theta has: one a Gaussian, and one for the square.
  public int coefficients() {
    return functions + 1;
  }

  /// phi_k(d).
  public double value(int k, double d) {
    double z = (d - centre(k)) / width();
    return k < functions ? Math.exp(-z * z / 2) : d * d / 2;
  }

  /// The derivative of phi_k at d.
  public double slope(int k, double d) {
    return k < functions ? -(d - centre(k)) / (width() * width()) * value(k, d) : d;
  }

  /// The network for particles. Its parameters are W [coefficients, features], the square's row last.
  public NetworkProgram of(PointCloud cloud, int timeFeatures) {
    ProgramBuilder builder = new ProgramBuilder();
    Value x = cloud.positions(builder);
    Value time = builder.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, cloud.dimension(), 0, 1));
    Value ofBumps = builder.linear(time, builder.weights("pairs.gaussians", timeFeatures, functions, false));
    Value ofSquare = builder.linear(time, builder.weights("pairs.square", timeFeatures, 1, false));
    Value square = builder.rowSum(builder.square(cloud.differences(builder, x)));
    Value distance = builder.sqrt(square);
    double[] centres = new double[functions];
    Arrays.setAll(centres, this::centre);
    Value apart =
        builder.subtract(
            builder.spread(distance, functions),
            builder.gather(builder.constant(Space.SAMPLE, functions, centres), Links.sampleOf(cloud.edges())));
    Value bumps = builder.exp(builder.scale(builder.square(apart), -0.5 / (width() * width())));
    Value pairs =
        builder.add(
            builder.rowSum(builder.multiply(bumps, builder.gather(ofBumps, Links.sampleOf(cloud.edges())))),
            builder.multiply(builder.scale(square, 0.5), builder.gather(ofSquare, Links.sampleOf(cloud.edges()))));
    // Every pair is two edges.
    Value energy = builder.scale(builder.segmentSum(pairs, Links.sampleOf(cloud.edges())), 0.5);
    cloud.output(builder, EnergyNetwork.force(builder, energy, x));
    String text = "pair energy of " + functions + " functions for " + cloud.nodes().positions() + " particles";
    return new NetworkProgram(text, cloud.dimension(), timeFeatures, builder.build());
  }
}
