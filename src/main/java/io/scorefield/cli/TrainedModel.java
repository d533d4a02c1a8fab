package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleFile;
import io.scorefield.io.FormatException;
import io.scorefield.io.Layout;
import io.scorefield.io.PointWriter;
import io.scorefield.io.Points;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// The model and the network of a checkpoint, and the files of points that commands on it read and write.
///
/// @param model without its laws
record TrainedModel(Model model, Network network) {
  static TrainedModel read(Path checkpoint) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Model model = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    return new TrainedModel(model, stored.network(model.architecture()));
  }

  /// Something that a model may not have; the reason why it has not is the user's to read.
  static <T> T orRefuse(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /// Points of a file, [n, D] less the data's origin.
  float[] points(Path file) throws IOException {
    return SampleFile.read(file, model, Points.MAX_NUMBERS);
  }

  /// Codes of a file, [n, S].
  float[] codes(Path file) throws IOException {
    Points points = Points.read(file);
    int coordinates = model.diffuser().scaling().coordinates();
    if (points.dimension() != coordinates) {
      throw new FormatException(
          file + ": has " + points.dimension() + " columns, and a code of this model is " + coordinates + " numbers");
    }
    return points.values();
  }

  /// Writes numbers [n, columns of the layout].
  static void write(Path file, float[] numbers, Layout layout) throws IOException {
    int count = numbers.length / layout.dimension();
    try (PointWriter writer = PointWriter.open(file, count, layout)) {
      writer.write(numbers, count);
      writer.commit();
    }
  }
}
