package io.scorefield.eval;

import io.scorefield.matter.ParticleEnergy;
import io.scorefield.matter.Potential;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/// Compares configurations of particles with true ones by what does not depend on how they are turned and numbered: their
/// energies and the distances of their pairs.
///
/// A sample in which two particles nearly coincide can have an energy of 1e20, which would be all that a mean or a
/// Wasserstein distance shows. So these take energies clipped to a range that the truth decides.
final class ParticleMetrics {
  /// The kind of metrics whose floor any true samples give.
  static final String KIND = "particles";

  /// 1- and 2-Wasserstein distance of the energies.
  static final String ENERGY_WASSERSTEIN_1 = "energy-wasserstein-1";

  static final String ENERGY_WASSERSTEIN_2 = "energy-wasserstein-2";

  /// Total variation of the histograms of energies.
  static final String ENERGY_TOTAL_VARIATION = "energy-total-variation";

  static final String ENERGY_MEDIAN = "energy-median";
  static final String ENERGY_MEAN = "energy-mean";

  /// Share of samples above the 99.9 % quantile of the truth.
  static final String HIGH_ENERGY_SHARE = "high-energy-share";

  /// Share of samples whose energy is infinite or not a number.
  static final String NO_ENERGY_SHARE = "no-energy-share";

  /// 2-Wasserstein distance, and total variation of the histograms, of the distances of all pairs.
  static final String DISTANCE_WASSERSTEIN_2 = "distance-wasserstein-2";

  static final String DISTANCE_TOTAL_VARIATION = "distance-total-variation";

  /// Share of samples with so many pairs nearer than the contact distance.
  static final String SHORT_PAIRS = "short-pairs-";

  private static final int ENERGY_BINS = 100;
  private static final int DISTANCE_BINS = 200;
  private static final double TAIL = 0.1; // per cent on either side
  private static final double RARE = 0.005;

  /// Distances that are sorted at most.
  private static final int MOST_DISTANCES = 2_000_000;

  private final ParticleEnergy energy;
  private final Potential potential;
  private final OptionalDouble contact;
  private final double low;
  private final double high;
  private final double clipLow;
  private final double clipHigh;
  private final double nearest;
  private final double farthest;
  private final int[] modes;

  /// @param truth true samples that decide ranges and modes, [n, D]
  ParticleMetrics(ParticleEnergy energy, float[] truth) {
    this.energy = energy;
    potential = energy.potential();
    contact = energy.contact();
    double[] energies = energy.energies(truth);
    low = new Percentile(TAIL).evaluate(energies);
    high = new Percentile(100 - TAIL).evaluate(energies);
    clipLow = low - (high - low);
    clipHigh = high + (high - low);
    int n = Math.min(truth.length, mostSamples() * energy.dimension());
    double[] distances = energy.distances(Arrays.copyOf(truth, n));
    nearest = Arrays.stream(distances).min().orElseThrow();
    farthest = Arrays.stream(distances).max().orElseThrow();
    modes = contact.isPresent() ? modes(shortPairs(truth)) : new int[0];
  }

  private int[] modes(double[] counts) {
    double[] shares = new double[potential.pairs() + 1];
    for (double count : counts) {
      shares[(int) count] += 1.0 / counts.length;
    }
    int[] frequent = new int[shares.length];
    int found = 0;
    for (int count = 0; count < shares.length; count++) {
      if (shares[count] >= RARE) {
        frequent[found++] = count;
      }
    }
    return Arrays.copyOf(frequent, found);
  }

  /// Samples whose distances are compared, at most.
  int mostSamples() {
    return Math.max(Evaluator.FEWEST, MOST_DISTANCES / potential.pairs());
  }

  /// The range of energies that enter means and Wasserstein distances, in words.
  String clip() {
    return String.format(Locale.ROOT, "means and Wasserstein distances take energies clipped to %.4g .. %.4g", clipLow, clipHigh);
  }

