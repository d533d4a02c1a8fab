package io.scorefield.diffusion;

import io.scorefield.data.Scaling;
import java.util.Arrays;

/// The space that the points of a model have a density on. Conditions have none: the density is that of the other components
/// given them.
///
/// @param coordinates S, of the state, without conditions
/// @param width of the state with them
/// @param logVolume ln of the volume in data units of a unit of volume of the state: the sum of ln deviation
record DensitySpace(int coordinates, int width, double logVolume) {
  /// @throws IllegalArgumentException where a component is constant, so that points have no density
  static DensitySpace of(Scaling scaling) {
    int made = scaling.frame().made();
    Arrays.stream(scaling.constants())
        .filter(d -> d < made)
        .findFirst()
        .ifPresent(
            d -> {
              throw new IllegalArgumentException(
                  "component " + d + " is the same in all data, so points have no density; leave it out of the data");
            });
    double logs = 0;
    for (int d = 0; d < scaling.frame().varied(); d++) {
      // Coordinates of a frame of their own have one deviation.
      logs += Math.log(scaling.deviation()[d]);
    }
    return new DensitySpace(scaling.frame().varied(), scaling.coordinates(), logs);
  }

  /// Multiplies states [n, width] with a number, in place, but for their conditions.
  void scale(float[] states, double factor) {
    for (int i = 0; i < states.length; i++) {
      if (i % width < coordinates) {
        states[i] *= (float) factor;
      }
    }
  }
}
