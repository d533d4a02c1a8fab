package io.scorefield.diffusion;

import io.scorefield.data.Scaling;

/// The space that the points of a model have a density on.
///
/// @param coordinates S, of the state
/// @param logVolume ln of the volume in data units of a unit of volume of the state: the sum of ln deviation
record DensitySpace(int coordinates, double logVolume) {
  /// @throws IllegalArgumentException where a component is constant, so that points have no density, or a condition
  static DensitySpace of(Scaling scaling) {
    if (scaling.constants().length > 0) {
      throw new IllegalArgumentException(
          "component " + scaling.constants()[0] + " is the same in all data, so points have no density; leave it out of the "
              + "data");
    }
    if (scaling.frame().conditions() > 0) {
      throw new IllegalArgumentException("the density of data with conditions is not computed; leave the conditions out");
    }
    double logs = 0;
    for (int d = 0; d < scaling.coordinates(); d++) {
      // Coordinates of a frame of their own have one deviation.
      logs += Math.log(scaling.deviation()[d]);
    }
    return new DensitySpace(scaling.coordinates(), logs);
  }
}
