package io.scorefield.experiment.model;

import io.scorefield.io.Columns;
import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import io.scorefield.io.Reading;
import java.io.IOException;
import java.nio.file.Path;

/// Reads what a run has sampled: the inverse of what {@link io.scorefield.io.PointWriter} does with a model's layout.
public final class SampleFile {
  private SampleFile() {}

  /// Samples [n, D] less the origin of the model's data, which is taken off in double precision.
  ///
  /// @param most numbers at most: the first samples that are as many
  /// @throws FormatException when the samples are of another dimension
  public static float[] read(Path file, Model model, int most) throws IOException {
    return read(file, model, most, Reading.USUAL);
  }

  /// The same of a file that is to be read in some way.
  public static float[] read(Path file, Model model, int most, Reading reading) throws IOException {
    if (TablePoints.isFor(file, model, reading)) {
      return TablePoints.read(file, model, most, reading);
    }
    Points points = Points.read(file, Columns.ALL, reading);
    int dimension = model.dimension();
    if (points.dimension() != dimension) {
      throw new FormatException(
          file + ": has " + points.dimension() + " columns, the model " + dimension);
    }
    double[] origin = model.scaling().origin();
    float[] samples = new float[Math.min(points.numbers().length(), most / dimension * dimension)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (points.numbers().at(i) - origin[i % dimension]);
    }
    return samples;
  }
}
