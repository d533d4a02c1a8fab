package io.scorefield.experiment;

import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Path;

/// Reads what a run has sampled: the inverse of what {@link io.scorefield.io.PointWriter} does with a model's layout.
final class SampleFile {
  private SampleFile() {}

  /// Samples [n, D] less the origin of the model's data, which is taken off in double precision.
  ///
  /// @throws FormatException when the samples are of another dimension
  static float[] read(Path file, Model model) throws IOException {
    Points points = Points.read(file);
    int dimension = model.mlp().dimension();
    if (points.dimension() != dimension) {
      throw new FormatException(
          file + ": has " + points.dimension() + " columns, the model " + dimension);
    }
    double[] origin = model.diffuser().scaling().origin();
    float[] samples = new float[points.numbers().length()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (points.numbers().at(i) - origin[i % dimension]);
    }
    return samples;
  }
}
