package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.data.AskedConditions;
import io.scorefield.data.Conditions;
import io.scorefield.data.DataRange;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.MadeColumn;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.ClassifierFree;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.LatentSpace;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.LawConfig;
import io.scorefield.experiment.settings.ScheduleConfig;
import io.scorefield.experiment.settings.SourceConfig;
import io.scorefield.io.FormatException;
import io.scorefield.io.Layout;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import io.scorefield.plot.Axes;
import io.scorefield.train.Checkpoint;
import io.scorefield.train.Plans;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// An experiment's configuration, made concrete for data of a known dimension and scaling.
///
/// @param config the configuration
/// @param diffuser the model without its weights
/// @param architecture the network's shape
/// @param variables names of the components
/// @param constraint the laws, where there are some
/// @param fingerprint of the data, so that a training is not resumed on others
/// @param heldOut how many of the data are not trained on
/// @param givenScaling whether the scaling is that of another run, not of these data
/// @param told what the conditions mean, where they have names
/// @param columns of the data that are made and are no plain numbers
/// @param asked what samples are asked for under, `[conditions]` in data units; empty: none with names
/// @param latent the space of codes that the diffuser and the architecture are for; empty: they are for the data
public record Model(
    ExperimentConfig config,
    Diffuser diffuser,
    Architecture architecture,
    Variables variables,
    Optional<Constraint> constraint,
    String fingerprint,
    int heldOut,
    boolean givenScaling,
    Conditions told,
    List<MadeColumn> columns,
    Optional<double[]> asked,
    Optional<Latent> latent) {
  /// The model for the given data.
  public static Model of(ExperimentConfig config, DataSet data) throws IOException {
    return of(config, data, Optional.empty());
  }

  /// The model for the given data.
  ///
  /// @param given the scaling of another run, where the data are to be scaled as that run's were
  public static Model of(ExperimentConfig config, DataSet data, Optional<Scaling> given) throws IOException {
    int heldOut = HeldOut.count(config, data);
    DataSet training = HeldOut.training(data, heldOut, config.seed());
    Frame wanted = frame(config, data);
    Scaling scaling;
    try {
      scaling =
          given.isPresent()
              ? given.get().movedTo(data.origin())
              : config.data().scaling(training, wanted);
    } catch (IllegalArgumentException e) {
      throw new FormatException("data set '" + data.name() + "': " + e.getMessage(), e);
    }
    if (!scaling.frame().centred().equals(wanted.centred()) || scaling.frame().conditions() != wanted.conditions()) {
      throw new FormatException(
          "the other run's state has other coordinates than these data, with or without the particles' mean, or other "
              + "conditions; use --scaling new");
    }
    if (config.source() instanceof SourceConfig.Other
        && config.source().start(config.seed()).orElseThrow().source().dimension() != data.dimension()) {
      throw new ConfigException(
          "source.data: has another number of components than the data, which have " + data.dimension());
    }
    Optional<DataRange> range = config.latent().present() ? Optional.empty() : Optional.of(range(scaling, training));
    Model model =
        of(
            config, scaling, range, data.components(), Fingerprint.of(data), heldOut,
            given.isPresent(), true, data.told(), data.columns(), config.data().askedEach(data, config.seed()));
    try {
      Plans.require(model.diffuser, model.architecture, data, config.objective().objective());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
    return model;
  }

  private static DataRange range(Scaling scaling, DataSet data) {
    return DataRange.of(scaling.toState(data.points()), scaling.coordinates(), scaling.frame().conditions());
  }

  private static Frame frame(ExperimentConfig config, DataSet data) {
    Variables variables = Variables.of(data.components());
    return data.told().isEmpty()
        ? config.data().frame(variables)
        : config.data().frame(variables.first(data.dimension() - data.conditions())).withConditions(data.conditions());
  }

  /// What samples are asked for under.
  private static Optional<double[]> asked(ExperimentConfig config, Conditions told) {
    if (told.isEmpty() || config.sample().conditions().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(told.of(config.sample().conditions()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("sample.conditions: " + e.getMessage(), e);
    }
  }

  /// The guidance of plain samples: none, but for a network that is told conditions and asked for samples without.
  public Guidance plain() {
    return !told.isEmpty() && asked.isEmpty() ? ClassifierFree.UNCONDITIONAL : new Guidance.None();
  }

  /// Samples or points [n, D] without their conditions.
  public float[] made(float[] points) {
    return told.isEmpty() ? points : Conditions.without(points, dimension(), told.components());
  }

  /// All data, those held out included, where they are needed.
  @FunctionalInterface
  public interface Data {
    DataSet all() throws IOException;
  }

  /// The same model with a sampler of which nothing is open: where noise levels or variances are to follow from the network,
  /// they are chosen here. The data, where they are needed, are read or drawn as the configuration says.
  ///
  /// @param report is told what was chosen
  /// @throws ConfigException where there is no such choice, with the reason
  public Model settled(Engine engine, Network network, Consumer<String> report) throws IOException {
    return settled(engine, network, report, () -> config.data().load(config.seed()));
  }

  /// The same with data that are at hand.
  public Model settled(Engine engine, Network network, Consumer<String> report, Data data) throws IOException {
    if (!config.sampler().isOpen()) {
      return this;
    }
    return new Model(
        config.withSampler(new SettledSampler(this, engine, network, report).of(data)), diffuser, architecture, variables,
        constraint, fingerprint, heldOut, givenScaling, told, columns, asked, latent);
  }

  /// The same model whose samples are asked for under conditions of their own.
  public Model askedEach(AskedConditions each) {
    return new Model(
        config, diffuser.asking(each), architecture, variables, constraint, fingerprint, heldOut, givenScaling, told, columns, asked, latent);
  }

  /// The same model with another schedule of as many noise levels.
  public Model withSchedule(ScheduleConfig schedule) {
    ExperimentConfig other = config.withSchedule(schedule);
    return new Model(
        other, asking(other.diffuser(diffuser.scaling(), diffuser.range(), asked), diffuser.asked()), architecture, variables,
        constraint, fingerprint,
        heldOut, givenScaling, told, columns, asked, latent);
  }

  /// The same with its autoencoder trained.
  ///
  /// @param training the points that are trained on
  public Model withAutoencoder(Engine engine, float[] parameters, DataSet training) {
    LatentSpace space = new LatentSpace(scaling(), latent.orElseThrow().autoencoder(), parameters);
    Latent trained = latent.get().with(space);
    DataSet codes = trained.encoded(engine, training);
    try {
      Scaling states = trained.states(config.latent().code().scaling(codes.madePoints(), space.codes()));
      return withLatent(space, states, Optional.of(range(states, codes)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("latent: the autoencoder gives all points the same code; train it longer, or with a smaller "
          + "latent.code.kl-weight", e);
    }
  }

  /// The same with a trained autoencoder.
  ///
  /// @param states the scaling of its codes and the conditions
  Model withLatent(LatentSpace space, Scaling states, Optional<DataRange> range) {
    return new Model(
        config, asking(config.diffuser(states, range, asked), diffuser.asked()), architecture, variables, constraint, fingerprint, heldOut, givenScaling,
        told, columns, asked, Optional.of(latent.orElseThrow().with(space)));
  }

  /// The latent space of another model in place of one that is not trained.
  public Model withLatentOf(Model other) {
    return withLatent(other.latent.orElseThrow().trained(), other.diffuser.scaling(), other.diffuser.range());
  }

  /// The scaling of the data.
  public Scaling scaling() {
    return latent.map(Latent::scaling).orElse(diffuser.scaling());
  }

  /// What the diffuser takes for data: the points, or their codes.
  public DataSet ofDiffuser(Engine engine, DataSet data) {
    return latent.isPresent() ? latent.get().encoded(engine, data) : data;
  }

  /// The laws that what the diffuser makes is to obey: none where it makes codes.
  public Optional<Constraint> lawsOfDiffuser() {
    return latent.isPresent() ? Optional.empty() : constraint;
  }

  /// Networks that a checkpoint keeps beside the one that is trained.
  public List<Checkpoint.Part> parts() {
    return latent.map(Latent::parts).orElse(List.of());
  }

  /// @throws ConfigException where every sample has conditions of its own
  public void requireSharedConditions(String what) {
    if (diffuser.asked().isPresent()) {
      throw new ConfigException(
          what + ": each sample of this model is asked for under conditions of its own, such as how many atoms it has, and this is "
              + "for models whose samples share theirs");
    }
  }

  /// @throws ConfigException where the diffusion works in a latent space
  public void requireSpaceOfData(String what) {
    if (latent.isPresent()) {
      throw new ConfigException(
          what + ": this model's diffusion works on codes of an autoencoder (latent.kind), and this is for models that work on the "
              + "data themselves");
    }
  }

  /// The points of the data that are trained on.
  public DataSet training(DataSet all) {
    return HeldOut.training(all, heldOut, config.seed());
  }

  /// The others; empty where none are held out.
  public Optional<DataSet> others(DataSet all) {
    return HeldOut.others(all, heldOut, config.seed());
  }

  static Model of(
      ExperimentConfig config,
      Scaling scaling,
      Optional<DataRange> range,
      List<String> components,
      String fingerprint,
      int heldOut,
      boolean givenScaling,
      boolean withLaws,
      Conditions told,
      List<MadeColumn> columns,
      Optional<AskedConditions> each)
      throws IOException {
    Variables variables = Variables.of(components);
    if (variables.dimension() != scaling.dimension()) {
      throw new ConfigException(
          "the components " + variables + " are " + variables.dimension() + ", but the data have "
              + scaling.dimension());
    }
    Optional<double[]> asked = asked(config, told);
    Optional<Latent> latent = Latent.of(config, variables, scaling);
    Scaling states = latent.map(space -> space.states(Scaling.identity(space.frame().made()))).orElse(scaling);
    Model model =
        new Model(
            config,
            asking(config.diffuser(states, range, asked), each),
            architecture(config, latent.map(Latent::variables).orElse(variables), states),
            variables,
            withLaws ? laws(config, variables) : Optional.empty(),
            fingerprint,
            heldOut,
            givenScaling,
            told,
            columns,
            asked,
            latent);
    if (config.evaluate().likelihood() > 0) {
      model.requireSharedConditions("evaluate.likelihood");
    }
    if (config.inverse().present()) {
      model.requireSharedConditions("inverse");
    }
    if (model.constraint.isPresent() && scaling.frame().presence().isPresent()) {
      throw new ConfigException(
          "physics: these data have different numbers of atoms, and a formula would count those that are not there");
    }
    if (withLaws) {
      model.trainingLaws(); // refuses fields that there are not
      ConditionalLaws.check(model);
    }
    return model;
  }

  /// With conditions of every sample's own, where they are.
  private static Diffuser asking(Diffuser diffuser, Optional<AskedConditions> each) {
    return each.map(diffuser::asking).orElse(diffuser);
  }

  private static Architecture architecture(ExperimentConfig config, Variables variables, Scaling scaling) {
    if (scaling.frame().presence().isPresent() && !config.network().knowsAbsence()) {
      throw new ConfigException(
          "network.kind: these data have different numbers of atoms, of which only a graph network can be told; set "
              + "network.kind: egnn, for crystals network.kind: crystal");
    }
    try {
      return config.network().architecture(variables, scaling.frame());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /// D of the data and of samples, which may be more than the network's.
  public int dimension() {
    return scaling().dimension();
  }

  /// The range of the training points in data units, where it is known; of codes it is not.
  public Optional<DataRange> dataRange() {
    return latent.isPresent() ? Optional.empty() : diffuser.range().map(range -> range.toData(diffuser.scaling()));
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

  /// The laws as a training has them: with objective.physics.fields, all other fields count as constants.
  ///
  /// @throws ConfigException when there is no such field, or a law has none of them
  public Optional<Constraint> trainingLaws() {
    return TrainingLaws.of(
        constraint, config.objective().physics().fields(), variables, scaling().frame().made());
  }

  /// Names of the components, as a data set has them.
  public List<String> components() {
    return variables.fields().stream().map(Variables.Field::toString).toList();
  }

  /// The columns of files of samples.
  public Layout layout() {
    return new Layout(
        variables.elements(), scaling().origin(), 0, WrittenColumns.of(variables, columns));
  }

  /// The name of every component with what is taken off it inside the program: x, or x - 1000000, `[D]`.
  public List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (String name : variables.elements()) {
      labels.add(label(name, labels.size()));
    }
    return labels;
  }

  /// A name with what is taken off a component inside the program.
  public String label(String name, int component) {
    BigDecimal offset = BigDecimal.valueOf(scaling().origin()[component]).stripTrailingZeros();
    String size =
        Math.abs(offset.scale()) > 12 ? offset.abs().toString() : offset.abs().toPlainString();
    return offset.signum() == 0 ? name : name + (offset.signum() > 0 ? " - " : " + ") + size;
  }

  /// Titles of the axes of pictures of data in the plane: none where the components are x and y as they are.
  public Axes axes() {
    return axes(labels().subList(0, dimension() - told.components()));
  }

  /// The same for pictures of states.
  public Axes stateAxes() {
    return config.data().standardize() ? axes(variables.elements().subList(0, dimension() - told.components())) : axes();
  }

  private static Axes axes(List<String> labels) {
    return labels.equals(List.of("x", "y")) ? Axes.UNNAMED : new Axes(labels.getFirst(), labels.getLast());
  }

  /// A line about the components that are the same in all data; empty where there are none.
  public String constants() {
    int[] constants = scaling().constants();
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
}
