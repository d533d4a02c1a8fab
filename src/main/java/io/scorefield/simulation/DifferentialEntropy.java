package io.scorefield.simulation;

import io.scorefield.engine.Boundary.Side;
import io.scorefield.watch.Watch;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Gamma;

/// The differential entropy -<ln p> of walkers in up to three dimensions, from the distances to their third-nearest
/// neighbours:
///
/// ```
/// S = psi(n) - psi(3) + ln c_D + D <ln r_3>,   c_D the volume of the unit ball
/// ```
///
/// Source: Kozachenko and Leonenko 1987, with Singh et al. 2003 for the third neighbour. The bias vanishes as n grows.
public final class DifferentialEntropy {
  /// Components of a state at most.
  public static final int MOST_COMPONENTS = 3;

  private static final int NEIGHBOUR = 3;

  /// Walkers that enter at most: all pairs are compared.
  private static final int MOST_WALKERS = 2000;

  private static final double[] BALL = {2, Math.PI, 4 * Math.PI / 3};

  private DifferentialEntropy() {}

  /// The entropy, or none: too many components, too few walkers, or walkers at one place.
  ///
  /// @param states [n, D]
  public static Average of(float[] states, Absorption absorption, List<Interval> intervals) {
    int dimension = intervals.size();
    int[] alive = IntStream.range(0, states.length / dimension).filter(absorption::isAlive).limit(MOST_WALKERS).toArray();
    if (dimension > MOST_COMPONENTS || alive.length <= NEIGHBOUR + 1) {
      return Average.NONE;
    }
    Watch watch = Watch.current();
    double[] logarithms =
        IntStream.of(alive)
            .parallel()
            .mapToDouble(
                i -> {
                  watch.check();
                  return dimension / 2.0 * Math.log(neighbour(states, i, alive, intervals));
                })
            .toArray();
    Average mean = Average.of(logarithms);
    double shift = Gamma.digamma(alive.length) - Gamma.digamma(NEIGHBOUR) + Math.log(BALL[dimension - 1]);
    return Double.isFinite(mean.mean()) ? new Average(mean.mean() + shift, mean.error()) : Average.NONE;
  }

  /// The squared distance to the third-nearest.
  private static double neighbour(float[] states, int i, int[] others, List<Interval> intervals) {
    double[] nearest = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    int dimension = intervals.size();
    for (int j : others) {
      double square = 0;
      for (int d = 0; d < dimension; d++) {
        double difference = states[i * dimension + d] - states[j * dimension + d];
        Interval at = intervals.get(d);
        if (at.boundary().lower() == Side.PERIODIC) {
          double length = at.highest() - at.lowest();
          difference = Math.abs(difference);
          difference = Math.min(difference, length - difference);
        }
        square += difference * difference;
      }
      if (j != i && square < nearest[2]) {
        nearest[2] = Math.max(square, nearest[1]);
        nearest[1] = Math.max(Math.min(square, nearest[1]), nearest[0]);
        nearest[0] = Math.min(square, nearest[0]);
      }
    }
    return nearest[2];
  }
}
