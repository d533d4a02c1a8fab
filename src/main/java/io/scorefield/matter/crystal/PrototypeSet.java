package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import io.scorefield.rng.Shuffle;
import java.util.ArrayList;
import java.util.List;

/// Every {@link Prototype} of 24 cations with O, F, S and Cl that the sizes of the ions allow: 753 crystals. Charges are not
/// asked for. Of every structure 15 % of the compositions are held out.
public final class PrototypeSet {
  /// What is combined: common ions from 0.45 to 1.67 angstrom.
  public static final List<Element> CATIONS =
      elements("Li Na K Rb Cs Be Mg Ca Sr Ba Al Ga Sc Y La Ti Zr Hf Sn Pb Mn Fe Ni Zn");

  public static final List<Element> ANIONS = elements("O F S Cl");

  /// The share of the compositions of each structure that are held out.
  public static final double HELD_OUT = 0.15;

  private PrototypeSet() {}

  /// With the usual noise.
  ///
  /// @param seed of the split
  public static CrystalSet of(long seed) {
    return of(HELD_OUT, CrystalSet.Shaking.USUAL, seed);
  }

  /// @param share of the compositions of each structure that are held out
  /// @param seed of the split
  public static CrystalSet of(double share, CrystalSet.Shaking shaking, long seed) {
    List<Crystal> training = new ArrayList<>();
    List<Crystal> heldOut = new ArrayList<>();
    for (Prototype prototype : Prototype.values()) {
      List<Crystal> all = all(prototype);
      int[] order = Shuffle.order(seed, prototype.ordinal(), all.size());
      int held = (int) Math.round(share * all.size());
      for (int i = 0; i < all.size(); i++) {
        (i < held ? heldOut : training).add(all.get(order[i]));
      }
    }
    return new CrystalSet(training, heldOut, shaking);
  }

  private static List<Element> elements(String symbols) {
    return List.of(symbols.split(" ")).stream().map(symbol -> Element.of(symbol).orElseThrow()).toList();
  }

  /// The crystals of a structure, without noise.
  public static List<Crystal> all(Prototype prototype) {
    List<Crystal> all = new ArrayList<>();
    for (Element anion : ANIONS) {
      for (Element first : CATIONS) {
        for (Element second : prototype.cations() == 2 ? CATIONS : List.of(first)) {
          List<Element> cations = prototype.cations() == 2 ? List.of(first, second) : List.of(first);
          if (prototype.holds(cations, anion)) {
            all.add(prototype.crystal(cations, anion));
          }
        }
      }
    }
    return all;
  }
}
