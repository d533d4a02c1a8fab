package io.scorefield.eval;

import io.scorefield.matter.molecule.BondTable;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.MoleculeMetrics;
import io.scorefield.matter.molecule.MoleculePoints;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Molecules by the table of bond lengths: how many are whole, new and different, and how long their bonds are. In place of
/// a noise floor stands what molecules give that the training has not seen.
public final class MoleculeJudge implements Judge {
  /// Deviations of the noise, in angstrom, that true molecules are given for comparison.
  private static final double[] NOISE = {0.02, 0.05, 0.1};

  private final MoleculePoints points;
  private final MoleculeMetrics metrics;
  private final List<Molecule> truth;
  private final long seed;
  private final boolean heldOut;

  /// @param training what the network was trained on
  /// @param heldOut other molecules of the same kind; empty: the training's are the truth
  public MoleculeJudge(MoleculePoints points, List<Molecule> training, List<Molecule> heldOut, long seed) {
    this.points = points;
    this.seed = seed;
    this.heldOut = !heldOut.isEmpty();
    metrics = new MoleculeMetrics(training);
    truth = heldOut.isEmpty() ? training : heldOut;
  }

  /// Whether these metrics say something of such molecules.
  public static boolean knows(MoleculePoints points) {
    return points.elements().stream().allMatch(BondTable::knows);
  }

  @Override
  public String reference() {
    return truth.size() + (heldOut ? " molecules held out" : " molecules of the training") + ", whose metrics stand as noise floor";
  }

  @Override
  public Map<String, MetricValue> of(float[] samples, int most) {
    int count = Math.min(most, samples.length / points.dimension());
    return with(metrics.measure(points.molecules(samples, count)));
  }

  private Map<String, MetricValue> with(Map<String, MoleculeMetrics.Measured> measured) {
    Map<String, MoleculeMetrics.Measured> ceiling = metrics.measure(truth);
    Map<String, MetricValue> values = new LinkedHashMap<>();
    measured.forEach(
        (name, value) ->
            values.put(
                name,
                new MetricValue(
                    value.value(), value.standardError(),
                    ceiling.containsKey(name) ? ceiling.get(name).value() : Double.NaN, value.samples())));
    return values;
  }

  @Override
  public Map<String, Map<String, MetricValue>> beside() {
    Map<String, Map<String, MetricValue>> rows = new LinkedHashMap<>();
    rows.put("true molecules", with(metrics.measure(truth)));
    for (double sigma : NOISE) {
      rows.put("true, noise " + sigma + " A", with(metrics.measure(MoleculeMetrics.noisy(truth, sigma, seed))));
    }
    return rows;
  }
}
