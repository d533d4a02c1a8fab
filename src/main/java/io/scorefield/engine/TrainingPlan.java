package io.scorefield.engine;

import io.scorefield.network.Architecture;
import io.scorefield.physics.Tape;
import java.util.Optional;

/// What is trained on what.
///
/// @param architecture of the network
/// @param table the noise levels, one of which is drawn uniformly for every example
/// @param data [N, D] row-major in the units of the state; not copied
/// @param batch B, examples of one optimiser step
/// @param adam the optimiser
/// @param seed the seed of the noise and of the noise levels
/// @param physics the residuals R and the objective J of the table, in the units of the state
/// @param combination how the gradients of the data term and of the physics term are put together
/// @param pairing the noise that belongs to each data point; empty: it is drawn
public record TrainingPlan(
    Architecture architecture,
    NoiseTable table,
    float[] data,
    int batch,
    AdamOptions adam,
    long seed,
    Optional<Tape> physics,
    Combination combination,
    Optional<Pairing> pairing) {
  /// Noise that is given with the data instead of being drawn: the other ends of the lines that x_t = alpha x_0 + sigma eps
  /// lies on. Pairs of samples and the noise that they were made of, or of points of two distributions, are trained on so.
  ///
  /// @param noise eps of every data point, [N, D]; of conditions it is not read
  /// @param parts the data points and the rows of the table come in so many parts of equal length, and an example draws a row of
  ///     its point's part: points of one part have noise levels of their own
  public record Pairing(float[] noise, int parts) {
    /// Pairs for all noise levels.
    public Pairing(float[] noise) {
      this(noise, 1);
    }
  }

  /// How the gradients of the two terms of the loss make the one that the optimiser takes.
  public enum Combination {
    /// Their sum, the gradient of the loss.
    SUM,
    /// The direction along which both terms fall at an equal rate, as long as the projections of both on it.
    ///
    /// g = (gD . v + gR . v) v with v = U[U(O(gD, gR)) + U(O(gR, gD))], O(a, b) = b - (a . b)/(a . a) a and U the unit
    /// vector; their sum where one of the two is 0 or they are parallel. Source: Liu, Chu and Thuerey 2025 (ConFIG,
    /// arXiv 2408.11104), section 3.2.
    CONFLICT_FREE;

    /// The factors of the two gradients, {of gD, of gR}, from their scalar products.
    ///
    /// @param dd gD . gD
    /// @param dr gD . gR
    /// @param rr gR . gR
    public double[] factors(double dd, double dr, double rr) {
      if (this == SUM || !(dd > 0) || !(rr > 0)) {
        return new double[] {1, 1};
      }
      // |O(gD, gR)|^2 and |O(gR, gD)|^2.
      double besideD = rr - dr * dr / dd;
      double besideR = dd - dr * dr / rr;
      if (!(besideD > 1e-12 * rr) || !(besideR > 1e-12 * dd)) {
        return new double[] {1, 1};
      }
      double d = 1 / Math.sqrt(besideR) - dr / dd / Math.sqrt(besideD);
      double r = 1 / Math.sqrt(besideD) - dr / rr / Math.sqrt(besideR);
      double length = Math.sqrt(d * d * dd + 2 * d * r * dr + r * r * rr);
      d /= length;
      r /= length;
      double along = d * dd + r * dr + d * dr + r * rr;
      return new double[] {along * d, along * r};
    }
  }

  /// The largest batch accepted.
  public static final int MAX_BATCH = 1 << 20;

  /// A plan whose terms are added.
  public TrainingPlan(
      Architecture architecture,
      NoiseTable table,
      float[] data,
      int batch,
      AdamOptions adam,
      long seed,
      Optional<Tape> physics) {
    this(architecture, table, data, batch, adam, seed, physics, Combination.SUM, Optional.empty());
  }

  /// A plan whose noise is drawn.
  public TrainingPlan(
      Architecture architecture,
      NoiseTable table,
      float[] data,
      int batch,
      AdamOptions adam,
      long seed,
      Optional<Tape> physics,
      Combination combination) {
    this(architecture, table, data, batch, adam, seed, physics, combination, Optional.empty());
  }

  /// The same with given noise.
  public TrainingPlan withPairing(Pairing pairs) {
    return new TrainingPlan(architecture, table, data, batch, adam, seed, physics, combination, Optional.of(pairs));
  }

  public TrainingPlan {
    if (table.featureCount() != architecture.timeFeatures()) {
      throw new IllegalArgumentException(
          "the table has " + table.featureCount() + " time features, the network takes "
              + architecture.timeFeatures());
    }
    if (table.conditions() >= architecture.dimension()) {
      throw new IllegalArgumentException(
          "of " + architecture.dimension() + " components " + table.conditions() + " are conditions; none is left to be noised");
    }
    if (data.length == 0 || data.length % architecture.dimension() != 0) {
      throw new IllegalArgumentException(
          data.length + " numbers are not points of " + architecture.dimension() + " components");
    }
    pairing.ifPresent(pairs -> requirePairing(pairs, data, data.length / architecture.dimension(), table));
    if (batch < 1 || batch > MAX_BATCH) {
      throw new IllegalArgumentException(
          "the batch is " + batch + "; it must be between 1 and " + MAX_BATCH);
    }
    if ((table.usesPhysics() || table.evaluatesTwice()) && physics.isEmpty()) {
      throw new IllegalArgumentException("the table weights physics, but the plan has no residuals");
    }
    if (physics.isPresent() && physics.get().inputs() != architecture.dimension()) {
      throw new IllegalArgumentException(
          "the constraint is for " + physics.get().inputs() + " components, the network has "
              + architecture.dimension());
    }
  }

  private static void requirePairing(Pairing pairs, float[] data, int points, NoiseTable table) {
    if (pairs.noise().length != data.length) {
      throw new IllegalArgumentException(
          data.length + " numbers of data cannot be paired with " + pairs.noise().length + " of noise");
    }
    if (data.length > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException("more than " + Integer.MAX_VALUE / 2 + " numbers of data cannot be paired");
    }
    if (pairs.parts() < 1 || points % pairs.parts() != 0 || table.rows() % pairs.parts() != 0) {
      throw new IllegalArgumentException(
          points + " points and " + table.rows() + " noise levels cannot be split into " + pairs.parts() + " equal parts");
    }
  }

  /// Data points of a part that has noise levels of its own.
  public int pointsOfPart() {
    return points() / pairing.map(Pairing::parts).orElse(1);
  }

  /// Rows of the table for each of these parts.
  public int rowsOfPart() {
    return table.rows() / pairing.map(Pairing::parts).orElse(1);
  }

  /// The data as engines take them: every point, and behind it its noise where that is given; [N, D] or [N, 2, D].
  public float[] examples() {
    if (pairing.isEmpty()) {
      return data;
    }
    int dimension = architecture.dimension();
    float[] both = new float[2 * data.length];
    for (int i = 0; i < points(); i++) {
      System.arraycopy(data, i * dimension, both, 2 * i * dimension, dimension);
      System.arraycopy(pairing.get().noise(), i * dimension, both, (2 * i + 1) * dimension, dimension);
    }
    return both;
  }

  /// N, the number of data points.
  public int points() {
    return data.length / architecture.dimension();
  }
}
