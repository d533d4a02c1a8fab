package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.AskedConditions;
import io.scorefield.matter.molecule.Butane;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.ConformerSet;
import io.scorefield.matter.molecule.MoleculeMaker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConformerJudgeTest {
  /// The references themselves, each twice, cover all; the same drawn out to the double do not.
  @Test
  void referencesCoverThemselves() {
    List<ConformerSet> sets =
        MoleculeMaker.make(3, 4, 2).molecules().stream().map(one -> ConformerSet.of(one, 2, 1).orElseThrow()).toList();
    ConformerPoints layout = ConformerPoints.of(sets.stream().map(ConformerSet::molecule).toList());
    AskedConditions asked = ConformerJudge.asked(layout, sets);
    int wanted = sets.stream().mapToInt(set -> 2 * set.positions().size()).sum();
    assertThat(asked.size()).isEqualTo(wanted);

    float[] samples = new float[wanted * layout.dimension()];
    int at = 0;
    for (ConformerSet set : sets) {
      for (double[] one : set.positions()) {
        for (int twice = 0; twice < 2; twice++) {
          float[] point = layout.points(set.molecule(), List.of(one));
          System.arraycopy(point, 0, samples, at, point.length);
          at += point.length;
        }
      }
    }
    ConformerJudge judge = new ConformerJudge(layout, sets, 1);
    Map<String, MetricValue> exact = judge.of(samples, wanted);
    assertThat(exact.get("cov-mean").value()).isEqualTo(1);
    assertThat(exact.get("mat-mean").value()).isEqualTo(0, within(1e-3));
    assertThat(exact.get("made").value()).isEqualTo(2 * exact.get("references").value());
    assertThat(exact.get("cov-mean").noiseFloor()).isGreaterThan(0.5);

    float[] large = samples.clone();
    for (int i = 0; i < large.length; i++) {
      large[i] *= 2;
    }
    Map<String, MetricValue> wrong = judge.of(large, wanted);
    assertThat(wrong.get("mat-median").value()).isGreaterThan(0.5);
    assertThat(wrong.get("cov-mean").value()).isLessThan(1);
  }

  @Test
  void exactChainsAreAtTheNoiseFloor() {
    Butane butane = new Butane(300);
    ConformerPoints layout = new ConformerPoints(4);
    float[] chains = butane.draw(5, 400);
    float[] samples = new float[400 * layout.dimension()];
    for (int i = 0; i < 400; i++) {
      System.arraycopy(chains, 12 * i, samples, i * layout.dimension(), 12);
    }
    Map<String, MetricValue> values = new ButaneJudge(butane, layout.dimension()).of(samples, 400);
    MetricValue variation = values.get("dihedral-tv");
    assertThat(variation.value()).isLessThan(1.5 * variation.noiseFloor());
    assertThat(Math.abs(values.get("gauche-error").value())).isLessThan(4 * values.get("gauche-error").standardError());
  }
}
