package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.Boundary.Side;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.simulation.exact.DrivenRing;
import io.scorefield.simulation.exact.PassageTime;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Boundaries and forces against quadrature, within three standard errors.
class BoundariesTest {
  private static final double T = 0.5;

  private static final Interval GATE = new Interval(new Boundary(Side.REFLECTING, Side.ABSORBING), -1, 1);

  /// Times of walkers until they are absorbed, which all of them are.
  private static Average passage(String energy, float from, Interval interval, double step) throws IOException {
    Dynamics dynamics =
        Systems.on(Systems.energy(energy, "", "x"), new EulerMaruyama(), T, step, (int) (60 / step), interval);
    float[] states = new float[4000];
    Arrays.fill(states, from);
    Absorption absorption = new Absorption(states.length, dynamics.intervals());
    try (Engine engine = Engines.open("auto", 2).engine()) {
      new Simulation(engine, dynamics, 3)
          .run(states, Systems.every(dynamics.steps(), 60), absorption, (i, s, x) -> {});
    }
    assertThat(absorption.alive()).isZero();
    return Average.of(absorption.times(step));
  }

  private static double deviation(Average average, double exact) {
    return (average.mean() - exact) / average.error();
  }

  @Test
  void aFirstPassageTakesAsLongAsItsFormulaSays() throws IOException {
    double exact = new PassageTime(x -> 0.6 * (1 - x * x), T, GATE).from(-0.5);
    Average average = passage("0.6 * (1 - x^2)", -0.5f, GATE.shifted(T, 0.01), 0.01);
    assertThat(deviation(average, exact)).isBetween(-3.0, 3.0);
  }

  /// A free walker leaves (-1, 1) after (1 - x^2) / (2 T) = 1 on average. Looked at once a step, walkers are missed that
  /// leave and come back in between: without the shift the time is too long by 2 * 0.5826 sqrt(2 T h) / (2 T).
  @Test
  void theShiftTakesBackWhatLookingOnceAStepMisses() throws IOException {
    Interval room = new Interval(new Boundary(Side.ABSORBING, Side.ABSORBING), -1, 1);
    double step = 0.01;
    Average shifted = passage("0", 0, room.shifted(T, step), step);
    Average plain = passage("0", 0, room, step);
    double missed = Math.pow(1 + 0.5826 * Math.sqrt(2 * T * step), 2);
    assertThat(deviation(shifted, 1)).isBetween(-3.0, 3.0);
    assertThat(deviation(plain, 1)).isGreaterThan(5);
    assertThat(deviation(plain, missed)).isBetween(-3.0, 3.0);
  }

  @Test
  void aDrivenRingProducesTheEntropyOfItsFormula() throws IOException {
    Interval turn = new Interval(new Boundary(Side.PERIODIC, Side.PERIODIC), -Math.PI, Math.PI);
    Energy hills = Systems.energy("cos(x)", "0.8 + 0.3 * sin(2 * x)", "x");
    Dynamics dynamics = Systems.on(hills, new LeimkuhlerMatthews(), T, 0.05, 800, turn);
    float[] states = new float[3000];
    for (int i = 0; i < states.length; i++) {
      states[i] = (float) (-Math.PI + 2 * Math.PI * (i + 0.5) / states.length);
    }
    Absorption absorption = new Absorption(states.length, dynamics.intervals());
    Observables observables = new Observables(dynamics, List.of(), absorption, states.length, 300);
    try (Engine engine = Engines.open("auto", 2).engine()) {
      new Simulation(engine, dynamics, 5).run(states, Systems.every(800, 16), absorption, observables);
    }
    DrivenRing exact =
        DrivenRing.of(Math::cos, x -> 0.8 + 0.3 * Math.sin(2 * x), T, -Math.PI, Math.PI);
    assertThat(deviation(observables.production(), exact.entropyProduction())).isBetween(-3.0, 3.0);
    assertThat(observables.production().error()).isLessThan(0.02 * exact.entropyProduction());
  }

  /// Reflecting walls: the density stays Boltzmann's within them. A linear energy between 0 and 1.
  @Test
  void wallsKeepBoltzmannsDistribution() throws IOException {
    Interval room = new Interval(new Boundary(Side.REFLECTING, Side.REFLECTING), 0, 1);
    for (Integrator integrator : List.of(new EulerMaruyama(), new StochasticHeun())) {
      Dynamics dynamics = Systems.on(Systems.energy("x", "", "x"), integrator, T, 1e-3, 2400, room);
      float[] states = new float[4000];
      for (int i = 0; i < states.length; i++) {
        states[i] = (i + 0.5f) / states.length;
      }
      Absorption absorption = new Absorption(states.length, dynamics.intervals());
      Observables observables = new Observables(dynamics, List.of(), absorption, states.length, 1200);
      try (Engine engine = Engines.open("auto", 2).engine()) {
        new Simulation(engine, dynamics, 8).run(states, Systems.every(2400, 24), absorption, observables);
      }
      // <x> of exp(-x/T) on (0, 1).
      double exact = T - 1 / Math.expm1(1 / T);
      assertThat(deviation(observables.energy(), exact)).as(integrator.name()).isBetween(-3.0, 3.0);
    }
  }

  @Test
  void integratorsRefuseBoundariesThatTheyHaveNoMeaningFor() {
    Energy flat = Systems.energy("0", "", "x");
    assertThatThrownBy(() -> Systems.on(flat, new LeimkuhlerMatthews(), 1, 0.1, 1, GATE))
        .hasMessageContaining("leimkuhler-matthews does not go with a boundary that is reflecting");
    assertThatThrownBy(() -> Systems.on(Systems.energy("x^2", "1", "x"), new MetropolisAdjusted(), 1, 0.1, 1))
        .hasMessageContaining("forces that come from an energy alone");
  }
}
