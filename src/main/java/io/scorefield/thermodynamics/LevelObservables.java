package io.scorefield.thermodynamics;

/// What a network says of the noisy data at one noise level and temperature.
///
/// @param time the noise level t
/// @param noise s = sigma / alpha in data units
/// @param energy mean of the energy U = -T ln p + constant that the network has there; not a number where it has none
/// @param entropy S of the noisy data, divided by alpha
/// @param free U - T S, with the constant of U
public record LevelObservables(
    double temperature, double time, double noise, double energy, double entropy, double free) {}
