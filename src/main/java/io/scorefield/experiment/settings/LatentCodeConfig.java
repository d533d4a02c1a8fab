package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.Setting;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.network.architecture.Coder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// The code of an autoencoder: its noise, its divergence from a normal distribution, and its scaling.
public record LatentCodeConfig(
    @Setting(
            doc =
                "Noise that a code has in the autoencoder's training: none, of a fixed deviation, or of one that the encoder learns for "
                    + "each number (a variational autoencoder).",
            value = "none")
        Autoencoder.Noise noise,
    @Setting(doc = "The deviation of that noise, where it is fixed.", value = "0.1", min = 0, aboveMin = true, max = 1e3)
        double deviation,
    @Setting(
            doc =
                "Weight of the divergence KL of a code from N(0, 1), in nats: the loss is (|error|^2 + 2 w KL) / components. It is the "
                    + "variance of the decoder's errors for which that is the bound of a variational autoencoder. Needs noise; without "
                    + "noise 0.",
            value = "0",
            min = 0,
            max = 1e6)
        double klWeight,
    @Setting(
            doc =
                "How codes become what the diffusion works on: less their mean and divided by one deviation of all numbers (common), by "
                    + "that of each number (each), or as they are (none).",
            value = "common")
        Normalization normalization)
    implements Checked, Conditional {
  /// How codes are scaled for the diffusion.
  public enum Normalization {
    COMMON,
    EACH,
    NONE
  }

  @Override
  public Map<String, String> meaningless() {
    return noise == Autoencoder.Noise.FIXED
        ? Map.of()
        : Map.of("deviation", "the noise is " + noise.name().toLowerCase(Locale.ROOT) + ", and only noise: fixed has a given deviation");
  }

  @Override
  public void check() {
    if (noise == Autoencoder.Noise.NONE && klWeight > 0) {
      throw new IllegalArgumentException(
          "kl-weight weighs the divergence of a code's distribution, and without noise a code has none: set noise: fixed or "
              + "learned, or kl-weight: 0");
    }
    if (noise != Autoencoder.Noise.NONE && klWeight == 0) {
      throw new IllegalArgumentException(
          "noise of a code does nothing where the encoder may make codes as large as it likes: set kl-weight, for example to 1e-3, "
              + "or noise: none");
    }
  }

  Autoencoder autoencoder(Coder coder) {
    return new Autoencoder(coder, noise, deviation, klWeight);
  }

  /// The scaling of codes, without that of conditions. Of clouds of points the positions stay as they are, and features are divided by
  /// the root of their mean square over the points that are there, so that turned points have turned states.
  ///
  /// @param codes [n, components of codes without conditions]
  /// @param frame of the codes
  /// @throws IllegalArgumentException when all codes are the same
  public Scaling scaling(float[] codes, Frame frame) {
    int latents = frame.made();
    if (frame.centred().isPresent()) {
      return ofPoints(codes, frame);
    }
    if (normalization == Normalization.NONE) {
      return Scaling.identity(latents);
    }
    Scaling each = Scaling.standardize(codes, latents);
    if (normalization == Normalization.EACH) {
      return each;
    }
    double variance = Arrays.stream(each.deviation()).map(s -> s * s).average().orElseThrow();
    double[] same = new double[latents];
    Arrays.fill(same, Math.sqrt(variance));
    return new Scaling(each.mean(), same);
  }

  private Scaling ofPoints(float[] codes, Frame frame) {
    int placed = frame.made() - frame.features();
    double squares = 0;
    long count = 0;
    for (int i = 0; i < codes.length; i++) {
      if (i % frame.made() >= placed && codes[i] != 0) {
        squares += (double) codes[i] * codes[i];
        count++;
      }
    }
    double[] deviation = new double[frame.made()];
    Arrays.fill(deviation, 1);
    if (normalization != Normalization.NONE) {
      Arrays.fill(deviation, placed, frame.made(), Math.sqrt(squares / Math.max(1, count)));
    }
    return new Scaling(new double[frame.made()], deviation);
  }
}
