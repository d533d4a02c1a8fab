package io.scorefield.experiment;

import io.scorefield.diffusion.FlowDensity;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.eval.ImportanceWeights;
import io.scorefield.eval.LikelihoodMetrics;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig.EvaluateConfig;
import io.scorefield.matter.ParticleSystem;
import io.scorefield.network.Network;
import io.scorefield.watch.Reporter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// Measures a model of particles by the density of its probability flow: how many exact samples its samples are worth once
/// they are weighted with exp(-U/T) / q, and how likely true configurations are.
final class FlowStage {
  /// What the table of metrics calls the flow.
  static final String METHOD = "probability flow";

  private final Engine engine;
  private final Model model;
  private final Network network;
  private final ParticleSystem system;
  private final Reporter reporter;
  private final EvaluateConfig config;

  FlowStage(Engine engine, Model model, Network network, ParticleSystem system, Reporter reporter) {
    this.engine = engine;
    this.model = model;
    this.network = network;
    this.system = system;
    this.reporter = reporter;
    config = model.config().evaluate();
  }

  /// The metrics; none, with a line why, where the engine cannot make densities of this network.
  Map<String, MetricValue> evaluate() {
    try {
      return measure();
    } catch (EngineException e) {
      reporter.line("no effective samples of the " + METHOD + ": " + e.getMessage());
      return Map.of();
    }
  }

  private Map<String, MetricValue> measure() {
    int count = config.effectiveSamples();
    long seed = model.config().seed();
    FlowDensity density = new FlowDensity(model.diffuser(), config.flow(config.flowSteps()));
    FlowDensity.Points made = density.sample(engine, network, seed, 0, count);
    float[] truth = system.draw(seed + EvaluateStage.FRESH_DRAWS, 0, count);
    double[] logs = density.of(engine, network, truth, seed);
    double[] energies = reduced(truth);
    ImportanceWeights weights =
        new ImportanceWeights(
            logWeights(reduced(made.points()), made.logDensities()), logWeights(energies, logs));
    double[] costs = Arrays.stream(logs).map(log -> -log).toArray();
    // On the space of configurations with mean position 0: what the mean of -ln q would be if q = exp(-U/T) / Z.
    double entropy = Arrays.stream(energies).average().orElseThrow() + weights.logNormalisation();
    Map<String, MetricValue> metrics = new LinkedHashMap<>(weights.metrics());
    metrics.put(LikelihoodMetrics.NEGATIVE_LOG_LIKELIHOOD, ImportanceWeights.mean(costs, entropy));
    reporter.line(FlowAccuracy.line(engine, model, network, truth, logs));
    return metrics;
  }

  /// U / T; infinite where a configuration has no energy.
  private double[] reduced(float[] points) {
    return Arrays.stream(system.potential().energies(points))
        .map(u -> Double.isNaN(u) ? Double.POSITIVE_INFINITY : u / system.temperature())
        .toArray();
  }

  private static double[] logWeights(double[] reducedEnergies, double[] logDensities) {
    return IntStream.range(0, logDensities.length).mapToDouble(i -> -reducedEnergies[i] - logDensities[i]).toArray();
  }
}
