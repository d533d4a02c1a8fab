package io.scorefield.diffusion;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.architecture.Classifier;
import io.scorefield.physics.Tape;
import io.scorefield.schedule.NoiseLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Classifier guidance: with the probability p(c | x_t) of a class that a classifier of noisy points gives, the score is
///
/// ```
/// s = s(x) + gamma grad ln p(c | x_t)
/// ```
///
/// gamma = 0 is the model as it is, gamma = 1 the class, as far as the classifier is right, and a larger gamma makes samples more
/// typical of it. The network of the program is {@link Classifier#guided}, which adds both; so it is one evaluation to samplers
/// and engines, and rows differ in their time features alone.
///
/// The classifier reads y = alpha x_t / (alpha^2 + sigma^2), the best guess of x_0 that is linear in x_t for data of deviation 1.
/// With k = alpha / (alpha^2 + sigma^2), grad ln p by x is k times that by y, and the output moves with the score by
/// sigma^2 / (alpha x0FromOutput); so it moves by gamma sigma^2 / ((alpha^2 + sigma^2) x0FromOutput) times the gradient by y. That
/// stays finite where alpha is 0 and the output says x_0 and not the score: errors of the classifier are not amplified there.
///
/// Source: Dhariwal and Nichol 2021 (arXiv 2105.05233), section 4 and equation 14.
///
/// @param gamma the weight, not negative
/// @param classifier the model whose levels the classifier knows; its time features are the classifier's
public record ClassifierGuidance(double gamma, Diffuser classifier) implements Guidance {
  public ClassifierGuidance {
    if (!(gamma >= 0) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "the weight of the classifier is " + gamma + "; it must be >= 0, where 0 is the model without it");
    }
  }

  /// What a state is multiplied with on its way into a classifier, k.
  public static double inputScale(double alpha, double sigma) {
    return alpha / (alpha * alpha + sigma * sigma);
  }

  @Override
  public StepProgram apply(StepProgram plain, Diffuser diffuser) {
    int more = classifier.embedding().size() + Classifier.FACTORS;
    List<StepRow> rows = new ArrayList<>();
    for (StepRow row : plain.rows()) {
      rows.add(
          row.usesNetwork()
              ? row.toBuilder().network(features(row, diffuser), row.inputScale()).build()
              : row);
    }
    return new StepProgram(
        plain.featureCount() + more, plain.priorScale(), rows, plain.lowest(), plain.highest(), plain.boundaries(), plain.given());
  }

  private double[] features(StepRow row, Diffuser diffuser) {
    NoiseLevel level = diffuser.schedule().level(row.time());
    double[] own = row.timeFeatures();
    double[] ofClassifier = classifier.features(row.time());
    double[] all = Arrays.copyOf(own, own.length + ofClassifier.length + Classifier.FACTORS);
    System.arraycopy(ofClassifier, 0, all, own.length, ofClassifier.length);
    double square = level.sigma() * level.sigma();
    double sum = level.alpha() * level.alpha() + square;
    all[all.length - 2] = inputScale(level.alpha(), level.sigma()) / row.inputScale();
    all[all.length - 1] = gamma * square / (sum * diffuser.coefficients(row.time()).x0FromOutput());
    return all;
  }

  @Override
  public boolean usesLaws() {
    return false;
  }

  @Override
  public PhysicsTerm term(Tape tape) {
    return PhysicsTerm.none();
  }
}
