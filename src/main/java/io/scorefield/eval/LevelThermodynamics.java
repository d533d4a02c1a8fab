package io.scorefield.eval;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization.Coefficients;
import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.thermodynamics.Estimate;
import io.scorefield.thermodynamics.LevelEntropy;
import io.scorefield.thermodynamics.LevelObservables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.interpolation.SplineInterpolator;
import org.apache.commons.math3.analysis.polynomials.PolynomialSplineFunction;
import org.apache.commons.math3.stat.correlation.Covariance;

/// Energies and entropies of noisy data at every noise level, as a network says them.
///
/// The mean squared score is that of the network's error: E |grad log p_s|^2 = (d - E |x0hat - x_0|^2 / s^2) / s^2. An
/// estimate x0hat that is not the best has a larger error, but only in second order; so does the entropy.
/// Source: Guo, Shamai and Verdu 2005, IEEE Trans. Inf. Theory 51, 1261.
public final class LevelThermodynamics {
  private static final int LEVELS = 48;
  private static final int GROUPS = 10;

  /// Noise so many times as large as the data makes them normal: what is left is their variance over its square.
  private static final double LARGEST = 50;

  private final Engine engine;
  private final Diffuser diffuser;
  private final Network network;
  private final Optional<Network> energy;
  private final long seed;

  /// @param energy the network whose first output is the energy that `network` is the force of, where it is one
  /// @param seed of the noise
  public LevelThermodynamics(
      Engine engine, Diffuser diffuser, Network network, Optional<Network> energy, long seed) {
    this.engine = engine;
    this.diffuser = diffuser;
    this.network = network;
    this.energy = energy;
    this.seed = seed;
  }

  /// @param entropy of the data without noise, in data units
  public record Result(Estimate entropy, List<LevelObservables> levels) {}

