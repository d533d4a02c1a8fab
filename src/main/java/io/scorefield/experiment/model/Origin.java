package io.scorefield.experiment.model;

import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.io.FormatException;
import io.scorefield.io.Rounded;
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
  /// States farther from 0 are not what a network was trained for.
  private static final double FAR = 30;

  /// The weights for a model.
  ///
  /// @throws FormatException when they are of another kind of network
  public Network weights(Model model) throws IOException {
    model.requireSpaceOfData("--from " + file);
    Checkpoint.Stored stored = Checkpoint.read(file);
    Model other = other(stored, model.dimension());
    List<String> different =
        TrainingIdentity.differences(other.config(), model.config()).stream()
            .filter(line -> line.matches("(network|schedule|objective\\.predict).*"))
            .toList();
    if (!different.isEmpty()) {
      throw new FormatException(
          "--from " + file + ": its weights mean something else: " + TrainingIdentity.line(different));
    }
    return stored.network(model.architecture());
  }

  private Model other(Checkpoint.Stored stored, int dimension) throws IOException {
    Model other = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    other.requireSpaceOfData("--from " + file);
    if (other.dimension() != dimension) {
      throw new FormatException(
          "--from " + file + ": is for data of " + other.dimension() + " components; these have " + dimension);
    }
    return other;
  }

  /// The scaling of that run, if it is to be kept.
  ///
  /// @throws FormatException when the data cannot be scaled so
  public Optional<Scaling> scaling(DataSet data) throws IOException {
    if (!keepsScaling) {
      return Optional.empty();
    }
    Model other = other(Checkpoint.read(file), data.dimension());
    Scaling kept = other.scaling().movedTo(data.origin());
    List<String> names = other.variables().elements();
    for (int d = 0; d < data.dimension(); d++) {
      for (int i = 0; kept.deviation()[d] == 0 && i < data.size(); i++) {
        if (data.points()[i * data.dimension() + d] != (float) kept.mean()[d]) {
          throw new FormatException(
              "--from " + file + ": its data do not differ in " + names.get(d) + ", these do; use --scaling new");
        }
      }
    }
    return Optional.of(other.scaling());
  }

  /// What is to be said of data that lie elsewhere than those of that run; empty where they do not.
  public static String warning(Model model, DataSet data) {
    double farthest = 0;
    Frame frame = model.diffuser().scaling().frame();
    float[] states = model.diffuser().scaling().toState(data.points());
    for (int i = 0; i < states.length; i++) {
      // Conditions are told as they are; atomic numbers are large.
      farthest = i % frame.coordinates() < frame.varied() ? Math.max(farthest, Math.abs(states[i])) : farthest;
    }
    return farthest <= FAR
        ? ""
        : "warning: with the scaling that is kept the data reach " + Rounded.number(farthest)
            + ", where a network sees about 1; use --scaling new";
  }
}
