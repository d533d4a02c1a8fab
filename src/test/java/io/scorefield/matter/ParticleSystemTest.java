package io.scorefield.matter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.KnownSystems.Convention;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The sampler against figures of long chains of another program, and against what is exact. docs/particles.md has them.
class ParticleSystemTest {
  private static final MetropolisOptions LONG = new MetropolisOptions(5000, 50);
  private static final MetropolisOptions SHORT = new MetropolisOptions(1000, 20);
  private static final long SEED = 11;

  private static void agrees(Evidence evidence, double energy, double error, double widest) {
    assertThat(evidence.energyError()).isLessThan(widest);
    assertThat(evidence.energy()).isCloseTo(energy, within(4 * Math.hypot(evidence.energyError(), error)));
    assertThat(evidence.virial()).isCloseTo(evidence.expectedVirial(), within(4 * evidence.virialError()));
    assertThat(evidence.warnings()).isEmpty();
    assertThat(evidence.acceptance()).isBetween(0.35, 0.45);
  }

  @Test
  void doubleWellsHaveTheirEnergyDistancesAndModes() {
    ParticleSystem system = KnownSystems.doubleWell(1, LONG);
    agrees(system.evidence(SEED, 20_000), -22.547, 0.007, 0.03);
    double[] distances = system.potential().distances(system.draw(SEED, 20_000));
    assertThat(Arrays.stream(distances).average().orElseThrow()).isCloseTo(4.048, within(0.025));
    double[] shares = new double[7];
    for (int i = 0; i < 20_000; i++) {
      int from = 6 * i;
      shares[(int) IntStream.range(from, from + 6).filter(p -> distances[p] < 4).count()] += 1 / 20_000.0;
    }
    assertThat(shares[2]).isCloseTo(0.521, within(0.035));
    assertThat(shares[3]).isCloseTo(0.034, within(0.006));
    assertThat(shares[4]).isCloseTo(0.403, within(0.035));
    assertThat(shares[5]).isCloseTo(0.040, within(0.008));
  }

  /// The thermodynamic curve; Var(U)/T^2 is the heat capacity.
  @ParameterizedTest
  @CsvSource({"1.5, -20.856, 3.06", "2, -19.478, 2.42"})
  void doubleWellsFollowTheThermodynamicCurve(double temperature, double energy, double capacity) {
    ParticleSystem system = KnownSystems.doubleWell(temperature, LONG);
    agrees(system.evidence(SEED, 10_000), energy, 0.012, 0.05);
    double[] energies = system.potential().energies(system.draw(SEED, 10_000));
    double mean = Arrays.stream(energies).average().orElseThrow();
    double variance = Arrays.stream(energies).map(u -> (u - mean) * (u - mean)).average().orElseThrow();
    assertThat(variance / (temperature * temperature)).isCloseTo(capacity, within(0.2));
  }

  @ParameterizedTest
  @CsvSource({"EFM, -42.96, 0.031, 0.15", "EACF, 0.607, 0.034, 0.15"})
  void lennardJonesClustersHaveTheirEnergy(Convention convention, double energy, double error, double widest) {
    ParticleSystem system = KnownSystems.lennardJones(13, convention, 1, SHORT);
    agrees(system.evidence(SEED, convention == Convention.EFM ? 20_000 : 10_000), energy, error, widest);
  }

