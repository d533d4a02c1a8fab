package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalBaselines;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalPoints.Task;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.matter.crystal.PrototypeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrystalJudgeTest {
  private static final CrystalSet SET = PrototypeSet.of(1);

  @ParameterizedTest
  @EnumSource(Task.class)
  void pointsAreCrystals(Task task) {
    CrystalPoints points = new CrystalPoints(6, task);
    assertThat(CrystalPoints.ofComponents(points.components())).isEqualTo(points);
    List<Crystal> truths = SET.heldOut();
    List<Crystal> read = points.crystals(points.points(truths), 1000);
    assertThat(read).hasSameSizeAs(truths);
    for (int i = 0; i < truths.size(); i++) {
      assertThat(read.get(i).elements()).isEqualTo(truths.get(i).elements());
      assertThat(read.get(i).cell().numbers()).containsExactly(truths.get(i).cell().numbers(), within(1e-4));
      if (task != Task.CELL) {
        double moved = read.get(i).at(0, 0) - truths.get(i).at(0, 0);
        double other = read.get(i).at(1, 0) - truths.get(i).at(1, 0);
        assertThat(moved - other - Math.rint(moved - other)).isEqualTo(0, within(1e-5));
      }
    }
    float[] conditions = points.conditions(truths);
    assertThat(conditions).hasSize(truths.size() * points.conditions());
    assertThat(conditions[0]).isEqualTo(truths.getFirst().elements().getFirst().number());
  }

  @Test
  void trueCrystalsFit() {
    CrystalPoints points = new CrystalPoints(6, Task.BOTH);
    CrystalJudge judge = new CrystalJudge(points, SET, 1);
    Map<String, MetricValue> metrics = judge.of(points.points(SET.heldOut()), 1000);
    for (String full : List.of("match-0.1", "match-0.5", "match-exchanged-0.1", "apart-0.5", "apart-1.3")) {
      assertThat(metrics.get(full).value()).as(full).isEqualTo(1);
    }
    assertThat(metrics.get("length-error-median").value()).isLessThan(1e-6);
    assertThat(metrics.get("density-distance").value()).isLessThan(1e-4);
    // The median of |N(0, 0.01)| is 0.0067, of |N(0, 0.285)| it is 0.19.
    assertThat(metrics.get("length-error-median").noiseFloor()).isEqualTo(0.0067, within(0.0012));
    assertThat(metrics.get("angle-error-median").noiseFloor()).isEqualTo(0.192, within(0.035));
    assertThat(metrics.get("match-0.1").noiseFloor()).isEqualTo(1);
  }

  @Test
  void theBestOfSeveralIsTheBest() {
    CrystalPoints points = new CrystalPoints(6, Task.PLACES);
    List<Crystal> samples = new ArrayList<>();
    for (int i = 0; i < SET.heldOut().size(); i++) {
      samples.add(CrystalBaselines.uniform(SET.heldOut().get(i), 1, i));
    }
    samples.addAll(SET.heldOut());
    Map<String, MetricValue> metrics = new CrystalJudge(points, SET, 1).of(points.points(samples), 1000);
    assertThat(metrics.get("match-0.1").value()).isLessThan(0.05);
    assertThat(metrics.get("match-best-of-2-0.1").value()).isEqualTo(1);
    assertThat(metrics).doesNotContainKey("length-error-median");
  }

  @Test
  void whatHasNoCellFitsNothing() {
    CrystalPoints points = new CrystalPoints(6, Task.BOTH);
    float[] flat = points.points(SET.heldOut());
    for (int i = 0; i < SET.heldOut().size(); i++) {
      flat[i * points.dimension() + points.cell() + 3] = -5;
    }
    assertThat(points.crystals(flat, 1000)).isEmpty();
    Map<String, MetricValue> metrics = new CrystalJudge(points, SET, 1).of(flat, 1000);
    assertThat(metrics.get("match-0.5").value()).isZero();
    assertThat(metrics.get("apart-0.5").value()).isZero();
    assertThat(metrics.get("density-distance").value()).isNaN();
  }
}
