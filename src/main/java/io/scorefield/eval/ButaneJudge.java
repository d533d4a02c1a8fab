package io.scorefield.eval;

import io.scorefield.matter.molecule.Butane;
import io.scorefield.matter.molecule.ButaneMetrics;
import io.scorefield.matter.molecule.MoleculeMetrics.Measured;
import java.util.LinkedHashMap;
import java.util.Map;

/// Chains of butane by their dihedral angles against the exact density. The noise floor is what as many exact chains give.
///
/// @param butane the truth
/// @param dimension of a sample, whose first numbers are the beads' positions
public record ButaneJudge(Butane butane, int dimension) implements Judge {
  private static final long FLOOR = 1L << 41;

  @Override
  public String reference() {
    return "the exact density of dihedral angles; exact chains give the noise floor";
  }

  @Override
  public Map<String, MetricValue> of(float[] samples, int most) {
    int count = Math.min(most, samples.length / dimension);
    float[] beads = new float[count * Butane.DIMENSION];
    for (int i = 0; i < count; i++) {
      System.arraycopy(samples, i * dimension, beads, i * Butane.DIMENSION, Butane.DIMENSION);
    }
    ButaneMetrics metrics = new ButaneMetrics(butane);
    Map<String, Measured> floor = metrics.measure(butane.draw(FLOOR, count));
    Map<String, MetricValue> values = new LinkedHashMap<>();
    metrics
        .measure(beads)
        .forEach(
            (name, value) ->
                values.put(name, new MetricValue(value.value(), value.standardError(), floor.get(name).value(), value.samples())));
    return values;
  }
}
