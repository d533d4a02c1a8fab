package io.scorefield.matter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/// What shows that samples of a sampler have the density they should have.
///
/// @param chains how many independent chains
/// @param energy mean of U
/// @param energyError its standard error from the differences between chains; not a number for a single chain
/// @param virial mean of x . grad U
/// @param virialError its standard error, likewise
/// @param expectedVirial T K (N - 1), what the mean of x . grad U is exactly
/// @param reduction Gelman and Rubin's R of U: the deviation of all samples over that within chains; 1 where chains forget
///     their start, not a number for a single chain
/// @param acceptance share of moves accepted
public record Evidence(
    int chains,
    double energy,
    double energyError,
    double virial,
    double virialError,
    double expectedVirial,
    double reduction,
    double acceptance) {
  /// Beyond so many standard errors the virial is not off by chance.
  private static final double MOST_ERRORS = 5;

  /// Beyond, chains differ too much: R - 1 is about half of the samples that a chain takes to forget, over those that it has.
  private static final double MOST_REDUCTION = 1.05;

  static Evidence of(List<MetropolisChain.Result> chains, double expectedVirial) {
    SummaryStatistics energy = statistics(chains, MetropolisChain.Result::energy);
    SummaryStatistics virial = statistics(chains, MetropolisChain.Result::virial);
    double within = statistics(chains, MetropolisChain.Result::variance).getMean();
    return new Evidence(
        chains.size(), energy.getMean(), error(energy), virial.getMean(), error(virial), expectedVirial,
        chains.size() < 2 ? Double.NaN : Math.sqrt(1 + energy.getVariance() / within),
        statistics(chains, MetropolisChain.Result::acceptance).getMean());
  }

  private static SummaryStatistics statistics(
      List<MetropolisChain.Result> chains, ToDoubleFunction<MetropolisChain.Result> of) {
    SummaryStatistics statistics = new SummaryStatistics();
    chains.forEach(chain -> statistics.addValue(of.applyAsDouble(chain)));
    return statistics;
  }

  private static double error(SummaryStatistics statistics) {
    return statistics.getN() < 2
        ? Double.NaN
        : statistics.getStandardDeviation() / Math.sqrt(statistics.getN());
  }

  /// The evidence in a line, for the user.
  public String line() {
    return String.format(
        Locale.ROOT,
        "Metropolis, %d chain%s: <U> = %.4g%s, <x . grad U> = %.4g%s (exact: %.4g)%s, %.0f %% of moves accepted",
        chains, chains == 1 ? "" : "s", energy, plusMinus(energyError), virial, plusMinus(virialError), expectedVirial,
        Double.isNaN(reduction) ? "" : String.format(Locale.ROOT, ", R = %.3f", reduction), 100 * acceptance);
  }

  /// What speaks against the samples, in lines for the user.
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (Math.abs(virial - expectedVirial) > MOST_ERRORS * virialError) {
      warnings.add(
          "warning: <x . grad U> is off its exact value by more than " + (int) MOST_ERRORS
              + " standard errors: the burn-in is too short, or nothing holds the particles together");
    }
    if (reduction > MOST_REDUCTION) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: chains differ, R = %.3f of U: set a longer data.burn-in and data.thinning, or a higher"
                  + " temperature",
              reduction));
    }
    return warnings;
  }

  private static String plusMinus(double error) {
    return Double.isNaN(error) ? "" : String.format(Locale.ROOT, " +- %.2g", error);
  }
}
