package io.scorefield.diffusion;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/// Rows with the score of a likelihood of the laws.
final class LikelihoodScore {
  private LikelihoodScore() {}

  /// Adds the score of a likelihood to every evaluation of the network.
  ///
  /// @param unit whether the covariance of x0hat is a multiple of the unit matrix
  /// @param spread its factor, of alpha and sigma
  static StepProgram added(
      StepProgram plain, Diffuser diffuser, double sigmaY, int iterations, boolean unit,
      DoubleBinaryOperator spread) {
    List<StepRow> rows = new ArrayList<>();
    for (StepRow row : plain.rows()) {
      if (!row.usesNetwork()) {
        rows.add(row);
        continue;
      }
      double alpha = diffuser.schedule().alpha(row.time());
      double sigma = diffuser.schedule().sigma(row.time());
      // The output that belongs to the guided score is o - perScore * G.
      double perScore = diffuser.coefficients(row.time()).outputPerScore(sigma);
      // V = sigma^2/alpha K is a variance within the data's range, so at most the square of their radius.
      double bound =
          diffuser.range().map(r -> alpha * Math.pow(r.radius() / sigma, 2)).orElse(0.0);
      rows.add(
          row.toBuilder()
              .bound(bound)
              .fallback(unit ? 0 : sigma * sigma / (alpha * alpha))
              .guidance(row.output() * perScore)
              .memoryGuidance(row.memoryOutput() * perScore)
              .objective(1)
              .likelihood(iterations, sigmaY * sigmaY, spread.applyAsDouble(alpha, sigma), unit)
              .build());
    }
    return plain.withRows(rows);
  }
}
