package io.scorefield.diffusion;

import io.scorefield.data.GaussianMixture;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.ProgramInterpreter;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.schedule.NoiseLevel;
import io.scorefield.schedule.NoiseSchedule;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;

/// Gaussians as data: what a perfect network says of them, and where the probability flow leads.
final class ExactMixture implements ProgramInterpreter.Output {
  private final Diffuser diffuser;
  private final GaussianMixture mixture;
  private final Map<Double, GaussianMixture.ScoreFunction> levels = new HashMap<>();

  ExactMixture(Diffuser diffuser, GaussianMixture mixture) {
    this.diffuser = diffuser;
    this.mixture = mixture;
  }

  /// epshat at a noise level.
  private double[] eps(double alpha, double sigma, GaussianMixture.ScoreFunction level, double[] x) {
    double[] eps = new double[x.length];
    level.evaluate(x, eps);
    for (int d = 0; d < x.length; d++) {
      eps[d] *= -sigma;
    }
    return eps;
  }

  @Override
  public double[] of(StepRow row, double[] x) {
    double alpha = diffuser.schedule().alpha(row.time());
    double sigma = diffuser.schedule().sigma(row.time());
    double[] o =
        eps(alpha, sigma, levels.computeIfAbsent(row.time(), t -> mixture.noised(alpha, sigma).scoreFunction()), x);
    Parameterization.Coefficients c = diffuser.coefficients(row.time());
    for (int d = 0; d < x.length; d++) {
      o[d] = c.x0FromOutput() == 0 ? 0 : (x0(alpha, sigma, x[d], o[d], c) - c.x0FromX() * x[d]) / c.x0FromOutput();
    }
    return o;
  }

  /// x0hat; where alpha is 0, by the mean of the data.
  private double x0(double alpha, double sigma, double x, double eps, Parameterization.Coefficients c) {
    return alpha == 0 ? mean : (x - sigma * eps) / alpha;
  }

  private double mean;

  /// For schedules that come to alpha = 0: the mean of the data, in one dimension.
  ExactMixture withMean(double value) {
    mean = value;
    return this;
  }

  double[] run(Sampler sampler, double[] initial) {
    StepProgram program = sampler.compile(diffuser);
    return ProgramInterpreter.run(program, PhysicsTerm.none(), this, 1, 0, initial);
  }

  /// The flow from the schedule's end to a lower level, by Dormand and Prince's method of order 8 over the angle from data to
  /// noise: y = x/r, dy/dangle = cos epshat - sin x0hat, without a pole.
  double[] flow(double[] initial, double end) {
    NoiseSchedule schedule = diffuser.schedule();
    NoiseLevel from = schedule.level(schedule.end());
    NoiseLevel to = schedule.level(end);
    double scale = Math.hypot(from.alpha(), from.sigma());
    double[] y = initial.clone();
    for (int d = 0; d < y.length; d++) {
      y[d] /= scale;
    }
    FirstOrderDifferentialEquations equations =
        new FirstOrderDifferentialEquations() {
          @Override
          public int getDimension() {
            return initial.length;
          }

          @Override
          public void computeDerivatives(double angle, double[] state, double[] slope) {
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            double[] eps = eps(cos, sin, mixture.noised(cos, sin).scoreFunction(), state);
            for (int d = 0; d < state.length; d++) {
              // cos epshat - sin x0hat with x0hat = (y - sin epshat)/cos.
              slope[d] = (eps[d] - sin * state[d]) / cos;
            }
          }
        };
    // The right side is 0/0 at the very end.
    double first = Math.min(Math.atan2(from.sigma(), from.alpha()), Math.PI / 2 - 1e-9);
    new DormandPrince853Integrator(1e-12, 0.01, 1e-13, 1e-13)
        .integrate(equations, first, y, Math.atan2(to.sigma(), to.alpha()), y);
    double last = Math.hypot(to.alpha(), to.sigma());
    for (int d = 0; d < y.length; d++) {
      y[d] *= last;
    }
    return y;
  }

  /// x0hat of a state at a level with alpha above 0.
  double[] denoised(double[] x, double t) {
    NoiseLevel level = diffuser.schedule().level(t);
    double[] eps = eps(level.alpha(), level.sigma(), mixture.noised(level.alpha(), level.sigma()).scoreFunction(), x);
    double[] x0 = new double[x.length];
    for (int d = 0; d < x.length; d++) {
      x0[d] = (x[d] - level.sigma() * eps[d]) / level.alpha();
    }
    return x0;
  }
}
