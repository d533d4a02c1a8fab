package io.scorefield.thermodynamics;

/// What is known of a system at one temperature. Energies are in units of the energy, entropies in units of k_B.
///
/// @param energy mean U of the samples
/// @param trueEnergy that of true configurations
/// @param capacity heat capacity Var(U) / T^2 of the samples
/// @param trueCapacity that of true configurations
/// @param integrated F/T less that at the first temperature, by thermodynamic integration over the samples
/// @param ratio the same by Bennett's acceptance ratio
/// @param trueRatio the same of true configurations
/// @param free F, consistent with the energies
/// @param entropy S, consistent with the energies
/// @param levelEntropy S by the noise levels of the network alone
public record ThermodynamicPoint(
    double temperature,
    Estimate energy,
    Estimate trueEnergy,
    Estimate capacity,
    Estimate trueCapacity,
    Estimate integrated,
    Estimate ratio,
    Estimate trueRatio,
    double free,
    double entropy,
    Estimate levelEntropy) {}
