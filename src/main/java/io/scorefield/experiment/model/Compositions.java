package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.data.AskedConditions;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.ChemicalFormula;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalPoints.Task;
import java.util.List;

/// Models of crystals that are asked for other compositions than those that were held out.
public final class Compositions {
  private Compositions() {}

  /// The same model asked for crystals of these formulas in turn.
  ///
  /// @param formulas the atoms of a cell each, such as SrTiO3
  /// @throws ConfigException when it cannot make such crystals, with the reason
  public static Model asked(Model model, List<String> formulas) {
    CrystalPoints points;
    try {
      points = CrystalPoints.ofComponents(model.components());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--formula is for models of crystals (data.kind: crystals); this one is of " + model.components(), e);
    }
    if (points.task() == Task.PLACES) {
      throw new ConfigException("--formula: this model puts atoms into cells that are given (data.make: places), and a formula has none");
    }
    try {
      return model.askedEach(rows(points, formulas));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--formula: " + e.getMessage(), e);
    }
  }

  /// The conditions of cells of these formulas.
  ///
  /// @throws IllegalArgumentException when one is no formula, or of too many atoms
  static AskedConditions rows(CrystalPoints points, List<String> formulas) {
    float[] rows = new float[formulas.size() * points.conditions()];
    for (int i = 0; i < formulas.size(); i++) {
      List<Element> atoms = ChemicalFormula.atoms(formulas.get(i));
      if (atoms.size() > points.most()) {
        throw new IllegalArgumentException(
            formulas.get(i) + " has " + atoms.size() + " atoms; this model knows cells of up to " + points.most());
      }
      for (int atom = 0; atom < atoms.size(); atom++) {
        rows[i * points.conditions() + atom] = atoms.get(atom).number();
      }
    }
    return AskedConditions.inTurn(rows, points.conditions());
  }
}