  /// How many samples have no finite energy.
  int withoutEnergy(float[] samples) {
    return (int) Arrays.stream(energy.energies(samples)).filter(u -> !Double.isFinite(u)).count();
  }

  /// What compares the energies of samples.
  Map<String, Evaluator.Comparison> ofEnergies() {
    Map<String, Evaluator.Comparison> metrics = new LinkedHashMap<>();
    metrics.put(ENERGY_WASSERSTEIN_1, (a, b, groups) -> wasserstein(1, clipped(a), clipped(b), groups));
    metrics.put(ENERGY_WASSERSTEIN_2, (a, b, groups) -> wasserstein(2, clipped(a), clipped(b), groups));
    metrics.put(
        ENERGY_TOTAL_VARIATION,
        (a, b, groups) -> Histograms.totalVariation(energies(a), energies(b), low, high, ENERGY_BINS, groups));
    metrics.put(
        ENERGY_MEDIAN,
        (a, b, groups) -> {
          SortedGroups sorted = SortedGroups.of(energies(a), groups);
          return Jackknife.of(groups, without -> new Median().evaluate(sorted.without(without)));
        });
    return metrics;
  }

  /// What compares the distances of samples, of which {@link #mostSamples} enter at most.
  Map<String, Evaluator.Comparison> ofDistances() {
    Map<String, Evaluator.Comparison> metrics = new LinkedHashMap<>();
    metrics.put(
        DISTANCE_WASSERSTEIN_2,
        (a, b, groups) -> wasserstein(2, energy.distances(a), energy.distances(b), groups));
    metrics.put(
        DISTANCE_TOTAL_VARIATION,
        (a, b, groups) ->
            Histograms.totalVariation(
                energy.distances(a), energy.distances(b), nearest, farthest, DISTANCE_BINS, groups));
    return metrics;
  }

  /// What is a mean over the samples.
  Map<String, Evaluator.PerSample> means() {
    Map<String, Evaluator.PerSample> metrics = new LinkedHashMap<>();
    metrics.put(ENERGY_MEAN, this::clipped);
    metrics.put(HIGH_ENERGY_SHARE, a -> shares(energies(a), u -> u > high));
    metrics.put(NO_ENERGY_SHARE, a -> shares(energy.energies(a), u -> !Double.isFinite(u)));
    for (int mode : modes) {
      metrics.put(SHORT_PAIRS + mode, a -> shares(shortPairs(a), count -> count == mode));
    }
    return metrics;
  }

  /// What has no energy is beyond all energies.
  private double[] energies(float[] samples) {
    return Arrays.stream(energy.energies(samples)).map(u -> Double.isNaN(u) ? Double.POSITIVE_INFINITY : u).toArray();
  }

  private double[] clipped(float[] samples) {
    return Arrays.stream(energies(samples)).map(u -> Math.clamp(u, clipLow, clipHigh)).toArray();
  }

  private double[] shortPairs(float[] samples) {
    int pairs = potential.pairs();
    double limit = contact.orElseThrow();
    double[] distances = energy.distances(samples);
    double[] counts = new double[distances.length / pairs];
    for (int p = 0; p < distances.length; p++) {
      counts[p / pairs] += distances[p] < limit ? 1 : 0;
    }
    return counts;
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds(double value);
  }

  private static double[] shares(double[] values, Condition condition) {
    return Arrays.stream(values).map(value -> condition.holds(value) ? 1 : 0).toArray();
  }

  /// The p-Wasserstein distance of numbers, equally many of both: that of their sorted values.
  private static Jackknife wasserstein(int p, double[] a, double[] b, int groups) {
    SortedGroups first = SortedGroups.of(a, groups);
    SortedGroups second = SortedGroups.of(b, groups);
    return Jackknife.of(
        groups,
        without -> {
          double[] x = first.without(without);
          double[] y = second.without(without);
          double sum = 0;
          for (int i = 0; i < x.length; i++) {
            sum += Math.pow(Math.abs(x[i] - y[i]), p) / x.length;
          }
          return Math.pow(sum, 1.0 / p);
        });
  }
}
