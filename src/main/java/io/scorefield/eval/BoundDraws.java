package io.scorefield.eval;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.EpsErrors;
import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.schedule.ContinuousSchedule;
import java.util.Arrays;

/// How much the variational bound of a continuous schedule varies from one example of a training to the next.
///
/// An example has a point, a noise and the noise level at a quantile u of those that are trained on, and estimates the steps of
/// the bound by |eps - epshat|^2/2 dgamma/du with gamma = ln(sigma^2/alpha^2): its mean does not depend on the schedule between
/// its ends, its deviation does (Kingma et al. 2021, arXiv 2107.00630, section 5.1).
public final class BoundDraws {
  /// The deviation, in nats.
  public static final String DEVIATION = "bound-draw-deviation";

  private static final int LEVELS = 250;
  private static final int POINTS = 400;
  private static final int GROUPS = 10;

  private BoundDraws() {}

  /// The deviation with its standard error over the points, of which the first 400 are used.
  ///
  /// @param points [n, D] in data units less the origin
  /// @param seed of the noise
  public static MetricValue deviation(
      Diffuser diffuser, ContinuousSchedule schedule, Engine engine, Network network, float[] points, long seed) {
    int dimension = diffuser.scaling().dimension();
    int count = Math.min(POINTS, points.length / dimension);
    float[] states = diffuser.scaling().toState(Arrays.copyOf(points, count * dimension));
    EpsErrors errors = new EpsErrors(diffuser, engine, network, states, seed);
    double[] sums = new double[count];
    double[] squares = new double[count];
    double[] found = new double[count];
    for (int k = 0; k < LEVELS; k++) {
      double u = (k + 0.5) / LEVELS;
      double h = 0.25 / LEVELS;
      double speed =
          (schedule.logSnr(schedule.trainingTime(u - h)) - schedule.logSnr(schedule.trainingTime(u + h))) / (2 * h);
      errors.at(schedule.trainingTime(u), k, found);
      for (int n = 0; n < count; n++) {
        double estimate = speed * found[n] / 2;
        sums[n] += estimate / LEVELS;
        squares[n] += estimate * estimate / LEVELS;
      }
    }
    Jackknife deviation = Jackknife.of(GROUPS, group -> deviation(sums, squares, group));
    return new MetricValue(deviation.value(), deviation.standardError(), Double.NaN, count);
  }

  /// Without a group of points.
  private static double deviation(double[] sums, double[] squares, int group) {
    int from = group < 0 ? 0 : Jackknife.start(sums.length, group, GROUPS);
    int to = group < 0 ? 0 : Jackknife.start(sums.length, group + 1, GROUPS);
    double sum = 0;
    double square = 0;
    for (int n = 0; n < sums.length; n++) {
      sum += n >= from && n < to ? 0 : sums[n];
      square += n >= from && n < to ? 0 : squares[n];
    }
    double kept = sums.length - (to - from);
    return Math.sqrt(Math.max(0, square / kept - Math.pow(sum / kept, 2)));
  }
}
