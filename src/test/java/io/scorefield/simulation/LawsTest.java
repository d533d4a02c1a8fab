package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Laws that are watched, and kept by a projection after every step.
class LawsTest {
  private static Observables run(Energy energy, Tape law, boolean project, float[] states, int steps)
      throws IOException {
    int dimension = energy.dimension();
    Dynamics dynamics =
        new Dynamics(
            energy, new EulerMaruyama(), new Temperature.Constant(0.5), 0.005, steps,
            Collections.nCopies(dimension, Interval.LINE), project ? Optional.of(law) : Optional.empty());
    Absorption absorption = new Absorption(states.length / dimension, dynamics.intervals());
    Observables observables =
        new Observables(dynamics, List.of(Law.of("law", law)), absorption, states.length / dimension, steps / 2);
    try (Engine engine = Engines.open("auto", 2).engine()) {
      new Simulation(engine, dynamics, 9).run(states, Systems.every(steps, 20), absorption, observables);
    }
    return observables;
  }

  /// U = x on the unit circle at T = 0.5: <U> = -I_1(2) / I_0(2), the Bessel functions of a von Mises distribution.
  @Test
  void walkersOnACircleKeepToItAndToBoltzmannsDistribution() throws IOException {
    float[] states = new float[3000];
    for (int i = 0; i < 1500; i++) {
      states[2 * i] = (float) Math.cos(i);
      states[2 * i + 1] = (float) Math.sin(i);
    }
    Observables observables =
        run(Systems.energy("x", "", "x", "y"), Constraint.sphere(2, 1).tape(), true, states, 2400);
    assertThat(observables.observations().getLast().residuals().getFirst().mean()).isLessThan(1e-6);
    Average energy = observables.energy();
    assertThat((energy.mean() + 0.6977746579640080) / energy.error()).isBetween(-3.0, 3.0);
    assertThat(energy.error()).isLessThan(0.01);
  }

  /// Springs between five values push their sum nowhere; noise does.
  @Test
  void aConservedSumDriftsUnlessItIsProjected() throws IOException {
    Tape mass = Law.invariant(false, new double[] {1, 1, 1, 1, 1}, 2, new int[] {0, 1, 2, 3, 4}, 5);
    Energy springs = Systems.energy("sum(i in 0..3, (u[i+1] - u[i])^2)", "", "u[5]");
    float[] start = new float[500];
    Random random = new Random(1);
    for (int i = 0; i < start.length; i++) {
      start[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < 100; i++) {
      float sum = 0;
      for (int d = 0; d < 5; d++) {
        sum += start[5 * i + d];
      }
      start[5 * i + 4] += 2 - sum;
    }
    double free = run(springs, mass, false, start.clone(), 100).observations().getLast().residuals().getFirst().mean();
    double kept = run(springs, mass, true, start.clone(), 100).observations().getLast().residuals().getFirst().mean();
    // The sum has the variance 5 * 2 T t.
    assertThat(free).isBetween(1.0, 2.2);
    assertThat(kept).isLessThan(1e-5);
  }
}
