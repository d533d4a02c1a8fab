package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Points read from a file.
///
/// @param dimension D
/// @param values [N, D] row-major
public record Points(int dimension, float[] values) {
  /// The largest number of numbers read from one file.
  public static final int MAX_NUMBERS = 1 << 29;

  /// Reads a .npy or .csv file of shape [N, D].
  ///
  /// @throws FormatException when the file is damaged, empty, or holds a number that is not finite
  public static Points read(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    Points points;
    if (name.endsWith(".npy")) {
      points = Npy.read(file);
    } else if (name.endsWith(".csv")) {
      points = Csv.read(file);
    } else {
      throw new FormatException(file + ": points are read from .npy and .csv files");
    }
    for (int i = 0; i < points.values.length; i++) {
      if (!Float.isFinite(points.values[i])) {
        throw new FormatException(
            file + ": the number in row " + (i / points.dimension + 1) + ", column "
                + (i % points.dimension + 1) + " is " + points.values[i]
                + "; every number must be finite");
      }
    }
    return points;
  }
}
