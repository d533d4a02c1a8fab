package io.scorefield.experiment;

import io.scorefield.data.ClassMixture;
import io.scorefield.data.DataSet;
import io.scorefield.data.LabelledPoints;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.model.Model;
import java.util.Optional;

/// The class that samples are asked for, where the densities of all classes are known.
///
/// @param wanted its number
/// @param seed of the true points that the share is compared with
record AskedClass(ClassMixture mixture, int wanted, long seed) {
  static Optional<AskedClass> of(Model model, DataSet data) {
    boolean known =
        model.asked().isPresent() && data.source().isPresent() && data.source().get() instanceof LabelledPoints;
    if (!known) {
      return Optional.empty();
    }
    LabelledPoints labelled = (LabelledPoints) data.source().get();
    int wanted = labelled.condition().classOf(model.asked().get());
    return Optional.of(
        new AskedClass(labelled.mixture(), wanted, model.config().seed() + EvaluateStage.FRESH_DRAWS));
  }

  /// The share of samples [n, D] whose most likely class it is; the floor is that of true points of the class.
  MetricValue share(float[] samples, int most) {
    int n = Math.min(most, samples.length / mixture.dimension());
    double share = shareOf(samples, n);
    double floor = shareOf(mixture.part(wanted).draw(seed, n), n);
    return new MetricValue(share, Math.sqrt(share * (1 - share) / n), floor, n);
  }

  private double shareOf(float[] points, int n) {
    double[] point = new double[mixture.dimension()];
    int count = 0;
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < point.length; d++) {
        point[d] = points[i * point.length + d];
      }
      count += mixture.classOf(point) == wanted ? 1 : 0;
    }
    return (double) count / n;
  }
}
