package io.scorefield.matter;

/// Heat capacities Var(U) / T^2 over the temperature.
///
/// @param temperatures ascending
/// @param capacities at these
public record HeatCapacities(double[] temperatures, double[] capacities) {}
