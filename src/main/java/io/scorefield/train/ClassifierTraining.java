package io.scorefield.train;

import io.scorefield.diffusion.ClassifierGuidance;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.architecture.Classifier;
import io.scorefield.physics.TapeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The training of a classifier of noisy points: the mean cross-entropy -ln p(c | x_t) over the noise levels that a model is
/// trained on, whose minimum is the class's probability given x_t at every level.
///
/// To the engine the classes are conditions, which are not noised, and the cross-entropy is an objective: the first output of the
/// network.
public final class ClassifierTraining {
  private ClassifierTraining() {}

  /// @param diffuser of the model that is to be guided
  /// @param states points in units of the state with their classes behind them, 1 and 0, [N, D + K]
  /// @param settings batch, optimiser and seed
  public static TrainingPlan plan(Classifier classifier, Diffuser diffuser, float[] states, TrainingOptions settings) {
    NoiseTable levels = diffuser.noiseTable(new Objective(Weighting.NONE, Objective.Reduction.SUM));
    int features = levels.featureCount();
    List<NoiseTable.Row> rows = new ArrayList<>(levels.rows());
    for (int r = 0; r < levels.rows(); r++) {
      double alpha = levels.get(NoiseColumn.ALPHA, r);
      double sigma = levels.get(NoiseColumn.SIGMA, r);
      double[] time = Arrays.copyOfRange(levels.timeFeatures(), r * features, (r + 1) * features);
      rows.add(
          new NoiseTable.Row(time, alpha, sigma, ClassifierGuidance.inputScale(alpha, sigma), 0, 0, 0, 0, 1)
              .with(NoiseColumn.OBJECTIVE_WEIGHT, 1));
    }
    TapeBuilder first = new TapeBuilder(classifier.dimension() + classifier.classes());
    return new TrainingPlan(
        classifier.crossEntropy(), NoiseTable.of(rows).withConditions(classifier.classes()), states, settings.batch(),
        settings.adam(), settings.seed(), Optional.of(first.objective(first.input(0), 1).build()));
  }
}
