package io.scorefield.eval;

import io.scorefield.data.AskedConditions;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.ConformerSet;
import io.scorefield.matter.molecule.Coverage;
import io.scorefield.matter.molecule.Molecule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/// Conformers by how well they cover those of the force field, molecule by molecule ({@link Coverage}).
///
/// - `cov-mean`, `cov-median`: share of reference conformers that some made one is within 0.5 angstrom of
/// - `mat-mean`, `mat-median`: least distance from a reference to a made conformer in angstrom
/// - `references`, `made`: conformers of a molecule in the mean
///
/// Samples are asked for in turns in which every molecule has twice as many samples as references, as in published work; one
/// turn is judged. Standard errors are those over molecules. What stands as noise floor is what the force field's conformers from
/// other random starts give, as many as were made.
public final class ConformerJudge implements Judge {
  private static final int PER_REFERENCE = 2;

  /// Random starts for the noise floor, per sample.
  private static final int STARTS = 30;

  private final ConformerPoints points;
  private final List<ConformerSet> sets;
  private final long seed;
  private Optional<Map<String, MetricValue>> floor = Optional.empty();

  /// @param sets the references
  public ConformerJudge(ConformerPoints points, List<ConformerSet> sets, long seed) {
    this.points = points;
    this.sets = List.copyOf(sets);
    this.seed = seed;
  }

  /// What samples are asked for under: each molecule twice as often as it has references.
  public static AskedConditions asked(ConformerPoints points, List<ConformerSet> sets) {
    List<float[]> rows = new ArrayList<>();
    for (ConformerSet set : sets) {
      float[] own = points.conditions(set.molecule());
      IntStream.range(0, PER_REFERENCE * set.positions().size()).forEach(i -> rows.add(own));
    }
    float[] all = new float[rows.size() * points.conditions()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * points.conditions(), points.conditions());
    }
    return AskedConditions.inTurn(all, points.conditions());
  }

  @Override
  public String reference() {
    return sets.stream().mapToInt(set -> set.positions().size()).sum() + " conformers of " + sets.size()
        + " molecules by the force field; its conformers from other starts stand as noise floor";
  }

  @Override
  public Map<String, MetricValue> of(float[] samples, int most) {
    int dimension = points.dimension();
    int count = Math.min(most, samples.length / dimension);
    List<List<double[]>> made = new ArrayList<>();
    int at = 0;
    for (ConformerSet set : sets) {
      List<double[]> own = new ArrayList<>();
      for (int k = 0; k < PER_REFERENCE * set.positions().size() && at < count; k++, at++) {
        own.add(positions(samples, at * dimension, set.molecule().size()));
      }
      made.add(own);
    }
    return values(made, true);
  }

  private static double[] positions(float[] samples, int at, int atoms) {
    double[] positions = new double[3 * atoms];
    Arrays.setAll(positions, c -> samples[at + c]);
    return positions;
  }

  private Map<String, MetricValue> values(List<List<double[]>> made, boolean floored) {
    List<Coverage> each = new ArrayList<>();
    for (int m = 0; m < sets.size(); m++) {
      if (!made.get(m).isEmpty()) {
        each.add(Coverage.of(sets.get(m), made.get(m), Coverage.DELTA));
      }
    }
    Map<String, double[]> columns = new LinkedHashMap<>();
    columns.put("cov", each.stream().mapToDouble(Coverage::cov).toArray());
    columns.put("mat", each.stream().mapToDouble(Coverage::mat).toArray());
    Map<String, MetricValue> values = new LinkedHashMap<>();
    Map<String, MetricValue> below = floored ? floor(made) : Map.of();
    columns.forEach(
        (name, column) -> {
          double error = Math.sqrt(StatUtils.variance(column) / column.length);
          add(values, below, name + "-mean", StatUtils.mean(column), error, column.length);
          add(values, below, name + "-median", StatUtils.percentile(column, 50), Double.NaN, column.length);
        });
    add(values, below, "references", each.stream().mapToInt(Coverage::references).average().orElse(0), Double.NaN, each.size());
    add(values, below, "made", each.stream().mapToInt(Coverage::made).average().orElse(0), Double.NaN, each.size());
    return values;
  }

  private static void add(
      Map<String, MetricValue> values, Map<String, MetricValue> below, String name, double value, double error, int samples) {
    double floor = below.containsKey(name) ? below.get(name).value() : Double.NaN;
    values.put(name, new MetricValue(value, error, floor, samples));
  }

  private synchronized Map<String, MetricValue> floor(List<List<double[]>> made) {
    if (floor.isEmpty()) {
      List<List<double[]>> other = new ArrayList<>();
      for (int m = 0; m < sets.size(); m++) {
        Molecule molecule = sets.get(m).molecule();
        int wanted = made.get(m).size();
        List<double[]> found =
            ConformerSet.of(molecule, STARTS, seed + 1).map(ConformerSet::positions).orElse(List.of());
        other.add(found.subList(0, Math.min(wanted, found.size())));
      }
      floor = Optional.of(values(other, false));
    }
    return floor.get();
  }
}
