package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NotFiniteException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.config.GuidanceConfig;
import io.scorefield.experiment.config.InverseConfig;
import io.scorefield.io.FormatException;
import io.scorefield.io.PointWriter;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An inverse problem: measurements y = A(x) + noise of truths, posterior samples for each by every guidance of the
/// experiment, and how they compare with the truths and, where it is known, with the exact posterior.
final class InverseStage {
  /// Added to the seed of the training for truths and noise.
  private static final long TRUTHS = 1L << 41;

  /// Added to the seed for exact samples of the posterior.
  private static final long FLOORS = 1L << 42;

  private final Engine engine;
  private final Model model;
  private final Network network;
  private final DataSet data;
  private final Optional<DataSet> heldOut;
  private final Reporter reporter;
  private final InverseConfig config;
  private final InverseProblem problem;
  private final Tape operator;

  /// @param all the data, those that are held out included
  InverseStage(Engine engine, Model model, Network network, DataSet all, Reporter reporter)
      throws IOException {
    this.engine = engine;
    this.model = model;
    this.network = network;
    data = model.training(all);
    heldOut = model.others(all);
    this.reporter = reporter;
    config = model.config().inverse();
    problem = InverseProblem.of(model);
    operator = problem.operator();
  }

  /// A measurement, and the truth it is of where that is known.
  ///
  /// @param truth [D] less the data's origin, empty where only y is given
  record Case(Optional<double[]> truth, double[] measured) {}

  /// Posterior samples of every case.
  ///
  /// @param samples [case][n, D] in data units less the origin
  record Outcome(String method, List<float[]> samples) {}

