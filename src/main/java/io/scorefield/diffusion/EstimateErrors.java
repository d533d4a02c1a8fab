package io.scorefield.diffusion;

import io.scorefield.data.DataRange;
import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Watch;
import java.util.Arrays;

/// How far x0hat is from x_0 by noise level: the mean of |x0hat - x_0|^2 over points, noise and the S components, in units of
/// the state. Points and noise are fixed, so that the numbers are a function of the model alone.
public final class EstimateErrors {
  /// Noised points at every level. The standard error of a mean is at most sqrt(2/4096) = 2.2 % of it for one component with
  /// normal errors, and less for more.
  public static final int POINTS = 4096;

  /// The noise is that of a seed of its own, so that it does not change with the samples asked for.
  private static final long SEED = 0;

  private final Diffuser diffuser;
  private final Engine engine;
  private final Network network;
  private final boolean clip;
  private final float[] states;
  private final float[] noise;
  private final int size;
  private final int varied;

  /// @param points [n, D] in data units less the origin: those of the training; {@link #POINTS} of them, evenly spread, are
  ///     used, each as often as it takes
  /// @param clip whether x0hat is kept within the range of the training points, as the sampler will
  public EstimateErrors(Diffuser diffuser, Engine engine, Network network, float[] points, boolean clip) {
    this.diffuser = diffuser;
    this.engine = engine;
    this.network = network;
    this.clip = clip;
    size = diffuser.scaling().coordinates();
    varied = diffuser.scaling().frame().varied();
    float[] all = diffuser.scaling().toState(points);
    long count = all.length / size;
    states = new float[POINTS * size];
    for (int i = 0; i < POINTS; i++) {
      System.arraycopy(all, (int) (i * count / POINTS) * size, states, i * size, size);
    }
    noise = new float[states.length];
  }

  /// The mean square at noise level t.
  ///
  /// @param draw a number of the noise: levels with different ones have independent noise
  public double at(double t, int draw) {
    Watch.current().check();
    NoiseSource source = new NoiseSource(SEED);
    for (int i = 0; i < POINTS; i++) {
      source.normals(NoiseStream.TRAINING_NOISE, i, (long) draw * size, noise, i * size, size);
    }
    double alpha = diffuser.schedule().alpha(t);
    double sigma = diffuser.schedule().sigma(t);
    double scale = diffuser.inputScale(t);
    float[] inputs = new float[states.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = isCondition(i) ? states[i] : (float) (scale * (alpha * states[i] + sigma * noise[i]));
    }
    float[] outputs = new float[inputs.length];
    engine.evaluate(network, inputs, diffuser.features(t), outputs);
    Parameterization.Coefficients c = diffuser.coefficients(t);
    double squares = 0;
    for (int i = 0; i < outputs.length; i++) {
      if (!isCondition(i)) {
        double x0hat = within(c.x0hat(alpha * states[i] + sigma * noise[i], outputs[i]), i % size);
        squares += (x0hat - states[i]) * (x0hat - states[i]);
      }
    }
    return squares / ((double) POINTS * varied);
  }

  private boolean isCondition(int index) {
    return index % size >= varied;
  }

  private double within(double x0hat, int component) {
    if (!clip) {
      return x0hat;
    }
    DataRange range = diffuser.range().orElseThrow();
    return Math.clamp(x0hat, range.lowest(component), range.highest(component));
  }

  /// The most that the exact estimate's mean square can be at noise level t: (sigma/alpha)^2, the error of the estimate
  /// x/alpha, and where the range of the points is known the mean of the squares of its halves.
  public double most(double t) {
    double ratio = diffuser.schedule().sigma(t) / diffuser.schedule().alpha(t);
    double halves =
        diffuser
            .range()
            .map(range -> Arrays.stream(halves(range)).limit(varied).map(half -> half * half).average().orElseThrow())
            .orElse(Double.POSITIVE_INFINITY);
    return Math.min(ratio * ratio, halves);
  }

  private static double[] halves(DataRange range) {
    double[] low = range.lowest();
    double[] high = range.highest();
    double[] halves = new double[low.length];
    Arrays.setAll(halves, d -> (high[d] - low[d]) / 2);
    return halves;
  }
}
