package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import org.junit.jupiter.api.Test;

/// The order of the bias, without statistics: in a harmonic well U = k x^2 / 2 a step is linear in x and the normals, so
/// that the variance of the steady state follows from the table by propagating coefficients.
class OrderTest {
  private static final double K = 1.3;
  private static final double T = 0.8;

  /// The variance of x after many steps: x, saved and m are vectors of coefficients of the normals.
  private static double variance(Integrator integrator, double step) {
    int steps = (int) Math.round(14 / (K * step));
    Dynamics dynamics = Systems.on(Systems.energy("0.65 * x^2", "", "x"), integrator, T, step, steps);
    StepProgram program = dynamics.program(0, steps);
    double[] x = new double[steps + 1];
    double[] saved = new double[steps + 1];
    double[] memory = new double[steps + 1];
    for (StepRow row : program.rows()) {
      for (int i = 0; i <= steps; i++) {
        double gradient = row.usesGradient() ? row.objective() * K * x[i] : 0;
        double before = x[i];
        x[i] = row.state() * x[i] + row.saved() * saved[i] + row.memory() * memory[i] - row.guidance() * gradient;
        memory[i] = row.memoryDecay() * memory[i] - row.memoryGuidance() * gradient;
        saved[i] = row.save() ? before : saved[i];
      }
      x[row.noiseStep()] += row.noise();
    }
    double sum = 0;
    for (double c : x) {
      sum += c * c;
    }
    return sum;
  }

  private static double order(Integrator integrator) {
    double coarse = Math.abs(variance(integrator, 0.1) - T / K);
    double fine = Math.abs(variance(integrator, 0.05) - T / K);
    return Math.log(coarse / fine) / Math.log(2);
  }

  @Test
  void eulerAndMaruyamaHaveOrderOneWithTheKnownBias() {
    assertThat(order(new EulerMaruyama())).isCloseTo(1, within(0.1));
    assertThat(variance(new EulerMaruyama(), 0.1)).isCloseTo(T / K / (1 - 0.1 * K / 2), within(1e-9));
  }

  @Test
  void heunHasOrderTwo() {
    assertThat(order(new StochasticHeun())).isCloseTo(2, within(0.15));
  }

  /// In a harmonic well the scheme is exact at any step.
  @Test
  void leimkuhlerAndMatthewsHaveNoBiasInAHarmonicWell() {
    assertThat(variance(new LeimkuhlerMatthews(), 0.1)).isCloseTo(T / K, within(1e-9));
    assertThat(variance(new LeimkuhlerMatthews(), 0.4)).isCloseTo(T / K, within(1e-9));
  }
}
