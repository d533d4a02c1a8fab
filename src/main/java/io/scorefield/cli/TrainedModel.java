package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.io.Layout;
import io.scorefield.io.PointWriter;
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
    model.requireSpaceOfData(checkpoint.toString());
    model.requireSharedConditions(checkpoint.toString());
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

  /// Writes numbers [n, columns of the layout].
  static void write(Path file, float[] numbers, Layout layout) throws IOException {
    int count = numbers.length / layout.dimension();
    try (PointWriter writer = PointWriter.open(file, count, layout)) {
      writer.write(numbers, count);
      writer.commit();
    }
  }
}
