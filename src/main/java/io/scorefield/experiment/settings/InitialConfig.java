package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.io.Points;
import io.scorefield.physics.Variables;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.util.Map;

/// Where walkers start. Walker i is a pure function of the seed and i.
public sealed interface InitialConfig {
  String BY_NAME = "By component or field; 0 where none is given.";

  /// The states of walkers 0 .. n - 1, [n, D].
  ///
  /// @throws IllegalArgumentException when a name or a number makes no sense
  float[] states(long seed, int walkers, Variables variables) throws IOException;

  @Kind(value = "point", doc = "All at one point.")
  record Point(@Setting(doc = BY_NAME, value = "{}") Map<String, String> at) implements InitialConfig {
    @Override
    public float[] states(long seed, int walkers, Variables variables) {
      double[] point = NamedNumbers.of(at, variables);
      float[] states = new float[walkers * point.length];
      for (int i = 0; i < states.length; i++) {
        states[i] = (float) point[i % point.length];
      }
      return states;
    }
  }

  @Kind(value = "normal", doc = "Normals around a point.")
  record Normal(
      @Setting(doc = BY_NAME, value = "{}") Map<String, String> mean,
      @Setting(doc = "Standard deviation of every component.", value = "1", min = 0, aboveMin = true) double deviation)
      implements InitialConfig {
    @Override
    public float[] states(long seed, int walkers, Variables variables) {
      double[] middle = NamedNumbers.of(mean, variables);
      int dimension = middle.length;
      NoiseSource noise = new NoiseSource(seed);
      float[] states = new float[walkers * dimension];
      for (int i = 0; i < walkers; i++) {
        noise.normals(NoiseStream.PRIOR, i, 0, states, i * dimension, dimension);
        for (int d = 0; d < dimension; d++) {
          states[i * dimension + d] = (float) (middle[d] + deviation * states[i * dimension + d]);
        }
      }
      return states;
    }
  }

  @Kind(value = "uniform", doc = "Evenly in a box.")
  record Uniform(
      @Setting(doc = "Lower corner. " + BY_NAME, value = "{}") Map<String, String> lowest,
      @Setting(doc = "Upper corner. " + BY_NAME, value = "{}") Map<String, String> highest)
      implements InitialConfig {
    @Override
    public float[] states(long seed, int walkers, Variables variables) {
      double[] low = NamedNumbers.of(lowest, variables);
      double[] high = NamedNumbers.of(highest, variables);
      NoiseSource noise = new NoiseSource(seed);
      float[] states = new float[walkers * low.length];
      for (int i = 0; i < states.length; i++) {
        int d = i % low.length;
        if (!(low[d] <= high[d])) {
          throw new IllegalArgumentException(
              "the box of component " + variables.elements().get(d) + " goes from " + low[d] + " to " + high[d]);
        }
        states[i] = (float) (low[d] + (high[d] - low[d]) * noise.uniform(NoiseStream.PRIOR, i / low.length, d));
      }
      return states;
    }
  }

  @Kind(value = "file", doc = "At the points of a .npy or .csv file, over and over where there are more walkers.")
  record File(@Setting(doc = "The file, [points, D].", path = true) String path) implements InitialConfig {
    @Override
    public float[] states(long seed, int walkers, Variables variables) throws IOException {
      Points points = ConfigFiles.read("initial.path", path);
      int dimension = variables.dimension();
      if (points.dimension() != dimension || points.numbers().length() == 0) {
        throw new IllegalArgumentException(
            ConfigFiles.fileName(path) + " has " + points.dimension() + " columns, the simulation " + dimension
                + " components");
      }
      float[] states = new float[walkers * dimension];
      for (int i = 0; i < states.length; i++) {
        states[i] = (float) points.numbers().at(i % points.numbers().length());
      }
      return states;
    }
  }
}
