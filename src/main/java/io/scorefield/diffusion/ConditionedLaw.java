package io.scorefield.diffusion;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.RowRole;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import java.util.ArrayList;
import java.util.List;

/// Classifier-free guidance and guidance to laws in one method:
///
/// ```
/// s = (1 + w) s(x, c) - w s(x) + grad log p(law | x, c)
/// ```
///
/// A projection is one of the x0hat that belongs to the combined output. A gradient through the combined output would go back
/// through both evaluations, and is not taken: it is that of the conditional evaluation alone, which is what the law says of
/// samples under c. So w does not sharpen the law. The step x' = a x + b o - g G becomes two rows,
///
/// ```
/// kept = o(x, c)    m = -g G(x), through o(x, c)
/// x'   = a x + b ((1 + w) kept - w o(x)) + m
/// ```
///
/// with as many evaluations as classifier-free guidance alone and as many gradients as the law alone.
///
/// @param free the weight of the conditions
/// @param law guidance to laws
public record ConditionedLaw(ClassifierFree free, Guidance law) implements Guidance {
  public ConditionedLaw {
    if (!law.usesLaws()) {
      throw new IllegalArgumentException("the guidance beside classifier-free guidance is none to laws");
    }
  }

  @Override
  public StepProgram apply(StepProgram plain, Diffuser diffuser) {
    StepProgram guided = law.apply(plain, diffuser);
    if (free.w() == 0 || free.w() == -1 || guided.guidedRows() == 0) {
      return free.apply(guided, diffuser); // one evaluation each, or no gradient
    }
    boolean sameRows = guided.rows().size() == plain.rows().size();
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < guided.rows().size(); i++) {
      StepRow row = guided.rows().get(i);
      if (!row.usesGradient()) {
        rows.addAll(free.apply(plain.withRows(List.of(row)), diffuser).rows());
      } else if (sameRows) {
        rows.add(gradient(row));
        rows.add(plain.rows().get(i).toBuilder().condition(0).combine(-free.w(), 1 + free.w()).memory(1).build());
      } else {
        rows.add(row); // a gradient in a row of its own, which is told the conditions
      }
    }
    return guided.withRows(rows);
  }

  /// Keeps the conditional output, and what the gradient adds to the step.
  private static StepRow gradient(StepRow row) {
    boolean forgets =
        row.memory() == 0 && row.memoryOutput() == 0 && row.memoryState() == 0 && row.earlier() == 0 && !row.shifts()
            && row.memoryGuidance() == 0;
    if (!forgets) {
      throw new IllegalArgumentException(
          "a law beside classifier-free guidance needs the sampler's memory for its gradient, and this sampler uses it itself; "
              + "take ddim, ddpm or euler-maruyama, or project: {kind: projection}");
    }
    return row.toBuilder()
        .role(RowRole.STAGE)
        .state(1)
        .saved(0)
        .save(false)
        .output(0)
        .noise(0, 0)
        .guidance(0)
        .memoryUpdate(0, 0)
        .memoryGuidance(row.guidance())
        .keep(true)
        .build();
  }

  @Override
  public PhysicsTerm term(Tape tape) {
    return law.term(tape);
  }

  @Override
  public Tape tape(Constraint laws, Diffuser diffuser) {
    return law.tape(laws, diffuser);
  }
}
