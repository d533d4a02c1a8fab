package io.scorefield.matter;

/// How long a chain runs. A sweep is one trial move a particle on average.
///
/// @param burnIn sweeps before the first sample; the step size is tuned in them
/// @param thinning sweeps from a sample to the next
public record MetropolisOptions(int burnIn, int thinning) {
  public MetropolisOptions {
    if (burnIn < 1 || thinning < 1) {
      throw new IllegalArgumentException(
          "a chain needs a burn-in and a thinning of at least 1 sweep, not " + burnIn + " and " + thinning);
    }
  }
}
