package io.scorefield.diffusion;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.PhysicsTerm.Loss;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.StepRowBuilder;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Units;
import java.util.ArrayList;
import java.util.List;

/// How samples are made to obey a constraint: turns a plain program into a guided one.
///
/// x0hat is always Tweedie's estimate, and every gradient goes through the network.
public sealed interface Guidance
    permits Guidance.None,
        Guidance.Literal,
        Guidance.Likelihood,
        Guidance.Posterior,
        Guidance.Dps,
        Projection,
        ClassifierFree,
        ClassifierGuidance,
        ConditionedLaw {
  /// The guided program.
  StepProgram apply(StepProgram plain, Diffuser diffuser);

  /// The physics of the guided program; the tape is in state units.
  PhysicsTerm term(Tape tape);

  /// Whether it guides to laws.
  default boolean usesLaws() {
    return true;
  }

  /// The laws as this guidance takes them, in the data's units.
  default Tape tape(Constraint laws, Diffuser diffuser) {
    return laws.tape();
  }

  /// No guidance.
  record None() implements Guidance {
    @Override
    public StepProgram apply(StepProgram plain, Diffuser diffuser) {
      return plain;
    }

    @Override
    public boolean usesLaws() {
      return false;
    }

    @Override
    public PhysicsTerm term(Tape tape) {
      return PhysicsTerm.none();
    }
  }

  /// Where a guided step takes its gradient.
  enum At {
    /// At the state before the step, added to the state after it: one network evaluation a step.
    BEFORE,
    /// At the state after the step and its noise level: a second evaluation a step. At noise level 0
    /// x0hat is the state itself.
    CORRECTED
  }

  /// x <- x - step * gradient of sum |r(x0hat)|, in every step: equation (8) of the course exercise,
  /// taken literally. docs/theory.md explains why it makes matters worse at step 1.
  record Literal(double step, At at) implements Guidance {
    public Literal {
      requireStrength("step", step);
    }

    @Override
    public StepProgram apply(StepProgram plain, Diffuser diffuser) {
      return switch (at) {
        case BEFORE -> atStateBefore(plain, step);
        case CORRECTED -> atCorrectedState(plain, diffuser);
      };
    }

    private StepProgram atCorrectedState(StepProgram plain, Diffuser diffuser) {
      List<StepRow> rows = new ArrayList<>();
      for (StepRow row : plain.rows()) {
        if (isCorrection(row)) {
          rows.add(row);
          continue;
        }
        rows.add(row.toBuilder().role(RowRole.STAGE).build());
        if (row.endsStep()) {
          double t = row.timeAfter();
          StepRowBuilder guided =
              t == 0 ? StepRow.builder(0, 0).x0(1, 0) : Sampler.row(diffuser, t, t);
          rows.add(guided.guidance(step).objective(1).build());
        }
      }
      return plain.withRows(rows);
    }

    @Override
    public PhysicsTerm term(Tape tape) {
      return PhysicsTerm.of(tape, Loss.ABSOLUTE);
    }
  }

  /// Adds the score of a Gaussian likelihood of the residuals to the score of the network: that of
  /// N(0; r(x0hat), sigmaY^2 I + gamma sigma^2/alpha^2 A A^T) with A = dr/dx0hat in units of the state, so that
  /// multiplying a law by a number changes nothing but the meaning of sigmaY. For a law whose gradient has length 1, as
  /// the distance from a circle, it is -gradient of |r|^2 / (2 (sigmaY^2 + gamma sigma^2/alpha^2)).
  ///
  /// Source: Rozet and Louppe 2023 (arXiv 2306.10574), equation 15, with A A^T as in Song et al. 2023 (PiGDM), equation
  /// 7. In DDPM it moves the mean by beta/sqrt(1 - beta) times that score.
  ///
  /// An objective J has the likelihood exp(-J), with the same uncertainty of x0hat: what is a sum of squares in it counts
  /// as residuals of tolerance 1 ({@link Constraint#tape(double, Units)}), what is straight adds its gradient.
  ///
  /// @param sigmaY the tolerance of the constraint, in its own units
  /// @param gamma the variance of x_0 given x_t, in units of sigma^2/alpha^2
  /// @param iterations of conjugate gradients at most; as many as there are residuals are exact
  record Likelihood(double sigmaY, double gamma, int iterations) implements Guidance {
    /// Iterations where nothing else is said.
    public static final int ITERATIONS = 20;

    public Likelihood {
      requireStrength("sigma-y", sigmaY);
      if (!(gamma >= 0) || Double.isInfinite(gamma)) {
        throw new IllegalArgumentException("gamma is " + gamma + "; it must be >= 0");
      }
      if (iterations < 1) {
        throw new IllegalArgumentException("there must be at least one iteration");
      }
    }

    /// With the usual number of iterations.
    public Likelihood(double sigmaY, double gamma) {
      this(sigmaY, gamma, ITERATIONS);
    }

    @Override
    public StepProgram apply(StepProgram plain, Diffuser diffuser) {
      return LikelihoodScore.added(
          plain, diffuser, sigmaY, iterations, true, (alpha, sigma) -> gamma * sigma * sigma / (alpha * alpha));
    }

    @Override
    public Tape tape(Constraint laws, Diffuser diffuser) {
      return laws.tape(sigmaY, diffuser.units());
    }

    @Override
    public PhysicsTerm term(Tape tape) {
      return PhysicsTerm.of(tape, Loss.HALF_SQUARE);
    }
  }

  /// The same with the covariance of x_0 given x_t that the network itself implies,
  /// V = sigma^2/alpha dx0hat/dx, instead of a multiple of the identity: the score of the likelihood
  /// N(0; r(x0hat), sigmaY^2 I + A V A^T) with A = dr/dx0hat. Exact where the data are Gaussian and r is linear, or J
  /// quadratic. A sample for which the network implies no covariance takes sigma^2/alpha^2 instead, as Likelihood does
  /// ({@link StepRow}).
  ///
  /// Source: Rozet, Andry, Lanusse and Louppe 2024 (MMPS, arXiv 2405.13712), equations 19 to 21.
  ///
  /// @param iterations of conjugate gradients in every step, each of which goes back through the network
  record Posterior(double sigmaY, int iterations) implements Guidance {
    public Posterior {
      requireStrength("sigma-y", sigmaY);
      if (iterations < 1) {
        throw new IllegalArgumentException("there must be at least one iteration");
      }
    }

    @Override
    public StepProgram apply(StepProgram plain, Diffuser diffuser) {
      return LikelihoodScore.added(
          plain, diffuser, sigmaY, iterations, false, (alpha, sigma) -> sigma * sigma / alpha);
    }

    @Override
    public Tape tape(Constraint laws, Diffuser diffuser) {
      return laws.tape(sigmaY, diffuser.units());
    }

    @Override
    public PhysicsTerm term(Tape tape) {
      return PhysicsTerm.of(tape, Loss.HALF_SQUARE);
    }
  }

  /// Diffusion posterior sampling: x <- x - zeta * gradient of |r(x0hat)|, at the state before the
  /// step, normed per sample.
  ///
  /// Source: Chung et al. 2023 (arXiv 2209.14687), algorithm 1 with the step zeta / |r|.
  record Dps(double zeta) implements Guidance {
    public Dps {
      requireStrength("zeta", zeta);
    }

    @Override
    public StepProgram apply(StepProgram plain, Diffuser diffuser) {
      return atStateBefore(plain, zeta);
    }

    @Override
    public PhysicsTerm term(Tape tape) {
      return PhysicsTerm.of(tape, Loss.NORM);
    }
  }

  private static StepProgram atStateBefore(StepProgram plain, double strength) {
    List<StepRow> rows = new ArrayList<>();
    for (StepRow row : plain.rows()) {
      if (isCorrection(row)) {
        rows.add(row);
        continue;
      }
      if (!row.endsStep()) {
        throw new IllegalArgumentException(
            "a gradient at the state before the step needs a sampler with one network evaluation a "
                + "step; this one has more. Use likelihood, or literal at the corrected state");
      }
      rows.add(row.toBuilder().guidance(strength).objective(1).build());
    }
    return plain.withRows(rows);
  }

  /// Guidance that is not an addition to the score has no part in corrections: it would be the stronger the smaller they
  /// are.
  private static boolean isCorrection(StepRow row) {
    return row.role() == RowRole.CORRECTION;
  }

  private static void requireStrength(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be positive");
    }
  }
}
