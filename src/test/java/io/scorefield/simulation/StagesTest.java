package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.physics.Tape;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Coarse, then fine: U = x^2 / 2 + 2 (y - x^2)^2. The integral over y does not depend on x, so the energy of x alone is
/// x^2 / 2, and the two stages together give Boltzmann's distribution of U.
class StagesTest {
  private static final double T = 0.6;

  private static Tape of(String energy) {
    return Systems.energy(energy, "", "x", "y").potential();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mala", "leimkuhler-matthews"})
  void coarseThenFineIsTheWholeDistribution(String name) throws IOException {
    Integrator integrator = name.equals("mala") ? new MetropolisAdjusted() : new LeimkuhlerMatthews();
    Energy whole = new Energy(of("0.5 * x^2 + 2 * (y - x^2)^2"), Map.of());
    Energy coarse = new Energy(of("0.5 * x^2"), Map.of());
    int walkers = 4000;
    var line = Collections.nCopies(2, Interval.LINE);
    Dynamics dynamics =
        new Dynamics(
            whole, integrator, new Temperature.Constant(T), 0.1, 150, line, Optional.empty(),
            List.of(new Stage(100, coarse, 0, 1), new Stage(150, whole, 1, 2)));
    float[] states = new float[2 * walkers];
    float[] middle = new float[2 * walkers];
    Absorption absorption = new Absorption(walkers, line);
    try (Engine engine = Engines.open("auto", 2).engine()) {
      new Simulation(engine, dynamics, 4)
          .run(
              states, new int[] {60, 100, 150}, absorption,
              (i, step, seen) -> {
                if (step == 100) {
                  System.arraycopy(seen, 0, middle, 0, seen.length);
                }
              });
    }
    double[] energy = new double[walkers];
    double[] square = new double[walkers];
    double[] y = new double[walkers];
    for (int i = 0; i < walkers; i++) {
      double x = states[2 * i];
      assertThat(states[2 * i]).isEqualTo(middle[2 * i]);
      assertThat(middle[2 * i + 1]).isZero();
      y[i] = states[2 * i + 1];
      square[i] = x * x;
      energy[i] = whole.potential().objective(new double[] {x, y[i]}, 0);
    }
    // Two quadratic parts of the energy, T / 2 each; <y> = <x^2> = T.
    for (double[] values : List.of(energy, square, y)) {
      Average average = Average.of(values);
      assertThat((average.mean() - T) / average.error()).isBetween(-3.0, 3.0);
    }
  }
}
