package io.scorefield.matter.molecule;

import io.scorefield.matter.molecule.MoleculeMetrics.Measured;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Judges made chains of {@link Butane} by their dihedral angles against the exact density.
///
/// - `dihedral-tv`: total variation between the histogram of the angles and its exact probabilities, 36 bins of 10 degrees
/// - `gauche-share`: share of angles within 120 degrees of 0
/// - `gauche-error`: that share less the exact one
/// - `bond-w1`, `angle-w1`: 1-Wasserstein distances of bond lengths in angstrom and of angles in degrees from true chains
///
/// A finite sample of true chains has a total variation above 0; it is the noise floor to read the first beside.
///
/// @param butane the truth
public record ButaneMetrics(Butane butane) {
  private static final int BINS = 36;
  private static final int GROUPS = 20;
  private static final long TRUTH = 1L << 40;

  /// @param points [n, 4, 3]
  public Map<String, Measured> measure(float[] points) {
    int n = points.length / Butane.DIMENSION;
    if (n == 0) {
      throw new IllegalArgumentException("there are no chains to be judged");
    }
    double[] angles = Dihedral.of(points);
    float[] known = butane.draw(TRUTH, Math.max(n, 10_000));
    Map<String, Measured> measured = new LinkedHashMap<>();
    measured.put("dihedral-tv", jackknife(angles, this::totalVariation));
    Measured share = jackknife(angles, ButaneMetrics::gauche);
    measured.put("gauche-share", share);
    measured.put("gauche-error", new Measured(share.value() - butane.gaucheShare(), share.standardError(), n));
    double[] bonds = sorted(bonds(known));
    double[] bends = sorted(bends(known));
    measured.put("bond-w1", new Measured(BondLengths.wasserstein1(bonds, sorted(bonds(points))), Double.NaN, n));
    measured.put("angle-w1", new Measured(BondLengths.wasserstein1(bends, sorted(bends(points))), Double.NaN, n));
    return measured;
  }

  private double totalVariation(double[] angles) {
    double[] known = butane.probabilities(BINS);
    double[] counts = new double[BINS];
    for (double angle : angles) {
      counts[Math.clamp((int) ((angle + Math.PI) / (2 * Math.PI) * BINS), 0, BINS - 1)]++;
    }
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      sum += Math.abs(counts[bin] / angles.length - known[bin]);
    }
    return sum / 2;
  }

  private static double gauche(double[] angles) {
    return IntStream.range(0, angles.length).filter(i -> Math.abs(angles[i]) < 2 * Math.PI / 3).count()
        / (double) angles.length;
  }

  private static Measured jackknife(double[] angles, ToDoubleFunction<double[]> metric) {
    int n = angles.length;
    int groups = Math.min(GROUPS, n);
    double[] without = new double[groups];
    for (int g = 0; g < groups && groups > 1; g++) {
      int left = g;
      without[g] =
          metric.applyAsDouble(IntStream.range(0, n).filter(i -> i % groups != left).mapToDouble(i -> angles[i]).toArray());
    }
    double mean = IntStream.range(0, groups).mapToDouble(g -> without[g]).average().orElse(Double.NaN);
    double squares = IntStream.range(0, groups).mapToDouble(g -> (without[g] - mean) * (without[g] - mean)).sum();
    double error = groups < 2 ? Double.NaN : Math.sqrt(squares * (groups - 1) / groups);
    return new Measured(metric.applyAsDouble(angles), error, n);
  }

  private static double[] sorted(double[] numbers) {
    Arrays.sort(numbers);
    return numbers;
  }

  /// The lengths of the three bonds of each chain.
  private static double[] bonds(float[] points) {
    return IntStream.range(0, points.length / 4).mapToDouble(k -> length(points, k / 3 * 12 + k % 3 * 3, 3)).toArray();
  }

  /// The two angles of each chain in degrees.
  private static double[] bends(float[] points) {
    return IntStream.range(0, points.length / 6)
        .mapToDouble(
            k -> {
              int at = k / 2 * 12 + k % 2 * 3;
              double a = length(points, at, 3);
              double b = length(points, at + 3, 3);
              double c = length(points, at, 6);
              return Math.toDegrees(Math.acos(Math.clamp((a * a + b * b - c * c) / (2 * a * b), -1, 1)));
            })
        .toArray();
  }

  private static double length(float[] points, int from, int step) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      sum += Math.pow((double) points[from + step + axis] - points[from + axis], 2);
    }
    return Math.sqrt(sum);
  }
}
