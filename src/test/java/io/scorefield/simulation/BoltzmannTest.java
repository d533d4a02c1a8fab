package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.physics.TapeRunner;
import io.scorefield.simulation.exact.Boltzmann;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The double well U = (x^2 - 1)^2 at T = 0.5 against quadrature.
class BoltzmannTest {
  private static final double T = 0.5;
  private static final int WALKERS = 12000;
  private static final Energy WELL = Systems.energy("(x^2 - 1)^2", "", "x");
  private static final Boltzmann EXACT = exact();
  private static final int BINS = 20;

  private static Boltzmann exact() {
    double[] energies = new double[6000];
    Arrays.setAll(energies, i -> Math.pow(Math.pow(-3 + (i + 0.5) * 1e-3, 2) - 1, 2));
    return Boltzmann.of(energies, 1e-3, T);
  }

  /// Where walkers are after a while, from both wells alike.
  private static float[] run(Integrator integrator, double step, double time) throws IOException {
    float[] states = new float[WALKERS];
    Random random = new Random(4);
    for (int i = 0; i < WALKERS; i++) {
      states[i] = (float) ((i % 2 == 0 ? 1 : -1) * random.nextDouble(0.3, 1.5));
    }
    int steps = (int) Math.round(time / step);
    Dynamics dynamics = Systems.on(WELL, integrator, T, step, steps);
    try (ReferenceEngine engine = new ReferenceEngine(2)) {
      new Simulation(engine, dynamics, 7)
          .run(states, new int[] {steps}, new Absorption(WALKERS, dynamics.intervals()), (i, s, x) -> {});
    }
    return states;
  }

  private static double[] energies(float[] states) {
    TapeRunner runner = new TapeRunner(WELL.potential());
    double[] energies = new double[states.length];
    Arrays.setAll(energies, i -> runner.forward(new double[] {states[i]}, 0, new double[0]));
    return energies;
  }

  /// By how many standard errors the mean energy is off.
  private static double deviation(float[] states) {
    double[] mean = Systems.meanAndError(energies(states));
    return (mean[0] - EXACT.energy()) / mean[1];
  }

  /// Bins of -2 .. 2 and what is beyond: chi^2 of the counts, BINS degrees of freedom.
  private static double chiSquare(float[] states) {
    double[] expected = new double[BINS + 1];
    for (int i = 0; i < EXACT.shares().length; i++) {
      expected[bin(-3 + (i + 0.5) * 1e-3)] += EXACT.shares()[i] * states.length;
    }
    double[] counts = new double[BINS + 1];
    for (float x : states) {
      counts[bin(x)]++;
    }
    double sum = 0;
    for (int b = 0; b <= BINS; b++) {
      sum += Math.pow(counts[b] - expected[b], 2) / expected[b];
    }
    return sum;
  }

  private static int bin(double x) {
    return Math.abs(x) < 1.7 ? (int) ((x + 1.7) / 3.4 * BINS) : BINS;
  }

  /// Three standard deviations above the mean of chi^2.
  private static final double LIMIT = BINS + 3 * Math.sqrt(2.0 * BINS);

  @Test
  void malaIsExactAtALongStep() throws IOException {
    float[] states = run(new MetropolisAdjusted(), 0.1, 12);
    assertThat(deviation(states)).isBetween(-3.0, 3.0);
    assertThat(chiSquare(states)).isLessThan(LIMIT);
  }

  @Test
  void leimkuhlerAndMatthewsAndHeunAreGoodAtAModerateStep() throws IOException {
    assertThat(chiSquare(run(new LeimkuhlerMatthews(), 0.02, 2))).isLessThan(LIMIT);
    assertThat(chiSquare(run(new StochasticHeun(), 0.02, 2))).isLessThan(LIMIT);
  }

  @Test
  void eulerAndMaruyamaAreGoodAtASmallStepAndNotAtALongOne() throws IOException {
    assertThat(chiSquare(run(new EulerMaruyama(), 0.004, 1.6))).isLessThan(LIMIT);
    assertThat(chiSquare(run(new EulerMaruyama(), 0.08, 4))).isGreaterThan(2 * LIMIT);
  }
}
