package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepCostTest {
  private static final StepRow NETWORK =
      StepRow.builder(2, 1).network(new double[0], 1).output(0.5).x0(1, -0.5).build();
  private static final StepRow UPDATE = StepRow.builder(1, 1).noise(1, 0).build();

  /// Three residuals, and an objective where asked for.
  private static PhysicsTerm laws(boolean objective) {
    TapeBuilder tape = new TapeBuilder(3);
    for (int d = 0; d < 3; d++) {
      tape.residual(tape.square(tape.input(d)));
    }
    return new PhysicsTerm(
        Optional.of((objective ? tape.objective(tape.input(0), 1) : tape).build()),
        PhysicsTerm.Loss.HALF_SQUARE, 4, 2);
  }

  private static StepCost cost(PhysicsTerm physics, StepRow... rows) {
    return new StepProgram(0, 1, List.of(rows)).cost(2, physics);
  }

  private static StepRow likelihood(int iterations, boolean isotropic) {
    return NETWORK.toBuilder().guidance(1).objective(1).likelihood(iterations, 1, 1, isotropic).build();
  }

  @Test
  void plainRowsEvaluateTheNetworkOnceOrNotAtAll() {
    StepCost cost = cost(PhysicsTerm.none(), NETWORK, UPDATE, NETWORK);
    assertThat(cost).isEqualTo(new StepCost(3, 2, 0, 0));
    assertThat(cost.inNetwork(10)).isEqualTo(20);
    assertThat(cost.inLaws(PhysicsTerm.none())).isZero();
  }

  @Test
  void aGradientGoesBackOnce() {
    StepRow guided = NETWORK.toBuilder().guidance(1).build();
    assertThat(cost(laws(false), guided)).isEqualTo(new StepCost(1, 1, 1, 2));
    // Where x0hat is the state itself, there is no network to go back through.
    assertThat(cost(laws(false), StepRow.builder(0, 0).guidance(1).build())).isEqualTo(new StepCost(1, 0, 0, 2));
  }

  @Test
  void aSolverGoesBackInEveryIterationUnlessTheCovarianceIsIsotropic() {
    assertThat(cost(laws(false), likelihood(2, false))).isEqualTo(new StepCost(1, 1, 3, 9));
    assertThat(cost(laws(false), likelihood(2, true))).isEqualTo(new StepCost(1, 1, 1, 9));
    // At most one iteration a residual.
    assertThat(cost(laws(false), likelihood(20, false))).isEqualTo(new StepCost(1, 1, 4, 12));
    // An objective goes back once more before the first.
    assertThat(cost(laws(true), likelihood(2, false))).isEqualTo(new StepCost(1, 1, 4, 12));
  }

  @Test
  void aProjectionSweepsOverTheLaws() {
    StepRow projected = UPDATE.toBuilder().projected(1).build();
    PhysicsTerm laws = laws(false);
    StepCost cost = cost(laws, projected);
    assertThat(cost).isEqualTo(new StepCost(1, 0, 0, 4 * (1 + 2 * 2)));
    assertThat(cost.inLaws(laws)).isEqualTo(20.0 * laws.tape().map(Tape::operations).orElseThrow());
  }
}
