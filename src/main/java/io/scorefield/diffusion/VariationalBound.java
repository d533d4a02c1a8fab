package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/// The variational bound on -ln p of the model that samples level by level, in nats and data units; under conditions, of the
/// other components given them.
///
/// For levels t_1 < ... < t_T with gamma = ln(sigma^2 / alpha^2) and one noise eps for every level,
///
/// ```
/// -ln p(x_0) <= L_T + L_1 + ... + L_{T-1} + L_0
/// L_T = KL(q(x_T | x_0) || N(0, priorScale^2))
/// L_{i-1} = (exp(gamma_i - gamma_{i-1}) - 1) / 2 |eps - epshat(x_i)|^2
/// L_0 = -ln N(x_0; x0hat(x_1), v),   v = sigma_1^2 / (alpha_1^2 + sigma_1^2)
/// ```
///
/// L_{i-1} is the divergence of q(x_{i-1} | x_i, x_0) from the model's step, which has the same variance. v is what the data
/// leave open at the least noise if their deviation is 1: Ho's beta_1. With ever more levels the sum becomes
/// 1/2 integral |eps - epshat|^2 dgamma. Where the model's step has r times the variance ({@link BoundVariance}),
///
/// ```
/// L_{i-1} = (exp(gamma_i - gamma_{i-1}) - 1) / (2 r) |eps - epshat(x_i)|^2 + S/2 (1/r - 1 + ln r)
/// ```
///
/// A discrete schedule has the levels of its own, a continuous one as many as asked for, equally spaced in gamma.
///
/// Source: Ho, Jain and Abbeel 2020 (arXiv 2006.11239), equation 5; Kingma, Salimans, Poole and Ho 2021 (Variational
/// diffusion models, arXiv 2107.00630), equations 11 to 19.
public final class VariationalBound {
  private final Diffuser diffuser;
  private final DensitySpace space;
  private final double[] levels;

  /// The terms for every point: one estimate each, from one noise a level.
  ///
  /// @param prior L_T, `[n]`
  /// @param steps L_1 + ... + L_{T-1}, `[n]`
  /// @param reconstruction L_0, `[n]`, which carries the units of the data
  /// @param byLevel L_{i-1} of levels t_2, t_3, ..., mean over the points
  /// @param errors standard errors of these; not a number for one point
  public record Terms(double[] prior, double[] steps, double[] reconstruction, double[] byLevel, double[] errors) {
    /// The bound on -ln p of every point, `[n]`.
    public double[] total() {
      double[] total = new double[prior.length];
      for (int i = 0; i < total.length; i++) {
        total[i] = prior[i] + steps[i] + reconstruction[i];
      }
      return total;
    }
  }

  /// @param most levels at most, at least 2
  /// @throws IllegalArgumentException where points have no density, or the schedule has a level without noise or without data
  public VariationalBound(Diffuser diffuser, int most) {
    if (most < 2) {
      throw new IllegalArgumentException("a variational bound has two levels at least, not " + most);
    }
    this.diffuser = diffuser;
    space = DensitySpace.of(diffuser.scaling());
    NoiseSchedule schedule = diffuser.schedule();
    int wanted = schedule instanceof DiscreteSchedule discrete ? Math.min(most, discrete.steps()) : most;
    levels = FlowLevels.of(schedule, wanted - 1);
  }

  /// The levels, from the least to the most noise.
  public double[] levels() {
    return levels.clone();
  }

  /// S, the number of components.
  public int coordinates() {
    return space.coordinates();
  }

  /// The terms for points, each with noise of its own, where steps have the posterior's variance.
  ///
  /// @param points [n, D] in data units less the origin
  /// @param seed of the noise
  public Terms of(Engine engine, Network network, float[] points, long seed) {
    return of(engine, network, points, seed, List.of(BoundVariance.posterior(this))).getFirst();
  }

  /// The same for several variances, of the same evaluations of the network.
  public List<Terms> of(Engine engine, Network network, float[] points, long seed, List<BoundVariance> variances) {
    float[] data = diffuser.scaling().toState(points);
    int count = data.length / space.width();
    double[] prior = prior(data);
    List<Terms> terms =
        variances.stream()
            .map(v -> new Terms(prior, new double[count], new double[count], new double[levels.length - 1], new double[levels.length - 1]))
            .toList();
    double[] squares = new double[count];
    EpsErrors errors = new EpsErrors(diffuser, engine, network, data, seed);
    Meter meter = Watch.current().meter("variational bound", levels.length, "levels");
    for (int i = 0; i < levels.length; i++) {
      errors.at(levels[i], i, squares);
      for (int k = 0; k < variances.size(); k++) {
        if (i == 0) {
          reconstruct(squares, variances.get(k).least(), terms.get(k).reconstruction());
        } else {
          step(i, squares, variances.get(k).ratios()[i], terms.get(k));
        }
      }
      meter.step(1);
    }
    return terms;
  }

  /// The growth of gamma from a level to the next with more noise.
  double growth(int level) {
    return 2 * (lambda(level) - lambda(level - 1));
  }

  /// The same of the squared noise to signal at a level, sigma^2/alpha^2.
  double noise(int level) {
    return Math.exp(2 * lambda(level));
  }

  private double lambda(int level) {
    return FlowLevels.lambda(diffuser.schedule(), levels[level]);
  }

  private void step(int level, double[] squares, double ratio, Terms to) {
    double gain = Math.expm1(growth(level)) / (2 * ratio);
    double constant = space.coordinates() / 2.0 * (1 / ratio - 1 + Math.log(ratio));
    SummaryStatistics terms = new SummaryStatistics();
    for (int n = 0; n < squares.length; n++) {
      double term = gain * squares[n] + constant;
      to.steps()[n] += term;
      terms.addValue(term);
    }
    to.byLevel()[level - 1] = terms.getMean();
    to.errors()[level - 1] = squares.length < 2 ? Double.NaN : terms.getStandardDeviation() / Math.sqrt(squares.length);
  }

  /// -ln N(x_0; x0hat, v), where x_0 - x0hat = -sigma/alpha (eps - epshat).
  private void reconstruct(double[] squares, double variance, double[] to) {
    double constant = space.coordinates() / 2.0 * Math.log(2 * Math.PI * variance) + space.logVolume();
    for (int n = 0; n < to.length; n++) {
      to[n] = constant + noise(0) * squares[n] / (2 * variance);
    }
  }

  private double[] prior(float[] data) {
    double last = levels[levels.length - 1];
    double alpha = diffuser.schedule().alpha(last) / diffuser.schedule().priorScale();
    double sigma = diffuser.schedule().sigma(last) / diffuser.schedule().priorScale();
    double[] divergences = new double[data.length / space.width()];
    for (int i = 0; i < data.length; i++) {
      if (i % space.width() >= space.coordinates()) {
        continue;
      }
      double mean = alpha * data[i];
      divergences[i / space.width()] += (mean * mean + sigma * sigma - 1) / 2 - Math.log(sigma);
    }
    return divergences;
  }
}
