package io.scorefield.experiment;

import io.scorefield.data.Conditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.Distribution;
import io.scorefield.diffusion.BoundVariance;
import io.scorefield.diffusion.EstimateErrors;
import io.scorefield.diffusion.FlowDensity;
import io.scorefield.diffusion.VariationalBound;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.eval.BoundDraws;
import io.scorefield.eval.ImportanceWeights;
import io.scorefield.eval.LikelihoodMetrics;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig.EvaluateConfig;
import io.scorefield.network.Network;
import io.scorefield.report.BoundTable;
import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.watch.Reporter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Measures how likely points are to a model that was not trained on them: by the density of its probability flow, and by the
/// variational bound of its steps.
final class LikelihoodStage {
  /// What the table of metrics calls the bound.
  static final String BOUND = "variational bound";

  /// What it calls the bound of other variances than the posterior's.
  private static final String BOUND_WITH = "bound, variance ";

  /// The fewest points whose mean has an error that could be told.
  private static final int FEWEST = 100;

  private final Engine engine;
  private final Model model;
  private final Network network;
  private final DataSet all;
  private final Reporter reporter;
  private final EvaluateConfig config;
  private Optional<BoundTable> table = Optional.empty();

  /// @param all data, those held out included
  LikelihoodStage(Engine engine, Model model, Network network, DataSet all, Reporter reporter) {
    this.engine = engine;
    this.model = model;
    this.network = network;
    this.all = all;
    this.reporter = reporter;
    config = model.config().evaluate();
  }

  /// The metrics by what they are measured with; none, with a line why, where there are too few points.
  Map<String, Map<String, MetricValue>> evaluate() {
    float[] points = points();
    int count = points.length / model.dimension();
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    if (count < FEWEST) {
      reporter.line("no likelihood: it needs " + FEWEST + " points that are not trained on, and there are " + count);
      return metrics;
    }
    Optional<double[]> exact = logDensities(points);
    try {
      metrics.put(FlowStage.METHOD, flow(points, exact));
    } catch (EngineException e) {
      reporter.line("no likelihood by the " + FlowStage.METHOD + ": " + e.getMessage());
    }
    metrics.putAll(bounds(points, exact));
    return metrics;
  }

  /// Fresh draws where the truth can be drawn, else points held out.
  private float[] points() {
    int wanted = config.likelihood();
    if (all.source().isPresent()) {
      reporter.line("likelihood of " + wanted + " true points, drawn afresh" + given());
      return all.source().get().draw(model.config().seed() + EvaluateStage.FRESH_DRAWS, wanted);
    }
    float[] others = model.others(all).map(DataSet::points).orElse(new float[0]);
    float[] some = Arrays.copyOf(others, Math.min(others.length, wanted * model.dimension()));
    reporter.line("likelihood of " + some.length / model.dimension() + " points that were held out" + given());
    return some;
  }

  private String given() {
    return model.told().isEmpty() ? "" : ", each given its " + String.join(", ", model.told().names());
  }

  /// ln p of points given their conditions, where the truth is known.
  private Optional<double[]> logDensities(float[] points) {
    return all.source().flatMap(Distribution::conditionalDensity).map(density -> density.of(points, model.dimension()));
  }

  private Map<String, MetricValue> flow(float[] points, Optional<double[]> exact) {
    long seed = model.config().seed();
    FlowDensity density = new FlowDensity(model.diffuser(), config.flow(config.flowSteps()));
    double[] logs = density.of(engine, network, points, seed);
    Map<String, MetricValue> metrics =
        new LinkedHashMap<>(new LikelihoodMetrics(logs, exact, density.coordinates()).ofDensity());
    if (exact.isPresent()) {
      FlowDensity.Points made = density.sample(engine, network, seed, 0, logs.length, told(points));
      double[] truth = logDensities(made.points()).orElseThrow();
      metrics.putAll(
          new ImportanceWeights(
                  LikelihoodMetrics.difference(truth, made.logDensities()),
                  LikelihoodMetrics.difference(exact.get(), logs))
              .metrics());
    }
    reporter.line(FlowAccuracy.line(engine, model, network, points, logs));
    return metrics;
  }

  /// The conditions of points: samples are made under the same.
  private float[] told(float[] points) {
    return Conditions.alone(points, model.dimension(), model.told().components());
  }

  private Map<String, Map<String, MetricValue>> bounds(float[] points, Optional<double[]> exact) {
    VariationalBound bound = new VariationalBound(model.diffuser(), config.boundLevels());
    int levels = bound.levels().length;
    reporter.line(
        BOUND + ": " + levels + " levels"
            + (model.diffuser().schedule() instanceof DiscreteSchedule discrete && levels < discrete.steps()
                ? " of " + discrete.steps() + "; more make it tighter: evaluate.bound-levels"
                : ""));
    EstimateErrors errors =
        new EstimateErrors(model.diffuser(), engine, network, model.training(all).points(), false);
    List<BoundVariance> variances =
        List.of(
            BoundVariance.posterior(bound), BoundVariance.beta(bound, model.diffuser()), BoundVariance.learned(bound, errors));
    List<VariationalBound.Terms> terms = bound.of(engine, network, points, model.config().seed(), variances);
    table = Optional.of(new BoundTable(bound, model.diffuser().schedule(), variances, terms));
    Map<String, Map<String, MetricValue>> metrics = new LinkedHashMap<>();
    for (int k = 0; k < terms.size(); k++) {
      metrics.put(k == 0 ? BOUND : BOUND_WITH + variances.get(k).name(), metrics(terms.get(k), exact));
    }
    if (model.diffuser().schedule() instanceof ContinuousSchedule schedule) {
      metrics
          .get(BOUND)
          .put(
              BoundDraws.DEVIATION,
              BoundDraws.deviation(model.diffuser(), schedule, engine, network, points, model.config().seed()));
    }
    return metrics;
  }

  /// The bound by noise level; empty before it has been evaluated.
  Optional<BoundTable> table() {
    return table;
  }

  private Map<String, MetricValue> metrics(VariationalBound.Terms terms, Optional<double[]> exact) {
    double[] logs = Arrays.stream(terms.total()).map(cost -> -cost).toArray();
    Map<String, MetricValue> metrics =
        new LinkedHashMap<>(
            new LikelihoodMetrics(logs, exact, model.diffuser().scaling().frame().varied()).ofBound());
    metrics.put(LikelihoodMetrics.PRIOR, LikelihoodMetrics.mean(terms.prior()));
    metrics.put(LikelihoodMetrics.STEPS, LikelihoodMetrics.mean(terms.steps()));
    metrics.put(LikelihoodMetrics.RECONSTRUCTION, LikelihoodMetrics.mean(terms.reconstruction()));
    return metrics;
  }
}
