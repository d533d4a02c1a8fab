package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.data.GaussianMixture;
import io.scorefield.diffusion.ExactSampler;
import io.scorefield.eval.Evaluator;
import io.scorefield.experiment.model.Model;
import java.util.Optional;

/// Samples of a run's own sampler with the exact score in the network's place, where that is known and quick to compute: the
/// part of the error that is the sampler's.
final class ExactSamples {
  /// What the table of metrics calls them.
  static final String METHOD = "exact sampler";

  private static final int MOST_SAMPLES = 2000;
  private static final int MOST_PARTS = 16;
  private static final int MOST_COMPONENTS = 16;

  private ExactSamples() {}

  /// The samples, [n, D] in data units.
  ///
  /// @param count samples of the run's methods
  static Optional<float[]> of(Model model, DataSet data, long count) {
    int n = (int) Math.min(MOST_SAMPLES, count);
    boolean known =
        data.source().isPresent()
            && data.source().get() instanceof GaussianMixture mixture
            && mixture.parts() <= MOST_PARTS
            && mixture.dimension() <= MOST_COMPONENTS;
    if (!known || n < Evaluator.FEWEST) {
      return Optional.empty();
    }
    GaussianMixture mixture = (GaussianMixture) data.source().get();
    ExactSampler sampler =
        new ExactSampler(model.diffuser(), model.config().sampler().sampler(), mixture);
    return Optional.of(sampler.sample(n, model.config().seed()));
  }
}
