package io.scorefield.experiment.model;

import io.scorefield.data.AskedConditions;
import io.scorefield.experiment.settings.ConformersConfig;
import io.scorefield.matter.Element;
import io.scorefield.matter.Structures;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.MoleculePoints;
import io.scorefield.matter.molecule.Smiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What samples of matter can be asked for by a text, several with commas: crystals by their formulas, conformers by the SMILES of
/// their molecules, molecules by how many atoms they have.
///
/// @param name of what is written
/// @param hint for who writes it
/// @param usual a text that is right: some of what the training itself asks for
public record AskedText(String name, String hint, String usual) {
  private static final int SOME = 3;
  private static final String TURN = ", several with commas, each in its turn. Empty: those that the training held out.";

  /// What a model can be asked for; empty where it is asked for nothing, or not by a text.
  public static Optional<AskedText> of(Model model) {
    Optional<AskedConditions> asked = model.diffuser().asked();
    return asked.flatMap(
        rows ->
            switch (structures(model)) {
              case CrystalPoints crystals when crystals.task() != CrystalPoints.Task.PLACES ->
                  Optional.of(new AskedText("composition", "The atoms of a cell, such as SrTiO3" + TURN, formulas(crystals, rows)));
              case ConformerPoints conformers when model.config().data() instanceof ConformersConfig ->
                  Optional.of(new AskedText("molecule", "SMILES, such as CCO" + TURN, smiles(conformers, rows)));
              case MoleculePoints molecules ->
                  Optional.of(
                      new AskedText(
                          "atoms", "How many atoms a molecule has, hydrogen included; several with commas, as often as in the training.",
                          counts(rows).stream().map(String::valueOf).collect(Collectors.joining(", "))));
              case null, default -> Optional.empty();
            });
  }

  private static Structures structures(Model model) {
    return model.config().data().structures(model.components()).orElse(null);
  }

  /// The same model asked for what a text says.
  ///
  /// @throws IllegalArgumentException when the text is wrong or the model does not know such, with the reason
  public static Model asked(Model model, String text) {
    List<String> parts = Arrays.stream(text.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
    if (parts.isEmpty()) {
      return model;
    }
    return switch (structures(model)) {
      case CrystalPoints crystals -> model.askedEach(Compositions.rows(crystals, parts));
      case ConformerPoints conformers -> model.askedEach(ofSmiles(conformers, parts));
      case MoleculePoints molecules -> model.askedEach(ofCounts(molecules, model.diffuser().asked().orElseThrow(), parts));
      case null, default -> throw new IllegalArgumentException("samples of this model are not asked for by a text");
    };
  }

  private static AskedConditions ofSmiles(ConformerPoints points, List<String> smiles) {
    float[] rows = new float[smiles.size() * points.conditions()];
    for (int i = 0; i < smiles.size(); i++) {
      System.arraycopy(points.conditions(Smiles.read(smiles.get(i))), 0, rows, i * points.conditions(), points.conditions());
    }
    return AskedConditions.inTurn(rows, points.conditions());
  }

  private static AskedConditions ofCounts(MoleculePoints points, AskedConditions known, List<String> texts) {
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
    for (int count : wanted) {
      for (int row = 0; row < known.size(); row++) {
        if (Math.round(known.rows()[row * width]) == count) {
          for (int c = 0; c < width; c++) {
            rows.add(known.rows()[row * width + c]);
          }
          weights.add(known.weights().length == 0 ? 1 : known.weights()[row]);
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

  private static TreeSet<Integer> counts(AskedConditions rows) {
    TreeSet<Integer> counts = new TreeSet<>();
    for (int row = 0; row < rows.size(); row++) {
      counts.add(Math.round(rows.rows()[row * rows.width()]));
    }
    return counts;
  }

  private static String formulas(CrystalPoints points, AskedConditions asked) {
    Set<String> some = new LinkedHashSet<>();
    for (int row = 0; row < asked.size() && some.size() < SOME; row++) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      for (int atom = 0; atom < points.most(); atom++) {
        int number = Math.round(asked.rows()[row * asked.width() + atom]);
        if (number > 0) {
          counts.merge(Element.of(number).symbol(), 1, Integer::sum);
        }
      }
      some.add(
          counts.entrySet().stream()
              .map(entry -> entry.getKey() + (entry.getValue() == 1 ? "" : entry.getValue()))
              .collect(Collectors.joining()));
    }
    return String.join(", ", some);
  }

  private static String smiles(ConformerPoints points, AskedConditions asked) {
    Set<String> some = new LinkedHashSet<>();
    for (int row = 0; row < asked.size() && some.size() < SOME; row++) {
      float[] point = new float[points.dimension()];
      System.arraycopy(asked.rows(), row * asked.width(), point, 3 * points.most(), asked.width());
      for (Molecule molecule : points.molecules(point, 1)) {
        some.add(Smiles.of(molecule));
      }
    }
    return String.join(", ", some);
  }
}
