package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.rng.Shuffle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// Every {@link Prototype} of 24 cations with O, F, S and Cl that the sizes of the ions allow: 753 crystals. Charges are not
/// asked for. Of every structure 15 % of the compositions are held out: a model has not seen them when it is asked for them.
///
/// Crystals that are drawn have thermal displacement and strain: normal noise of 0.01 on fractional coordinates, of 0.01 on
/// the logarithm of each length, and of 0.285 degrees on each angle. Sizes of cells are drawn in proportion to the root of
/// how many there are, so that the many perovskites do not drown the rest.
public final class PrototypeSet {
  /// What is combined: common ions from 0.45 to 1.67 angstrom.
  public static final List<Element> CATIONS =
      elements("Li Na K Rb Cs Be Mg Ca Sr Ba Al Ga Sc Y La Ti Zr Hf Sn Pb Mn Fe Ni Zn");

  public static final List<Element> ANIONS = elements("O F S Cl");

  /// The share of the compositions of each structure that are held out.
  public static final double HELD_OUT = 0.15;

  /// Standard deviation of the displacement in units of the cell's vectors.
  public static final double DISPLACEMENT = 0.01;

  /// Standard deviation of the logarithms of lengths.
  public static final double STRAIN = 0.01;

  /// Standard deviation of angles in degrees.
  public static final double TILT = 0.285;

  private final List<Crystal> training = new ArrayList<>();
  private final List<Crystal> heldOut = new ArrayList<>();
  private final List<List<Crystal>> bySize;
  private final double[] cumulated;

  /// @param seed of the split
  public PrototypeSet(long seed) {
    for (Prototype prototype : Prototype.values()) {
      List<Crystal> all = all(prototype);
      int[] order = Shuffle.order(seed, prototype.ordinal(), all.size());
      int held = (int) Math.round(HELD_OUT * all.size());
      for (int i = 0; i < all.size(); i++) {
        (i < held ? heldOut : training).add(all.get(order[i]));
      }
    }
    TreeMap<Integer, List<Crystal>> sizes = new TreeMap<>();
    training.forEach(crystal -> sizes.computeIfAbsent(crystal.size(), n -> new ArrayList<>()).add(crystal));
    bySize = List.copyOf(sizes.values());
    cumulated = new double[bySize.size()];
    double sum = 0;
    for (int i = 0; i < cumulated.length; i++) {
      sum += Math.sqrt(bySize.get(i).size());
      cumulated[i] = sum;
    }
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

  /// Those that a model may learn from, without noise.
  public List<Crystal> training() {
    return List.copyOf(training);
  }

  /// Those that are held out, without noise.
  public List<Crystal> heldOut() {
    return List.copyOf(heldOut);
  }

  /// The most atoms of a cell.
  public int mostAtoms() {
    return training.stream().max(Comparator.comparingInt(Crystal::size)).orElseThrow().size();
  }

  /// Crystal i of a seed, from those of the training, with noise.
  public Crystal draw(long seed, long i) {
    NoiseSource source = new NoiseSource(seed);
    double at = source.uniform(NoiseStream.DATA, i, 0) * cumulated[cumulated.length - 1];
    int size = 0;
    while (cumulated[size] < at) {
      size++;
    }
    List<Crystal> those = bySize.get(size);
    Crystal ideal = those.get(NoiseSource.toIndex(source.word(NoiseStream.DATA, i, 1), those.size()));
    return shaken(ideal, source, i);
  }

  /// The same crystal with displacement and strain.
  private static Crystal shaken(Crystal ideal, NoiseSource source, long i) {
    float[] noise = new float[3 * ideal.size() + 6];
    source.normals(NoiseStream.DATA, i, 4, noise, 0, noise.length);
    double[] places = ideal.fractional();
    for (int k = 0; k < places.length; k++) {
      places[k] += DISPLACEMENT * noise[6 + k];
    }
    double[] six = ideal.cell().numbers();
    for (int k = 0; k < 3; k++) {
      six[k] *= Math.exp(STRAIN * noise[k]);
      six[3 + k] += TILT * noise[3 + k];
    }
    return Crystal.of(ideal.name(), Cell.of(six), ideal.elements(), places);
  }
}
