package io.scorefield.experiment;

import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.Trainer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The snapshots of the average of the weights in a run's folder, snapshots/step-STEP.safetensors.
final class Snapshots {
  private static final String PATTERN = "step-*.safetensors";

  private final RunFolder folder;
  private final long every;

  /// @param count how many over the whole training; 0: none
  Snapshots(RunFolder folder, long steps, int count) {
    this.folder = folder;
    every = count == 0 ? Long.MAX_VALUE : Math.max(1, Math.ceilDiv(steps, count));
  }

  /// The step of the next snapshot.
  long next(long step) {
    return every == Long.MAX_VALUE ? every : (step / every + 1) * every;
  }

  /// Keeps the average, if it is due at the trainer's step. One that is not finite is left out: the next step says why.
  void keep(Model model, Trainer trainer) throws IOException {
    long step = trainer.step();
    if (every == Long.MAX_VALUE || step % every != 0 || !trainer.state().isFinite()) {
      return;
    }
    Files.createDirectories(folder.snapshots());
    Path file = folder.snapshots().resolve("step-" + step + ".safetensors");
    Checkpoint.writeWeights(file, ModelFile.metadata(model), trainer.network(), step, model.parts());
  }

  /// Deletes those beyond a step: they belong to a training that has not been gone on from.
  static void forget(RunFolder folder, long beyond) throws IOException {
    if (!Files.isDirectory(folder.snapshots())) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.snapshots(), PATTERN)) {
      for (Path file : files) {
        String number = file.getFileName().toString().replaceAll("\\D", "");
        if (number.isEmpty() || number.length() > 18 || Long.parseLong(number) > beyond) {
          Files.delete(file);
        }
      }
    }
  }

  /// The averages by step, ascending, that of the checkpoint last.
  ///
  /// @throws FormatException when there are none beside it
  static Map<Long, float[]> read(RunFolder folder, Model model, Checkpoint.Stored last) throws IOException {
    Map<Long, float[]> found = new TreeMap<>();
    if (Files.isDirectory(folder.snapshots())) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.snapshots(), PATTERN)) {
        for (Path file : files) {
          Checkpoint.Stored stored = Checkpoint.read(file);
          Network network = stored.network(model.architecture());
          if (stored.step() > 0 && stored.step() < last.step()) {
            found.put(stored.step(), network.parameters());
          }
        }
      }
    }
    if (found.isEmpty()) {
      throw new FormatException(
          folder.root() + ": has no snapshots of its average; train with train.ema-width and train.ema-snapshots, for example 32");
    }
    found.put(last.step(), last.network(model.architecture()).parameters());
    return found;
  }
}
