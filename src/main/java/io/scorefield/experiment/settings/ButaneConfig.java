package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.AskedConditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.eval.ButaneJudge;
import io.scorefield.eval.Judge;
import io.scorefield.matter.Element;
import io.scorefield.matter.Structures;
import io.scorefield.matter.molecule.Bond;
import io.scorefield.matter.molecule.Butane;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.physics.Variables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Chains of four beads with an exact density.
@Kind(
    value = "butane",
    doc =
        "Butane as four beads at a temperature, whose dihedral angle has the exact density exp(-V/kT)/Z: positions x[4,3] in "
            + "angstrom, and its bonds as conditions. docs/conformers.md.",
    source = "Martin and Siepmann 1998, J. Phys. Chem. B 102, 2569")
public record ButaneConfig(
    @Setting(doc = DataConfig.POINTS, value = "20000", min = 1, max = 1e7) int points,
    @Setting(doc = "Temperature in kelvin.", value = "300", min = 50, max = 2000) double temperature)
    implements DataConfig {
  private static final int BEADS = 4;

  private static Molecule chain() {
    List<Bond> bonds = List.of(new Bond(0, 1, 1), new Bond(1, 2, 1), new Bond(2, 3, 1));
    return new Molecule("butane", Collections.nCopies(BEADS, Element.of(6)), new double[3 * BEADS], bonds);
  }

  @Override
  public boolean standardize() {
    return false;
  }

  @Override
  public int unnamedConditions() {
    return new ConformerPoints(BEADS).conditions();
  }

  @Override
  public DataSet load(long seed) {
    Butane butane = new Butane(temperature);
    ConformerPoints layout = new ConformerPoints(BEADS);
    float[] beads = butane.draw(seed, points);
    List<double[]> positions = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      double[] one = new double[Butane.DIMENSION];
      for (int c = 0; c < one.length; c++) {
        one[c] = beads[i * one.length + c];
      }
      positions.add(one);
    }
    String note = String.format(Locale.ROOT, "butane at %.4g K: %.1f %% of dihedral angles are gauche", temperature, 100 * butane.gaucheShare());
    return new DataSet(
        "butane", layout.dimension(), layout.points(chain(), positions), Optional.empty(), layout.components(),
        new double[layout.dimension()], List.of(note), layout.conditions());
  }

  @Override
  public Frame frame(Variables variables) {
    return new ConformerPoints(BEADS).frame();
  }

  @Override
  public Scaling scaling(DataSet training, Frame frame) {
    return new ConformerPoints(BEADS).scaling();
  }

  @Override
  public Optional<AskedConditions> askedEach(DataSet data, long seed) {
    ConformerPoints layout = new ConformerPoints(BEADS);
    return Optional.of(AskedConditions.inTurn(layout.conditions(chain()), layout.conditions()));
  }

  @Override
  public Optional<Judge> judge(DataSet data, long seed) {
    return Optional.of(new ButaneJudge(new Butane(temperature), new ConformerPoints(BEADS).dimension()));
  }

  @Override
  public Optional<Structures> structures(List<String> components) {
    return Optional.of(ConformerPoints.ofComponents(components));
  }
}
