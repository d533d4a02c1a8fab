package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.DataConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.watch.Reporter;
import java.util.Map;

/// Measures the samples of a run.
final class EvaluateStage {
  /// Added to the seed of the training for the draws that samples are compared with.
  static final long FRESH_DRAWS = 1L << 40;

  private final Model model;
  private final Evaluator evaluator;

  EvaluateStage(Model model, DataSet data) {
    this.model = model;
    ExperimentConfig config = model.config();
    ExperimentConfig.EvaluateConfig evaluate = config.evaluate();
    boolean angular = config.data() instanceof DataConfig.Circle;
    evaluator =
        new Evaluator(
            data,
            model.constraint(),
            angular,
            config.data().particleEnergy(data),
            new Evaluator.Options(
                evaluate.samples(), evaluate.pairwiseSamples(), evaluate.directions(),
                evaluate.floorRepeats()),
            config.seed() + FRESH_DRAWS);
  }

  /// What the samples are compared with, in words.
  String reference() {
    return evaluator.reference();
  }

  /// The metrics of one array of samples.
  Map<String, MetricValue> evaluate(float[] samples) {
    return evaluator.evaluate(samples);
  }

  /// The metrics of a method, none where it has too few samples; what is odd about them is said.
  Map<String, MetricValue> evaluate(String method, float[] samples, Reporter reporter) {
    int count = samples.length / model.dimension();
    if (count < Evaluator.FEWEST || !evaluator.possible()) {
      reporter.line(
          "no metrics of " + method + ": they need " + Evaluator.FEWEST + " samples and "
              + 2 * Evaluator.FEWEST + " data points");
      return Map.of();
    }
    Map<String, MetricValue> metrics = evaluator.evaluate(samples);
    int measured = Math.min(count, model.config().evaluate().samples());
    evaluator
        .undefined(samples)
        .forEach(
            (law, times) ->
                reporter.line(
                    method + ": the law '" + law + "' is NaN at " + times + " of " + measured
                        + " samples, so its metrics are NaN; they lie where it has no value"));
    int without = evaluator.withoutEnergy(samples);
    if (without > 0) {
      reporter.line(
          method + ": " + without + " of " + measured + " samples have no finite energy: particles overlap, or the energy has "
              + "no value there");
    }
    return metrics;
  }
}
