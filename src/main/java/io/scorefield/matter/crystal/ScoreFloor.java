package io.scorefield.matter.crystal;

import io.scorefield.data.WrappedNormal;
import io.scorefield.matter.Element;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The least loss that any network can have on noisy crystals, by noise level, and losses as they are compared with it.
///
/// The target is the mean noise of each coordinate given its noisy and its true place ({@link WrappedNormal#meanNoise})
/// without its mean over the atoms. The loss of N atoms is the squared error, summed, over 3 (N - 1) times the mean square
/// of the target before that mean is taken off. 1 is what an answer of 0 has.
public final class ScoreFloor {
  /// Limits of the noise levels that losses are shown for.
  public static final double[] BINS = {0.010, 0.016, 0.027, 0.043, 0.071, 0.115, 0.188, 0.307, 0.5};

  private static final Crystal IDEAL = Prototype.PEROVSKITE.crystal(
      List.of(Element.of(38), Element.of(22)), Element.of(8));

  /// @param value the mean
  /// @param standardError of it
  public record Estimate(double value, double standardError) {}

  private ScoreFloor() {}

  /// The floor of cubic perovskites between two noise levels, their logarithms uniform.
  ///
  /// @param displacement standard deviation of the atoms of the data
  public static Estimate of(double from, double to, double displacement, int draws, long seed) {
    double[] losses =
        IntStream.range(0, draws)
            .parallel()
            .mapToDouble(
                i -> {
                  NoiseSource source = new NoiseSource(seed);
                  double sigma = from * Math.pow(to / from, (i + source.uniform(NoiseStream.TRAINING_ROWS, i, 0)) / draws);
                  float[] z = new float[30];
                  source.normals(NoiseStream.TRAINING_NOISE, i, 0, z, 0, 30);
                  double[] x = IDEAL.fractional();
                  double[] noise = new double[15];
                  WrappedNormal normal = new WrappedNormal(sigma);
                  for (int k = 0; k < 15; k++) {
                    x[k] += displacement * z[15 + k] + sigma * z[k];
                    noise[k] = normal.meanNoise(sigma * z[k]);
                  }
                  double[] known = new PerovskiteScore(sigma, displacement).meanNoise(x);
                  return loss(noise, known, sigma);
                })
            .toArray();
    double mean = Arrays.stream(losses).average().orElseThrow();
    double square = Arrays.stream(losses).map(loss -> (loss - mean) * (loss - mean)).sum() / (draws - 1.0);
    return new Estimate(mean, Math.sqrt(square / draws));
  }

  /// The loss of an answer.
  ///
  /// @param noise mean noise of every coordinate, [N, 3]
  /// @param answer [N, 3], whose mean over the atoms is left out
  public static double loss(double[] noise, double[] answer, double sigma) {
    int atoms = noise.length / 3;
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      double mean = 0;
      for (int atom = 0; atom < atoms; atom++) {
        mean += (noise[3 * atom + axis] - answer[3 * atom + axis]) / atoms;
      }
      for (int atom = 0; atom < atoms; atom++) {
        double error = noise[3 * atom + axis] - answer[3 * atom + axis] - mean;
        sum += error * error;
      }
    }
    return sum / (3 * (atoms - 1) * new WrappedNormal(sigma).meanSquaredNoise());
  }
}
