package io.scorefield.diffusion;

import io.scorefield.schedule.NoiseLevel;
import io.scorefield.schedule.NoiseSchedule;

/// What is known of x_s given x_t and x_0, where s is a lower noise level than t.
///
/// ```
/// x_s = alpha_s x_0 + kappa (x_t - alpha_t x_0) + sigma_s eta sqrt(tau) z
/// kappa = sigma_s/sigma_t sqrt(1 - eta^2 tau),  tau = 1 - (alpha_t sigma_s / (alpha_s sigma_t))^2
/// ```
///
/// has the marginal of level s for every eta in [0, 1]. With eta = 1 it is the distribution of the forward process, whose
/// variance is Sigma_t = sigma_s^2 tau; with eta = 0 nothing is left to chance.
///
/// Source: Song, Meng and Ermon 2021 (DDIM, arXiv 2010.02502), equations 7 and 16.
record Transition(NoiseLevel from, NoiseLevel to) {
  /// x_s without its noise, where x_0 is the estimate of a network: fromX x_t + fromOutput o.
  record Mean(double fromX, double fromOutput) {}

  static Transition of(NoiseSchedule schedule, double t, double s) {
    return new Transition(schedule.level(t), schedule.level(s));
  }

  private double tau() {
    double ratio = from.alpha() * to.sigma() / (to.alpha() * from.sigma());
    return 1 - ratio * ratio;
  }

  /// Sigma_t, the variance of x_s given x_t and x_0. From level t to t - 1 of a discrete schedule it is
  /// (1 - alphaBar_{t-1}) / (1 - alphaBar_t) beta_t.
  double posteriorVariance() {
    return to.sigma() * to.sigma() * tau();
  }

  /// sigma_t^2 - (alpha_t/alpha_s)^2 sigma_s^2, the variance that the forward process adds from s to t; beta_t from level
  /// t - 1 of a discrete schedule.
  double forwardVariance() {
    return from.sigma() * from.sigma() * tau();
  }

  /// m in x_s = m x_0 + kappa x_t + noise, for eta = 1.
  double fromX0() {
    return to.alpha() * tau();
  }

  /// The deviation of the noise.
  double noise(double eta) {
    return to.sigma() * eta * Math.sqrt(tau());
  }

  /// The deviation of DDPM's noise between its two bounds, exp(share ln beta + (1 - share) ln Sigma); no noise where s is the
  /// data, whose Sigma is 0.
  ///
  /// Source: Ho et al. 2020 (arXiv 2006.11239), section 3.2, for the bounds; Nichol and Dhariwal 2021 (arXiv 2102.09672),
  /// equation 15, for what lies between.
  ///
  /// @param share 0: the posterior's variance, right for data that are one point; 1: beta, right for data N(0, 1)
  double between(double share) {
    return to.sigma() == 0
        ? 0
        : Math.sqrt(Math.pow(forwardVariance(), share) * Math.pow(posteriorVariance(), 1 - share));
  }

  Mean mean(Parameterization.Coefficients c, double eta) {
    double kappa = to.sigma() / from.sigma() * Math.sqrt(1 - eta * eta * tau());
    double fromX0 = to.alpha() - kappa * from.alpha();
    return new Mean(fromX0 * c.x0FromX() + kappa, fromX0 * c.x0FromOutput());
  }
}
