package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.experiment.config.ConfigException;
import io.scorefield.experiment.config.ConfigSource;
import io.scorefield.experiment.config.ConfigWriter;
import io.scorefield.experiment.config.DataConfig;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.experiment.config.LawConfig;
import io.scorefield.io.FormatException;
import io.scorefield.network.Mlp;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An experiment's configuration, made concrete for data of a known dimension and scaling.
///
/// @param config the configuration
/// @param diffuser the model without its weights
/// @param mlp the network's shape
/// @param variables names of the components
/// @param constraint the laws, where there are some
/// @param fingerprint of the training points, so that a training is not resumed on other data
public record Model(
    ExperimentConfig config,
    Diffuser diffuser,
    Mlp mlp,
    Variables variables,
    Optional<Constraint> constraint,
    String fingerprint) {
  private static final String CONFIG_KEY = "config";
  private static final String MODEL_KEY = "model";

  /// The laws, files that they read included.
  static final String LAWS_KEY = "laws-sha256";

  private static final JsonMapper JSON = new JsonMapper();

  /// The model for the given training points.
  public static Model of(ExperimentConfig config, DataSet data) throws IOException {
    DataConfig settings = config.data();
    Scaling scaling =
        settings.standardize()
            ? Scaling.standardize(data.points(), data.dimension())
            : Scaling.identity(data.dimension());
    return of(config, scaling, data.components(), Fingerprint.of(data.points()), true);
  }

  private static Model of(
      ExperimentConfig config, Scaling scaling, List<String> components, String fingerprint, boolean withLaws)
      throws IOException {
    Variables variables = Variables.of(components);
    if (variables.dimension() != scaling.dimension()) {
      throw new ConfigException(
          "the components " + variables + " are " + variables.dimension() + ", but the data have "
              + scaling.dimension());
    }
    return new Model(
        config,
        config.diffuser(scaling),
        config.network().mlp(scaling.dimension()),
        variables,
        withLaws ? laws(config, variables) : Optional.empty(),
        fingerprint);
  }

  /// The laws of a configuration, tied to the components.
  private static Optional<Constraint> laws(ExperimentConfig config, Variables variables)
      throws IOException {
    List<Law> laws = new ArrayList<>();
    for (LawConfig law : config.physics()) {
      try {
        laws.add(law.law(variables));
      } catch (IllegalArgumentException e) {
        throw new ConfigException("physics[" + laws.size() + "]: " + e.getMessage(), e);
      }
    }
    return laws.isEmpty() ? Optional.empty() : Optional.of(new Constraint(laws));
  }

  /// What a checkpoint says about the model; {@link #read} is its inverse.
  public Map<String, String> metadata() {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("dimension", mlp.dimension());
    model.put("mean", diffuser.scaling().mean());
    model.put("deviation", diffuser.scaling().deviation());
    model.put("components", variables.fields().stream().map(Variables.Field::toString).toList());
    model.put("data-sha256", fingerprint);
    return Map.of(
        CONFIG_KEY, ConfigWriter.json(config), MODEL_KEY, JSON.writeValueAsString(model), LAWS_KEY,
        Fingerprint.of(constraint));
  }

  /// Rebuilds the model that a checkpoint belongs to.
  ///
  /// @throws FormatException when the metadata are damaged
  public static Model read(Checkpoint.Stored stored) throws IOException {
    return read(stored, true);
  }

  /// Rebuilds the model for plain samples: without its laws, and without the files that they read.
  ///
  /// @throws FormatException when the metadata are damaged
  public static Model readPlain(Checkpoint.Stored stored) throws IOException {
    return read(stored, false);
  }

  private static Model read(Checkpoint.Stored stored, boolean withLaws) throws IOException {
    String label = stored.file() + " (metadata)";
    try {
      ExperimentConfig config =
          ConfigSource.of("checkpoint", label, stored.require(CONFIG_KEY)).bind();
      JsonNode model = JSON.readTree(stored.require(MODEL_KEY));
      int dimension = model.path("dimension").asInt(0);
      double[] mean = numbers(model.path("mean"));
      double[] deviation = numbers(model.path("deviation"));
      if (dimension < 1 || mean.length != dimension) {
        throw new FormatException(label + ": the dimension and the scaling do not fit");
      }
      return of(
          config, new Scaling(mean, deviation), components(model.path("components"), dimension),
          model.path("data-sha256").asString(""), withLaws);
    } catch (ConfigException | IllegalArgumentException | JacksonException e) {
      throw new FormatException(label + ": " + firstLine(e), e);
    }
  }

  /// The names of the components; checkpoints of the first format have none.
  private static List<String> components(JsonNode node, int dimension) {
    if (node.isMissingNode()) {
      return DataSet.usualComponents(dimension);
    }
    List<String> names = new ArrayList<>();
    node.forEach(name -> names.add(name.asString("")));
    return names;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static double[] numbers(JsonNode node) {
    double[] numbers = new double[node.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!node.get(i).isNumber()) {
        throw new IllegalArgumentException("the scaling holds " + node.get(i));
      }
      numbers[i] = node.get(i).doubleValue();
    }
    return numbers;
  }
}
