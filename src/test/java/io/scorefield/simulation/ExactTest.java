package io.scorefield.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Boundary;
import io.scorefield.engine.Boundary.Side;
import io.scorefield.simulation.exact.Boltzmann;
import io.scorefield.simulation.exact.DrivenRing;
import io.scorefield.simulation.exact.PassageTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Quadratures against closed forms.
class ExactTest {
  @Test
  void aHarmonicWellHasTheEntropyOfANormal() {
    double t = 0.7;
    double[] energies = new double[4000];
    double cell = 24.0 / energies.length;
    Arrays.setAll(energies, i -> 0.5 * Math.pow(-12 + (i + 0.5) * cell, 2));
    Boltzmann boltzmann = Boltzmann.of(energies, cell, t);
    assertThat(boltzmann.energy()).isCloseTo(t / 2, within(1e-10));
    assertThat(boltzmann.variance()).isCloseTo(t * t / 2, within(1e-10));
    assertThat(boltzmann.entropy()).isCloseTo(0.5 * Math.log(2 * Math.PI * Math.E * t), within(1e-10));
    assertThat(boltzmann.freeEnergy()).isCloseTo(t / 2 - t * boltzmann.entropy(), within(1e-10));
  }

  private static double free(Side lower, Side upper, double x) {
    return new PassageTime(y -> 3, 0.5, new Interval(new Boundary(lower, upper), -1, 2)).from(x);
  }

  @Test
  void aFreeWalkerLeavesAnIntervalAsKnown() {
    double x = 0.4;
    assertThat(free(Side.REFLECTING, Side.ABSORBING, x)).isCloseTo(9 - Math.pow(x + 1, 2), within(1e-6));
    assertThat(free(Side.ABSORBING, Side.REFLECTING, x)).isCloseTo(9 - Math.pow(2 - x, 2), within(1e-6));
    assertThat(free(Side.ABSORBING, Side.ABSORBING, x)).isCloseTo((x + 1) * (2 - x), within(1e-6));
  }

  /// With U = f x the time is (L - T/f (1 - exp(-f L / T))) / -f, here downhill with f = -1.
  @Test
  void aSlopeHelpsAWalkerOut() {
    double t = 0.5;
    Interval interval = new Interval(new Boundary(Side.REFLECTING, Side.ABSORBING), 0, 1);
    double expected = 1 - t * (1 - Math.exp(-1 / t));
    assertThat(new PassageTime(y -> -y, t, interval).from(0)).isCloseTo(expected, within(1e-7));
  }

  @Test
  void aFlatRingTurnsWithItsForce() {
    DrivenRing ring = DrivenRing.of(x -> 0, x -> 1.5, 0.8, 0, 2);
    assertThat(ring.current()).isCloseTo(1.5 / 2, within(1e-6));
    assertThat(ring.entropyProduction()).isCloseTo(1.5 * 1.5 / 0.8, within(1e-6));
  }

  @Test
  void aRingWithoutAForceDoesNotTurn() {
    assertThat(DrivenRing.of(Math::cos, x -> 0, 0.8, 0, 2 * Math.PI).current()).isZero();
  }
}
