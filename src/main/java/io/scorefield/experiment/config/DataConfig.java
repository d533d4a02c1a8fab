package io.scorefield.experiment.config;

import io.scorefield.data.DataSet;
import io.scorefield.data.Distribution;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where the training points come from.
public sealed interface DataConfig {
  /// Whether every component is scaled to mean 0 and deviation 1.
  boolean standardize();

  /// Makes or reads the points.
  DataSet load(long seed) throws IOException;

  String POINTS = "Number of training points.";
  String STANDARDIZE =
      "Scale every component to mean 0 and deviation 1 for training; samples come back in data units.";

  @Kind(value = "circle", doc = "Points uniform on a circle around the origin.")
  record Circle(
      @Setting(doc = POINTS, value = "100", min = 1, max = 1e8) int points,
      @Setting(doc = "Radius.", value = "1.5", min = 0, aboveMin = true) double radius,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(PlaneDistribution.circle(radius), points, seed);
    }
  }

  @Kind(value = "half-moons", doc = "Two interleaving half circles of radius 1 with normal jitter.")
  record HalfMoons(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Standard deviation of the jitter.", value = "0.05", min = 0) double jitter,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(PlaneDistribution.halfMoons(jitter), points, seed);
    }
  }

  @Kind(value = "eight-gaussians", doc = "Eight equal Gaussians on a circle.")
  record EightGaussians(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Radius of the circle of the means.", value = "2", min = 0, aboveMin = true)
          double radius,
      @Setting(doc = "Standard deviation of each.", value = "0.2", min = 0, aboveMin = true)
          double deviation,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      Distribution distribution = GaussianMixture.eightGaussians(radius, deviation);
      return DataSet.draw(distribution, points, seed);
    }
  }

  @Kind(value = "swiss-roll", doc = "A spiral of one and a half turns with normal jitter.")
  record SwissRoll(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Outer radius.", value = "2", min = 0, aboveMin = true) double radius,
      @Setting(doc = "Standard deviation of the jitter.", value = "0.05", min = 0) double jitter,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(PlaneDistribution.swissRoll(radius, jitter), points, seed);
    }
  }

  @Kind(value = "checkerboard", doc = "Uniform on the eight black squares of a 4 x 4 board.")
  record Checkerboard(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Side of the board.", value = "4", min = 0, aboveMin = true) double side,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(PlaneDistribution.checkerboard(side), points, seed);
    }
  }

  @Kind(value = "file", doc = "Points [N, D] from a .npy or .csv file.")
  record File(
      @Setting(doc = "The file; a relative path is relative to the folder you are in.") String path,
      @Setting(doc = STANDARDIZE, value = "true") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) throws IOException {
      Path file = Path.of(path);
      if (!Files.exists(file)) {
        throw new FormatException(
            "data.path: there is no file " + path + " in " + Path.of("").toAbsolutePath());
      }
      Points points = Points.read(file);
      return new DataSet(
          file.getFileName().toString(), points.dimension(), points.values(),
          Optional.empty());
    }
  }
}
