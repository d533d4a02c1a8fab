package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.AskedConditions;
import io.scorefield.data.Conditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.data.Scaling;
import io.scorefield.eval.Judge;
import io.scorefield.eval.MoleculeJudge;
import io.scorefield.matter.Structures;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.MoleculeMaker;
import io.scorefield.matter.molecule.MoleculePoints;
import io.scorefield.matter.molecule.MoleculeProperty;
import io.scorefield.matter.molecule.MoleculeSet;
import io.scorefield.matter.molecule.Sdf;
import io.scorefield.matter.molecule.Xyz;
import io.scorefield.physics.Variables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Molecules in space: where their atoms are and of which elements they are.
@Kind(
    value = "molecules",
    doc =
        "Molecules: positions of all atoms in angstrom, x[N,3], and a field for every element, as C[N]; how many "
            + "atoms there are is told. docs/molecules.md.")
public record MoleculesConfig(
    @Setting(
            doc =
                "Molecules to learn from, an .sdf or .xyz file. Empty: small molecules that are made, as 'heavy-atoms' says.",
            value = "''",
            path = true)
        String path,
    @Setting(
            doc = "The most atoms of C, N, O and F that a molecule has, where they are made.",
            value = "4",
            min = 1,
            max = 9)
        int heavyAtoms,
    @Setting(
            doc = "How many molecules are made, all of them different; of few heavy atoms there may not be so many.",
            value = "2000",
            min = 10,
            max = 1e6)
        int points,
    @Setting(
            doc = "How large the 1 of an element counts beside an angstrom.",
            value = "0.25",
            min = 0,
            aboveMin = true)
        double typeScale,
    @Setting(
            doc =
                "A number that the network is told of a molecule beside how many atoms it has: none; gyration, the radius of "
                    + "gyration; mass; logp; or polar-surface. Each sample is asked for with the numbers of a molecule of the data.",
            value = "none")
        Told property)
    implements DataConfig, Conditional, Checked {
  /// What is told beside the number of atoms.
  public enum Told {
    NONE,
    GYRATION,
    MASS,
    LOGP,
    POLAR_SURFACE;

    Optional<MoleculeProperty> property() {
      return this == NONE ? Optional.empty() : Optional.of(MoleculeProperty.valueOf(name()));
    }
  }

  @Override
  public Map<String, String> meaningless() {
    String file = "the molecules are those of 'data.path'";
    return path.isEmpty() ? Map.of() : Map.of("heavy-atoms", file, "points", file);
  }

  @Override
  public void check() {
    if (!path.isEmpty() && !path.endsWith(".sdf") && !path.endsWith(".xyz")) {
      throw new IllegalArgumentException("data.path: molecules are read from .sdf and .xyz files, not from " + path);
    }
  }

  @Override
  public boolean standardize() {
    return false;
  }

  /// The molecules, of which a tenth is not trained on: which, is a matter of what molecule it is, whatever its shape.
  private MoleculeSet set(long seed) throws IOException {
    if (path.isEmpty()) {
      return MoleculeMaker.cached(heavyAtoms, points, seed);
    }
    Path file = Path.of(path);
    List<Molecule> read = path.endsWith(".xyz") ? Xyz.read(file) : Sdf.read(file);
    return new MoleculeSet(read, read.size() + " molecules of " + file);
  }

  @Override
  public DataSet load(long seed) throws IOException {
    MoleculeSet set = set(seed);
    MoleculePoints points = MoleculePoints.of(set.molecules(), property.property());
    return new DataSet(
        "molecules", points.dimension(), points.points(set.training()), Optional.empty(), points.components(),
        new double[points.dimension()], notes(set), points.told());
  }

  @Override
  public Optional<DataSet> heldOut(long seed) throws IOException {
    MoleculeSet set = set(seed);
    MoleculePoints points = MoleculePoints.of(set.molecules(), property.property());
    return Optional.of(
        new DataSet(
            "molecules held out", points.dimension(), points.points(set.heldOut()), Optional.empty(), points.components(),
            new double[points.dimension()], List.of(), points.told()));
  }

  private static List<String> notes(MoleculeSet set) {
    return List.of(
        set.note(), set.training().size() + " molecules are trained on, " + set.heldOut().size() + " others are held out");
  }

  @Override
  public Frame frame(Variables variables) {
    int atoms = variables.fields().getFirst().shape().getFirst();
    int told = property == Told.NONE ? 1 : 2;
    int kinds = (variables.dimension() - told) / atoms - 3;
    return Frame.centred(atoms, 3)
        .withFeatures(atoms * kinds)
        .withConditions(told)
        .withPresence(Presence.byCount(atoms, 0, kinds));
  }

  @Override
  public Scaling scaling(DataSet training, Frame frame) {
    double[] deviation = new double[frame.components()];
    Arrays.fill(deviation, 1);
    int placed = frame.made() - frame.features();
    Arrays.fill(deviation, placed, placed + frame.features(), 1 / typeScale);
    double[] mean = new double[frame.components()];
    if (property != Told.NONE) {
      int last = frame.components() - 1;
      Scaling told = Scaling.standardize(Conditions.alone(training.points(), training.dimension(), 1), 1);
      mean[last] = told.mean()[0];
      deviation[last] = told.deviation()[0];
    }
    return new Scaling(mean, deviation, training.origin(), frame);
  }

  @Override
  public boolean asksEach() {
    return true;
  }

  @Override
  public Optional<AskedConditions> askedEach(DataSet data, long seed) {
    int told = data.conditions();
    return Optional.of(AskedConditions.asIn(Conditions.alone(data.points(), data.dimension(), told), told));
  }

  @Override
  public Optional<Judge> judge(DataSet data, long seed) throws IOException {
    MoleculeSet set = set(seed);
    MoleculePoints points = MoleculePoints.of(set.molecules(), property.property());
    return MoleculeJudge.knows(points)
        ? Optional.of(new MoleculeJudge(points, set.training(), set.heldOut(), seed))
        : Optional.empty();
  }

  @Override
  public Optional<Structures> structures(List<String> components) {
    return Optional.of(MoleculePoints.ofComponents(components));
  }
}
