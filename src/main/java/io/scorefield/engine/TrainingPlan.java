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
public record TrainingPlan(
    Architecture architecture,
    NoiseTable table,
    float[] data,
    int batch,
    AdamOptions adam,
    long seed,
    Optional<Tape> physics,
    Combination combination) {
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
    this(architecture, table, data, batch, adam, seed, physics, Combination.SUM);
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

  /// N, the number of data points.
  public int points() {
    return data.length / architecture.dimension();
  }
}
