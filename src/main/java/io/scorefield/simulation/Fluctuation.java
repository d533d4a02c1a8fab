package io.scorefield.simulation;

import java.util.Arrays;

/// The mean and the variance of the energy over walkers and time, at one temperature.
final class Fluctuation {
  private final double[] energy;
  private final double[] square;
  private int moments;

  Fluctuation(int walkers) {
    energy = new double[walkers];
    square = new double[walkers];
  }

  /// Adds a moment.
  ///
  /// @param energies U of the walkers
  void add(double[] energies) {
    moments++;
    for (int i = 0; i < energy.length; i++) {
      energy[i] += energies[i];
      square[i] += energies[i] * energies[i];
    }
  }

  /// <U> over time.
  Average energy() {
    return Average.of(Arrays.stream(energy).map(sum -> sum / moments).toArray());
  }

  /// C = (<U^2> - <U>^2) / T^2. Its error is that of the mean of U_i^2 - 2 <U> U_i over walkers.
  Average heatCapacity(double temperature) {
    double mean = energy().mean();
    double squared = temperature * temperature;
    double[] influence = new double[energy.length];
    Arrays.setAll(influence, i -> (square[i] - 2 * mean * energy[i]) / moments / squared);
    Average average = Average.of(influence);
    return new Average(average.mean() + mean * mean / squared, average.error());
  }
}