  /// Everything for configurations of one temperature.
  ///
  /// @param points [n, D] in data units, at least 20; the state's components must be scaled alike
  public Result of(float[] points, double temperature) {
    double deviation =
        Math.sqrt(meanSquare(diffuser.scaling().toState(points)) / diffuser.scaling().frame().varied());
    double[] times = times(LARGEST * deviation);
    int n = points.length / diffuser.scaling().dimension();
    if (n < 2 * GROUPS) {
      throw new IllegalArgumentException("entropies need " + 2 * GROUPS + " samples, not " + n);
    }
    int freedom = diffuser.scaling().frame().varied();
    double[] noise = new double[times.length];
    double[][] errors = new double[times.length][];
    double[] energies = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      noise[i] = diffuser.schedule().sigma(times[i]) / diffuser.schedule().alpha(times[i]);
      errors[i] = new double[n];
      energies[i] = look(points, times[i], temperature, errors[i]);
    }
    double variance = deviation * deviation;
    double unit = freedom * Math.log(diffuser.scaling().deviation()[0]);
    Jackknife bare = Jackknife.of(GROUPS, without -> unit + entropies(noise, errors, variance, freedom, without)[times.length]);
    double[] all = entropies(noise, errors, variance, freedom, -1);
    List<LevelObservables> levels = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      double entropy = unit + all[i];
      levels.add(
          new LevelObservables(
              temperature, times[i], noise[i] * diffuser.scaling().deviation()[0], energies[i], entropy,
              energies[i] - temperature * entropy));
    }
    return new Result(new Estimate(bare.value(), bare.standardError()), levels);
  }

  /// Noise levels that are spread evenly over ln(sigma/alpha).
  ///
  /// @param largest sigma/alpha
  private double[] times(double largest) {
    NoiseSchedule schedule = diffuser.schedule();
    boolean discrete = schedule instanceof DiscreteSchedule;
    double start = discrete ? 1 : schedule.start();
    double low = logarithm(start);
    double high = Math.min(logarithm(schedule.end()), Math.log(largest));
    TreeSet<Double> times = new TreeSet<>();
    for (int i = 0; i < LEVELS; i++) {
      double wanted = low + (high - low) * i / (LEVELS - 1);
      double below = start;
      double above = schedule.end();
      for (int k = 0; k < 60; k++) {
        double middle = (below + above) / 2;
        if (logarithm(discrete ? Math.rint(middle) : middle) < wanted) {
          below = middle;
        } else {
          above = middle;
        }
      }
      times.add(discrete ? Math.rint(above) : above);
    }
    double[] all = times.stream().mapToDouble(Double::doubleValue).toArray();
    return IntStream.range(0, all.length)
        .filter(i -> i == 0 || logarithm(all[i]) > logarithm(all[i - 1]))
        .mapToDouble(i -> all[i])
        .toArray();
  }

  private double logarithm(double t) {
    return Math.log(diffuser.schedule().sigma(t) / diffuser.schedule().alpha(t));
  }

  /// Fills in |x0hat - x_0|^2 / s^2 of every sample and returns the mean energy.
  ///
  /// Where there is little noise that is nearly |eps|^2, whose mean is known: as much of its chance as the two have in
  /// common is taken off.
  private double look(float[] points, double t, double temperature, double[] errors) {
    float[] clean = diffuser.scaling().toState(points);
    float[] noisy = diffuser.forward(engine, points, t, seed);
    int coordinates = diffuser.scaling().coordinates();
    int varied = diffuser.scaling().frame().varied();
    double scale = diffuser.inputScale(t);
    float[] input = noisy.clone();
    for (int j = 0; j < input.length; j++) {
      input[j] *= j % coordinates < varied ? (float) scale : 1;
    }
    double[] features = diffuser.features(t);
    float[] output = new float[input.length];
    engine.evaluate(network, input, features, output);
    double sigma = diffuser.schedule().sigma(t);
    Coefficients c = diffuser.coefficients(t);
    double alpha = diffuser.schedule().alpha(t);
    double[] drawn = new double[errors.length];
    for (int j = 0; j < output.length; j++) {
      if (j % coordinates < varied) {
        errors[j / coordinates] += Math.pow((c.x0hat(noisy[j], output[j]) - clean[j]) * alpha / sigma, 2);
        drawn[j / coordinates] += Math.pow((noisy[j] - alpha * clean[j]) / sigma, 2);
      }
    }
    double common = new Covariance().covariance(errors, drawn) / (2 * varied);
    for (int i = 0; i < errors.length; i++) {
      errors[i] -= common * (drawn[i] - varied);
    }
    if (energy.isEmpty()) {
      return Double.NaN;
    }
    engine.evaluate(energy.get(), input, features, output);
    double sum = 0;
    for (int i = 0; i < errors.length; i++) {
      double square = 0;
      for (int d = 0; d < varied; d++) {
        square += (double) noisy[i * coordinates + d] * noisy[i * coordinates + d];
      }
      // -T ln p, from score = -eps/sigma and output = -grad U / T.
      double of = output[i * coordinates];
      sum += temperature * c.epsFromX() * square / (2 * sigma) - c.epsFromOutput() * of / (sigma * scale);
    }
    return sum / errors.length;
  }

  /// Of the state at all levels, divided by alpha, and last without noise; without a group of the samples.
  private static double[] entropies(
      double[] noise, double[][] errors, double variance, int freedom, int without) {
    int n = errors[0].length;
    int from = without < 0 ? n : Jackknife.start(n, without, GROUPS);
    int to = without < 0 ? n : Jackknife.start(n, without + 1, GROUPS);
    double[] places = Arrays.stream(noise).map(Math::log).toArray();
    double[] shares = new double[noise.length]; // s^2 E |score|^2
    for (int i = 0; i < noise.length; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += j >= from && j < to ? 0 : errors[i][j];
      }
      shares[i] = freedom - sum / (n - (to - from));
    }
    PolynomialSplineFunction spline = new SplineInterpolator().interpolate(places, shares);
    double low = places[0];
    double high = places[places.length - 1];
    LevelEntropy entropy =
        new LevelEntropy(
            freedom, variance, s -> spline.value(Math.clamp(Math.log(s), low, high)) / (s * s));
    double[] found = new double[noise.length + 1];
    for (int i = 0; i < noise.length; i++) {
      found[i] = entropy.at(noise[i], noise[noise.length - 1]);
    }
    // Below the lowest level the mean squared score is what it is there.
    found[noise.length] = found[0] - shares[0] / 2;
    return found;
  }

  private double meanSquare(float[] states) {
    int coordinates = diffuser.scaling().coordinates();
    double sum = 0;
    for (int j = 0; j < states.length; j++) {
      sum += j % coordinates < diffuser.scaling().frame().varied() ? (double) states[j] * states[j] : 0;
    }
    return sum / (states.length / coordinates);
  }
}
