package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.data.AskedConditions;
import io.scorefield.experiment.settings.ConformersConfig;
import io.scorefield.matter.Structures;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.MoleculePoints;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What samples of matter are asked for, in place of what their training asks for.
///
/// @param each formulas, SMILES or numbers of atoms, at least one
public record AskedFor(Kind kind, List<String> each) implements Serializable {
  private static final long serialVersionUID = 1L;

  /// What names a sample.
  public enum Kind {
    /// The atoms of a cell, such as SrTiO3, for crystals; each in its turn.
    FORMULA("--formula", "crystals (data.kind: crystals)"),
    /// The SMILES of a molecule, such as CCO, for conformers; each in its turn.
    SMILES("--smiles", "conformers (data.kind: conformers)"),
    /// How many atoms there are, hydrogen included, for molecules; as often as the training's molecules have so many.
    ATOMS("--atoms", "molecules (data.kind: molecules)");

    private final String option;
    private final String models;

    Kind(String option, String models) {
      this.option = option;
      this.models = models;
    }
  }

  public AskedFor {
    each = List.copyOf(each);
    if (each.isEmpty()) {
      throw new IllegalArgumentException("at least one thing must be asked for");
    }
  }

  /// Crystals of these formulas.
  public static AskedFor formulas(String... formulas) {
    return new AskedFor(Kind.FORMULA, Arrays.asList(formulas));
  }

  /// Conformers of the molecules of these SMILES.
  public static AskedFor smiles(String... smiles) {
    return new AskedFor(Kind.SMILES, Arrays.asList(smiles));
  }

  /// Molecules of so many atoms.
  public static AskedFor atoms(int... counts) {
    return new AskedFor(Kind.ATOMS, IntStream.of(counts).mapToObj(String::valueOf).toList());
  }

  /// What names samples of a model; empty where they have no names.
  public static Optional<Kind> kind(Model model) {
    return Optional.ofNullable(
        switch (structures(model)) {
          case CrystalPoints crystals when crystals.task() != CrystalPoints.Task.PLACES -> Kind.FORMULA;
          case ConformerPoints conformers when model.config().data() instanceof ConformersConfig -> Kind.SMILES;
          case MoleculePoints molecules -> Kind.ATOMS;
          case null, default -> null;
        });
  }

  static Structures structures(Model model) {
    return model.config().data().structures(model.components()).orElse(null);
  }

  /// The same model asked for these.
  ///
  /// @throws ConfigException when it cannot make such samples, with the reason
  public Model of(Model model) {
    if (kind == Kind.FORMULA && structures(model) instanceof CrystalPoints crystals && crystals.task() == CrystalPoints.Task.PLACES) {
      throw new ConfigException("--formula: this model puts atoms into cells that are given (data.make: places), and a formula has none");
    }
    Optional<Kind> known = kind(model);
    if (known.isEmpty() || known.get() != kind) {
      String instead = known.map(other -> "takes " + other.option).orElse("is of " + model.components());
      throw new ConfigException(kind.option + " is for models of " + kind.models + "; this one " + instead);
    }
    try {
      return model.askedEach(rows(model));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(kind.option + ": " + e.getMessage(), e);
    }
  }

  /// The conditions of such samples.
  ///
  /// @param model one that takes such names
  /// @throws IllegalArgumentException when a name is wrong or the model knows no such samples, with the reason
  AskedConditions rows(Model model) {
    return switch (kind) {
      case FORMULA -> AskedRows.ofFormulas((CrystalPoints) structures(model), each);
      case SMILES -> AskedRows.ofSmiles((ConformerPoints) structures(model), each);
      case ATOMS -> AskedRows.ofCounts((MoleculePoints) structures(model), model.diffuser().asked().orElseThrow(), each);
    };
  }
}
