package io.scorefield.matter;

import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import io.scorefield.physics.formula.PairPotential;
import io.scorefield.watch.Watch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// The energy U(x) of particles, written as a formula of their positions x[N,K].
///
/// @param particles N, at least 2
/// @param axes K, at least 1
/// @param formula the energy, `sum(i<j, ...)`; docs/particles.md
/// @param tape U as an objective, of a configuration [N K], particle by particle
/// @param pair where U is a sum over pairs, the energy of a pair as a function of its squared distance
public record Potential(int particles, int axes, String formula, Tape tape, Optional<Tape> pair) {
  /// The name of the positions in formulas.
  public static final String POSITIONS = "x";

  /// Compiles an energy.
  ///
  /// @param parameters named numbers that the formula may use
  /// @throws IllegalArgumentException for fewer than two particles, and for a formula that makes no sense, with the
  ///     position of the mistake
  public static Potential of(String formula, int particles, int axes, Map<String, Double> parameters) {
    if (particles < 2 || axes < 1) {
      throw new IllegalArgumentException(
          "an energy needs at least 2 particles and 1 axis, not " + particles + " and " + axes);
    }
    Formula parsed = Formula.parse(formula);
    Variables variables = Variables.of(List.of(components(particles, axes)));
    return new Potential(
        particles, axes, formula, FormulaLaw.objective(parsed, variables, parameters),
        PairPotential.of(parsed, variables, parameters));
  }

  private static String components(int particles, int axes) {
    return POSITIONS + "[" + particles + "," + axes + "]";
  }

  /// How the components of a configuration are called: x[N,K].
  public String components() {
    return components(particles, axes);
  }

  /// D = N K.
  public int dimension() {
    return particles * axes;
  }

  /// N (N - 1) / 2.
  public int pairs() {
    return particles * (particles - 1) / 2;
  }

  /// U of every configuration; infinite or not a number where particles overlap in a way that has no energy.
  ///
  /// @param samples [n, N K]
  /// @return `[n]`
  public double[] energies(float[] samples) {
    int n = samples.length / dimension();
    double[] energies = new double[n];
    Watch watch = Watch.current();
    int parts = Math.max(1, Math.min(n / 64, 4 * Runtime.getRuntime().availableProcessors()));
    IntStream.range(0, parts)
        .parallel()
        .forEach(
            part -> {
              ConfigurationEnergy energy = new ConfigurationEnergy(this);
              double[] x = new double[dimension()];
              int to = (int) ((part + 1L) * n / parts);
              for (int i = (int) ((long) part * n / parts); i < to; i++) {
                watch.check();
                for (int d = 0; d < x.length; d++) {
                  x[d] = samples[i * x.length + d];
                }
                energies[i] = energy.of(x);
              }
            });
    return energies;
  }

  /// The distances of all pairs of every configuration, (0,1), (0,2), ..., (1,2), ...
  ///
  /// @param samples [n, N K]
  /// @return [n, N (N - 1) / 2]
  public double[] distances(float[] samples) {
    int n = samples.length / dimension();
    double[] distances = new double[Math.multiplyExact(n, pairs())];
    int at = 0;
    for (int sample = 0; sample < n; sample++) {
      int from = sample * dimension();
      for (int i = 0; i < particles; i++) {
        for (int j = i + 1; j < particles; j++) {
          double square = 0;
          for (int axis = 0; axis < axes; axis++) {
            double difference = (double) samples[from + i * axes + axis] - samples[from + j * axes + axis];
            square += difference * difference;
          }
          distances[at++] = Math.sqrt(square);
        }
      }
    }
    return distances;
  }
}
