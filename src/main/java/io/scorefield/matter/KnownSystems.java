package io.scorefield.matter;

import java.util.Map;
import java.util.OptionalDouble;

/// The particle systems that papers compare samplers on. docs/particles.md has their sources and figures.
public final class KnownSystems {
  /// Which of two Lennard-Jones energies in use is meant.
  public enum Convention {
    /// Equivariant flow matching and iDEM: a pair has 2 (d^-12 - 2 d^-6), the sum over ordered pairs.
    EFM,
    /// Equivariant augmented coupling flows: a pair has d^-12 - 2 d^-6.
    EACF
  }

  private KnownSystems() {}

  /// Four particles in the plane in a double well of each distance, DW-4.
  ///
  /// Source: Koehler, Klein and Noe 2020, "Equivariant flows".
  public static ParticleSystem doubleWell(double temperature, MetropolisOptions options) {
    Potential potential = Potential.of("sum(i<j, 0.9*(d-4)^4 - 4*(d-4)^2)", 4, 2, Map.of());
    return new ParticleSystem("dw4", potential, temperature, OptionalDouble.of(4), options);
  }

  /// A Lennard-Jones cluster in space, held together by an oscillator around its mean position: LJ-13, LJ-55.
  ///
  /// Source: Koehler, Klein and Noe 2020, "Equivariant flows".
  public static ParticleSystem lennardJones(
      int particles, Convention convention, double temperature, MetropolisOptions options) {
    String pair =
        switch (convention) {
          case EFM -> "2*(d^-12 - 2*d^-6)";
          case EACF -> "d^-12 - 2*d^-6";
        };
    Potential potential =
        Potential.of("sum(i<j, " + pair + ") + 0.5*sum(i, r^2)", particles, 3, Map.of());
    return new ParticleSystem("lj" + particles, potential, temperature, OptionalDouble.empty(), options);
  }
}
