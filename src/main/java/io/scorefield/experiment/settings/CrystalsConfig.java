package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.AskedConditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.engine.Engine;
import io.scorefield.eval.CrystalJudge;
import io.scorefield.eval.CrystalLosses;
import io.scorefield.eval.GeneratedCrystalJudge;
import io.scorefield.eval.Judge;
import io.scorefield.matter.Structures;
import io.scorefield.matter.crystal.CrystalFiles;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalPoints.Task;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.matter.crystal.PrototypeSet;
import io.scorefield.network.architecture.CrystalNet;
import io.scorefield.network.architecture.GivenCell;
import io.scorefield.physics.Variables;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Crystals, of which compositions are held out.
@Kind(
    value = "crystals",
    doc =
        "Crystals: the network is told a composition and makes coordinates and the cell. Samples are asked for under the "
            + "compositions that are held out, each in its turn. docs/crystals.md.")
public record CrystalsConfig(
    @Setting(doc = DataConfig.POINTS + " Each is a crystal of the set with noise of its own.", value = "100000", min = 1, max = 1e8)
        int points,
    @Setting(
            doc =
                "Crystals: a .cif, .vasp or .csv file, or a folder of them. Empty: the simplest structures of 24 cations with O, F, "
                    + "S and Cl, from the radii of the ions.",
            value = "''",
            path = true)
        String path,
    @Setting(doc = "What is made: both, places (coordinates in the true cell), or cell (the cell alone).", value = "both") Task make,
    @Setting(doc = "Share of the compositions that are held out.", value = "0.15", min = 0.001, max = 0.9) double heldOut,
    @Setting(
            doc = "Thermal displacement: standard deviation of every training point's coordinates, in units of the cell's vectors.",
            value = "0.01", min = 0, max = 0.2)
        double displacement,
    @Setting(
            doc = "Standard deviation of the logarithms of the lengths of every training point's cell; angles have 28.5 degrees times it.",
            value = "0.01", min = 0, max = 0.2)
        double strain,
    @Setting(doc = "The compositions that samples are asked for under.", value = "{kind: held-out}") CompositionsConfig compositions)
    implements DataConfig, Checked {
  /// Deviations are taken to be at least so large, so that numbers that are next to the same are not blown up.
  private static final double LEAST_LENGTH = 0.02;

  private static final double LEAST_ANGLE = 2;

  @Override
  public void check() {
    if (compositions instanceof CompositionsConfig.Generated && make != Task.PLACES) {
      throw new IllegalArgumentException("data.compositions: generated makes cells too, so it needs data.make: places");
    }
  }

  @Override
  public boolean standardize() {
    return false;
  }

  /// The crystals.
  public CrystalSet set(long seed) throws IOException {
    CrystalSet.Shaking shaking = new CrystalSet.Shaking(displacement, strain);
    return path.isEmpty()
        ? PrototypeSet.of(heldOut, shaking, seed)
        : CrystalSet.split(CrystalFiles.read(ConfigFiles.existing("data.path", path)), heldOut, shaking, seed);
  }

  @Override
  public DataSet load(long seed) throws IOException {
    CrystalSet set = set(seed);
    CrystalPoints layout = new CrystalPoints(set.mostAtoms(), make);
    if ((long) points * layout.dimension() > DataSet.MAX_NUMBERS) {
      throw new IllegalArgumentException(
          "data.points: " + points + " crystals of up to " + set.mostAtoms() + " atoms are more than " + DataSet.MAX_NUMBERS + " numbers");
    }
    float[] all = new float[points * layout.dimension()];
    for (int i = 0; i < points; i++) {
      layout.write(set.draw(seed, i), all, i * layout.dimension());
    }
    String name = path.isEmpty() ? "prototypes" : "crystals";
    String note =
        set.training().size() + " crystals to learn from, " + set.heldOut().size() + " of other compositions held out, up to "
            + set.mostAtoms() + " atoms";
    return new DataSet(
        name, layout.dimension(), all, Optional.empty(), layout.components(), new double[layout.dimension()], List.of(note),
        layout.conditions());
  }

  @Override
  public boolean asksEach() {
    return true;
  }

  @Override
  public Frame frame(Variables variables) {
    CrystalPoints layout = CrystalPoints.ofComponents(variables.fields().stream().map(Object::toString).toList());
    if (make == Task.CELL) {
      return Frame.of(CrystalNet.CELL).withConditions(layout.conditions());
    }
    return Frame.centred(layout.most(), 3)
        .withFeatures(make == Task.BOTH ? CrystalNet.CELL : 0)
        .withConditions(layout.conditions())
        .withPresence(Presence.byKind(layout.most(), 0, 0));
  }

  /// Lengths have one mean and one deviation, and so have angles; what is made is 0.05 times numbers of deviation 1. A cell that
  /// is given has those of {@link GivenCell}, so that a network can undo them.
  @Override
  public Scaling scaling(DataSet training, Frame frame) {
    CrystalPoints layout = CrystalPoints.ofComponents(training.components());
    double[] mean = new double[training.dimension()];
    double[] deviation = new double[training.dimension()];
    Arrays.fill(deviation, 1);
    if (make == Task.PLACES) {
      for (int k = 0; k < CrystalNet.CELL; k++) {
        mean[layout.cell() + k] = k < 3 ? GivenCell.LENGTH_MEAN : GivenCell.ANGLE_MEAN;
        deviation[layout.cell() + k] = k < 3 ? GivenCell.LENGTH_DEVIATION : GivenCell.ANGLE_DEVIATION;
      }
      return new Scaling(mean, deviation, training.origin(), frame);
    }
    for (int group = 0; group < 2; group++) {
      int first = layout.cell() + 3 * group;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < training.size(); i++) {
        for (int k = 0; k < 3; k++) {
          double value = training.points()[i * training.dimension() + first + k];
          sum += value;
          squares += value * value;
        }
      }
      double average = sum / (3.0 * training.size());
      double spread = Math.sqrt(Math.max(0, squares / (3.0 * training.size()) - average * average));
      Arrays.fill(mean, first, first + 3, average);
      Arrays.fill(deviation, first, first + 3, Math.max(spread, group == 0 ? LEAST_LENGTH : LEAST_ANGLE) / CrystalNet.CELL_SCALE);
    }
    return new Scaling(mean, deviation, training.origin(), frame);
  }

  /// Compositions that are generated follow from a training.
  @Override
  public Optional<AskedConditions> askedEach(DataSet data, long seed) throws IOException {
    if (compositions instanceof CompositionsConfig.Generated) {
      return Optional.empty();
    }
    CrystalPoints layout = CrystalPoints.ofComponents(data.components());
    return Optional.of(AskedConditions.inTurn(layout.conditions(set(seed).heldOut()), layout.conditions()));
  }

  @Override
  public Optional<Structures> structures(List<String> components) {
    return Optional.of(CrystalPoints.ofComponents(components));
  }

  @Override
  public Optional<Judge> judge(DataSet data, long seed) throws IOException {
    CrystalPoints layout = CrystalPoints.ofComponents(data.components());
    return Optional.of(
        compositions instanceof CompositionsConfig.Generated
            ? new GeneratedCrystalJudge(layout, set(seed), seed)
            : new CrystalJudge(layout, set(seed), seed));
  }

  /// What the network's losses are measured with.
  public CrystalLosses losses(Engine engine, Diffuser diffuser, DataSet data, long seed) throws IOException {
    return new CrystalLosses(engine, diffuser, CrystalPoints.ofComponents(data.components()), set(seed), seed);
  }
}
