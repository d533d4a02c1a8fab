package io.scorefield.experiment;

import io.scorefield.data.Scaling;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where a new training takes its first weights from: another run, instead of random numbers.
///
/// @param file the checkpoint, or what `scorefield export` made of one
/// @param keepsScaling whether the data are scaled as that run's were; else anew, for data of another size
public record Origin(Path file, boolean keepsScaling) {
  /// The weights for a model.
  ///
  /// @throws FormatException when they are of another kind of network
  Network weights(Model model) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(file);
    Model other = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    if (other.mlp().dimension() != model.mlp().dimension()) {
      throw new FormatException(
          "--from " + file + ": is for data of " + other.mlp().dimension() + " components; these have "
              + model.mlp().dimension());
    }
    List<String> different =
        TrainingIdentity.differences(other.config(), model.config()).stream()
            .filter(line -> line.matches("(network|schedule|objective\\.predict).*"))
            .toList();
    if (!different.isEmpty()) {
      throw new FormatException(
          "--from " + file + ": its weights mean something else: " + TrainingIdentity.line(different));
    }
    return stored.network(model.mlp());
  }

  /// The scaling of that run, if it is to be kept.
  Optional<Scaling> scaling() throws IOException {
    if (!keepsScaling) {
      return Optional.empty();
    }
    Checkpoint.Stored stored = Checkpoint.read(file);
    return Optional.of(
        ModelFile.readPlain(stored, ModelFile.config(stored, List.of())).diffuser().scaling());
  }
}
