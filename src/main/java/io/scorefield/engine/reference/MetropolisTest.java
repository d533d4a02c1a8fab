package io.scorefield.engine.reference;

import io.scorefield.engine.StepRow;
import io.scorefield.rng.NoiseSource;

/// Accepts or rejects proposals; {@link StepRow} has the formula.
///
/// @param energy its objective is the energy; null where no row tests
/// @param noise of the call's seed
record MetropolisTest(ReferencePhysics energy, NoiseSource noise) {
  /// Tests samples first .. first + count - 1 and returns how many are rejected.
  ///
  /// @param x proposals [samples][D]; rejected ones become `saved` again
  int run(StepRow row, long first, int count, double[][] x, double[][] saved) {
    int rejected = 0;
    for (int s = 0; s < count; s++) {
      int end = row.end(x[s].length);
      double uniform = noise.uniform(row.stream(), first + s, row.noiseStep());
      if (!(Math.log(uniform) < logRatio(row, x[s], saved[s], end))) {
        System.arraycopy(saved[s], row.from(), x[s], row.from(), end - row.from());
        rejected++;
      }
    }
    return rejected;
  }

  private double logRatio(StepRow row, double[] x, double[] saved, int end) {
    double[] here = new double[x.length];
    double[] there = new double[x.length];
    double gain = energy.objective(saved, there) - energy.objective(x, here);
    if (row.proposalStep() > 0) {
      for (int d = row.from(); d < end; d++) {
        gain += 0.5 * (x[d] - saved[d]) * (there[d] + here[d]);
        gain += 0.25 * row.proposalStep() * (there[d] * there[d] - here[d] * here[d]);
      }
    }
    return row.inverseTemperature() * gain;
  }
}
