package io.scorefield.experiment.model;

import io.scorefield.data.AskedConditions;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.ChemicalFormula;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.MoleculePoints;
import io.scorefield.matter.molecule.Smiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The conditions of samples that are asked for by names.
final class AskedRows {
  private AskedRows() {}

  /// Cells of these formulas in turn.
  ///
  /// @throws IllegalArgumentException when one is no formula, or of too many atoms
  static AskedConditions ofFormulas(CrystalPoints points, List<String> formulas) {
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

  /// Molecules of these SMILES in turn.
  ///
  /// @throws IllegalArgumentException when one is none, of too many atoms, or has an element that is not learned of
  static AskedConditions ofSmiles(ConformerPoints points, List<String> smiles) {
    float[] rows = new float[smiles.size() * points.conditions()];
    for (int i = 0; i < smiles.size(); i++) {
      System.arraycopy(points.conditions(Smiles.read(smiles.get(i))), 0, rows, i * points.conditions(), points.conditions());
    }
    return AskedConditions.inTurn(rows, points.conditions());
  }

  /// Molecules of so many atoms, drawn as often as the training has them.
  ///
  /// @param known what the training asks for; the number of atoms comes first
  /// @throws IllegalArgumentException when one is no number, or molecules of so many atoms are not known
  static AskedConditions ofCounts(MoleculePoints points, AskedConditions known, List<String> texts) {
    Set<Integer> wanted = new TreeSet<>();
    for (String text : texts) {
      if (!text.matches("\\d{1,6}")) {
        throw new IllegalArgumentException("'" + text + "' is no number of atoms");
      }
      wanted.add(Integer.valueOf(text));
    }
    TreeSet<Integer> counts = counts(known);
    for (int count : wanted) {
      // The numbers that are told beside that of the atoms are those of a molecule of the training.
      if (!counts.contains(count) && (points.told() > 1 || count < 2 || count > points.most())) {
        throw new IllegalArgumentException(
            "molecules of " + count + " atoms are not known; those of the training have " + counts.first() + " to " + counts.last());
      }
    }
    int width = known.width();
    List<Float> rows = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    float[] all = known.rows();
    double[] often = known.weights();
    for (int count : wanted) {
      for (int row = 0; row < known.size(); row++) {
        if (Math.round(all[row * width]) == count) {
          for (int c = 0; c < width; c++) {
            rows.add(all[row * width + c]);
          }
          weights.add(often.length == 0 ? 1 : often[row]);
        }
      }
      if (!counts.contains(count)) {
        rows.add((float) count);
        weights.add(1.0);
      }
    }
    float[] table = new float[rows.size()];
    for (int i = 0; i < table.length; i++) {
      table[i] = rows.get(i);
    }
    return new AskedConditions(table, width, weights.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// The different numbers of atoms that the training asks for.
  static TreeSet<Integer> counts(AskedConditions known) {
    TreeSet<Integer> counts = new TreeSet<>();
    float[] rows = known.rows();
    for (int row = 0; row < known.size(); row++) {
      counts.add(Math.round(rows[row * known.width()]));
    }
    return counts;
  }
}
