package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.Kind;
import io.scorefield.config.Schema;
import io.scorefield.config.Setting;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.matter.Evidence;
import io.scorefield.matter.HeatCapacities;
import io.scorefield.matter.KnownSystems;
import io.scorefield.matter.MetropolisOptions;
import io.scorefield.matter.ParticleSystem;
import io.scorefield.matter.Potential;
import io.scorefield.matter.TemperedParticles;
import io.scorefield.physics.Variables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Particles at a temperature, sampled from an energy.
@Kind(
    value = "particles",
    doc = "Particles at a temperature, sampled from their energy by Metropolis chains; field x[N,K]. docs/particles.md.")
public record ParticlesConfig(
    @Setting(doc = DataConfig.POINTS, value = "10000", min = 1, max = 1e8) int points,
    @Setting(
            doc =
                "dw4: four particles in a plane, double wells; lj13, lj55: Lennard-Jones clusters in space; formula: as"
                    + " 'energy' says.",
            value = "formula")
        System system,
    @Setting(
            doc =
                "Of lj13 and lj55: which energy. efm, 2 (d^-12 - 2 d^-6) a pair, as in EFM and iDEM; eacf: half of that.",
            value = "efm")
        KnownSystems.Convention convention,
    @Setting(
            doc =
                "The energy as a formula of the distances d of pairs and r from the centre, such as sum(i<j, (d-1)^2) +"
                    + " 0.5*sum(i, r^2).",
            value = "''")
        String energy,
    @Setting(doc = LawConfig.PARAMETERS, value = "{}") Map<String, String> parameters,
    @Setting(doc = "N, the number of particles, where the energy is a formula.", value = "0", min = 0, max = 1e4)
        int particles,
    @Setting(doc = "K, the axes of a position, where the energy is a formula.", value = "0", min = 0, max = 1e3) int axes,
    @Setting(doc = "T in units of the energy; configurations have the density exp(-U/T).", value = "1", min = 0, aboveMin = true)
        double temperature,
    @Setting(
            doc =
                "Temperatures to train on, such as [0.5, 0.75, 1.5, 2]: the network is told T, and samples can be asked for at "
                    + "any temperature. Empty: 'temperature' alone.",
            value = "[]",
            min = 0,
            aboveMin = true)
        List<Double> temperatures,
    @Setting(
            doc =
                "Count the pairs that are nearer than this as a metric, by which modes are told apart. 0: 4 for dw4, else"
                    + " none.",
            value = "0",
            min = 0)
        double contact,
    @Setting(doc = "Sweeps of a chain before its first sample; a sweep is a trial move a particle.", value = "5000", min = 1, max = 1e9)
        int burnIn,
    @Setting(
            doc = "Sweeps from a sample of a chain to the next. 0: 200 for dw4, whose modes change slowly, else 100.",
            value = "0",
            min = 0,
            max = 1e8)
        int thinning,
    @Setting(
            doc =
                "Scale all components alike, to a root of the mean square of 1, for training; samples come back in data"
                    + " units.",
            value = "false")
        boolean standardize)
    implements DataConfig, Conditional, Checked {
  private static final int MOST_FOR_CAPACITIES = 20_000;

  /// The systems by name.
  public enum System {
    DW4,
    LJ13,
    LJ55,
    FORMULA
  }

  @Override
  public Map<String, String> meaningless() {
    String own = "the system " + Schema.key(system) + " has its own energy";
    String one = "it tells the energies of Lennard-Jones clusters apart, and ";
    return switch (system) {
      case DW4 ->
          Map.of(
              "convention", one + "the system is dw4", "energy", own, "parameters", own, "particles", own, "axes", own);
      case LJ13, LJ55 -> Map.of("energy", own, "parameters", own, "particles", own, "axes", own);
      case FORMULA -> Map.of("convention", one + "here the energy is a formula");
    };
  }

  @Override
  public void check() {
    if (system == System.FORMULA && (energy.isBlank() || particles == 0 || axes == 0)) {
      throw new IllegalArgumentException(
          "particles need a system, dw4, lj13 or lj55, or an energy with the numbers of particles and axes");
    }
    if (temperatures.size() == 1 || new HashSet<>(temperatures).size() < temperatures.size()) {
      throw new IllegalArgumentException(
          "temperatures must be at least two different ones to learn from, not " + temperatures + "; for one, set temperature");
    }
    temperatures.forEach(this::at);
    at(temperature);
  }

  @Override
  public int unnamedConditions() {
    return conditions();
  }

  /// Whether the network is told the temperature.
  public int conditions() {
    return temperatures.isEmpty() ? 0 : 1;
  }

  @Override
  public double[] asked() {
    return temperatures.isEmpty() ? new double[0] : new double[] {temperature};
  }

  /// D, N K and the conditions.
  public int dimension() {
    int positions =
        switch (system) {
          case DW4 -> 8;
          case LJ13 -> 39;
          case LJ55 -> 165;
          case FORMULA -> particles * axes;
        };
    return positions + conditions();
  }

  /// The energy does not tell where the particles are as a whole, so the state leaves their mean out.
  @Override
  public Frame frame(Variables variables) {
    List<Integer> shape = variables.fields().getFirst().shape();
    return Frame.centred(shape.getFirst(), shape.getLast()).withConditions(conditions());
  }

  /// The system at a temperature.
  public ParticleSystem at(double temperature) {
    int usual = system == System.DW4 ? 200 : 100;
    MetropolisOptions options = new MetropolisOptions(burnIn, thinning > 0 ? thinning : usual);
    ParticleSystem known =
        switch (system) {
          case DW4 -> KnownSystems.doubleWell(temperature, options);
          case LJ13 -> KnownSystems.lennardJones(13, convention, temperature, options);
          case LJ55 -> KnownSystems.lennardJones(55, convention, temperature, options);
          case FORMULA ->
              new ParticleSystem(
                  "particles",
                  Potential.of(energy, particles, axes, NamedNumbers.of(parameters)),
                  temperature, OptionalDouble.empty(), options);
        };
    return contact > 0 ? known.withContact(contact) : known;
  }

  @Override
  public DataSet load(long seed) {
    if (!temperatures.isEmpty()) {
      return loadTempered(seed);
    }
    ParticleSystem source = at(temperature);
    DataSet drawn = DataSet.draw(source, points, seed);
    Evidence evidence = source.evidence(seed, points);
    List<String> notes = new ArrayList<>(List.of(source.description(), evidence.line()));
    notes.addAll(evidence.warnings());
    return new DataSet(
        drawn.name(), drawn.dimension(), drawn.points(), Optional.of(source), drawn.components(), drawn.origin(), notes);
  }

  private TemperedParticles tempered() {
    return new TemperedParticles(at(temperature), temperatures.stream().map(this::at).toList());
  }

  /// The heat capacities of the training points at the temperatures that are trained on; of the first 20,000, which tell
  /// them to a few percent.
  HeatCapacities heatCapacities(long seed) {
    return tempered().heatCapacities(seed, Math.min(points, MOST_FOR_CAPACITIES));
  }

  private DataSet loadTempered(long seed) {
    TemperedParticles source = tempered();
    float[] drawn = source.training(seed, points);
    List<String> notes = new ArrayList<>();
    notes.add(source.asked().description() + "; trained at T = " + temperatures);
    List<Evidence> evidence = source.evidence(seed, points);
    for (int k = 0; k < evidence.size(); k++) {
      notes.add("T = " + temperatures.get(k) + ": " + evidence.get(k).line());
      notes.addAll(evidence.get(k).warnings());
    }
    return new DataSet(
        source.name(), source.dimension(), drawn, Optional.of(source), source.components(),
        new double[source.dimension()], notes, conditions());
  }
}
