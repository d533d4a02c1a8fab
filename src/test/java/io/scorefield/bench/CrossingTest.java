package io.scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.EngineInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class CrossingTest {
  private static final long[] SIZES = {1, 10, 100, 1000, 10_000};

  private static List<Bench.Figure> figures(
      String engine, String work, DoubleUnaryOperator perSecond, OptionalDouble watts, long... sizes) {
    List<Bench.Figure> figures = new ArrayList<>();
    for (long size : sizes) {
      figures.add(
          new Bench.Figure(
              new EngineInfo(engine, "", 1, ""), work, size, "samples", perSecond.applyAsDouble(size),
              new Timing(new double[] {1}, new double[0]), watts, 1, OptionalDouble.empty()));
    }
    return figures;
  }

  private static List<Bench.Figure> figures(String engine, String work, DoubleUnaryOperator perSecond) {
    return figures(engine, work, perSecond, OptionalDouble.empty(), SIZES);
  }

  /// Powers of the size are straight lines between logarithms, so that their crossing is found exactly.
  @Test
  void theCrossingOfPowersIsExact() {
    List<Bench.Figure> all = figures("cuda", "sample plain", n -> 2 * n);
    all.addAll(figures("native", "sample plain", n -> 500));
    List<Crossing> crossings = Crossing.of(all);
    assertThat(crossings).hasSize(1);
    assertThat(crossings.getFirst().ahead()).isEqualTo("cuda");
    assertThat(crossings.getFirst().size().orElseThrow()).isCloseTo(250, within(1e-9));
    assertThat(crossings.getFirst().speed()).isCloseTo(500, within(1e-9));
    assertThat(crossings.getFirst()).hasToString("sample plain: cuda is faster than native from about 250 on");
  }

  @Test
  void ofSeveralCrossingsTheLastCounts() {
    List<Bench.Figure> all = figures("cuda", "sample plain", n -> n == 10 ? 1 : n * n);
    all.addAll(figures("native", "sample plain", n -> n == 1 ? 0.5 : 30_000));
    assertThat(Crossing.of(all).getFirst().size().orElseThrow()).isBetween(100.0, 1000.0);
  }

  @Test
  void withoutACrossingOneIsAheadEverywhereThatBothWereMeasured() {
    List<Bench.Figure> all = figures("cuda", "sample plain", n -> n, OptionalDouble.empty(), 1, 1000);
    all.addAll(figures("native", "sample plain", n -> n + 1, OptionalDouble.empty(), 1, 100));
    all.addAll(figures("native", "train", n -> n));
    all.addAll(figures("reference", "train", n -> 2 * n));
    List<Crossing> crossings = Crossing.of(all);
    assertThat(crossings).hasSize(1);
    assertThat(crossings.getFirst())
        .hasToString("sample plain: native is faster than cuda at all sizes measured");
  }

  @Test
  void energyIsPowerOverSpeed() {
    List<Bench.Figure> all = figures("cuda", "sample plain", n -> 2e6, OptionalDouble.of(700), 5);
    assertThat(all.getFirst().joulesPerMillion()).hasValue(350);
    assertThat(figures("native", "sample plain", n -> 1).getFirst().joulesPerMillion()).isEmpty();
  }
}
