package io.scorefield.simulation;

/// A part of a simulation in which some components move and the others stay: coarse ones first, by an energy of their own,
/// then the fine ones where the coarse are.
///
/// Where the first energy is that of the coarse components' own distribution, -T ln of the integral of exp(-U/T) over the
/// fine ones up to a constant, and the second is U, the walkers end in Boltzmann's distribution of U.
///
/// @param until the step behind the last of the stage
/// @param energy that moves them
/// @param from the first component that moves
/// @param to the one behind the last
public record Stage(int until, Energy energy, int from, int to) {
  public Stage {
    if (until < 1 || from < 0 || to <= from || to > energy.dimension()) {
      throw new IllegalArgumentException("a stage needs steps, and components that move");
    }
  }
}
