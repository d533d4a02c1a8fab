package io.scorefield.diffusion;

import io.scorefield.data.Distribution;
import io.scorefield.data.Scaling;
import java.util.function.Supplier;

/// Where samples begin instead of noise: points of another distribution. The flow from these to the data is learned on lines
/// x_t = (1 - t) x_0 + t x_1 + gamma(t) z between a point of each, with gamma = latent sin^2(pi t) and z standard normal.
///
/// Source: Albergo, Boffi and Vanden-Eijnden 2023 (stochastic interpolants, arXiv 2303.08797), definition 2.1; with latent = 0,
/// Liu, Gong and Liu 2023 (arXiv 2209.03003) and Tong et al. 2024 (arXiv 2302.00482).
public final class Start {
  /// Added to the seed for the points that samples begin with, and for those that are trained on.
  private static final long SAMPLES = 1L << 45;
  private static final long TRAINING = 1L << 46;

  private final Supplier<Distribution> from;
  private final double latent;
  private Distribution known;

  /// @param from asked once, when points are needed; in data units
  /// @param latent how large the noise in the middle of a line is, in units of the state; 0: none
  public Start(Supplier<Distribution> from, double latent) {
    this.from = from;
    this.latent = latent;
  }

  public double latent() {
    return latent;
  }

  /// gamma at time t.
  public double gamma(double t) {
    return latent * Math.pow(Math.sin(Math.PI * t), 2);
  }

  /// Its time derivative.
  public double gammaRate(double t) {
    return latent * Math.PI * Math.sin(2 * Math.PI * t);
  }

  /// The states that samples begin with: first .. first + count - 1 of the seed, [count, S].
  public float[] states(Scaling scaling, long seed, long first, int count) {
    return drawn(scaling, seed + SAMPLES, first, count);
  }

  /// States of other points of the distribution, for training.
  public float[] training(Scaling scaling, long seed, long first, int count) {
    return drawn(scaling, seed + TRAINING, first, count);
  }

  private float[] drawn(Scaling scaling, long seed, long first, int count) {
    Distribution source = source();
    if (source.dimension() != scaling.dimension()) {
      throw new IllegalArgumentException(
          "the data have " + scaling.dimension() + " components, and the points that samples begin with "
              + source.dimension());
    }
    return scaling.toState(source.draw(seed, first, count));
  }

  /// The distribution, `[D]` in data units.
  public synchronized Distribution source() {
    if (known == null) {
      known = from.get();
    }
    return known;
  }
}
