package io.scorefield.eval;

import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How good samples of posteriors are: against the measurements, the truths and, where it is known, the exact posterior.
public final class PosteriorMetrics {
  /// Pairs of the exact posterior that the noise floor is averaged over, and the seed of their draws.
  public record Floors(int repeats, long seed) {}

  private final DataSet data;
  private final Scaling scaling;
  private final Measurements measurements;
  private final List<Law> laws;
  private final Floors floors;

  /// @param data the points trained on
  /// @param scaling of the model: components that are constant there have no coverage
  public PosteriorMetrics(
      DataSet data, Scaling scaling, Measurements measurements, Optional<Constraint> laws, Floors floors) {
    this.data = data;
    this.scaling = scaling;
    this.measurements = measurements;
    this.laws = laws.map(Constraint::laws).orElse(List.of());
    this.floors = floors;
  }

  /// The exact posterior of a measurement, where the prior allows one.
  public static Optional<ExactPosterior> exact(DataSet data, Measurements measurements, double[] measured) {
    return data.source()
        .flatMap(
            prior ->
                ExactPosterior.of(prior, measurements.operator(), measured, measurements.noise()));
  }

  /// Means over the cases with their standard errors, by method ("posterior NAME") and metric.
  public Map<String, Map<String, MetricValue>> of(
      List<PosteriorCase> cases, List<PosteriorSamples> methods) {
    List<Optional<ExactPosterior>> exact =
        cases.stream().map(one -> exact(data, measurements, one.measured())).toList();
    Map<String, List<Double>> floors =
        methods.isEmpty()
            ? Map.of()
            : floors(exact, methods.getFirst().samples().getFirst().length / data.dimension());
    Map<String, Map<String, MetricValue>> all = new LinkedHashMap<>();
    for (PosteriorSamples method : methods) {
      Map<String, List<Double>> values = new LinkedHashMap<>();
      for (int i = 0; i < cases.size(); i++) {
        Watch.current().check();
        of(cases.get(i), exact.get(i), method.samples().get(i), values);
      }
      Map<String, MetricValue> metrics = new LinkedHashMap<>();
      values.forEach((name, list) -> metrics.put(name, mean(list, floors.getOrDefault(name, List.of()))));
      all.put("posterior " + method.method(), metrics);
    }
    return all;
  }

  private void of(
      PosteriorCase one, Optional<ExactPosterior> exact, float[] samples, Map<String, List<Double>> values) {
    Measurements.Misfit misfit = measurements.misfit(samples, one.measured());
    add(values, "data-misfit", misfit.mean());
    add(values, "data-misfit-largest", misfit.largest());
    one.truth().ifPresent(truth -> add(values, "coverage-90", coverage(samples, truth)));
    add(values, "largest-deviation", largestDeviation(samples));
    one.truth().ifPresent(truth -> add(values, "mean-error", meanError(samples, truth)));
    for (Law law : laws) {
      add(
          values, (law.isObjective() ? "objective: " : "law: ") + law.name(),
          Arrays.stream(new Residuals(data.origin()).sizes(law, samples)).average().orElseThrow());
    }
    exact.ifPresent(
        posterior -> posterior.compare(samples).forEach((name, value) -> add(values, name, value)));
  }

  /// What exact samples of the posterior, as many, are off in every case.
  private Map<String, List<Double>> floors(List<Optional<ExactPosterior>> exact, int count) {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (int i = 0; i < exact.size(); i++) {
      Optional<ExactPosterior> posterior = exact.get(i);
      for (int repeat = 0; repeat < floors.repeats() && posterior.isPresent(); repeat++) {
        long first = ((long) i * floors.repeats() + repeat) * count;
        Watch.current().check();
        float[] samples = posterior.get().draw(floors.seed(), first, count);
        posterior.get().compare(samples).forEach((name, value) -> add(values, name, value));
      }
    }
    return values;
  }

  private static void add(Map<String, List<Double>> values, String name, double value) {
    values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
  }

  private static MetricValue mean(List<Double> values, List<Double> floors) {
    int n = values.size();
    double floor = floors.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    double mean = values.stream().mapToDouble(v -> v).sum() / n;
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new MetricValue(mean, n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0, floor, n);
  }

  /// The share of components whose truth is in the central interval of 90 % of the samples. Constant components, which
  /// always are, do not count.
  private double coverage(float[] samples, double[] truth) {
    int inside = 0;
    int all = 0;
    for (int d = 0; d < truth.length; d++) {
      if (scaling.isConstant(d)) {
        continue;
      }
      all++;
      double[] sorted = component(samples, d);
      Arrays.sort(sorted);
      int tail = (int) Math.round(0.05 * sorted.length);
      if (truth[d] >= sorted[tail] && truth[d] <= sorted[sorted.length - 1 - tail]) {
        inside++;
      }
    }
    return (double) inside / all;
  }

  /// How far a sample is from the mean of the data at most, in standard deviations of the component.
  private double largestDeviation(float[] samples) {
    Scaling size = Scaling.standardize(data.points(), data.dimension());
    double largest = 0;
    for (int i = 0; i < samples.length; i++) {
      int d = i % data.dimension();
      if (size.deviation()[d] > 0) {
        largest = Math.max(largest, Math.abs(samples[i] - size.mean()[d]) / size.deviation()[d]);
      }
    }
    return largest;
  }

  /// Distance of the samples' mean from the truth, over the data's size.
  private double meanError(float[] samples, double[] truth) {
    double squares = 0;
    double size = 0;
    double[] deviation = Scaling.of(data, true).deviation();
    for (int d = 0; d < truth.length; d++) {
      if (deviation[d] == 0) {
        continue; // constant in the data and in every sample
      }
      double mean = Arrays.stream(component(samples, d)).average().orElseThrow();
      squares += Math.pow((mean - truth[d]) / deviation[d], 2);
      size += 1;
    }
    return Math.sqrt(squares / size);
  }

  private double[] component(float[] samples, int d) {
    int dimension = data.dimension();
    double[] values = new double[samples.length / dimension];
    Arrays.setAll(values, i -> samples[i * dimension + d]);
    return values;
  }
}
