package io.scorefield.eval;

import io.scorefield.data.DataSet;
import io.scorefield.matter.ParticleEnergy;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/// Measures samples against the data's distribution and against a law. Samples are less the data's origin, as its points
/// are; laws see them in full.
public final class Evaluator {
  /// Mean over the samples of |r|, of several residuals their mean.
  public static final String PHYSICAL_LOSS = "physical-loss";

  /// 99th percentile of |r|.
  public static final String PHYSICAL_LOSS_P99 = "physical-loss-p99";

  /// Sliced 2-Wasserstein distance to the truth.
  public static final String SLICED_WASSERSTEIN_2 = "sliced-wasserstein-2";

  /// 2-Wasserstein distance to the truth.
  public static final String WASSERSTEIN_2 = "wasserstein-2";

  /// Energy distance to the truth.
  public static final String ENERGY_DISTANCE = "energy-distance";

  /// Maximum mean discrepancy to the truth, Gaussian kernel of the median distance.
  public static final String RBF_MMD = "rbf-mmd";

  /// Mean distance to the nearest training point.
  public static final String NEAREST_TRAINING = "nearest-training-distance";

  /// Share of samples that are three times nearer to one training point than to any other.
  public static final String MEMORISED = "memorised-share";

  /// Kuiper's statistic of the angles against the uniform distribution.
  public static final String KUIPER = "kuiper";

  private static final int GROUPS = 10;

  /// How much enters.
  ///
  /// @param samples at most so many samples
  /// @param pairwiseSamples at most so many where all pairs are compared
  /// @param directions of the sliced Wasserstein distance
  /// @param floorRepeats pairs of true samples behind the noise floor
  /// @param wassersteinSamples so many for the 2-Wasserstein distance itself; 0: it is not measured
  public record Options(int samples, int pairwiseSamples, int directions, int floorRepeats, int wassersteinSamples) {
    /// Without the Wasserstein distance itself.
    public Options(int samples, int pairwiseSamples, int directions, int floorRepeats) {
      this(samples, pairwiseSamples, directions, floorRepeats, 0);
    }
  }

  private final DataSet data;
  private final Optional<Constraint> constraint;
  private final boolean angular;
  private final Options options;
  private final Residuals residuals;
  private final Reference reference;
  private final Map<String, Double> floors = new LinkedHashMap<>();
  private final Optional<ParticleEnergy> energy;
  private Optional<ParticleMetrics> particles = Optional.empty();

  /// @param angular whether the angles of the truth are uniform, so that Kuiper's test applies
  /// @param seed of the draws from the true distribution
  public Evaluator(
      DataSet data, Optional<Constraint> constraint, boolean angular, Options options, long seed) {
    this(data, constraint, angular, ParticleEnergy.of(data), options, seed);
  }

  /// The same for particles whose energy is known though their distribution cannot be drawn from.
  public Evaluator(
      DataSet data,
      Optional<Constraint> constraint,
      boolean angular,
      Optional<ParticleEnergy> energy,
      Options options,
      long seed) {
    this.energy = energy;
    this.data = data;
    this.constraint = constraint;
    this.angular = angular && data.dimension() == 2;
    this.options = options;
    residuals = new Residuals(data.origin());
    reference = new Reference(data, seed);
  }

  /// The fewest samples that can be measured.
  public static final int FEWEST = 2 * GROUPS;

  /// Whether there are enough data to compare samples with.
  public boolean possible() {
    return reference.limit() >= FEWEST;
  }

  /// What the samples are compared with, in words.
  public String reference() {
    return reference.description() + particles().map(metrics -> "; " + metrics.clip()).orElse("");
  }

  /// The metrics of particles, where the data are that.
  private Optional<ParticleMetrics> particles() {
    if (particles.isEmpty() && energy.isPresent() && possible()) {
      float[] truth = reference.pair(0, Math.min(options.samples(), reference.limit())).first();
      particles = Optional.of(new ParticleMetrics(energy.get(), truth));
    }
    return particles;
  }

  /// How many samples have no finite energy, of those that enter the metrics; 0 where the data have no energy.
  public int withoutEnergy(float[] samples) {
    return particles().map(metrics -> metrics.withoutEnergy(measured(samples))).orElse(0);
  }

