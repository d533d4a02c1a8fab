package io.scorefield.plot;

import io.scorefield.matter.Formula;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.molecule.Molecule;

/// What stands below a molecule or a crystal.
public final class Captions {
  private Captions() {}

  /// A molecule's name, or its formula where it has none.
  public static String of(Molecule molecule) {
    return molecule.name().isEmpty() ? Formula.printed(Formula.hill(molecule.elements())) : molecule.name();
  }

  /// A crystal's name, in which its formula is printed as such; its formula where it has none.
  public static String of(Crystal crystal) {
    String plain = crystal.formula();
    return crystal.name().isEmpty() || crystal.name().equals(plain)
        ? Formula.printed(Formula.compound(crystal.elements()))
        : crystal.name().replace(plain, Formula.printed(plain));
  }
}
