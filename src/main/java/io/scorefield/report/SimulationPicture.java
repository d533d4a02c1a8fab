package io.scorefield.report;

import io.scorefield.simulation.Interval;
import io.scorefield.simulation.exact.Canonical;
import java.util.List;
import java.util.Optional;

/// What the picture of a simulation's last moment shows.
///
/// @param states walkers, [n, D]
/// @param intervals where components may be, `[D]`
/// @param canonical the energy's grid, where Boltzmann's distribution is the steady state
/// @param line the exact density in one dimension, places and values; empty where it is not known
/// @param temperature at the end
/// @param passageTimes of the walkers that are absorbed
/// @param alive which walkers are not absorbed, `[n]`
public record SimulationPicture(
    float[] states, List<Interval> intervals, Optional<Canonical> canonical, double[][] line, double temperature, boolean[] alive,
    double[] passageTimes) {}
