package io.scorefield.experiment.model;

import io.scorefield.data.AskedConditions;
import io.scorefield.matter.Element;
import io.scorefield.matter.Structures;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.Smiles;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    return asked.flatMap(rows -> AskedFor.kind(model).map(kind -> of(kind, AskedFor.structures(model), rows)));
  }

  private static AskedText of(AskedFor.Kind kind, Structures structures, AskedConditions rows) {
    return switch (kind) {
      case FORMULA -> new AskedText("composition", "The atoms of a cell, such as SrTiO3" + TURN, formulas((CrystalPoints) structures, rows));
      case SMILES -> new AskedText("molecule", "SMILES, such as CCO" + TURN, smiles((ConformerPoints) structures, rows));
      case ATOMS ->
          new AskedText(
              "atoms", "How many atoms a molecule has, hydrogen included; several with commas, as often as in the training.",
              AskedRows.counts(rows).stream().map(String::valueOf).collect(Collectors.joining(", ")));
    };
  }

  /// The same model asked for what a text says.
  ///
  /// @throws IllegalArgumentException when the text is wrong or the model does not know such, with the reason
  public static Model asked(Model model, String text) {
    List<String> parts = Arrays.stream(text.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
    if (parts.isEmpty()) {
      return model;
    }
    AskedFor.Kind kind =
        AskedFor.kind(model).orElseThrow(() -> new IllegalArgumentException("samples of this model are not asked for by a text"));
    return model.askedEach(new AskedFor(kind, parts).rows(model));
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