  List<Case> cases() {
    if (problem.measured().isPresent()) {
      return List.of(new Case(Optional.empty(), problem.measured().get()));
    }
    long seed = model.config().seed() + TRUTHS;
    int dimension = data.dimension();
    // Without a distribution to draw from, the truths are points that the training has not seen; a run from before points
    // were held out has none, and measures those it was trained on.
    DataSet points = heldOut.orElse(data);
    int count = data.source().isPresent() ? config.truths() : Math.min(config.truths(), points.size());
    float[] truths =
        data.source().isPresent()
            ? data.source().get().draw(seed, count)
            : Arrays.copyOf(points.points(), count * dimension);
    NoiseSource noise = new NoiseSource(seed);
    float[] z = new float[operator.residuals()];
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] truth = new double[dimension];
      int from = i * dimension;
      Arrays.setAll(truth, d -> truths[from + d]);
      double[] y = predicted(truth);
      noise.normals(NoiseStream.PRIOR, i, 0, z, 0, z.length);
      for (int j = 0; j < y.length; j++) {
        y[j] += config.noise() * z[j];
      }
      cases.add(new Case(Optional.of(truth), y));
    }
    return cases;
  }

  /// A(x) of a point that is given less the data's origin.
  double[] predicted(double[] relative) {
    double[] x = new double[relative.length];
    Arrays.setAll(x, d -> data.origin()[d] + relative[d]);
    return operator.residuals(x, 0);
  }

  /// Samples the posterior of every case with a method, and writes posterior-METHOD.npy.
  void sample(GuidanceConfig method, List<Case> cases, RunFolder folder) throws IOException {
    long total = (long) cases.size() * config.samples();
    SampleWatch watch = new SampleWatch(model);
    try (PointWriter writer =
        PointWriter.open(folder.posterior(method.name()), total, model.layout())) {
      for (int i = 0; i < cases.size(); i++) {
        writer.write(posterior(method.guidance(config), cases.get(i), i, watch), config.samples());
        reporter.progress(
            "posterior " + method.name(), (i + 1L) * config.samples(), total, "samples", "");
        if (reporter.stopRequested()) {
          throw new StoppedException("stopped; the posterior samples were not written");
        }
      }
      writer.commit();
      StepProgram program =
          model.diffuser().program(model.config().sampler().sampler(), method.guidance(config));
      watch.findings("posterior by " + method.name(), program.guidedRows()).forEach(reporter::line);
    }
  }

  /// The samples that {@link #sample} wrote.
  ///
  /// @param failed names, with "posterior " before them, of methods that have none
  List<Outcome> read(List<Case> cases, RunFolder folder, Set<String> failed) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (GuidanceConfig method : model.config().guidance()) {
      if (failed.contains("posterior " + method.name())) {
        continue;
      }
      float[] all = SampleFile.read(folder.posterior(method.name()), model);
      int block = config.samples() * data.dimension();
      if (all.length != block * cases.size()) {
        throw new FormatException(
            folder.posterior(method.name()) + ": is not of this problem; sample again");
      }
      List<float[]> samples = new ArrayList<>();
      for (int i = 0; i < cases.size(); i++) {
        samples.add(Arrays.copyOfRange(all, i * block, (i + 1) * block));
      }
      outcomes.add(new Outcome(method.name(), samples));
    }
    return outcomes;
  }

  private float[] posterior(Guidance guidance, Case one, int number, SampleWatch watch)
      throws IOException {
    Diffuser diffuser = model.diffuser();
    Constraint law = problem.law(one.measured());
    float[] samples = new float[Math.multiplyExact(config.samples(), data.dimension())];
    long first = (long) number * config.samples();
    StepProgram program = diffuser.program(model.config().sampler().sampler(), guidance);
    PhysicsTerm physics = diffuser.term(guidance, Optional.of(law));
    long seed = model.config().seed();
    try {
      diffuser.sample(
          engine, network, program, physics, SampleRequest.of(seed, first, config.samples()),
          new SampleSink() {
            @Override
            public void accept(long from, int size, float[] block) {
              Watch.current().check();
              watch.look(from, size, block);
              System.arraycopy(
                  block, 0, samples, (int) (from - first) * data.dimension(),
                  size * data.dimension());
            }

            @Override
            public void fellBack(long times) {
              watch.fellBack(times);
            }
          });
    } catch (NotFiniteException e) {
      throw new LawAtFault(engine, diffuser, network, Optional.of(law))
          .of(e, program, physics, seed);
    }
    return samples;
  }

  /// How good the samples of every method are: means over the cases with their standard errors.
  Map<String, Map<String, MetricValue>> evaluate(List<Case> cases, List<Outcome> outcomes) {
    Map<String, Map<String, MetricValue>> all = new LinkedHashMap<>();
    EvaluateStage laws = new EvaluateStage(model, data);
    Map<String, List<Double>> floors = floors(cases);
    for (Outcome outcome : outcomes) {
      Map<String, List<Double>> values = new LinkedHashMap<>();
      for (int i = 0; i < cases.size(); i++) {
        Watch.current().check();
        Case one = cases.get(i);
        float[] samples = outcome.samples().get(i);
        add(values, "data-misfit", misfit(samples, one.measured(), false));
        add(values, "data-misfit-largest", misfit(samples, one.measured(), true));
        one.truth().ifPresent(truth -> add(values, "coverage-90", coverage(samples, truth)));
        add(values, "largest-deviation", largestDeviation(samples));
        one.truth().ifPresent(truth -> add(values, "mean-error", meanError(samples, truth)));
        model.constraint().ifPresent(
            constraint -> {
              for (Law law : constraint.laws()) {
                add(
                    values, law.isObjective() ? "objective: " + law.name() : "law: " + law.name(),
                    Arrays.stream(laws.residuals(law, samples)).average().orElseThrow());
              }
            });
        exact(one).ifPresent(posterior -> posterior.compare(samples).forEach((name, v) -> add(values, name, v)));
      }
      Map<String, MetricValue> metrics = new LinkedHashMap<>();
      values.forEach((name, list) -> metrics.put(name, mean(list, floors.getOrDefault(name, List.of()))));
      all.put("posterior " + outcome.method(), metrics);
    }
    return all;
  }

  /// What exact samples of the posterior, as many, are off in every case.
  private Map<String, List<Double>> floors(List<Case> cases) {
    Map<String, List<Double>> floors = new LinkedHashMap<>();
    int repeats = model.config().evaluate().floorRepeats();
    for (int i = 0; i < cases.size(); i++) {
      Optional<ExactPosterior> posterior = exact(cases.get(i));
      for (int repeat = 0; repeat < repeats && posterior.isPresent(); repeat++) {
        long first = ((long) i * repeats + repeat) * config.samples();
        Watch.current().check();
        float[] samples =
            posterior.get().draw(model.config().seed() + FLOORS, first, config.samples());
        posterior.get().compare(samples).forEach((name, value) -> add(floors, name, value));
      }
    }
    return floors;
  }

  /// The exact posterior, where the prior allows one.
  Optional<ExactPosterior> exact(Case one) {
    return data.source()
        .flatMap(prior -> ExactPosterior.of(prior, operator, one.measured(), config.noise()));
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

  /// Root mean square of (A(x) - y) / noise over samples and measurements, or the largest of them.
  private double misfit(float[] samples, double[] measured, boolean worst) {
    int dimension = data.dimension();
    double[] x = new double[dimension];
    double squares = 0;
    double largest = 0;
    int n = samples.length / dimension;
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimension; d++) {
        x[d] = samples[i * dimension + d];
      }
      double[] predicted = predicted(x);
      for (int j = 0; j < predicted.length; j++) {
        double off = (predicted[j] - measured[j]) / config.noise();
        squares += off * off;
        largest = Math.max(largest, Math.abs(off));
      }
    }
    return worst ? largest : Math.sqrt(squares / n / measured.length);
  }

  /// The share of components whose truth is in the central interval of 90 % of the samples. Constant components, which
  /// always are, do not count.
  private double coverage(float[] samples, double[] truth) {
    int inside = 0;
    int all = 0;
    for (int d = 0; d < truth.length; d++) {
      if (model.diffuser().scaling().isConstant(d)) {
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
