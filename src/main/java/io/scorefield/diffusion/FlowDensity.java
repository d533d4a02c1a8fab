package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.network.Network;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.io.IOException;

/// The density of a model by its probability flow: of given points, and of samples that the flow makes with it.
///
/// The density q is that of x_0 + (sigma/alpha) eps at the least noise level of the schedule, in data units: for a schedule
/// that starts at sigma/alpha = 0.006, the data blurred by 0.006 of their deviation. It is the density of the samples made
/// here to the error of the integration. Where the state has coordinates of its own ({@link io.scorefield.data.Frame}),
/// as those of N particles with K axes whose mean is 0, it is the density on the space of these S = K (N - 1) coordinates,
/// in units of length to the power -S.
///
/// ```
/// ln q(point) = ln N(y_T; 0, priorScale/r) + integral of div F + S ln cos_0 - sum over the coordinates of ln deviation
/// ```
///
/// with y, F and r of {@link ProbabilityFlow}; cos_0 = alpha/r at the least noise, for point = y_0 / cos_0 in state units.
///
/// Under conditions it is the density of the other components given them: q(x | c).
public final class FlowDensity {
  private final Diffuser diffuser;
  private final ProbabilityFlow flow;
  private final DensitySpace space;
  private final int coordinates;
  private final double start;
  private final double units;

  /// @throws IllegalArgumentException where a component is constant, so that points have no density
  public FlowDensity(Diffuser diffuser, ProbabilityFlow flow) {
    this.diffuser = diffuser;
    this.flow = flow;
    space = DensitySpace.of(diffuser.scaling());
    coordinates = space.coordinates();
    double least = diffuser.schedule().start();
    start = diffuser.schedule().alpha(least) / ProbabilityFlow.length(diffuser, least);
    units = coordinates * Math.log(start) - space.logVolume();
  }

  /// Points with the logarithms of their densities.
  ///
  /// @param points [n, D] in data units less the origin
  /// @param logDensities ln q in nats, `[n]`
  public record Points(float[] points, double[] logDensities) {}

  /// ln q of points, `[n]`, in nats.
  ///
  /// @param points [n, D] in data units less the origin
  /// @param seed of the probes, where there are any
  public double[] of(Engine engine, Network network, float[] points, long seed) {
    float[] states = diffuser.scaling().toState(points).clone();
    space.scale(states, start);
    int count = states.length / space.width();
    ProbabilityFlow.Course course = flow.toPrior(diffuser);
    Ends ends = new Ends(count);
    run(engine, network, course, SampleRequest.of(seed, 0, count).withInitial(states), ends);
    return logDensities(course, ends.last, ends.sums, 1);
  }

  /// Samples of the flow with their densities, where there are no conditions.
  public Points sample(Engine engine, Network network, long seed, long first, int count) {
    return sample(engine, network, seed, first, count, new float[0]);
  }

  /// Samples of the flow with their densities.
  ///
  /// @param told the conditions of each, [count, C] in data units less the origin
  public Points sample(Engine engine, Network network, long seed, long first, int count, float[] told) {
    ProbabilityFlow.Course course = flow.toData(diffuser);
    Ends ends = new Ends(count);
    SampleRequest request = SampleRequest.of(seed, first, count).withSnapshots(-1);
    if (told.length > 0) {
      float[] noise = LatentCodes.noise(diffuser, seed, first, count);
      for (int i = 0; i < noise.length; i++) {
        noise[i] *= (float) course.program().priorScale();
      }
      request = request.withInitial(ToldStates.behind(diffuser.scaling(), noise, told));
    }
    run(engine, network, course, request, ends);
    double[] logDensities = logDensities(course, ends.first, ends.sums, -1);
    float[] states = ends.last;
    space.scale(states, 1 / start);
    return new Points(diffuser.scaling().toData(states, count), logDensities);
  }

  /// Bits per dimension of a density: less is better, and it depends on the units of the data.
  ///
  /// @param logDensity in nats
  public double bitsPerDimension(double logDensity) {
    return -logDensity / (coordinates * Math.log(2));
  }

  /// S, the dimensions that densities are over.
  public int coordinates() {
    return coordinates;
  }

  /// @param states at the prior
  /// @param direction 1 to the prior, -1 from it
  private double[] logDensities(ProbabilityFlow.Course course, float[] states, float[] sums, int direction) {
    double scale = course.program().priorScale();
    double normal = -coordinates * (Math.log(scale) + 0.5 * Math.log(2 * Math.PI));
    double[] logs = new double[sums.length];
    for (int i = 0; i < logs.length; i++) {
      double square = 0;
      for (int d = 0; d < coordinates; d++) {
        double y = states[i * space.width() + d] / scale;
        square += y * y;
      }
      logs[i] = normal - square / 2 + direction * (sums[i] + coordinates * course.affine()) + units;
    }
    return logs;
  }

  /// The states before and behind a program, and l.
  private final class Ends implements SampleSink {
    private final float[] first;
    private final float[] last;
    private final float[] sums;
    private final Meter meter;
    private long from = -1;

    Ends(int count) {
      meter = Watch.current().meter("densities", count, "points");
      first = new float[Math.multiplyExact(count, space.width())];
      last = new float[first.length];
      sums = new float[count];
    }

    private int at(long number) {
      from = from < 0 ? number : from;
      return (int) (number - from);
    }

    @Override
    public void snapshot(int index, long number, int count, float[] states) {
      System.arraycopy(states, 0, first, at(number) * space.width(), count * space.width());
    }

    @Override
    public void divergence(long number, int count, float[] block) {
      System.arraycopy(block, 0, sums, at(number), count);
    }

    @Override
    public void accept(long number, int count, float[] states) {
      System.arraycopy(states, 0, last, at(number) * space.width(), count * space.width());
      meter.step(count);
    }
  }

  private static void run(
      Engine engine, Network network, ProbabilityFlow.Course course, SampleRequest request, Ends ends) {
    try {
      engine.sample(network, course.program(), PhysicsTerm.none(), request, ends);
    } catch (IOException e) {
      throw new IllegalStateException(e); // the sink writes to memory and throws none
    }
  }
}
