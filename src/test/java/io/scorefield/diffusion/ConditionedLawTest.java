package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Laws of components and conditions, in sampling and in training.
class ConditionedLawTest {
  private static final Diffuser DIFFUSER =
      new Diffuser(
              DiscreteSchedule.cosine(20), Parameterization.V, new TimeEmbedding.Sinusoidal(4, 1),
              new Scaling(
                  new double[] {1, 2, 100}, new double[] {0.5, 3, 20}, new double[3], Frame.of(2).withConditions(1)))
          .withConditions(120);
  private static final Guidance.Likelihood LAW = new Guidance.Likelihood(0.1, 1);

  /// x + y - c, a dot product of all three in one row, as formulas make it.
  private static Constraint balance(boolean ofConditions) {
    return Constraint.of(
        Law.of(
            "balance",
            ofConditions
                ? Law.linear(new double[] {1, 1, -1}, new double[] {0}, new int[] {0, 1, 2}, 3)
                : Law.linear(new double[] {1, 1}, new double[] {3}, new int[] {0, 1}, 3)));
  }

  @Test
  void itCostsTwoEvaluationsAndOneGradientAStep() {
    Guidance both = new ConditionedLaw(new ClassifierFree(2), LAW);
    StepProgram program = DIFFUSER.program(AncestralSampler.ddpm(), both);
    assertThat(program.networkEvaluations()).isEqualTo(40);
    assertThat(program.guidedRows()).isEqualTo(20);
    // Without a weight of the conditions it is the law alone.
    StepProgram none = DIFFUSER.program(AncestralSampler.ddpm(), new ConditionedLaw(new ClassifierFree(0), LAW));
    assertThat(none.rows()).usingRecursiveComparison().isEqualTo(DIFFUSER.program(AncestralSampler.ddpm(), LAW).rows());
  }

  @Test
  void projectionsAreOfTheCombinedOutput() {
    Guidance both = new ConditionedLaw(new ClassifierFree(2), new Projection(false, 1));
    StepProgram program = DIFFUSER.program(AncestralSampler.ddpm(), both);
    assertThat(program.networkEvaluations()).isEqualTo(40);
    assertThat(program.rows().stream().filter(row -> row.projected() != 0)).allMatch(row -> row.gain() == 3 && row.carry() == -2);
  }

  @Test
  void samplersThatRememberAreRefused() {
    Guidance both = new ConditionedLaw(new ClassifierFree(2), LAW);
    assertThatThrownBy(() -> DIFFUSER.program(new FlowSampler(FlowScheme.HEUN, FlowFrame.CIRCLE, TimeGrid.uniform(10), true), both))
        .hasMessageContaining("needs the sampler's memory for its gradient");
  }

  /// The law's value is that of the data's units, and its derivative with respect to the condition is 0.
  @Test
  void conditionsOfALawAreHeld() {
    Tape tape = DIFFUSER.tape(balance(true));
    double[] state = {0.4, -0.3, 1};
    double residual = 0.5 * 0.4 + 1 + 3 * -0.3 + 2 - 120;
    assertThat(tape.residuals(state, 0)[0]).isCloseTo(residual, within(1e-12));
    double[] gradient = new double[3];
    TapeRunner runner = new TapeRunner(tape);
    runner.forward(state, 0, new double[1]);
    runner.reverse(state, 0, new double[] {1}, 0, gradient, 0);
    assertThat(gradient).containsExactly(new double[] {0.5, 3, 0}, within(1e-12));
  }

  @Test
  void examplesThatAreToldNothingDoNotLearnLawsOfConditions() {
    Objective objective =
        new Objective(
            Weighting.NONE, Objective.Reduction.MEAN,
            new Objective.Physics(
                Objective.Estimate.MEAN, 0.1, Objective.Spread.POSTERIOR, 0,
                TrainingPlan.Combination.SUM),
            0.25, Objective.Coupling.INDEPENDENT);
    NoiseTable of = DIFFUSER.noiseTable(objective, Optional.of(DIFFUSER.tape(balance(true))));
    assertThat(IntStream.range(0, of.rows()))
        .allMatch(row -> (of.get(NoiseColumn.CONDITION, row) == 0) == (of.get(NoiseColumn.PHYSICS_WEIGHT, row) == 0));
    NoiseTable without = DIFFUSER.noiseTable(objective, Optional.of(DIFFUSER.tape(balance(false))));
    assertThat(IntStream.range(0, of.rows())).allMatch(row -> without.get(NoiseColumn.PHYSICS_WEIGHT, row) > 0);
  }
}
