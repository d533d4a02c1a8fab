package io.scorefield.diffusion;

import io.scorefield.schedule.NoiseLevel;

/// The weight of a noise level in the loss |o - target|^2.
public enum Weighting {
  /// 1: the loss as it stands.
  NONE {
    @Override
    public double at(NoiseLevel level) {
      return 1;
    }
  },
  /// sigma^2: for a score network this makes it the error of eps (Song et al. 2021, lambda(t)).
  SIGMA2 {
    @Override
    public double at(NoiseLevel level) {
      return level.sigma() * level.sigma();
    }
  },
  /// alpha^2/sigma^2, for networks that predict x_0: the error of eps (Salimans and Ho 2022, arXiv 2202.00512, section 4).
  SNR {
    @Override
    public double at(NoiseLevel level) {
      return snr(level);
    }
  },
  /// min(alpha^2/sigma^2, 5), for networks that predict x_0 (Hang et al. 2023, min-SNR-5).
  MIN_SNR_5 {
    @Override
    public double at(NoiseLevel level) {
      return Math.min(snr(level), 5);
    }
  },
  /// min(max(alpha^2/sigma^2, 0.1), 5): the same with a lower bound as well, as Salimans and Ho 2022 have one (arXiv
  /// 2202.00512, truncated SNR). Data whose components go together, such as smooth fields, have directions in which they
  /// vary far more than a component does; what these are is decided at noise that drowns a single component.
  CLIPPED_SNR {
    @Override
    public double at(NoiseLevel level) {
      return Math.clamp(snr(level), 0.1, 5);
    }
  },
  /// (alpha^2 + sigma^2)/sigma^2 for networks that predict x_0: EDM's lambda for data of deviation 1, which is 1 for those that
  /// predict EDM's output (Karras et al. 2022, arXiv 2206.00364, table 1).
  EDM {
    @Override
    public double at(NoiseLevel level) {
      return 1 + snr(level);
    }
  },
  /// Half the speed with which the log-SNR falls, as a weight of the error of eps whatever the network predicts, in continuous
  /// time: the expectation of the loss is then the variational bound's part of the noise levels (Kingma et al. 2021, arXiv
  /// 2107.00630, equation 17). It is for times drawn alike.
  LIKELIHOOD {
    @Override
    public double at(NoiseLevel level) {
      if (!level.hasRates()) {
        throw new IllegalArgumentException(
            "the weighting likelihood is the speed of the log-SNR, which a schedule in steps does not have; take snr, or a "
                + "continuous schedule");
      }
      return level.sigmaRate() / level.sigma() - level.alphaRate() / level.alpha();
    }

    @Override
    double at(NoiseLevel level, Parameterization.Coefficients c) {
      return at(level) * c.epsFromOutput() * c.epsFromOutput();
    }
  };

  public abstract double at(NoiseLevel level);

  /// The weight of |o - target|^2 for a network whose output stands for what the coefficients say.
  double at(NoiseLevel level, Parameterization.Coefficients c) {
    return at(level);
  }

  private static double snr(NoiseLevel level) {
    return Math.pow(level.alpha() / level.sigma(), 2);
  }
}
