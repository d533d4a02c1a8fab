package io.scorefield.diffusion;

import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan.Combination;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.util.ArithmeticUtils;

/// The training objective.
///
/// @param weighting the weight of a noise level
/// @param reduction whether squared errors are summed or averaged over the D components (and squared residuals over the
///     residuals)
/// @param physics the part that the law has in it
/// @param dropCondition the share of examples whose conditions the network is not told, in hundredths
/// @param coupling which noise belongs to which data
/// @param matching what the network is compared with
public record Objective(
    Weighting weighting, Reduction reduction, Physics physics, double dropCondition, Coupling coupling, Matching matching) {
  /// Shares are so many parts of 1.
  private static final int PARTS = 100;

  public Objective {
    if (!(dropCondition >= 0 && dropCondition <= 1) || Math.abs(PARTS * dropCondition - hundredths(dropCondition)) > 1e-9) {
      throw new IllegalArgumentException(
          "the share of examples without conditions is " + dropCondition + "; it must be 0 to 1 in whole hundredths");
    }
  }

  private static int hundredths(double share) {
    return (int) Math.round(PARTS * share);
  }

  /// Which noise is put to which data.
  public enum Coupling {
    /// Any to any.
    INDEPENDENT,
    /// In groups of data and as many draws of noise, the pairing whose lines are the shortest in the mean of their squares:
    /// the flow that is learned then has straighter paths, and needs fewer steps (Pooladian et al. 2023, arXiv 2304.14772;
    /// Tong et al. 2024, arXiv 2302.00482, section 3.2). The pairing is exact.
    OPTIMAL_TRANSPORT
  }

  /// How the network is led to the score. All lead to the same: their losses differ by constants, in the mean over examples.
  public enum Matching {
    /// Against the noise of the example.
    DENOISING,
    /// By the divergence of the network, of which there is nothing to compare with (Hyvarinen 2005): exact.
    IMPLICIT,
    /// The same with the divergence along a random direction (Song, Garg, Shi and Ermon 2020).
    SLICED,
    /// Against the exact score, where it is known.
    EXPLICIT,
    /// Against noise of distances, which a network that is made of distances carries to positions (Shi et al. 2021): another
    /// score than that of noisy positions.
    DISTANCES;

    /// Whether the loss has a divergence.
    public boolean takesDivergence() {
      return this == IMPLICIT || this == SLICED;
    }
  }

  /// An objective that compares with the noise.
  public Objective(
      Weighting weighting, Reduction reduction, Physics physics, double dropCondition, Coupling coupling) {
    this(weighting, reduction, physics, dropCondition, coupling, Matching.DENOISING);
  }

  /// Any noise to any data.
  public Objective(Weighting weighting, Reduction reduction, Physics physics, double dropCondition) {
    this(weighting, reduction, physics, dropCondition, Coupling.INDEPENDENT);
  }

  /// An objective that tells the network the conditions of all examples.
  public Objective(Weighting weighting, Reduction reduction, Physics physics) {
    this(weighting, reduction, physics, 0);
  }

  /// How many rows {@link #dropping} makes of the rows of so many levels.
  public long rows(long levels, boolean exactly) {
    int without = hundredths(dropCondition);
    return without == 0 || !exactly ? levels : levels * (PARTS / ArithmeticUtils.gcd(without, PARTS));
  }

  /// The rows of a noise table, of which a share tells no conditions. Rows are drawn uniformly, so this is dropping the
  /// conditions of examples at random.
  ///
  /// @param rows one a level
  /// @param exactly whether every level is to have the same share: then levels are repeated, all of them at a time, so that a
  ///     row of a level is still where its number says. Otherwise neighbouring levels, which must be next to alike, take turns
  List<NoiseTable.Row> dropping(List<NoiseTable.Row> rows, boolean exactly) {
    int without = hundredths(dropCondition);
    if (without == 0) {
      return rows;
    }
    int divisor = ArithmeticUtils.gcd(without, PARTS);
    int turns = PARTS / divisor;
    List<NoiseTable.Row> all = new ArrayList<>();
    for (int copy = 0; copy < (exactly ? turns : 1); copy++) {
      for (int i = 0; i < rows.size(); i++) {
        // The first of all turns tells the conditions, as far as any does.
        boolean tells = (exactly ? copy : i % turns) < turns - without / divisor;
        all.add(tells ? rows.get(i) : rows.get(i).with(NoiseColumn.CONDITION, 0));
      }
    }
    return all;
  }

  /// How the squared errors of the components are put together.
  public enum Reduction {
    SUM,
    MEAN
  }

  /// The sample that the law is applied to while training.
  public enum Estimate {
    /// None: the law has no part in the training.
    NONE,
    /// Mean estimation: x0hat, the network's estimate of the mean of x_0 given x_t.
    MEAN,
    /// Sample estimation: one DDIM step from x_t to the first noise level, and x0hat there. Gradients go through both
    /// evaluations.
    SAMPLE
  }

  /// How the weight of the law is spread over the noise levels.
  public enum Spread {
    /// c / (2 Sigma_t), where Sigma_t is the variance of x_{t-1} given x_t and x_0, and Sigma_1 is taken to be Sigma_2.
    /// Nearly all of the weight is on the first levels, which few examples of a batch have.
    POSTERIOR,
    /// c times the weight that squared errors of x0hat have at the level: law and data are in the same proportion everywhere.
    DATA,
    /// The same times alpha_t^2, the share of the signal: less where there is much noise. There x0hat is a mean of many
    /// samples, and a law that is not linear does not hold of their mean.
    SIGNAL
  }

  /// Physics-informed training (Bastek, Sun and Kochmann 2025, arXiv 2403.14404): the loss has the further term
  /// c / (2 Sigma_t) |R(x*)|^2, or another {@link Spread} of it. Objectives enter with their own weight at every noise
  /// level.
  ///
  /// @param c how much the law weighs beside the data
  /// @param spread over the noise levels
  /// @param limit residuals beyond limit sqrt(Sigma_t) have no pull; 0: all have
  /// @param combination how the gradients of the two terms are put together
  public record Physics(
      Estimate estimate, double c, Spread spread, double limit, Combination combination) {
    public Physics {
      if (!(c > 0) || Double.isInfinite(c)) {
        throw new IllegalArgumentException("c is " + c + "; it must be positive");
      }
      if (!(limit >= 0) || Double.isInfinite(limit)) {
        throw new IllegalArgumentException("the limit is " + limit + "; it must be >= 0");
      }
    }

    /// The law has no part in the training.
    public static Physics none() {
      return new Physics(Estimate.NONE, 1, Spread.POSTERIOR, 0, Combination.SUM);
    }
  }

  /// An objective without physics.
  public Objective(Weighting weighting, Reduction reduction) {
    this(weighting, reduction, Physics.none());
  }

  /// Whether the law has a part in the training.
  public boolean usesPhysics() {
    return physics.estimate() != Estimate.NONE;
  }

  /// The number of rows in the table of a continuous schedule.
  public static final int CONTINUOUS_ROWS = 65_536;
}
