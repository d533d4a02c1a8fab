package io.scorefield.data;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.List;
import java.util.Optional;

/// The two half moons of {@link PlaneDistribution#halfMoons} with the moon that each point is of.
///
/// @param jitter standard deviation of the jitter
public record HalfMoons(double jitter) implements ClassMixture {
  /// Narrower densities would need more points of the arc than the answer to which moon is nearer is worth.
  private static final double NARROWEST = 0.01;

  @Override
  public String name() {
    return "half-moons";
  }

  @Override
  public int dimension() {
    return 2;
  }

  @Override
  public List<String> classes() {
    return List.of("upper", "lower");
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    return PlaneDistribution.halfMoons(jitter).draw(seed, first, count);
  }

  @Override
  public Optional<LogDensity> logDensity() {
    return PlaneDistribution.halfMoons(jitter).logDensity();
  }

  @Override
  public Distribution part(int k) {
    return PlaneDistribution.halfMoon(k == 0, jitter);
  }

  @Override
  public int[] labels(long seed, long first, int count) {
    NoiseSource source = new NoiseSource(seed);
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = PlaneDistribution.isUpper(source.uniform(NoiseStream.DATA, first + i, 1)) ? 0 : 1;
    }
    return labels;
  }

  @Override
  public double logJoint(int k, double[] point) {
    return PlaneDistribution.logOfMoon(k == 0, Math.max(jitter, NARROWEST), point[0], point[1]);
  }
}
