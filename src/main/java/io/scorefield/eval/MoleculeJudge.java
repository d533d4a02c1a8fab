package io.scorefield.eval;

import io.scorefield.matter.molecule.BondTable;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.matter.molecule.MoleculeMetrics;
import io.scorefield.matter.molecule.MoleculePoints;
import io.scorefield.matter.molecule.MoleculeProperty;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/// Molecules by the table of bond lengths: how many are whole, new and different, and how long their bonds are. In place of
/// a noise floor stands what molecules give that the training has not seen.
public final class MoleculeJudge implements Judge {
  /// Mean distance of the property that was told from that of the sample.
  public static final String PROPERTY_ERROR = "property-error";

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
    List<Molecule> molecules = points.molecules(samples, most);
    Map<String, MetricValue> values = with(metrics.measure(molecules));
    points
        .property()
        .ifPresent(told -> values.put(PROPERTY_ERROR, error(told, molecules, points.asked(samples, most), 0)));
    return values;
  }

  /// The mean distance of a property from what was asked for, over the molecules that have one.
  ///
  /// @param shift molecule i is compared with what was asked for number i + shift
  private static MetricValue error(MoleculeProperty told, List<Molecule> molecules, double[] asked, int shift) {
    double[] errors =
        IntStream.range(0, molecules.size())
            .filter(i -> told.of(molecules.get(i)).isPresent())
            .mapToDouble(i -> Math.abs(told.of(molecules.get(i)).getAsDouble() - asked[(i + shift) % asked.length]))
            .toArray();
    double deviation = errors.length < 2 ? Double.NaN : new StandardDeviation().evaluate(errors);
    return new MetricValue(
        Arrays.stream(errors).average().orElse(Double.NaN), deviation / Math.sqrt(errors.length), 0, errors.length);
  }

  /// What {@link #PROPERTY_ERROR} is where nothing is told: of true molecules beside what others of as many atoms have.
  private MetricValue untold(MoleculeProperty told) {
    List<Molecule> bySize = truth.stream().sorted(Comparator.comparingInt(Molecule::size)).toList();
    double[] own = points.asked(points.points(bySize), Integer.MAX_VALUE);
    return error(told, bySize, own, 1);
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
    points.property().ifPresent(told -> rows.get("true molecules").put(PROPERTY_ERROR + " untold", untold(told)));
    for (double sigma : NOISE) {
      rows.put("true, noise " + sigma + " A", with(metrics.measure(MoleculeMetrics.noisy(truth, sigma, seed))));
    }
    return rows;
  }
}
