package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.List;
import java.util.stream.IntStream;

/// Temperatures on a ring that have evened out for a random time: u_t = u_xx, periodic on the unit interval.
///
/// At the start u is 1 on two blocks that cover half of the ring together and 0 elsewhere. So at all times its mean is
/// 1/2 (energy is conserved), its values are between 0 and 1 (the maximum principle), and its total variation is 4 at
/// most (it never grows). The heat equation is solved exactly on the grid, mode by mode.
public final class HeatFields implements Distribution {
  private final int n;
  private final double shortest;
  private final double longest;

  /// @param n grid points, a multiple of 8
  /// @param shortest time of evening out, at least; in units where the ring has length 1
  /// @param longest time of evening out, at most
  public HeatFields(int n, double shortest, double longest) {
    if (n < 8 || n % 8 != 0 || n > 4096) {
      throw new IllegalArgumentException("the ring has " + n + " points; it needs a multiple of 8");
    }
    if (!(shortest >= 0 && longest >= shortest) || Double.isInfinite(longest)) {
      throw new IllegalArgumentException("cannot even out from " + shortest + " to " + longest);
    }
    this.n = n;
    this.shortest = shortest;
    this.longest = longest;
  }

  @Override
  public String name() {
    return "heat";
  }

  @Override
  public int dimension() {
    return n;
  }

  @Override
  public List<String> components() {
    return List.of("u[" + n + "]");
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    float[] samples = new float[Math.multiplyExact(count, n)];
    Meter meter = Watch.current().meter("data", count, "fields");
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              meter.step(1);
              NoiseSource source = new NoiseSource(seed);
              double[] u = new double[4];
              for (int j = 0; j < u.length; j++) {
                u[j] = source.uniform(NoiseStream.DATA, first + i, j);
              }
              double[] field = evened(start(u), shortest + u[3] * (longest - shortest));
              for (int p = 0; p < n; p++) {
                samples[n * i + p] = (float) field[p];
              }
            });
    return samples;
  }

  /// Two blocks that cover n/2 points, apart from each other.
  ///
  /// @param u where the first begins, its length, and the gap behind it, each from 0 to 1
  private double[] start(double[] u) {
    int begin = (int) (u[0] * n);
    int length = n / 8 + (int) (u[1] * (n / 4 + 1));
    int gap = n / 8 + (int) (u[2] * (n / 4 + 1));
    double[] field = new double[n];
    for (int p = 0; p < length; p++) {
      field[(begin + p) % n] = 1;
    }
    for (int p = 0; p < n / 2 - length; p++) {
      field[(begin + length + gap + p) % n] = 1;
    }
    return field;
  }

  /// The field after a time, by its Fourier modes with the eigenvalues of the second difference.
  private double[] evened(double[] field, double time) {
    double[] result = new double[n];
    for (int mode = 0; mode <= n / 2; mode++) {
      double cosine = 0;
      double sine = 0;
      for (int p = 0; p < n; p++) {
        double angle = 2 * Math.PI * (mode * p % n) / n;
        cosine += field[p] * Math.cos(angle);
        sine += field[p] * Math.sin(angle);
      }
      double rate = 4.0 * n * n * Math.pow(Math.sin(Math.PI * mode / n), 2);
      double share = Math.exp(-rate * time) * (mode == 0 || mode == n / 2 ? 1.0 : 2.0) / n;
      for (int p = 0; p < n; p++) {
        double angle = 2 * Math.PI * (mode * p % n) / n;
        result[p] += share * (cosine * Math.cos(angle) + sine * Math.sin(angle));
      }
    }
    return result;
  }
}
