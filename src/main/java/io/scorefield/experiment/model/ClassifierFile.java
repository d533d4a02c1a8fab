package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.Classifier;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A trained classifier of noisy points, and its file: weights with the metadata of the model whose noise levels it knows, and
/// its own shape and classes under `classifier`.
///
/// @param model whose levels and scaling it was trained at
/// @param classes their names, in the order of its outputs
/// @param network of its {@link Classifier#crossEntropy}
public record ClassifierFile(Model model, Classifier shape, List<String> classes, Network network) {
  private static final String KEY = "classifier";
  private static final JsonMapper JSON = new JsonMapper();

  /// Writes the file.
  ///
  /// @param steps of the training
  public void write(Path file, long steps) throws IOException {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("classes", classes);
    own.put("layers", shape.layers());
    own.put("hidden", shape.hidden());
    Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model));
    metadata.put(KEY, JSON.writeValueAsString(own));
    Checkpoint.writeWeights(file, metadata, network, steps, List.of());
  }

  /// Reads the file.
  ///
  /// @throws FormatException when it is not that of a classifier
  public static ClassifierFile read(Path file) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(file);
    if (!stored.safetensors().metadata().containsKey(KEY)) {
      throw new FormatException(file + " is a model, not a classifier; make one with 'scorefield classifier'");
    }
    Model model = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    List<String> classes = new ArrayList<>();
    Classifier shape;
    try {
      JsonNode own = JSON.readTree(stored.require(KEY));
      own.path("classes").forEach(name -> classes.add(name.asString()));
      shape =
          new Classifier(
              model.diffuser().scaling().coordinates(), model.diffuser().embedding().size(), classes.size(),
              own.path("layers").asInt(0), own.path("hidden").asInt(0));
    } catch (IllegalArgumentException | JacksonException e) {
      throw new FormatException(file + ": the metadata of the classifier: " + e.getMessage(), e);
    }
    return new ClassifierFile(model, shape, classes, stored.network(shape.crossEntropy()));
  }

  /// Refuses a classifier where a model is wanted.
  ///
  /// @throws FormatException when the file is that of a classifier
  public static void requireModel(Checkpoint.Stored stored) throws FormatException {
    if (stored.safetensors().metadata().containsKey(KEY)) {
      throw new FormatException(
          stored.file() + " is a classifier, which makes no samples itself; sample its model with --classifier " + stored.file());
    }
  }

  /// A network that makes samples of a class.
  ///
  /// @param plain of a model without classes, at the levels that this classifier knows
  /// @throws ConfigException when the classifier does not fit, or there is no such class
  public Network guided(Model of, Network plain, String name) {
    double[] mean = model.diffuser().scaling().mean();
    double[] deviation = model.diffuser().scaling().deviation();
    if (of.dimension() != model.dimension()) {
      throw new ConfigException(
          "--classifier: it was trained on points of " + model.dimension() + " components, the checkpoint on "
              + of.dimension());
    }
    if (!of.config().schedule().equals(model.config().schedule())) {
      throw new ConfigException(
          "--classifier: it was trained at another noise schedule than that of the checkpoint; train one with 'scorefield "
              + "classifier' on this checkpoint");
    }
    if (!Arrays.equals(of.diffuser().scaling().mean(), mean)
        || !Arrays.equals(of.diffuser().scaling().deviation(), deviation)) {
      throw new ConfigException(
          "--classifier: it was trained on data of another mean or deviation than the checkpoint; train one with "
              + "'scorefield classifier' on this checkpoint");
    }
    int k = classes.indexOf(name);
    if (k < 0) {
      throw new ConfigException(
          "--class: the classifier knows no class '" + name + "'; it knows " + String.join(", ", classes)
              + Suggestion.of(name, classes));
    }
    try {
      return shape.guided(plain, network, k);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--classifier: " + e.getMessage(), e);
    }
  }
}
