package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/// The days of {@link NetLoad} under given conditions, with their exact moments.
///
/// @param temperature in degrees Celsius
/// @param cloudiness from 0 to 1
/// @param night whether the tariff is cheap behind midnight
public record NetLoadDay(int steps, double temperature, double cloudiness, boolean night) implements KnownMoments {
  private static final double LOAD_MEMORY = 4; // hours
  private static final double SOLAR_MEMORY = 2;
  private static final double SOLAR_DEVIATION = 0.3; // of the logarithm
  private static final double PEAK = 1.5; // kW

  /// The factors of both correlations, [steps][steps] each.
  record Noise(double[][] load, double[][] solar) {}

  static Noise noise(int steps) {
    return new Noise(factor(steps, LOAD_MEMORY), factor(steps, SOLAR_MEMORY));
  }

  private static double[][] factor(int steps, double memory) {
    double[][] correlation = new double[steps][steps];
    for (int t = 0; t < steps; t++) {
      for (int s = 0; s < steps; s++) {
        correlation[t][s] = correlation(steps, t, s, memory);
      }
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(correlation)).getL().getData();
  }

  private static double correlation(int steps, int t, int s, double memory) {
    return Math.exp(-Math.abs(t - s) * 24.0 / steps / memory);
  }

  @Override
  public String name() {
    return "net-load";
  }

  @Override
  public int dimension() {
    return 3 * steps;
  }

  @Override
  public List<String> components() {
    return new NetLoad(steps).fields();
  }

  private double hour(int step) {
    return 24 * (step + 0.5) / steps;
  }

  /// A bump over the hours of the day, 1 at its top.
  private static double bump(double hour, double top, double width) {
    double distance = Math.abs(hour - top);
    double around = Math.min(distance, 24 - distance);
    return Math.exp(-around * around / (2 * width * width));
  }

  private double load(int step) {
    double hour = hour(step);
    double habit =
        0.6 + 0.35 * bump(hour, 8, 2) + (night ? 0.35 : 0.8) * bump(hour, 19, 2.5) + (night ? 0.6 * bump(hour, 1.5, 2) : 0);
    double heating = 0.03 * Math.max(0, 15 - temperature);
    double cooling = 0.08 * Math.max(0, temperature - 22) * bump(hour, 15, 4);
    return habit + heating + cooling;
  }

  private double loadDeviation() {
    return night ? 0.16 : 0.12;
  }

  /// What the cells give under a clear sky.
  private double clear(int step) {
    double hour = hour(step);
    return hour > 6 && hour < 18 ? PEAK * Math.sin(Math.PI * (hour - 6) / 12) : 0;
  }

  private double solar(int step) {
    return clear(step) * Math.exp(-0.1 - 1.5 * cloudiness);
  }

  /// A day of normal numbers: of the load z[1 ..], of the cells behind.
  void make(Noise noise, float[] z, float[] to, int offset) {
    for (int t = 0; t < steps; t++) {
      double e = 0;
      double g = 0;
      for (int s = 0; s <= t; s++) {
        e += noise.load[t][s] * z[1 + s];
        g += noise.solar[t][s] * z[1 + steps + s];
      }
      double load = load(t) + loadDeviation() * e;
      double solar = solar(t) * Math.exp(SOLAR_DEVIATION * g - SOLAR_DEVIATION * SOLAR_DEVIATION / 2);
      to[offset + t] = (float) load;
      to[offset + steps + t] = (float) solar;
      to[offset + 2 * steps + t] = (float) (load - solar);
    }
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    float[] days = new float[Math.multiplyExact(count, dimension())];
    Noise noise = noise(steps);
    NoiseSource source = new NoiseSource(seed);
    float[] z = new float[1 + 2 * steps];
    for (int i = 0; i < count; i++) {
      source.normals(NoiseStream.DATA, first + i, 0, z, 0, z.length);
      make(noise, z, days, i * dimension());
    }
    return days;
  }

  @Override
  public double[] mean() {
    double[] mean = new double[dimension()];
    for (int t = 0; t < steps; t++) {
      mean[t] = load(t);
      mean[steps + t] = solar(t);
      mean[2 * steps + t] = load(t) - solar(t);
    }
    return mean;
  }

  /// Of the cells that of a log-normal process: m_t m_s (exp(k_ts) - 1).
  @Override
  public double[][] covariance() {
    double[][] covariance = new double[dimension()][dimension()];
    double square = SOLAR_DEVIATION * SOLAR_DEVIATION;
    for (int t = 0; t < steps; t++) {
      for (int s = 0; s < steps; s++) {
        double load = loadDeviation() * loadDeviation() * correlation(steps, t, s, LOAD_MEMORY);
        double solar = solar(t) * solar(s) * Math.expm1(square * correlation(steps, t, s, SOLAR_MEMORY));
        covariance[t][s] = load;
        covariance[steps + t][steps + s] = solar;
        covariance[2 * steps + t][2 * steps + s] = load + solar;
        covariance[t][2 * steps + s] = load;
        covariance[2 * steps + t][s] = load;
        covariance[steps + t][2 * steps + s] = -solar;
        covariance[2 * steps + t][steps + s] = -solar;
      }
    }
    return covariance;
  }
}
