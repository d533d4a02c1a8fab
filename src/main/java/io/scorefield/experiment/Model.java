package io.scorefield.experiment;

import io.scorefield.data.DataRange;
import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.experiment.config.ConfigException;
import io.scorefield.experiment.config.ConfigSource;
import io.scorefield.experiment.config.ConfigWriter;
import io.scorefield.experiment.config.ExperimentConfig;
import io.scorefield.experiment.config.LawConfig;
import io.scorefield.io.FormatException;
import io.scorefield.io.Layout;
import io.scorefield.network.Mlp;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import io.scorefield.plot.Axes;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
/// @param fingerprint of the data, so that a training is not resumed on others
/// @param heldOut how many of the data are not trained on
/// @param givenScaling whether the scaling is that of another run, not of these data
public record Model(
    ExperimentConfig config,
    Diffuser diffuser,
    Mlp mlp,
    Variables variables,
    Optional<Constraint> constraint,
    String fingerprint,
    int heldOut,
    boolean givenScaling) {
  private static final String CONFIG_KEY = "config";
  private static final String MODEL_KEY = "model";

  /// The laws, files that they read included.
  static final String LAWS_KEY = "laws-sha256";

  private static final JsonMapper JSON = new JsonMapper();

  /// The model for the given data.
  public static Model of(ExperimentConfig config, DataSet data) throws IOException {
    return of(config, data, Optional.empty());
  }

  /// The model for the given data.
  ///
  /// @param given the scaling of another run, where the data are to be scaled as that run's were
  static Model of(ExperimentConfig config, DataSet data, Optional<Scaling> given) throws IOException {
    int heldOut = HeldOut.count(config, data);
    DataSet training = HeldOut.training(data, heldOut, config.seed());
    Scaling scaling;
    try {
      scaling =
          given.isPresent()
              ? given.get().movedTo(data.origin())
              : Scaling.of(training, config.data().standardize());
    } catch (IllegalArgumentException e) {
      throw new FormatException("data set '" + data.name() + "': " + e.getMessage(), e);
    }
    DataRange range = DataRange.of(scaling.toState(training.points()), data.dimension());
    return of(
        config, scaling, Optional.of(range), data.components(), Fingerprint.of(data), heldOut,
        given.isPresent(), true);
  }

  /// The points of the data that are trained on.
  DataSet training(DataSet all) {
    return HeldOut.training(all, heldOut, config.seed());
  }

  /// The others; empty where none are held out.
  Optional<DataSet> others(DataSet all) {
    return HeldOut.others(all, heldOut, config.seed());
  }

  private static Model of(
      ExperimentConfig config,
      Scaling scaling,
      Optional<DataRange> range,
      List<String> components,
      String fingerprint,
      int heldOut,
      boolean givenScaling,
      boolean withLaws)
      throws IOException {
    Variables variables = Variables.of(components);
    if (variables.dimension() != scaling.dimension()) {
      throw new ConfigException(
          "the components " + variables + " are " + variables.dimension() + ", but the data have "
              + scaling.dimension());
    }
    return new Model(
        config,
        config.diffuser(scaling, range),
        config.network().mlp(scaling.dimension()),
        variables,
        withLaws ? laws(config, variables) : Optional.empty(),
        fingerprint,
        heldOut,
        givenScaling);
  }

  /// The range of the training points in data units, where it is known.
  Optional<DataRange> dataRange() {
    return diffuser.range().map(range -> range.toData(diffuser.scaling()));
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

  /// The columns of files of samples.
  public Layout layout() {
    return new Layout(variables.elements(), diffuser.scaling().origin());
  }

  /// The name of every component with what is taken off it inside the program: x, or x - 1000000, [D].
  List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (String name : variables.elements()) {
      labels.add(label(name, labels.size()));
    }
    return labels;
  }

  /// A name with what is taken off a component inside the program.
  String label(String name, int component) {
    BigDecimal offset = BigDecimal.valueOf(diffuser.scaling().origin()[component]).stripTrailingZeros();
    String size =
        Math.abs(offset.scale()) > 12 ? offset.abs().toString() : offset.abs().toPlainString();
    return offset.signum() == 0 ? name : name + (offset.signum() > 0 ? " - " : " + ") + size;
  }

  /// Titles of the axes of pictures of data in the plane: none where the components are x and y as they are.
  Axes axes() {
    return axes(labels());
  }

  /// The same for pictures of states.
  Axes stateAxes() {
    return config.data().standardize() ? axes(variables.elements()) : axes();
  }

  private static Axes axes(List<String> labels) {
    return labels.equals(List.of("x", "y")) ? Axes.UNNAMED : new Axes(labels.getFirst(), labels.getLast());
  }

  /// A line about the components that are the same in all data; empty where there are none.
  public String constants() {
    int[] constants = diffuser.scaling().constants();
    if (constants.length == 0) {
      return "";
    }
    List<String> names = variables.elements();
    int shown = Math.min(8, constants.length);
    String list =
        Arrays.stream(constants).limit(shown).mapToObj(names::get).collect(Collectors.joining(", "));
    return constants.length + " of " + names.size()
        + (constants.length == 1 ? " components is constant and stays" : " components are constant and stay")
        + " as in the data: " + list + (shown < constants.length ? ", ..." : "");
  }

  /// What a checkpoint says about the model; {@link #read} is its inverse.
  public Map<String, String> metadata() {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("dimension", mlp.dimension());
    model.put("mean", diffuser.scaling().mean());
    model.put("deviation", diffuser.scaling().deviation());
    diffuser
        .range()
        .ifPresent(
            range -> {
              model.put("lowest", range.lowest());
              model.put("highest", range.highest());
              model.put("radius", range.radius());
            });
    if (layout().isDouble()) {
      model.put("origin", diffuser.scaling().origin());
    }
    model.put("components", variables.fields().stream().map(Variables.Field::toString).toList());
    model.put("data-sha256", fingerprint);
    model.put("held-out", heldOut);
    model.put("given-scaling", givenScaling);
    return Map.of(
        CONFIG_KEY, ConfigWriter.json(config), MODEL_KEY, JSON.writeValueAsString(model), LAWS_KEY,
        Fingerprint.of(constraint));
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
    ConfigSource source = source(stored);
    for (String change : changes) {
      source = source.with(change);
    }
    return source.bind();
  }

  /// The configuration of a checkpoint, not bound yet.
  public static ConfigSource source(Checkpoint.Stored stored) throws IOException {
    try {
      ConfigSource source =
          ConfigSource.of("checkpoint", label(stored), stored.require(CONFIG_KEY));
      // A checkpoint from before samplers could clip has no range of its data, and was sampled without.
      boolean older =
          !stored.require(CONFIG_KEY).contains("\"clip\"")
              || JSON.readTree(stored.require(MODEL_KEY)).path("lowest").isMissingNode();
      source = older ? source.with("sampler.clip", "false", label(stored)) : source;
      source.bind();
      return source;
    } catch (ConfigException | IllegalArgumentException | JacksonException e) {
      throw new FormatException(label(stored) + ": " + firstLine(e), e);
    }
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

  private static Model read(Checkpoint.Stored stored, ExperimentConfig config, boolean withLaws)
      throws IOException {
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
      return of(
          config, new Scaling(mean, deviation, origin), range(model, dimension),
          components(model.path("components"), dimension),
          model.has("data-sha256") ? text(model.path("data-sha256")) : "",
          model.has("held-out") ? whole("number of points held out", model.path("held-out"), 0) : 0,
          model.path("given-scaling").asBoolean(false), withLaws);
    } catch (ConfigException | IllegalArgumentException | JacksonException e) {
      throw new FormatException(label + ": " + firstLine(e), e);
    }
  }

  /// The range of the training points; older checkpoints have none.
  private static Optional<DataRange> range(JsonNode model, int dimension) throws FormatException {
    if (model.path("lowest").isMissingNode()) {
      return Optional.empty();
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

  private static int whole(String what, JsonNode node, int least) {
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

  private static double[] numbers(JsonNode node) {
    if (!node.isArray()) {
      throw new IllegalArgumentException("the scaling holds " + node + " where a list is expected");
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
