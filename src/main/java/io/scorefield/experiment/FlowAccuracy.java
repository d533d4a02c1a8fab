package io.scorefield.experiment;

import io.scorefield.diffusion.FlowDensity;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig.EvaluateConfig;
import io.scorefield.network.Network;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/// How far the integration of a probability flow can be trusted.
final class FlowAccuracy {
  /// Points whose density is computed again with half the steps.
  private static final int CHECKED = 100;

  private FlowAccuracy() {}

  /// A line on how densities move with half the steps.
  ///
  /// @param points [n, D]
  /// @param logs ln q of the points with all steps, [n]
  static String line(Engine engine, Model model, Network network, float[] points, double[] logs) {
    EvaluateConfig config = model.config().evaluate();
    int count = Math.min(CHECKED, logs.length);
    int all = config.flow(config.flowSteps()).stepsOn(model.diffuser());
    int steps = Math.max(1, all / 2);
    FlowDensity coarse = new FlowDensity(model.diffuser(), config.flow(steps));
    double[] again = coarse.of(engine, network, Arrays.copyOf(points, count * model.dimension()), model.config().seed());
    double square = IntStream.range(0, count).mapToDouble(i -> Math.pow(again[i] - logs[i], 2)).average().orElseThrow();
    return String.format(
        Locale.ROOT, "%s: with %d steps in place of %d, ln q of %d true points moves by %.2g (root mean square)%s",
        FlowStage.METHOD, steps, all, count, Math.sqrt(square),
        config.probes() > 0 ? ", the noise of the probes included" : "");
  }
}
