package io.scorefield.eval;

import io.scorefield.diffusion.CompositionSpace;
import io.scorefield.engine.Engine;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How well an autoencoder of compositions and cells gives back what it is given, of the crystals that it has learned and of those
/// that are held out, without noise.
///
/// `element-set-recovery` and `composition-recovery` are the shares with the right elements, and with the right number of atoms of
/// each. `length-error` and `angle-error` are means over all lengths, as shares, and over all angles, in degrees, of the crystals
/// whose composition is right.
public record CompositionRecovery(Engine engine, CompositionSpace space) {
  /// The metrics by what they are of.
  public Map<String, Map<String, MetricValue>> of(CrystalSet set) {
    Map<String, Map<String, MetricValue>> all = new LinkedHashMap<>();
    all.put("autoencoder, training", of(set.training()));
    all.put("autoencoder, held out", of(set.heldOut()));
    return all;
  }

  private Map<String, MetricValue> of(List<Crystal> crystals) {
    List<Crystal> known = crystals.stream().filter(crystal -> space.table().knows(crystal.elements())).toList();
    List<Optional<Crystal>> made = space.reconstructed(engine, known);
    int sets = 0;
    int same = 0;
    List<Double> lengths = new ArrayList<>();
    List<Double> angles = new ArrayList<>();
    for (int i = 0; i < known.size(); i++) {
      Crystal truth = known.get(i);
      if (made.get(i).isEmpty()) {
        continue;
      }
      Crystal own = made.get(i).get();
      sets += new HashSet<>(own.elements()).equals(new HashSet<>(truth.elements())) ? 1 : 0;
      if (sorted(own).equals(sorted(truth))) {
        same++;
        for (int k = 0; k < 3; k++) {
          lengths.add(Math.abs(own.cell().numbers()[k] / truth.cell().numbers()[k] - 1));
          angles.add(Math.abs(own.cell().numbers()[3 + k] - truth.cell().numbers()[3 + k]));
        }
      }
    }
    Map<String, MetricValue> values = new LinkedHashMap<>();
    values.put("element-set-recovery", share(sets, crystals.size()));
    values.put("composition-recovery", share(same, crystals.size()));
    values.put("length-error", mean(lengths));
    values.put("angle-error", mean(angles));
    return values;
  }

  private static List<Element> sorted(Crystal crystal) {
    return crystal.elements().stream().sorted(Comparator.comparingInt(Element::number)).toList();
  }

  private static MetricValue share(int hits, int count) {
    double share = (double) hits / count;
    return new MetricValue(share, Math.sqrt(share * (1 - share) / count), Double.NaN, count);
  }

  private static MetricValue mean(List<Double> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    return new MetricValue(mean, Math.sqrt(squares / Math.max(1, n - 1) / Math.max(1, n)), Double.NaN, n);
  }
}
