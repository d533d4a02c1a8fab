package io.scorefield.matter;

import io.scorefield.data.DataSet;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/// The energy by which configurations of a data set are judged.
///
/// @param contact the distance below which a pair counts as short, where modes are told apart by the number of short pairs
/// @param conditions how many numbers of a point follow its positions
public record ParticleEnergy(Potential potential, OptionalDouble contact, int conditions) {
  /// The energy of points that are positions alone.
  public ParticleEnergy(Potential potential, OptionalDouble contact) {
    this(potential, contact, 0);
  }

  /// That of the distribution which data were drawn from; empty where it is no particle system.
  public static Optional<ParticleEnergy> of(DataSet data) {
    return switch (data.source().orElse(null)) {
      case ParticleSystem system -> Optional.of(new ParticleEnergy(system.potential(), system.contact()));
      case TemperedParticles tempered ->
          Optional.of(new ParticleEnergy(tempered.asked().potential(), tempered.asked().contact(), 1));
      case null, default -> Optional.empty();
    };
  }

  /// D, the numbers of a point.
  public int dimension() {
    return potential.dimension() + conditions;
  }

  /// The positions of points, [n, N K].
  ///
  /// @param points [n, D]
  public float[] positions(float[] points) {
    if (conditions == 0) {
      return points;
    }
    int count = points.length / dimension();
    float[] positions = new float[count * potential.dimension()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(points, i * dimension(), positions, i * potential.dimension(), potential.dimension());
    }
    return positions;
  }

  /// U of points [n, D].
  public double[] energies(float[] points) {
    return potential.energies(positions(points));
  }

  /// The distances of all pairs of points [n, D].
  public double[] distances(float[] points) {
    return potential.distances(positions(points));
  }

  /// What the data's energies say about them, in a line: the virial of configurations in equilibrium is T K (N - 1).
  ///
  /// @param points [n, N K]
  /// @throws IllegalArgumentException when a point has no finite energy
  public String evidence(float[] points) {
    requireFinite(points);
    int dimension = potential.dimension();
    ConfigurationEnergy energy = new ConfigurationEnergy(potential);
    SummaryStatistics virials = new SummaryStatistics();
    SummaryStatistics energies = new SummaryStatistics();
    Arrays.stream(potential.energies(points)).forEach(energies::addValue);
    double[] x = new double[dimension];
    for (int i = 0; i < points.length / dimension; i++) {
      for (int d = 0; d < dimension; d++) {
        x[d] = points[i * dimension + d];
      }
      virials.addValue(energy.virial(x));
    }
    int freedom = potential.axes() * (potential.particles() - 1);
    double error = virials.getStandardDeviation() / Math.sqrt(virials.getN());
    return String.format(
        Locale.ROOT, "U = %s: <U> = %.4g, <x . grad U> = %.4g, the virial of T = %.4g +- %.2g (if points are independent)",
        potential.formula(), energies.getMean(), virials.getMean(), virials.getMean() / freedom, error / freedom);
  }

  private void requireFinite(float[] points) {
    double[] energies = potential.energies(points);
    for (int i = 0; i < energies.length; i++) {
      if (!Double.isFinite(energies[i])) {
        int dimension = potential.dimension();
        float[] point = Arrays.copyOfRange(points, i * dimension, (i + 1) * dimension);
        throw new IllegalArgumentException(
            "the energy of point " + i + " is " + energies[i] + "; its nearest particles are " + nearest(point));
      }
    }
  }

  private String nearest(float[] point) {
    double[] distances = potential.distances(point);
    List<Double> all = Arrays.stream(distances).boxed().toList();
    int least = all.indexOf(Arrays.stream(distances).min().orElseThrow());
    int first = 0;
    int second = least;
    while (second >= potential.particles() - 1 - first) {
      second -= potential.particles() - 1 - first;
      first++;
    }
    return first + " and " + (first + 1 + second) + ", "
        + (distances[least] == 0 ? "which overlap" : String.format(Locale.ROOT, "%.3g apart", distances[least]));
  }
}
