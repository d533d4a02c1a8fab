package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.rng.Shuffle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Crystals to learn from, and others of compositions that are held out: a model has not seen them when it is asked for them.
///
/// Crystals that are drawn have thermal displacement and strain. Sizes of cells are drawn in proportion to the root of how
/// many there are, so that a common size does not drown the rest.
public final class CrystalSet {
  /// The noise of crystals that are drawn.
  ///
  /// @param displacement standard deviation of the atoms in units of the cell's vectors
  /// @param strain of the logarithms of lengths; angles have 28.5 degrees times as much
  public record Shaking(double displacement, double strain) {
    /// Degrees of angles for a strain of 1.
    private static final double TILT = 28.5;

    public static final Shaking USUAL = new Shaking(0.01, 0.01);

    /// The crystal with noise number i of a seed.
    public Crystal of(Crystal ideal, long seed, long i) {
      float[] noise = new float[3 * ideal.size() + 6];
      new NoiseSource(seed).normals(NoiseStream.DATA, i, 4, noise, 0, noise.length);
      double[] places = ideal.fractional();
      for (int k = 0; k < places.length; k++) {
        places[k] += displacement * noise[6 + k];
      }
      double[] six = ideal.cell().numbers();
      for (int k = 0; k < 3; k++) {
        six[k] *= Math.exp(strain * noise[k]);
        six[3 + k] += TILT * strain * noise[3 + k];
      }
      return Crystal.of(ideal.name(), Cell.of(six), ideal.elements(), places);
    }
  }

  private final List<Crystal> training;
  private final List<Crystal> heldOut;
  private final Shaking shaking;
  private final List<List<Crystal>> bySize;
  private final double[] cumulated;

  /// @throws IllegalArgumentException when there is nothing to learn from, or nothing held out
  public CrystalSet(List<Crystal> training, List<Crystal> heldOut, Shaking shaking) {
    if (training.isEmpty() || heldOut.isEmpty()) {
      throw new IllegalArgumentException(
          "there are " + training.size() + " crystals to learn from and " + heldOut.size() + " that are held out; some of both are needed");
    }
    this.training = List.copyOf(training);
    this.heldOut = List.copyOf(heldOut);
    this.shaking = shaking;
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

  /// Crystals of which a share of the compositions is held out, at least one.
  ///
  /// @param seed of the split
  public static CrystalSet split(List<Crystal> all, double share, Shaking shaking, long seed) {
    Map<List<Integer>, List<Crystal>> compositions = new LinkedHashMap<>();
    for (Crystal crystal : all) {
      List<Integer> numbers = crystal.elements().stream().map(Element::number).sorted().toList();
      compositions.computeIfAbsent(numbers, key -> new ArrayList<>()).add(crystal);
    }
    List<List<Crystal>> groups = List.copyOf(compositions.values());
    int[] order = Shuffle.order(seed, 0, groups.size());
    int held = Math.clamp(Math.round(share * groups.size()), 1, Math.max(1, groups.size() - 1));
    List<Crystal> training = new ArrayList<>();
    List<Crystal> heldOut = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      (i < held ? heldOut : training).addAll(groups.get(order[i]));
    }
    return new CrystalSet(training, heldOut, shaking);
  }

  /// Those that a model may learn from, without noise.
  public List<Crystal> training() {
    return training;
  }

  /// Those that are held out, without noise.
  public List<Crystal> heldOut() {
    return heldOut;
  }

  /// The noise of those that are drawn.
  public Shaking shaking() {
    return shaking;
  }

  /// The most atoms of a cell.
  public int mostAtoms() {
    return Math.max(largest(training), largest(heldOut));
  }

  private static int largest(List<Crystal> crystals) {
    return crystals.stream().max(Comparator.comparingInt(Crystal::size)).orElseThrow().size();
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
    return shaking.of(those.get(NoiseSource.toIndex(source.word(NoiseStream.DATA, i, 1), those.size())), seed, i);
  }
}
