package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Distribution;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExactPosteriorTest {
  private static ExactPosterior posterior(
      Distribution prior, String observed, double measured, double noise) {
    Tape operator =
        FormulaLaw.equality(Formula.parse(observed), Variables.of(prior.components()), Map.of());
    return ExactPosterior.of(prior, operator, new double[] {measured}, noise).orElseThrow();
  }

  @Test
  void theGaussianPosteriorIsTheOneOfTheTextbook() {
    // Two components of correlation 0.8, y = x_0 + noise: the mean of x_1 is 0.8 y / (1 + noise^2).
    var posterior =
        (ExactPosterior.Gaussian)
            posterior(GaussianMixture.gaussian(2, 1, 0.8), "x", 1.1, 0.5);
    assertThat(posterior.mean().getEntry(0)).isCloseTo(1.1 / 1.25, within(1e-12));
    assertThat(posterior.mean().getEntry(1)).isCloseTo(0.8 * 1.1 / 1.25, within(1e-12));
    assertThat(posterior.covariance().getEntry(1, 1)).isCloseTo(1 - 0.64 / 1.25, within(1e-12));
  }

  @Test
  void exactSamplesOfAGaussianAreOffByWhatTheirNumberSays() {
    ExactPosterior posterior = posterior(GaussianMixture.gaussian(2, 1, 0.8), "x", 1.1, 0.5);
    Map<String, Double> off = posterior.compare(posterior.draw(1, 0, 20_000));
    assertThat(off.get("posterior-mean-error")).isLessThan(0.03);
    assertThat(off.get("posterior-covariance-error")).isLessThan(0.05);
    // An all but exact measurement leaves all but no variance.
    ExactPosterior exact = posterior(GaussianMixture.gaussian(2, 1, 0.8), "x", 1.1, 1e-8);
    assertThat(exact.compare(exact.draw(1, 0, 5_000)).get("posterior-mean-error")).isLessThan(0.05);
    float[] shifted = posterior.draw(1, 0, 20_000);
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 0.3f;
    }
    assertThat(posterior.compare(shifted).get("posterior-mean-error")).isGreaterThan(0.3);
  }

  @Test
  void exactSamplesOfTheHalfMoonsAreNearTheirGrid() {
    ExactPosterior posterior = posterior(PlaneDistribution.halfMoons(0.05), "x", 0.3, 0.3);
    double small = posterior.compare(posterior.draw(1, 0, 2_000)).get("posterior-total-variation");
    double large = posterior.compare(posterior.draw(1, 0, 50_000)).get("posterior-total-variation");
    assertThat(large).isLessThan(0.02);
    // It falls as the root of the number of samples.
    assertThat(small / large).isBetween(3.5, 7.0);
    float[] wrong = posterior.draw(1, 0, 2_000);
    for (int i = 0; i < wrong.length; i += 2) {
      wrong[i] += 1;
    }
    assertThat(posterior.compare(wrong).get("posterior-total-variation")).isGreaterThan(0.3);
  }
}
