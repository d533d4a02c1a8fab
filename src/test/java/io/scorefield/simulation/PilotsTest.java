package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.Boundary.Side;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.simulation.exact.Canonical;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Schedules that pilots teach.
class PilotsTest {
  private static final double START = 2;
  private static final double END = 0.1;

  private static double[] temperatures(int count) {
    double[] temperatures = new double[count];
    for (int k = 0; k < count; k++) {
      temperatures[k] = START * Math.pow(END / START, (double) k / (count - 1));
    }
    return temperatures;
  }

  private static EvenSpeed schedule(List<Pilots.Pilot> pilots) {
    return new EvenSpeed(
        START, END, pilots.stream().mapToDouble(Pilots.Pilot::temperature).toArray(),
        pilots.stream().mapToDouble(pilot -> pilot.capacity().mean()).toArray());
  }

  private static List<Pilots.Pilot> pilots(Dynamics dynamics, int steps, int walkers, int threads) throws IOException {
    try (Engine engine = Engines.open("auto", threads).engine()) {
      return new Pilots(dynamics, temperatures(6), steps)
          .run(engine, new float[walkers * dynamics.energy().dimension()], 5, k -> {});
    }
  }

  /// C of two harmonic degrees of freedom is 1 at every temperature, and the schedule the exponential one.
  @Test
  void aHarmonicWellTeachesTheExponential() throws IOException {
    Dynamics dynamics =
        Systems.on(Systems.energy("0.5 * x^2 + 2 * y^2", "", "x", "y"), new LeimkuhlerMatthews(), 1, 0.2, 100);
    List<Pilots.Pilot> pilots = pilots(dynamics, 100, 2000, 2);
    double worst = 0;
    for (Pilots.Pilot pilot : pilots) {
      assertThat((pilot.capacity().mean() - 1) / pilot.capacity().error()).isBetween(-3.5, 3.5);
      assertThat((pilot.energy().mean() - pilot.temperature()) / pilot.energy().error()).isBetween(-3.5, 3.5);
      worst = Math.max(worst, pilot.capacity().error());
    }
    assertThat(worst).isLessThan(0.03);
    // A relative error e of C moves ln T by less than e / 2 of its whole range.
    for (double s = 0.1; s < 1; s += 0.1) {
      assertThat(Math.log(schedule(pilots).at(s)))
          .isCloseTo(Math.log(new Temperature.Exponential(START, END).at(s)), within(3 * worst / 2 * Math.log(START / END)));
    }
  }

  @Test
  void aSchedulesBitsDoNotDependOnThreads() throws IOException {
    Dynamics dynamics =
        Systems.on(Systems.energy("(x^2 - 1)^2 + 0.3 * x", "", "x"), new LeimkuhlerMatthews(), 1, 0.02, 100);
    List<Pilots.Pilot> one = pilots(dynamics, 60, 150, 1);
    List<Pilots.Pilot> three = pilots(dynamics, 60, 150, 3);
    assertThat(three).isEqualTo(one);
    assertThat(schedule(three).at(0.37)).isEqualTo(schedule(one).at(0.37));
  }

  /// Walkers in a well without barriers, which follow a temperature as quickly everywhere, are cooled down. What they have
  /// more than <U> of equilibrium at the end is what a schedule has lost.
  @Test
  void aLearnedScheduleLosesLessThanALinearOne() throws IOException {
    Energy energy = Systems.energy("x^2 + 0.2 * x^4", "", "x");
    Dynamics dynamics = Systems.on(energy, new LeimkuhlerMatthews(), 1, 0.01, 300);
    EvenSpeed learned = schedule(pilots(dynamics, 400, 500, 2));
    double exact =
        Canonical.of(energy, List.of(Interval.LINE), new float[] {-2, 2}, START).orElseThrow().at(END).energy();
    Average own = excess(dynamics.with(learned), exact);
    Average linear = excess(dynamics.with(new Temperature.Linear(START, END)), exact);
    assertThat(own.mean()).isPositive();
    assertThat((linear.mean() - own.mean()) / Math.hypot(linear.error(), own.error())).isGreaterThan(3.0);
  }

  private static Average excess(Dynamics dynamics, double exact) throws IOException {
    int walkers = 8000;
    float[] states = new float[walkers];
    Random random = new Random(7);
    for (int i = 0; i < walkers; i++) {
      states[i] = (float) random.nextGaussian();
    }
    Absorption absorption = new Absorption(walkers, dynamics.intervals());
    double[] energies = new double[walkers];
    try (Engine engine = Engines.open("auto", 2).engine()) {
      new Simulation(engine, dynamics, 3)
          .run(states, new int[] {dynamics.steps()}, absorption, (snapshot, step, seen) -> {});
    }
    for (int i = 0; i < walkers; i++) {
      energies[i] = dynamics.energy().potential().objective(new double[] {states[i]}, 0) - exact;
    }
    return Average.of(energies);
  }

  @Test
  void whatHasNoHeatCapacityIsRefused() {
    Interval absorbing = new Interval(new Boundary(Side.OPEN, Side.ABSORBING), -1, 1);
    assertThatThrownBy(() -> of(Systems.energy("x^2", "", "x"), absorbing)).hasMessageContaining("absorbing boundaries");
    assertThatThrownBy(() -> of(Systems.energy("x^2", "0.5", "x"), Interval.LINE))
        .hasMessageContaining("needs forces that come from an energy alone");
    Dynamics flat = Systems.on(Systems.energy("3 + 0 * x", "", "x"), new EulerMaruyama(), 1, 0.1, 10);
    assertThatThrownBy(() -> pilots(flat, 20, 30, 1))
        .hasMessage(
            "the energy of the pilot at T = 2.0 does not vary (<U> = 3.0): there is no heat capacity to learn a temperature "
                + "from; take another kind of schedule");
  }

  private static Pilots of(Energy energy, Interval interval) {
    return new Pilots(Systems.on(energy, new EulerMaruyama(), 1, 0.1, 10, interval), temperatures(3), 10);
  }
}
