package io.scorefield.diffusion;

/// The weight of a noise level in the loss |o - target|^2.
public enum Weighting {
  /// 1: the loss as it stands.
  NONE {
    @Override
    double at(double alpha, double sigma) {
      return 1;
    }
  },
  /// sigma^2: for a score network this makes it the error of eps (Song et al. 2021, lambda(t)).
  SIGMA2 {
    @Override
    double at(double alpha, double sigma) {
      return sigma * sigma;
    }
  },
  /// min(alpha^2/sigma^2, 5), for networks that predict x_0 (Hang et al. 2023, min-SNR-5).
  MIN_SNR_5 {
    @Override
    double at(double alpha, double sigma) {
      return Math.min(alpha * alpha / (sigma * sigma), 5);
    }
  },
  /// min(max(alpha^2/sigma^2, 0.1), 5): the same with a lower bound as well, as Salimans and Ho 2022 have one (arXiv
  /// 2202.00512, truncated SNR). Data whose components go together, such as smooth fields, have directions in which they
  /// vary far more than a component does; what these are is decided at noise that drowns a single component.
  CLIPPED_SNR {
    @Override
    double at(double alpha, double sigma) {
      return Math.clamp(alpha * alpha / (sigma * sigma), 0.1, 5);
    }
  };

  abstract double at(double alpha, double sigma);
}
