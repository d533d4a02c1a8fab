package io.scorefield.matter.molecule;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Judges made molecules by their elements and positions alone, as published work does. Bonds come from {@link BondTable}.
///
/// - `atom-stability`: share of atoms whose bonds have the right sum of orders, see {@link Stability}
/// - `molecule-stability`: share of molecules all of whose atoms are stable
/// - `connected`: share of molecules that are in one piece
/// - `validity`: share of molecules whose largest part has no atom with too many bonds, see {@link CanonicalId}
/// - `uniqueness`: different molecules among the valid ones
/// - `novelty`: share of those different molecules that are not among the training's
/// - `bond-length-w1`: 1-Wasserstein distance in angstrom between the lengths of bonds here and in the training, the mean
///   over types of bonds by their share in the training
/// - `bond-length-w1 C-H` and so on: of one type, for types with at least {@value #FEW} bonds in the training
///
/// Judge them beside what the training molecules themselves give, and the same with noise on their coordinates: the rule
/// does not call all true molecules stable, and does call some noisy ones so.
///
/// Source: Hoogeboom et al., "Equivariant diffusion for molecule generation in 3D", ICML 2022; validity there is by
/// RDKit, here by OpenChemLib.
public final class MoleculeMetrics {
  /// Bonds of a type in the training, below which its distance stands in no table.
  public static final int FEW = 50;

  private static final int GROUPS = 20;
  private static final String LENGTHS = "bond-length-w1";

  private final Set<String> ids;
  private final Map<String, double[]> lengths;

  /// A metric of some molecules.
  ///
  /// @param value NaN where it has none, as novelty where no molecule is valid
  /// @param standardError by leaving out one of 20 groups of molecules in turn; NaN for a single molecule
  /// @param samples molecules that were judged
  public record Measured(double value, double standardError, int samples) {}

  /// @param training H, C, N, O and F only; their bonds are found anew
  public MoleculeMetrics(List<Molecule> training) {
    List<JudgedMolecule> judged = JudgedMolecule.of(training);
    ids = judged.stream().flatMap(one -> one.id().stream()).collect(Collectors.toCollection(TreeSet::new));
    lengths = BondLengths.together(judged.stream().map(JudgedMolecule::lengths).toList());
  }

  /// The metrics of some molecules by name, in the order above.
  ///
  /// @throws IllegalArgumentException when there are none, or an element is unknown to the rule
  public Map<String, Measured> measure(List<Molecule> molecules) {
    if (molecules.isEmpty()) {
      throw new IllegalArgumentException("there are no molecules to be judged");
    }
    List<JudgedMolecule> judged = JudgedMolecule.of(molecules);
    int groups = Math.min(GROUPS, judged.size());
    List<Map<String, Double>> without =
        groups < 2 ? List.of() : IntStream.range(0, groups).mapToObj(g -> values(without(judged, g, groups))).toList();
    Map<String, Measured> measured = new LinkedHashMap<>();
    values(judged)
        .forEach((name, value) -> measured.put(name, new Measured(value, standardError(name, without), judged.size())));
    return Collections.unmodifiableMap(measured);
  }

  /// The same molecules with normal noise on every coordinate.
  ///
  /// @param sigma in angstrom
  public static List<Molecule> noisy(List<Molecule> molecules, double sigma, long seed) {
    NoiseSource noise = new NoiseSource(seed);
    List<Molecule> moved = new ArrayList<>();
    for (Molecule molecule : molecules) {
      double[] positions = molecule.positions();
      float[] normals = new float[positions.length];
      noise.normals(NoiseStream.DATA, moved.size(), 0, normals, 0, normals.length);
      for (int c = 0; c < positions.length; c++) {
        positions[c] += sigma * normals[c];
      }
      moved.add(molecule.at(positions));
    }
    return moved;
  }

  private static List<JudgedMolecule> without(List<JudgedMolecule> all, int group, int groups) {
    return IntStream.range(0, all.size()).filter(i -> i % groups != group).mapToObj(all::get).toList();
  }

  private Map<String, Double> values(List<JudgedMolecule> judged) {
    double n = judged.size();
    List<String> valid = judged.stream().flatMap(one -> one.id().stream()).toList();
    Set<String> different = new TreeSet<>(valid);
    Map<String, Double> values = new LinkedHashMap<>();
    double atoms = judged.stream().mapToInt(one -> one.stability().atoms()).sum();
    values.put("atom-stability", judged.stream().mapToInt(one -> one.stability().stable()).sum() / atoms);
    values.put("molecule-stability", judged.stream().filter(one -> one.stability().whole()).count() / n);
    values.put("connected", judged.stream().filter(JudgedMolecule::connected).count() / n);
    values.put("validity", valid.size() / n);
    values.put("uniqueness", different.size() / (double) valid.size());
    values.put("novelty", different.stream().filter(id -> !ids.contains(id)).count() / (double) different.size());
    lengths(BondLengths.together(judged.stream().map(JudgedMolecule::lengths).toList()), values);
    return values;
  }

  private void lengths(Map<String, double[]> here, Map<String, Double> values) {
    double sum = 0;
    double weights = 0;
    Map<String, Double> types = new LinkedHashMap<>();
    for (Map.Entry<String, double[]> type : lengths.entrySet()) {
      double[] known = type.getValue();
      double[] found = here.get(type.getKey());
      double distance = found == null ? Double.NaN : BondLengths.wasserstein1(known, found);
      if (found != null) {
        sum += known.length * distance;
        weights += known.length;
      }
      if (known.length >= FEW) {
        types.put(LENGTHS + " " + type.getKey(), distance);
      }
    }
    values.put(LENGTHS, sum / weights);
    values.putAll(types);
  }

  private static double standardError(String name, List<Map<String, Double>> without) {
    double[] values = without.stream().mapToDouble(one -> one.get(name)).toArray();
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(Double.NaN);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return values.length == 0 ? Double.NaN : Math.sqrt(squares * (values.length - 1) / values.length);
  }
}