  private float[] measured(float[] samples) {
    return Arrays.copyOf(samples, Math.min(samples.length, options.samples() * data.dimension()));
  }

  /// Compares a sample with another one of the same size, and without each of some groups of both.
  @FunctionalInterface
  interface Comparison {
    Jackknife of(float[] samples, float[] truth, int groups);
  }

  /// All metrics that apply, by name.
  ///
  /// @param samples [n, D] in data units, n at least 20; more than the options allow are left out
  public Map<String, MetricValue> evaluate(float[] samples) {
    int dimension = data.dimension();
    int given = samples.length / dimension;
    if (given < FEWEST || !possible()) {
      throw new IllegalArgumentException(
          "metrics need at least " + FEWEST + " samples and " + 2 * FEWEST + " data points");
    }
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    int n = Math.min(given, options.samples());
    float[] all = Arrays.copyOf(samples, n * dimension);
    if (constraint.isPresent()) {
      evaluateLaws(constraint.get(), metrics, all, n);
    }
    if (particles().isPresent()) {
      evaluateParticles(particles().get(), metrics, all, n);
    }
    put(
        metrics, SLICED_WASSERSTEIN_2, all, n,
        (a, truth, groups) -> Distances.slicedWasserstein2(a, truth, dimension, options.directions(), groups));
    if (options.wassersteinSamples() > 0) {
      put(
          metrics, WASSERSTEIN_2, all, Math.min(n, options.wassersteinSamples()),
          (a, truth, groups) -> Distances.wasserstein2(a, truth, dimension, groups));
    }
    int pairs = Math.min(n, options.pairwiseSamples());
    put(
        metrics, ENERGY_DISTANCE, all, pairs,
        (a, truth, groups) -> Distances.energy(a, truth, dimension, groups));
    double bandwidth = Distances.medianDistance(data.points(), dimension);
    put(
        metrics, RBF_MMD, all, pairs,
        (a, truth, groups) -> Distances.rbfMmd(a, truth, dimension, bandwidth, groups));
    if (particles().isEmpty()) {
      float[] some = Arrays.copyOf(all, pairs * dimension);
      metrics.put(
          NEAREST_TRAINING,
          mean(NEAREST_TRAINING, some, a -> nearest(a, pair -> pair[0])));
      metrics.put(
          MEMORISED,
          mean(MEMORISED, some, a -> nearest(a, pair -> pair[0] < pair[1] / 3 ? 1.0 : 0.0)));
    }
    if (angular) {
      put(metrics, KUIPER, all, n, (a, truth, groups) -> Distances.kuiper(angles(a), groups));
    }
    return metrics;
  }

  /// The metrics of the laws alone.
  ///
  /// @param samples [n, D] in data units, n at least 20; more than the options allow are left out
  public Map<String, MetricValue> laws(float[] samples) {
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    int n = Math.min(samples.length / data.dimension(), options.samples());
    if (constraint.isPresent() && n >= FEWEST && possible()) {
      evaluateLaws(constraint.get(), metrics, Arrays.copyOf(samples, n * data.dimension()), n);
    }
    return metrics;
  }

  /// Energies and distances of particles. How near a configuration is to one of the training says nothing: it can be turned
  /// and its particles exchanged.
  private void evaluateParticles(
      ParticleMetrics of, Map<String, MetricValue> metrics, float[] samples, int n) {
    of.ofEnergies().forEach((name, metric) -> put(metrics, name, samples, n, metric));
    of.means().forEach((name, perSample) -> metrics.put(name, mean(ParticleMetrics.KIND, name, samples, perSample)));
    int some = Math.min(n, of.mostSamples());
    of.ofDistances().forEach((name, metric) -> put(metrics, name, samples, some, metric));
  }

  /// All residuals together, and, where there are several laws, each by itself.
  private void evaluateLaws(
      Constraint laws, Map<String, MetricValue> metrics, float[] samples, int n) {
    if (laws.hasResiduals()) {
      metrics.put(PHYSICAL_LOSS, mean(PHYSICAL_LOSS, samples, this::residuals));
      put(metrics, PHYSICAL_LOSS_P99, samples, n, (a, truth, groups) -> percentile99(residuals(a), groups));
    }
    for (Law law : laws.laws()) {
      if (law.isObjective() || laws.laws().size() > 1) {
        String name = (law.isObjective() ? "objective: " : "law: ") + law.name();
        metrics.put(name, mean(PHYSICAL_LOSS, name, samples, points -> residuals.sizes(law, points)));
      }
    }
  }

