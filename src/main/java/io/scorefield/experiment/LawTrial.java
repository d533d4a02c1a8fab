package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.eval.Residuals;
import io.scorefield.experiment.model.Model;
import io.scorefield.io.Rounded;
import io.scorefield.physics.Law;
import io.scorefield.watch.Reporter;
import java.util.Arrays;

/// The laws of an experiment, tried on its data before anything is trained.
final class LawTrial {
  private LawTrial() {}

  /// Tries the laws on the training points: one that is not a number there is an error, and one that they do not
  /// obey is rarely meant.
  static void of(Model model, DataSet data, Reporter reporter) {
    if (model.constraint().isEmpty()) {
      return;
    }
    double size = 0;
    for (float value : data.points()) {
      size += (double) value * value / data.size();
    }
    Residuals sizes = new Residuals(data.origin());
    for (Law law : model.constraint().get().laws()) {
      double[] residuals = sizes.sizes(law, data.points());
      for (int i = 0; i < residuals.length; i++) {
        if (!Double.isFinite(residuals[i])) {
          throw new ConfigException(
              "the law '" + law.name() + "' is " + residuals[i] + " at training point " + i + point(data, i)
                  + "; every law must have a finite value on the data");
        }
      }
      double mean = Arrays.stream(residuals).average().orElseThrow();
      double tolerance =
          Double.isNaN(law.tolerance()) ? 0.05 * Math.sqrt(size) : law.tolerance();
      if (!law.isObjective() && mean > tolerance) {
        reporter.line(
            "warning: the training points are " + Rounded.number(mean) + " off the law '" + law.name()
                + "' on average (at best " + Rounded.number(Arrays.stream(residuals).min().orElseThrow())
                + ", tolerance " + Rounded.number(tolerance) + "); is 'physics' as you mean it?");
      }
    }
  }

  private static String point(DataSet data, int i) {
    int shown = Math.min(4, data.dimension());
    StringBuilder text = new StringBuilder(" (");
    for (int d = 0; d < shown; d++) {
      text.append(d == 0 ? "" : ", ").append(number(data, i, d));
    }
    return text.append(shown < data.dimension() ? ", ...)" : ")").toString();
  }

  private static String number(DataSet data, int i, int d) {
    // A float as the shortest text that gives it again.
    return data.origin()[d] == 0
        ? String.valueOf(data.points()[i * data.dimension() + d])
        : String.valueOf(data.at(i, d));
  }
}
