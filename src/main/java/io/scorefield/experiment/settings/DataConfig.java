package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.ConfigException;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.AskedConditions;
import io.scorefield.data.ClassMixture;
import io.scorefield.data.DarcyFields;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.HeatFields;
import io.scorefield.data.LabelledPoints;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.data.Scaling;
import io.scorefield.eval.Judge;
import io.scorefield.io.Columns;
import io.scorefield.io.Delimiter;
import io.scorefield.io.FormatException;
import io.scorefield.io.Numbers;
import io.scorefield.io.Points;
import io.scorefield.io.Reading;
import io.scorefield.matter.ParticleEnergy;
import io.scorefield.matter.Potential;
import io.scorefield.matter.Structures;
import io.scorefield.physics.Variables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Where the training points come from.
public sealed interface DataConfig
    permits DataConfig.Circle,
        DataConfig.HalfMoons,
        DataConfig.EightGaussians,
        DataConfig.Gaussian,
        DataConfig.SwissRoll,
        DataConfig.Checkerboard,
        DataConfig.Darcy,
        DarcyMediaConfig,
        DataConfig.Heat,
        DataConfig.NetLoad,
        ParticlesConfig,
        MoleculesConfig,
        CrystalsConfig,
        ButaneConfig,
        ConformersConfig,
        DataConfig.File {
  /// Whether every component is scaled to mean 0 and deviation 1.
  boolean standardize();

  /// The coordinates of the diffusion's state for data of such components.
  default Frame frame(Variables variables) {
    return Frame.of(variables.dimension());
  }

  /// The names of the conditions that a network is told and samples are asked for under (`data.conditions`).
  default List<String> told() {
    return List.of();
  }

  /// How many of the last components are conditions without names, as a temperature.
  default int unnamedConditions() {
    return 0;
  }

  /// Those that samples are asked for under.
  default double[] asked() {
    return new double[0];
  }

  /// The map between data units and states.
  ///
  /// @param training the points that are trained on
  default Scaling scaling(DataSet training, Frame frame) {
    return Scaling.of(training, standardize(), frame);
  }

  /// Whether every sample has conditions of its own.
  default boolean asksEach() {
    return false;
  }

  /// What samples are asked for under, where each has conditions of its own.
  ///
  /// @param data of the training, made with the seed
  default Optional<AskedConditions> askedEach(DataSet data, long seed) throws IOException {
    return Optional.empty();
  }

  /// Points that no training sees, where the data have such of their own.
  default Optional<DataSet> heldOut(long seed) throws IOException {
    return Optional.empty();
  }

  /// What measures samples instead of the usual metrics, where these say nothing of such data.
  ///
  /// @param data of the training
  default Optional<Judge> judge(DataSet data, long seed) throws IOException {
    return Optional.empty();
  }

  /// What points stand for, where they are molecules or crystals.
  ///
  /// @param components of the points, as a {@link DataSet} names them
  default Optional<Structures> structures(List<String> components) {
    return Optional.empty();
  }

  /// Makes or reads the points.
  DataSet load(long seed) throws IOException;

  /// The energy that the points are judged by, where they are particles that have one.
  default Optional<ParticleEnergy> particleEnergy(DataSet data) {
    return ParticleEnergy.of(data);
  }

  String POINTS = "Number of training points.";
  String CLASSES =
      "What the network is told beside the noisy state: [class], or nothing. Samples are then asked for with "
          + "sample.conditions: {class: ";

  /// The points of a mixture, with their classes where these are conditions.
  private static DataSet draw(ClassMixture mixture, List<String> conditions, int points, long seed) {
    return conditions.isEmpty()
        ? DataSet.draw(mixture, points, seed)
        : DataSet.draw(new LabelledPoints(mixture), points, seed);
  }

  private static void checkClasses(List<String> conditions, String kind) {
    if (!conditions.isEmpty() && !conditions.equals(List.of(LabelledPoints.CLASS))) {
      throw new IllegalArgumentException(
          "data.conditions of " + kind + " can be [" + LabelledPoints.CLASS + "] or [], not " + conditions);
    }
  }

  String STANDARDIZE =
      "Scale every component to mean 0 and deviation 1 for training; samples come back in data units.";

  @Kind(value = "circle", doc = "Points uniform on a circle around the origin.")
  record Circle(
      @Setting(doc = POINTS, value = "100", min = 1, max = 1e8) int points,
      @Setting(doc = "Radius.", value = "1.5", min = 0, aboveMin = true) double radius,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(PlaneDistribution.circle(radius), points, seed);
    }
  }

  @Kind(value = "half-moons", doc = "Two interleaving half circles of radius 1 with normal jitter.")
  record HalfMoons(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Standard deviation of the jitter.", value = "0.05", min = 0) double jitter,
      @Setting(doc = CLASSES + "upper}, or lower.", value = "[]") List<String> conditions,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig, Checked {
    @Override
    public void check() {
      DataConfig.checkClasses(conditions, "half-moons");
    }

    @Override
    public List<String> told() {
      return conditions;
    }

    @Override
    public DataSet load(long seed) {
      return conditions.isEmpty()
          ? DataSet.draw(PlaneDistribution.halfMoons(jitter), points, seed)
          : DataConfig.draw(new io.scorefield.data.HalfMoons(jitter), conditions, points, seed);
    }
  }

  @Kind(value = "eight-gaussians", doc = "Eight equal Gaussians on a circle.")
  record EightGaussians(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Radius of the circle of the means.", value = "2", min = 0, aboveMin = true)
          double radius,
      @Setting(doc = "Standard deviation of each.", value = "0.2", min = 0, aboveMin = true)
          double deviation,
      @Setting(doc = CLASSES + "0} to 7, counter-clockwise from (radius, 0).", value = "[]") List<String> conditions,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig, Checked {
    @Override
    public void check() {
      DataConfig.checkClasses(conditions, "eight-gaussians");
    }

    @Override
    public List<String> told() {
      return conditions;
    }

    @Override
    public DataSet load(long seed) {
      return DataConfig.draw(GaussianMixture.eightGaussians(radius, deviation), conditions, points, seed);
    }
  }

  @Kind(
      value = "gaussian",
      doc = "One Gaussian; the covariance of components i and j is deviation^2 correlation^|i - j|.")
  record Gaussian(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "D.", value = "2", min = 1, max = 1024) int dimension,
      @Setting(doc = "Standard deviation.", value = "1", min = 0, aboveMin = true) double deviation,
      @Setting(doc = "Correlation of neighbouring components.", value = "0.8", min = -0.999, max = 0.999)
          double correlation,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(
          GaussianMixture.gaussian(dimension, deviation, correlation), points, seed);
    }
  }

  @Kind(value = "swiss-roll", doc = "A spiral of one and a half turns with normal jitter.")
  record SwissRoll(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Outer radius.", value = "2", min = 0, aboveMin = true) double radius,
      @Setting(doc = "Standard deviation of the jitter.", value = "0.05", min = 0) double jitter,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(PlaneDistribution.swissRoll(radius, jitter), points, seed);
    }
  }

  @Kind(value = "checkerboard", doc = "Uniform on the eight black squares of a 4 x 4 board.")
  record Checkerboard(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Side of the board.", value = "4", min = 0, aboveMin = true) double side,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(PlaneDistribution.checkerboard(side), points, seed);
    }
  }

  @Kind(
      value = "darcy",
      doc = "Permeability k and pressure u of a flow, -div(k grad u) = f, on a grid; fields k and u.")
  record Darcy(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Axes of the grid.", value = "1", min = 1, max = 2) int axes,
      @Setting(doc = "Grid points along an axis.", value = "64", min = 2, max = 4096) int grid,
      @Setting(
              doc = "Correlation length of log k; the domain has length 1.",
              value = "0.2",
              min = 0,
              aboveMin = true)
          double length,
      @Setting(doc = "Standard deviation of log k.", value = "0.5", min = 0, aboveMin = true)
          double deviation,
      @Setting(doc = "The source f.", value = "1") double source,
      @Setting(doc = STANDARDIZE, value = "true") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(new DarcyFields(axes, grid, length, deviation, source), points, seed);
    }
  }

  @Kind(
      value = "heat",
      doc = "Temperatures on a ring that have evened out for a random time: mean 1/2, from 0 to 1; field u.")
  record Heat(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Grid points, a multiple of 8.", value = "64", min = 8, max = 4096) int grid,
      @Setting(doc = "Shortest time; the ring has length 1.", value = "1e-4", min = 0)
          double shortest,
      @Setting(doc = "Longest time.", value = "2e-3", min = 0) double longest,
      @Setting(doc = STANDARDIZE, value = "false") boolean standardize)
      implements DataConfig {
    @Override
    public DataSet load(long seed) {
      return DataSet.draw(new HeatFields(grid, shortest, longest), points, seed);
    }
  }

  @Kind(
      value = "net-load",
      doc = "Days of a household with solar cells: fields load, solar and net = load - solar, under weather and tariff.",
      source = "the setting: Zhang, Cheng and Yu 2024, arXiv 2406.01913")
  record NetLoad(
      @Setting(doc = POINTS, value = "10000", min = 1, max = 1e8) int points,
      @Setting(doc = "Steps of a day.", value = "24", min = 4, max = 1024) int steps,
      @Setting(
              doc =
                  "What the network is told beside the noisy state: [temperature, cloudiness, tariff], or nothing. Samples are "
                      + "then asked for with sample.conditions: {temperature: 0, cloudiness: 0.5, tariff: flat}, or night.",
              value = "[temperature, cloudiness, tariff]")
          List<String> conditions,
      @Setting(doc = STANDARDIZE, value = "true") boolean standardize)
      implements DataConfig, Checked {
    @Override
    public void check() {
      if (!conditions.isEmpty() && !conditions.equals(io.scorefield.data.NetLoad.NAMES)) {
        throw new IllegalArgumentException(
            "data.conditions of net-load can be " + io.scorefield.data.NetLoad.NAMES + " or [], not " + conditions);
      }
    }

    @Override
    public List<String> told() {
      return conditions;
    }

    @Override
    public DataSet load(long seed) {
      io.scorefield.data.NetLoad days = new io.scorefield.data.NetLoad(steps);
      return conditions.isEmpty() ? DataSet.draw(days.whole(), points, seed) : DataSet.draw(days, points, seed);
    }
  }

  @Kind(value = "file", doc = "Points [N, D] from a .csv, .npy, .npz, .parquet or .h5 file, or a folder of Parquet files.")
  record File(
      @Setting(
              doc =
                  "The file. A relative path is relative to the folder of the file that it is written in; with --set, to "
                      + "the folder you are in.",
              path = true)
          String path,
      @Setting(
              doc =
                  "Columns to read, in this order: names of the file's columns, or numbers counted from 0, such as "
                      + "[pressure, temperature] or [0, 2]. Empty: all.",
              value = "[]")
          List<String> columns,
      @Setting(
              doc =
                  "Names of the components for laws, such as x y or u[64] k[16,16]; empty: the names of the file's "
                      + "columns, else x, y, z, or x[D].",
              value = "''")
          String components,
      @Setting(
              doc =
                  "The energy of particles x[N,K] as a formula, such as sum(i<j, (d-1)^2): the metrics and pictures of"
                      + " particles need it, and graph networks do: the state then leaves the particles' mean out. Empty: none.",
              value = "''")
          String energy,
      @Setting(
              doc = "With an energy: count the pairs that are nearer than this as a metric. 0: do not.",
              value = "0",
              min = 0)
          double contact,
      @Setting(
              doc =
                  "Columns that the network is told and does not make: names, or numbers counted from 0. Samples are then "
                      + "asked for with sample.conditions: {NAME: VALUE}.",
              value = "[]")
          List<String> conditions,
      @Setting(
              doc =
                  "Which of the columns and of the conditions are classes: text, or numbers that only name something. Each class "
                      + "is a component of the state, or of what is told, and in .csv files it has its name. docs/conditioning.md.",
              value = "[]")
          List<String> classes,
      @Setting(
              doc =
                  "Which of the columns that are made are whole numbers: in .csv files of samples they are rounded.",
              value = "[]")
          List<String> integers,
      @Setting(
              doc =
                  "What is done about missing cells, empty or NaN: refuse the file, leave their rows out (complete-rows), or "
                      + "draw them under the known cells of their rows (draw). docs/conditioning.md.",
              value = "refuse")
          IncompleteFile.Missing missing,
      @Setting(
              doc =
                  "Further cells that count as missing, such as [-999, '-'], beside those that are empty, NaN, NA, n/a or null.",
              value = "[]")
          List<String> missingMarks,
      @Setting(
              doc =
                  "What stands between the cells of a file of text. auto: the first of tab, semicolon and comma that its first "
                      + "line has, else spaces. Beside semicolons and tabs numbers may have decimal commas.",
              value = "auto")
          Delimiter delimiter,
      @Setting(
              doc =
                  "Which array of a .npz file, or which dataset or group of an HDF5 file, such as /run/points; empty: the only one "
                      + "there is, or 'samples'.",
              value = "''")
          String dataset,
      @Setting(doc = STANDARDIZE, value = "true") boolean standardize)
      implements DataConfig, Conditional, Checked {
    @Override
    public Map<String, String> meaningless() {
      Map<String, String> meaningless = new LinkedHashMap<>();
      if (energy.isBlank()) {
        meaningless.put("contact", "contacts are counted among particles with an energy, and 'data.energy' is empty");
      }
      if (!conditions.isEmpty()) {
        meaningless.put("missing", "conditions have no gaps, and 'data.conditions' is set");
      }
      return meaningless;
    }

    @Override
    public void check() {
      for (String name : integers) {
        if (conditions.contains(name) || classes.contains(name)) {
          throw new IllegalArgumentException(
              "data.integers: '" + name + "' is " + (conditions.contains(name) ? "a condition, which is told as it is" : "in data.classes too"));
        }
      }
      if (missing != IncompleteFile.Missing.REFUSE && !(classes.isEmpty() && integers.isEmpty())) {
        throw new IllegalArgumentException(
            "data.missing: gaps are drawn and left out among numbers only; with data.classes or data.integers fill them first, "
                + "or leave their rows out of the file");
      }
    }

    @Override
    public List<String> told() {
      return conditions.stream().map(FileConditions::name).toList();
    }

    @Override
    public DataSet load(long seed) throws IOException {
      DataSet data = read(seed);
      Optional<ParticleEnergy> particles = particleEnergy(data);
      try {
        return particles.isPresent() ? data.noted(particles.get().evidence(data.madePoints())) : data;
      } catch (IllegalArgumentException e) {
        throw new FormatException(path + ": " + e.getMessage(), e);
      }
    }

    /// Particles with an energy are judged and learned without their mean.
    @Override
    public Frame frame(Variables variables) {
      List<Integer> shape = variables.fields().getFirst().shape();
      return energy.isBlank() || shape.size() != 2
          ? Frame.of(variables.dimension())
          : Frame.centred(shape.getFirst(), shape.getLast());
    }

    @Override
    public Optional<ParticleEnergy> particleEnergy(DataSet data) {
      if (energy.isBlank()) {
        return Optional.empty();
      }
      int made = data.dimension() - data.conditions();
      List<Variables.Field> fields = Variables.of(data.components()).first(made).fields();
      List<Integer> shape = fields.getFirst().shape();
      if (fields.size() != 1 || shape.size() != 2 || !fields.getFirst().name().equals(Potential.POSITIONS)) {
        throw new ConfigException(
            "data.energy needs data.components to be the positions of particles, such as 'x[13,3]', and not '"
                + String.join(" ", data.components()) + "'");
      }
      if (Arrays.stream(data.origin()).limit(made).anyMatch(o -> o != 0)) {
        throw new ConfigException(
            "data.energy: positions this far from 0 do not fit into float32; write them relative to their mean");
      }
      try {
        return Optional.of(
            new ParticleEnergy(
                Potential.of(energy, shape.getFirst(), shape.getLast(), Map.of()),
                contact > 0 ? OptionalDouble.of(contact) : OptionalDouble.empty()));
      } catch (IllegalArgumentException e) {
        throw new ConfigException("data.energy: " + e.getMessage(), e);
      }
    }

    private DataFile file() {
      return new DataFile(path, new Reading(delimiter, missingMarks, dataset));
    }

    private DataSet read(long seed) throws IOException {
      if (missing != IncompleteFile.Missing.REFUSE) {
        return new IncompleteFile(file(), columns, components, missing).load(seed);
      }
      if (!conditions.isEmpty()) {
        return new FileConditions(file(), columns, components, conditions, classes, integers).load();
      }
      if (!classes.isEmpty() || !integers.isEmpty()) {
        return new FileColumns(file(), columns.isEmpty() ? FileConditions.named(file()) : columns, components, classes, integers)
            .load();
      }
      Points points = file().read(new Columns(columns, "data.columns"));
      String name = ConfigFiles.fileName(path);
      ComponentNames names =
          ComponentNames.of(name, points.names(), components, points.dimension());
      List<String> notes = new ArrayList<>(points.notes());
      notes.addAll(names.notes());
      return switch (points.numbers()) {
        case Numbers.Floats(float[] values) ->
            new DataSet(
                name, points.dimension(), values, Optional.empty(), names.components(),
                new double[points.dimension()], notes);
        case Numbers.Doubles(double[] values) -> {
          try {
            yield DataSet.of(name, points.dimension(), values, names.components(), notes);
          } catch (IllegalArgumentException e) {
            throw new FormatException(path + ": " + e.getMessage(), e);
          }
        }
      };
    }
  }
}
