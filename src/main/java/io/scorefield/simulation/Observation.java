package io.scorefield.simulation;

import java.util.List;

/// What is seen of the walkers at a moment.
///
/// @param alive walkers that are not absorbed; averages are over them
/// @param energy <U>
/// @param virial <x . grad U> / D
/// @param entropy S = -<ln p>; none in more than three dimensions
/// @param production of entropy by the forces
/// @param residuals of the laws
public record Observation(
    int step,
    double time,
    double temperature,
    int alive,
    Average energy,
    Average virial,
    Average entropy,
    Average production,
    List<Average> residuals) {
  /// F = <U> - T S of the walkers' distribution, whatever it is: the free energy that relaxation lowers.
  public Average freeEnergy() {
    return new Average(
        energy.mean() - temperature * entropy.mean(), Math.hypot(energy.error(), temperature * entropy.error()));
  }
}
