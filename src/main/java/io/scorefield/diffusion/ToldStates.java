package io.scorefield.diffusion;

import io.scorefield.data.Scaling;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// States whose last coordinates are conditions.
final class ToldStates {
  private ToldStates() {}

  /// Coordinates [n, S] with conditions behind each, [n, S + C] in units of the state.
  ///
  /// @param told [n, C] in data units less the origin; of length 0 where there are none
  static float[] behind(Scaling scaling, float[] coordinates, float[] told) {
    int conditions = scaling.frame().conditions();
    int made = scaling.frame().made();
    int varied = scaling.frame().varied();
    int count = coordinates.length / varied;
    if (told.length != count * conditions) {
      throw new IllegalArgumentException(
          count + " points need " + conditions + " conditions each; there are " + told.length + " numbers");
    }
    if (conditions == 0) {
      return coordinates;
    }
    int width = varied + conditions;
    float[] states = new float[Math.multiplyExact(count, width)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(coordinates, i * varied, states, i * width, varied);
      for (int c = 0; c < conditions; c++) {
        states[i * width + varied + c] =
            (float) ((told[i * conditions + c] - scaling.mean()[made + c]) / scaling.deviation()[made + c]);
      }
    }
    return states;
  }

  /// The coordinates of states [n, S + C] alone, [n, S].
  static float[] alone(Scaling scaling, float[] states) {
    int varied = scaling.frame().varied();
    int width = scaling.coordinates();
    if (varied == width) {
      return states;
    }
    float[] coordinates = new float[states.length / width * varied];
    for (int i = 0; i < states.length / width; i++) {
      System.arraycopy(states, i * width, coordinates, i * varied, varied);
    }
    return coordinates;
  }

  /// What samples begin with where each has conditions of its own: the noise that an engine would begin with, and the
  /// conditions behind it, [count, S + C].
  static float[] prior(Diffuser diffuser, long seed, long first, int count) {
    Scaling scaling = diffuser.scaling();
    int varied = scaling.frame().varied();
    float scale = (float) diffuser.schedule().priorScale();
    NoiseSource noise = new NoiseSource(seed);
    float[] drawn = new float[Math.multiplyExact(count, varied)];
    for (int i = 0; i < count; i++) {
      noise.normals(NoiseStream.PRIOR, first + i, 0, drawn, i * varied, varied);
    }
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] *= scale;
    }
    return behind(scaling, drawn, diffuser.asked().orElseThrow().of(seed, first, count));
  }
}
