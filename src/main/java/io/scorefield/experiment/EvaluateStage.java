package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.config.DataConfig;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.physics.Law;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Measures the samples of a run.
public final class EvaluateStage {
  /// Added to the seed of the training for the draws that samples are compared with.
  private static final long FRESH_DRAWS = 1L << 40;

  private final Model model;
  private final Evaluator evaluator;

  public EvaluateStage(Model model, DataSet data) {
    this.model = model;
    ExperimentConfig config = model.config();
    ExperimentConfig.EvaluateConfig evaluate = config.evaluate();
    boolean angular = config.data() instanceof DataConfig.Circle;
    evaluator =
        new Evaluator(
            data,
            model.constraint(),
            angular,
            new Evaluator.Options(
                evaluate.samples(), evaluate.pairwiseSamples(), evaluate.directions(),
                evaluate.floorRepeats()),
            config.seed() + FRESH_DRAWS);
  }

  /// What the samples are compared with, in words.
  public String reference() {
    return evaluator.reference();
  }

  /// Of every point the mean of a law's |r|.
  public double[] residuals(Law law, float[] points) {
    return evaluator.sizes(law, points);
  }

  /// The metrics of one array of samples.
  public Map<String, MetricValue> evaluate(float[] samples) {
    return evaluator.evaluate(samples);
  }

  /// The metrics of every method whose samples lie in the folder.
  public Map<String, Map<String, MetricValue>> run(
      RunFolder folder, Iterable<String> methods, Reporter reporter) throws IOException {
    Map<String, Map<String, MetricValue>> all = new LinkedHashMap<>();
    for (String method : methods) {
      float[] samples = SampleFile.read(folder.samples(method), model);
      int count = samples.length / model.mlp().dimension();
      if (count < Evaluator.FEWEST || !evaluator.possible()) {
        reporter.line(
            "no metrics of " + method + ": they need " + Evaluator.FEWEST + " samples and "
                + 2 * Evaluator.FEWEST + " data points");
        all.put(method, Map.of());
      } else {
        all.put(method, evaluator.evaluate(samples));
        int measured = Math.min(count, model.config().evaluate().samples());
        evaluator
            .undefined(samples)
            .forEach(
                (law, times) ->
                    reporter.line(
                        method + ": the law '" + law + "' is NaN at " + times + " of " + measured
                            + " samples, so its metrics are NaN; they lie where it has no value"));
      }
    }
    return all;
  }
}