  /// Of every sample the mean of |r| over all residuals.
  public double[] residuals(float[] samples) {
    return residuals.means(constraint.orElseThrow(), samples);
  }

  /// At how many of the samples a law is no number, of those that enter the metrics; only laws of which there are such.
  public Map<String, Integer> undefined(float[] samples) {
    float[] measured = measured(samples);
    Map<String, Integer> undefined = new LinkedHashMap<>();
    for (Law law : constraint.map(Constraint::laws).orElse(List.of())) {
      int count = (int) Arrays.stream(residuals.sizes(law, measured)).filter(Double::isNaN).count();
      if (count > 0) {
        undefined.put(law.name(), count);
      }
    }
    return undefined;
  }

  private double[] nearest(float[] samples, ToDoubleFunction<double[]> of) {
    return Arrays.stream(Distances.nearest(samples, data.points(), data.dimension()))
        .mapToDouble(of)
        .toArray();
  }

  private static double[] angles(float[] samples) {
    double[] angles = new double[samples.length / 2];
    for (int i = 0; i < angles.length; i++) {
      angles[i] = Math.atan2(samples[2 * i + 1], samples[2 * i]);
    }
    return angles;
  }

  private static Jackknife percentile99(double[] values, int groups) {
    SortedGroups sorted = SortedGroups.of(values, groups);
    return Jackknife.of(groups, without -> percentile99(sorted.without(without)));
  }

  private static double percentile99(double[] values) {
    // Percentile leaves NaN out; a law that cannot be computed has no percentile either.
    return Arrays.stream(values).anyMatch(Double::isNaN) ? Double.NaN : new Percentile(99).evaluate(values);
  }

  /// Makes one number of each sample.
  @FunctionalInterface
  interface PerSample {
    double[] of(float[] samples);
  }

  /// A metric that is a mean over the samples: its standard error is s / sqrt(n).
  private MetricValue mean(String name, float[] samples, PerSample perSample) {
    return mean(name, name, samples, perSample);
  }

  /// @param kind the metric that decides whether a noise floor is known
  private MetricValue mean(String kind, String name, float[] samples, PerSample perSample) {
    Watch.current().check();
    double[] values = perSample.of(samples);
    int n = values.length;
    double mean = Arrays.stream(values).sum() / n;
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (n - 1);
    // Parts of a data file are training points themselves: how near true samples lie to them is unknown.
    boolean known = data.source().isPresent() || kind.equals(PHYSICAL_LOSS) || kind.equals(ParticleMetrics.KIND);
    double floor =
        known
            ? floor(name, n, (a, truth, groups) -> new Jackknife(average(perSample.of(a)), new double[0]))
            : Double.NaN;
    return new MetricValue(mean, Math.sqrt(variance / n), floor, n);
  }

  private static double average(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /// A metric of a sample as a whole: its standard error is that of the delete-a-group jackknife
  /// with ten groups.
  private void put(
      Map<String, MetricValue> metrics, String name, float[] all, int wanted, Comparison metric) {
    int dimension = data.dimension();
    int n = Math.min(wanted, reference.limit());
    float[] samples = Arrays.copyOf(all, n * dimension);
    float[] truth = reference.pair(0, n).first();
    Jackknife found = metric.of(samples, truth, GROUPS);
    metrics.put(name, new MetricValue(found.value(), found.standardError(), floor(name, n, metric), n));
  }

  private double floor(String name, int n, Comparison metric) {
    int size = Math.min(n, reference.limit());
    return floors.computeIfAbsent(
        name + "/" + size,
        key -> {
          double sum = 0;
          for (int k = 1; k <= options.floorRepeats(); k++) {
            Watch.current().check();
            Reference.Pair pair = reference.pair(k, size);
            sum += metric.of(pair.first(), pair.second(), 1).value();
          }
          return sum / options.floorRepeats();
        });
  }
}
