package io.scorefield.diffusion;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.physics.Tape;
import java.util.ArrayList;
import java.util.List;

/// Classifier-free guidance: every evaluation of the network becomes two, one that is told the conditions c and one that is
/// told none, and the score is
///
/// ```
/// s = s(x, c) + w (s(x, c) - s(x)) = (1 + w) s(x, c) - w s(x)
/// ```
///
/// So w = 0 is the conditional model and w = -1 the one without conditions; both cost one evaluation. In the other
/// convention, s(x) + gamma (s(x, c) - s(x)), gamma = 1 + w. Samples with w > 0 are more typical of their conditions and less
/// diverse than those of the conditional distribution: the score is that of p(x | c) p(c | x)^w at every noise level by
/// itself, which is no forward process of any distribution.
///
/// What a network's output stands for is an affine function of the score with the same coefficients for both evaluations,
/// and 1 + w and -w sum to 1; so outputs are combined as scores are, whatever the network predicts. Samplers see the sum as
/// the output: their memory and clipping are of it.
///
/// Source: Ho and Salimans 2022 (arXiv 2207.12598), equation 6.
///
/// @param w the weight, -1 or more
public record ClassifierFree(double w) implements Guidance {
  /// The model without conditions.
  public static final ClassifierFree UNCONDITIONAL = new ClassifierFree(-1);

  public ClassifierFree {
    if (!(w >= -1) || Double.isInfinite(w)) {
      throw new IllegalArgumentException("the weight of the guidance is " + w + "; it must be >= -1, the model without conditions");
    }
  }

  @Override
  public StepProgram apply(StepProgram plain, Diffuser diffuser) {
    if (w == 0) {
      return plain;
    }
    List<StepRow> rows = new ArrayList<>();
    for (StepRow row : plain.rows()) {
      if (!row.usesNetwork()) {
        rows.add(row);
      } else if (w == -1) {
        rows.add(row.toBuilder().condition(0).build());
      } else {
        rows.add(
            StepRow.builder(row.time(), row.time())
                .role(RowRole.STAGE)
                .network(row.timeFeatures(), row.inputScale())
                .condition(0)
                .keep(true)
                .build());
        rows.add(row.toBuilder().combine(1 + w, -w).build());
      }
    }
    return plain.withRows(rows);
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