  /// Independent oscillators: <U> = T K (N - 1) / 2, whichever way the energy is computed.
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"0.5*sum(i, r^2)", "0.5*sum(x^2)", "0.5*sum(i<j, d^2)/3"})
  void oscillatorsHaveTheEnergyOfEquipartition(String formula) {
    ParticleSystem system = custom(formula, 3, 4, 0.7);
    Evidence evidence = system.evidence(3, 4_000);
    double exact = 0.7 * 4 * 2 / 2;
    assertThat(evidence.energy()).isCloseTo(exact, within(4 * evidence.energyError()));
    assertThat(evidence.energyError()).isLessThan(0.02 * exact);
    assertThat(evidence.virial()).isCloseTo(2 * evidence.energy(), within(1e-4));
  }

  private static ParticleSystem custom(String formula, int particles, int axes, double temperature) {
    return new ParticleSystem(
        "custom", Potential.of(formula, particles, axes, Map.of()), temperature, OptionalDouble.empty(), SHORT);
  }

  @Test
  void configurationsHaveTheirMeanPositionAtZero() {
    float[] x = KnownSystems.lennardJones(13, Convention.EFM, 1, SHORT).draw(5, 50);
    for (int i = 0; i < 50; i++) {
      for (int axis = 0; axis < 3; axis++) {
        double sum = 0;
        for (int particle = 0; particle < 13; particle++) {
          sum += x[39 * i + 3 * particle + axis];
        }
        assertThat(sum).isCloseTo(0, within(1e-5));
      }
    }
  }

  @Test
  void aPointIsAFunctionOfItsSeedAndNumber() throws Exception {
    float[] all = KnownSystems.doubleWell(1, SHORT).draw(SEED, 500);
    assertThat(KnownSystems.doubleWell(1, SHORT).draw(SEED, 130, 3)).isEqualTo(Arrays.copyOfRange(all, 8 * 130, 8 * 133));
    ParticleSystem one = KnownSystems.doubleWell(1, SHORT);
    assertThat(one.draw(SEED, 250, 250)).isEqualTo(Arrays.copyOfRange(all, 8 * 250, 8 * 500));
    assertThat(one.draw(SEED, 500)).isEqualTo(all);
    assertThat(one.draw(SEED + 1, 500)).isNotEqualTo(all);
    ForkJoinPool three = new ForkJoinPool(3);
    try {
      assertThat(three.submit(() -> KnownSystems.doubleWell(1, SHORT).draw(SEED, 500)).get()).isEqualTo(all);
    } finally {
      three.shutdown();
    }
  }

  @Test
  void badSystemsAreRefusedInOneLine() {
    assertThatThrownBy(() -> custom("sum(i<j, d)", 1, 2, 1))
        .hasMessage("an energy needs at least 2 particles and 1 axis, not 1 and 2");
    assertThatThrownBy(() -> custom("sum(i<j, d)", 3, 2, 0)).hasMessage("the temperature is 0.0; it must be positive");
    assertThatThrownBy(() -> custom("sum(i<j, log(-1-d))", 3, 2, 1))
        .hasMessage(
            "the energy 'sum(i<j, log(-1-d))' is not finite for 3 particles on a lattice, whatever their distance: a sampler"
                + " has no place to start");
    assertThatThrownBy(() -> new MetropolisOptions(0, 1)).hasMessageContaining("at least 1 sweep");
  }

  /// Repulsion alone holds nothing together, and attraction without a core lets particles fall into each other.
  @Test
  void energiesWithoutAnEquilibriumAreRefused() {
    assertThatThrownBy(() -> custom("sum(i<j, 1/d)", 3, 3, 2))
        .hasMessage(
            "nothing in the energy 'sum(i<j, 1/d)' holds the particles together at a temperature of 2.0; add, for example,"
                + " 0.5*sum(i, r^2)");
    assertThatThrownBy(() -> custom("-sum(i<j, d^-2)", 3, 2, 1))
        .hasMessage("the energy '-sum(i<j, d^-2)' has no lower bound: particles fall into each other");
    // A lattice is held by this one, other configurations are not: the first two particles can go any way together.
    assertThatThrownBy(() -> custom("sum(i<j, d) - 3*distance(0,1)", 3, 2, 1).draw(SEED, 300))
        .hasMessageContaining("holds the particles together: at sample");
  }

  @Test
  void aVirialFarFromItsExactValueIsNoticed() {
    Evidence right = new Evidence(10, -1, 0.1, 6.3, 0.1, 6, 1.01, 0.4);
    assertThat(right.warnings()).isEmpty();
    assertThat(right.line())
        .isEqualTo(
            "Metropolis, 10 chains: <U> = -1.000 +- 0.10, <x . grad U> = 6.300 +- 0.10 (exact: 6.000), R = 1.010, 40 % of"
                + " moves accepted");
    assertThat(new Evidence(10, -1, 0.1, 6.6, 0.1, 6, 1.01, 0.4).warnings())
        .anyMatch(line -> line.contains("<x . grad U> is off its exact value by more than 5 standard errors"));
    Evidence single = new Evidence(1, -1, Double.NaN, 9, Double.NaN, 6, Double.NaN, 0.4);
    assertThat(single.warnings()).isEmpty();
    assertThat(single.line()).startsWith("Metropolis, 1 chain: <U> = -1.000, <x . grad U> = 9.000 (exact");
  }

  /// Deep wells at a low temperature: chains stay where they happened to fall.
  @Test
  void chainsThatDoNotMixAreNoticed() {
    Evidence evidence = custom("sum(i<j, 40*(d-2)^2*(d-4)^2 - 6*(d-2))", 4, 2, 1).evidence(SEED, 1_000);
    assertThat(evidence.reduction()).isGreaterThan(1.05);
    assertThat(evidence.warnings()).anyMatch(line -> line.startsWith("warning: chains differ, R = "));
  }
}
