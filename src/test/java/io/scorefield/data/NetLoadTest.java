package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.eval.MetricValue;
import io.scorefield.eval.MomentErrors;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetLoadTest {
  private static final int N = 20_000;

  @ParameterizedTest
  @ValueSource(ints = {24, 48})
  void everyDayObeysTheBalanceAndHasNoSunAtNight(int steps) {
    NetLoad days = new NetLoad(steps);
    DataSet data = DataSet.draw(days, 200, 3);
    assertThat(data.dimension()).isEqualTo(3 * steps + 4);
    for (int i = 0; i < data.size(); i++) {
      for (int t = 0; t < steps; t++) {
        double load = data.at(i, t);
        double solar = data.at(i, steps + t);
        assertThat(data.at(i, 2 * steps + t)).isCloseTo(load - solar, within(1e-6));
        assertThat(solar).isGreaterThanOrEqualTo(0);
        if (t < steps / 4 || t >= 3 * steps / 4) {
          assertThat(solar).isZero();
        }
      }
      // One tariff each.
      assertThat(data.at(i, 3 * steps + 2) + data.at(i, 3 * steps + 3)).isEqualTo(1);
    }
  }

  /// Mean and covariance, against those of draws: each within five of its standard errors.
  @Test
  void momentsAreExact() {
    NetLoadDay day = new NetLoad(8).given(new double[] {2, 0.3, 0, 1});
    float[] draws = day.draw(7, N);
    int dimension = day.dimension();
    double[] mean = day.mean();
    double[][] covariance = day.covariance();
    for (int d = 0; d < dimension; d++) {
      for (int e = 0; e <= d; e++) {
        int a = d;
        int b = e;
        double[] products =
            IntStream.range(0, N)
                .mapToDouble(i -> (draws[i * dimension + a] - mean[a]) * (draws[i * dimension + b] - mean[b]))
                .toArray();
        double average = IntStream.range(0, N).mapToDouble(i -> products[i]).average().orElseThrow();
        double square = IntStream.range(0, N).mapToDouble(i -> Math.pow(products[i] - average, 2)).sum() / (N - 1);
        assertThat(average).isCloseTo(covariance[d][e], within(5 * Math.sqrt(square / N) + 1e-7));
      }
      int a = d;
      double found = IntStream.range(0, N).mapToDouble(i -> draws[i * dimension + a]).average().orElseThrow();
      assertThat(found).isCloseTo(mean[d], within(5 * Math.sqrt(covariance[d][d] / N) + 1e-6));
    }
  }

  /// The weather and the tariff are seen: a cloudy day has less sun, a cold one more load, a night tariff more of it at night.
  @Test
  void conditionsMatter() {
    NetLoad days = new NetLoad(24);
    double[] clear = days.given(new double[] {18, 0, 1, 0}).mean();
    double[] cloudy = days.given(new double[] {18, 1, 1, 0}).mean();
    double[] cold = days.given(new double[] {-5, 0, 1, 0}).mean();
    double[] night = days.given(new double[] {18, 0, 0, 1}).mean();
    assertThat(cloudy[24 + 12]).isLessThan(0.3 * clear[24 + 12]);
    assertThat(cold[12] - clear[12]).isCloseTo(0.6, within(1e-9));
    assertThat(night[1]).isGreaterThan(1.5 * clear[1]);
  }

  /// Errors of true samples are at their floor, those of samples under other conditions far from it.
  @Test
  void momentErrorsTellConditionsApart() {
    NetLoad days = new NetLoad(12);
    NetLoadDay day = days.given(new double[] {2, 0.3, 0, 1});
    MomentErrors errors = new MomentErrors(day, 3, 99);
    Map<String, MetricValue> own = errors.of(day.draw(1, 2000), 2000);
    Map<String, MetricValue> others = errors.of(days.given(new double[] {8, 0.3, 0, 1}).draw(1, 2000), 2000);
    own.forEach((name, metric) -> assertThat(metric.value()).as(name).isLessThan(2.5 * metric.noiseFloor()));
    assertThat(others.get(MomentErrors.MEAN).value()).isGreaterThan(10 * own.get(MomentErrors.MEAN).value());
  }

  @Test
  void samplesUnderConditionsAreComparedWithTheirDistribution() {
    NetLoad days = new NetLoad(12);
    DataSet data = DataSet.draw(days, 500, 3);
    double[] asked = {2, 0.3, 0, 1};
    assertThat(data.hasNone(asked)).isTrue();
    DataSet made = data.made(Optional.of(asked)).orElseThrow();
    assertThat(made.source()).contains(days.given(asked));
    assertThat(made.size()).isEqualTo(500);
    assertThat(data.made(Optional.empty()).orElseThrow().dimension()).isEqualTo(36);
  }
}
