package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.Boundary.Side;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.physics.Tape;
import io.scorefield.simulation.exact.Canonical;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mixtures U_k = U + V_k of harmonic wells, whose partition functions are known.
class MixtureTest {
  private static final double T = 0.5;

  /// U = x^2 / 2 with V = 2 (x - 1)^2, 0.3 + 0.1 x^2 and 0.2 - x.
  private static Energy mixture() {
    List<Tape> modes = List.of(of("2 * (x - 1)^2"), of("0.3 + 0.1 * x^2"), of("0.2 - x"));
    return new Energy(of("0.5 * x^2"), Map.of()).mixedWith(modes);
  }

  private static Tape of(String formula) {
    return Systems.energy(formula, "", "x", "mode").potential();
  }

  private static final List<Interval> INTERVALS =
      List.of(Interval.LINE, new Interval(new Boundary(Side.PERIODIC, Side.PERIODIC), 0, 3));

  /// Z_k of a quadratic a x^2 + b x + c, up to the factor sqrt(pi T).
  private static double[] shares() {
    double[][] quadratics = {{2.5, -4, 2}, {0.6, 0, 0.3}, {0.5, -1, 0.2}};
    double[] z =
        Arrays.stream(quadratics)
            .mapToDouble(q -> Math.exp(-(q[2] - q[1] * q[1] / (4 * q[0])) / T) / Math.sqrt(q[0]))
            .toArray();
    double sum = Arrays.stream(z).sum();
    return Arrays.stream(z).map(value -> value / sum).toArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1.3, 0, 2.1})
  void theEnergyOfAMixtureIsThatOfItsMode(double x) {
    double[] others = {2 * (x - 1) * (x - 1), 0.3 + 0.1 * x * x, 0.2 - x};
    for (int k = 0; k < 3; k++) {
      for (double within : new double[] {1e-3, 0.5, 0.999}) {
        assertThat(mixture().potential().objective(new double[] {x, k + within}, 0))
            .isCloseTo(0.5 * x * x + others[k], within(1e-12));
      }
    }
  }

  @Test
  void quadratureKnowsTheModesToo() {
    Canonical grid = Canonical.of(mixture(), INTERVALS, new float[] {-1, 0.5f, 2, 1.5f}, T).orElseThrow();
    double[] known = shares();
    double[] shares = grid.marginal(grid.at(T).shares(), 1);
    for (int k = 0; k < 3; k++) {
      assertThat(shares[k]).isCloseTo(known[k], within(1e-8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mala", "heun"})
  void modesAreOccupiedAsBoltzmannSays(String name) throws IOException {
    Integrator integrator = name.equals("mala") ? new MetropolisAdjusted() : new StochasticHeun();
    double step = name.equals("mala") ? 0.05 : 0.02;
    int steps = name.equals("mala") ? 400 : 800;
    Dynamics dynamics =
        new Dynamics(
            mixture(), integrator, new Temperature.Constant(T), step, steps, INTERVALS, Optional.empty());
    int walkers = 3000;
    float[] states = new float[2 * walkers];
    for (int i = 0; i < walkers; i++) {
      states[2 * i + 1] = i % 3 + 0.5f;
    }
    Absorption absorption = new Absorption(walkers, INTERVALS);
    Observables observables = new Observables(dynamics, List.of(), absorption, walkers, steps / 2);
    try (Engine engine = Engines.open("auto", 2).engine()) {
      new Simulation(engine, dynamics, 8).run(states, Systems.every(steps, 20), absorption, observables);
    }
    for (int k = 0; k < 3; k++) {
      Average share = observables.inMode(k);
      assertThat((share.mean() - shares()[k]) / share.error()).as("mode %d", k).isBetween(-3.0, 3.0);
      assertThat(share.error()).isLessThan(0.01);
    }
  }

  @Test
  void noiseWithAMemoryIsRefused() {
    assertThatThrownBy(
            () ->
                new Dynamics(
                    mixture(), new LeimkuhlerMatthews(), new Temperature.Constant(T), 0.05, 10, INTERVALS,
                    Optional.empty()))
        .hasMessageContaining("does not go with modes");
  }
}
