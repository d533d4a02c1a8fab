package io.scorefield.simulation.exact;

import java.util.Arrays;

/// Boltzmann's distribution exp(-U/T) on the cells of a grid, by the midpoint rule.
///
/// @param temperature T
/// @param energy mean of U
/// @param variance of U
/// @param freeEnergy F = -T ln Z, Z the integral of exp(-U/T)
/// @param shares probabilities of the cells
public record Boltzmann(double temperature, double energy, double variance, double freeEnergy, double[] shares) {
  /// The distribution over cells of one volume.
  ///
  /// @param energies U in the middle of each cell
  public static Boltzmann of(double[] energies, double volume, double temperature) {
    double least = Arrays.stream(energies).filter(u -> !Double.isNaN(u)).min().orElse(0);
    double[] shares = new double[energies.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Double.isNaN(energies[i]) ? 0 : Math.exp((least - energies[i]) / temperature);
      sum += shares[i];
    }
    double mean = 0;
    double square = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
      double above = shares[i] == 0 ? 0 : energies[i] - least;
      mean += shares[i] * above;
      square += shares[i] * above * above;
    }
    return new Boltzmann(
        temperature, least + mean, square - mean * mean, least - temperature * Math.log(sum * volume), shares);
  }

  /// S = (<U> - F) / T, the differential entropy of the distribution.
  public double entropy() {
    return (energy - freeEnergy) / temperature;
  }
}
