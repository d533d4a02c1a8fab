package io.scorefield.experiment;

import io.scorefield.data.DataRange;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Looks at samples while they are made, and says what is wrong with them: samples far outside of the data, and
/// likelihoods that had to fall back.
public final class SampleWatch {
  /// A sample is far outside where it is so many times as far from the middle of the data as the farthest of them.
  public static final double FAR = 10;

  private final Model model;
  private final Optional<DataRange> range;
  private long seen;
  private long far;
  private double farthest;
  private long firstFar = -1;
  private long fellBack;

  SampleWatch(Model model) {
    this.model = model;
    this.range = model.dataRange();
  }

  /// Takes samples first .. first + count - 1 of [count, D] in data units.
  void look(long first, int count, float[] samples) {
    seen += count;
    if (range.isEmpty()) {
      return;
    }
    int dimension = model.dimension();
    for (int i = 0; i < count; i++) {
      double times = range.get().times(samples, i * dimension);
      if (times > FAR) {
        far++;
        firstFar = firstFar < 0 ? first + i : firstFar;
        farthest = Math.max(farthest, times);
      }
    }
  }

  /// Takes in how many steps of samples a likelihood fell back.
  void fellBack(long times) {
    fellBack += times;
  }

  /// Samples so far that are far outside.
  long far() {
    return far;
  }

  /// What there is to say about a method whose program has so many guided steps.
  List<String> findings(String method, long guidedSteps) {
    List<String> lines = new ArrayList<>();
    if (far > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "warning: %s: %,d of %,d samples lie far outside of the data, the first is number %d, the farthest %.3g "
                  + "times as far out as any training point; %s",
              method, far, seen, firstFar, farthest, remedies(guidedSteps > 0)));
    }
    if (fellBack > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: in %.2g %% of the guided steps (%,d of %,d) the network implies no covariance of x_0; there the "
                  + "covariance of 'likelihood' was taken",
              method, 100.0 * fellBack / ((double) seen * guidedSteps), fellBack, seen * guidedSteps));
    }
    return lines;
  }

  private String remedies(boolean guided) {
    ExperimentConfig config = model.config();
    List<String> remedies = new ArrayList<>();
    if (guided) {
      remedies.add("make the guidance weaker, or the weight of its laws smaller");
    }
    if (!config.sampler().clip()) {
      remedies.add("set sampler.clip to true");
    }
    Parameterization predicts = config.objective().predict();
    if (predicts == Parameterization.EPS || predicts == Parameterization.SCORE) {
      remedies.add("train with objective.predict: v");
    }
    remedies.add("train longer");
    return "to help it, " + String.join(", or ", remedies);
  }
}
