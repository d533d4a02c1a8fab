package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.data.Condition;
import io.scorefield.data.Conditions;
import io.scorefield.data.DataRange;
import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.LearnedScheduleConfig;
import io.scorefield.io.FormatException;
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

/// The model in the metadata of a checkpoint: docs/formats.md describes them.
public final class ModelFile {
  private static final String CONFIG_KEY = "config";
  private static final String MODEL_KEY = "model";

  /// The laws, files that they read included.
  static final String LAWS_KEY = "laws-sha256";

  private static final JsonMapper JSON = new JsonMapper();

  private ModelFile() {}

  /// What a checkpoint says about the model; {@link #read} is its inverse.
  public static Map<String, String> metadata(Model of) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("dimension", of.dimension());
    model.put("mean", of.scaling().mean());
    model.put("deviation", of.scaling().deviation());
    of.diffuser()
        .range()
        .ifPresent(
            range -> {
              model.put("lowest", range.lowest());
              model.put("highest", range.highest());
              model.put("radius", range.radius());
            });
    FrameFile.write(of.scaling().frame(), model);
    of.diffuser().asked().ifPresent(each -> FrameFile.write(each, model));
    if (!of.told().isEmpty()) {
      Map<String, List<String>> told = new LinkedHashMap<>();
      of.told().all().forEach(condition -> told.put(condition.name(), condition.classes()));
      model.put("told", told);
    }
    model.putAll(WrittenColumns.metadata(of.columns()));
    if (of.layout().isDouble()) {
      model.put("origin", of.scaling().origin());
    }
    of.latent().flatMap(Latent::space).ifPresent(space -> model.put("latent", LatentFile.tree(of)));
    model.put("components", of.components());
    model.put("data-sha256", of.fingerprint());
    model.put("held-out", of.heldOut());
    model.put("given-scaling", of.givenScaling());
    return Map.of(
        CONFIG_KEY, ConfigWriter.json(of.config()), MODEL_KEY, JSON.writeValueAsString(model), LAWS_KEY,
        Fingerprint.of(of.constraint()));
  }

  /// Rebuilds the model that a checkpoint belongs to.
  ///
  /// @throws FormatException when the metadata are damaged
  public static Model read(Checkpoint.Stored stored) throws IOException {
    return read(stored, config(stored, List.of()));
  }

  /// The configuration of a checkpoint with changes of the form `dotted.key=value`.
  public static ExperimentConfig config(Checkpoint.Stored stored, List<String> changes)
      throws IOException {
    ExperimentSource source = source(stored);
    for (String change : changes) {
      source = source.with(change);
    }
    return source.bind();
  }

  /// The configuration of a checkpoint, not bound yet.
  public static ExperimentSource source(Checkpoint.Stored stored) throws IOException {
    try {
      ExperimentSource source =
          ExperimentSource.written("checkpoint", label(stored), stored.require(CONFIG_KEY));
      // A checkpoint from before samplers could clip has no range of its data, and was sampled without.
      source = lacksRange(stored) ? source.with("sampler.clip", "false", label(stored)) : source;
      source.bind();
      return source;
    } catch (ConfigException | IllegalArgumentException | JacksonException e) {
      throw new FormatException(label(stored) + ": " + firstLine(e), e);
    }
  }

  /// Whether the checkpoint does not say how far its data reach.
  static boolean lacksRange(Checkpoint.Stored stored) throws IOException {
    return JSON.readTree(stored.require(MODEL_KEY)).path("lowest").isMissingNode();
  }

  private static String label(Checkpoint.Stored stored) {
    return stored.file() + " (metadata)";
  }

  /// The same with a configuration that differs in what the network does not depend on.
  public static Model read(Checkpoint.Stored stored, ExperimentConfig config) throws IOException {
    return read(stored, config, true);
  }

  /// The same for plain samples: without the laws, and without the files that they read.
  public static Model readPlain(Checkpoint.Stored stored, ExperimentConfig config) throws IOException {
    return read(stored, config, false);
  }

  /// The configuration with what the training has found of its schedule.
  private static ExperimentConfig found(Checkpoint.Stored stored, ExperimentConfig wanted) throws IOException {
    return wanted.schedule() instanceof LearnedScheduleConfig own
            && config(stored, List.of()).schedule() instanceof LearnedScheduleConfig learned
        ? wanted.withSchedule(own.with(learned.parameters(), learned.fittedAt()))
        : wanted;
  }

  /// A model with what the training of a checkpoint has found of its schedule.
  public static Model withFound(Model model, Checkpoint.Stored stored) throws IOException {
    ExperimentConfig found = found(stored, model.config());
    return found.schedule().equals(model.config().schedule()) ? model : model.withSchedule(found.schedule());
  }

  private static Model read(Checkpoint.Stored stored, ExperimentConfig wanted, boolean withLaws)
      throws IOException {
    ExperimentConfig config = found(stored, wanted);
    String label = label(stored);
    try {
      JsonNode model = JSON.readTree(stored.require(MODEL_KEY));
      int dimension = whole("dimension", model.path("dimension"), 1);
      double[] mean = numbers(model.path("mean"));
      double[] deviation = numbers(model.path("deviation"));
      double[] origin =
          model.has("origin") ? numbers(model.path("origin")) : new double[mean.length];
      if (mean.length != dimension) {
        throw new FormatException(label + ": the dimension and the scaling do not fit");
      }
      List<String> components = components(model.path("components"), dimension);
      Scaling scaling =
          new Scaling(mean, deviation, origin, FrameFile.frame(model, dimension));
      boolean latent = config.latent().present();
      Model plain =
          Model.of(
          config, scaling, latent ? Optional.empty() : range(model, scaling.coordinates()), components,
          model.has("data-sha256") ? text(model.path("data-sha256")) : "",
          model.has("held-out") ? whole("number of points held out", model.path("held-out"), 0) : 0,
          model.path("given-scaling").asBoolean(false), withLaws, told(model),
          WrittenColumns.read(model), FrameFile.asked(model));
      return latent && model.has("latent")
          ? LatentFile.read(plain, stored, model.path("latent"), states -> range(model, states.coordinates()))
          : plain;
    } catch (ConfigException | IllegalArgumentException | JacksonException e) {
      throw new FormatException(label + ": " + firstLine(e), e);
    }
  }

  /// What the conditions mean: the classes of each by name, none of numbers.
  private static Conditions told(JsonNode model) {
    List<Condition> told = new ArrayList<>();
    model
        .path("told")
        .properties()
        .forEach(
            entry -> {
              List<String> classes = new ArrayList<>();
              entry.getValue().forEach(name -> classes.add(text(name)));
              told.add(new Condition(entry.getKey(), classes));
            });
    return new Conditions(told);
  }

  /// The range of the training points; older checkpoints have none.
  private static Optional<DataRange> range(JsonNode model, int dimension) throws FormatException {
    if (model.path("lowest").isMissingNode()) {
      return Optional.empty();
    }
    if (!model.path("radius").isNumber()) {
      throw new IllegalArgumentException("the range of the data has no radius");
    }
    DataRange range =
        new DataRange(
            numbers(model.path("lowest")), numbers(model.path("highest")),
            model.path("radius").doubleValue());
    if (range.lowest().length != dimension) {
      throw new IllegalArgumentException("the range of the data is for other components");
    }
    return Optional.of(range);
  }

  static int whole(String what, JsonNode node, int least) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least) {
      throw new IllegalArgumentException(
          "the " + what + " is " + node + "; it must be a whole number from " + least);
    }
    return node.intValue();
  }

  private static String text(JsonNode node) {
    if (!node.isString()) {
      throw new IllegalArgumentException("text is expected where " + node + " stands");
    }
    return node.stringValue();
  }

  /// The names of the components; checkpoints of the first format have none.
  private static List<String> components(JsonNode node, int dimension) {
    if (node.isMissingNode()) {
      return DataSet.usualComponents(dimension);
    }
    List<String> names = new ArrayList<>();
    node.forEach(name -> names.add(text(name)));
    return names;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  static double[] numbers(JsonNode node) {
    if (!node.isArray()) {
      throw new IllegalArgumentException(
          "the scaling or the range holds " + (node.isMissingNode() ? "nothing" : node) + " where a list is expected");
    }
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
