package io.scorefield.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final Condition TARIFF = new Condition("tariff", List.of("day", "night", "weekend"));
  private static final Condition WEATHER = Condition.number("weather");

  @Test
  void valuesBecomeComponents() {
    Conditions both = new Conditions(List.of(WEATHER, TARIFF));
    assertThat(both.declarations()).containsExactly("weather", "tariff[3]");
    assertThat(both.of(Map.of("tariff", "night", "weather", "-1.5"))).containsExactly(-1.5, 0, 1, 0);
    assertThat(both.isNumber(0)).isTrue();
    assertThat(both.isNumber(1)).isFalse();
    // Numbers alone need a component that says that they are told.
    Conditions number = new Conditions(List.of(WEATHER));
    assertThat(number.declarations()).containsExactly("weather", "told");
    assertThat(number.of(Map.of("weather", "2"))).containsExactly(2, 1);
    assertThat(number.isNumber(1)).isFalse();
  }

  @Test
  void refusesWhatIsNoValue() {
    Conditions both = new Conditions(List.of(WEATHER, TARIFF));
    assertThatThrownBy(() -> both.of(Map.of("tariff", "noon", "weather", "1")))
        .hasMessage("the condition 'tariff' has no class 'noon'; it has day, night, weekend");
    assertThatThrownBy(() -> both.of(Map.of("tariff", "day"))).hasMessageContaining("'weather' has no value");
    assertThatThrownBy(() -> both.of(Map.of("tariff", "day", "weather", "warm"))).hasMessageContaining("'warm' is none");
    assertThatThrownBy(() -> both.of(Map.of("wind", "1"))).hasMessageContaining("there is weather, tariff");
    assertThatThrownBy(() -> new Conditions(List.of(WEATHER, WEATHER))).hasMessageContaining("two conditions");
    assertThatThrownBy(() -> new Condition("c", List.of("one"))).hasMessageContaining("at least two");
  }

  @Test
  void classesAreThoseOfThePoints() {
    // So narrow that a point tells its class.
    for (ClassMixture mixture : List.of(new HalfMoons(0.03), GaussianMixture.eightGaussians(2, 0.1))) {
      LabelledPoints labelled = new LabelledPoints(mixture);
      int n = 400;
      int classes = mixture.classes().size();
      float[] points = labelled.draw(7, 5, n);
      float[] alone = mixture.draw(7, 5, n);
      int[] count = new int[classes];
      for (int i = 0; i < n; i++) {
        double[] told = new double[classes];
        for (int k = 0; k < classes; k++) {
          told[k] = points[i * (2 + classes) + 2 + k];
        }
        int label = labelled.condition().classOf(told);
        double[] point = {points[i * (2 + classes)], points[i * (2 + classes) + 1]};
        assertThat(point).containsExactly(alone[2 * i], alone[2 * i + 1]);
        assertThat(mixture.classOf(point)).isEqualTo(label);
        count[label]++;
      }
      for (int k = 0; k < classes; k++) {
        assertThat((double) count[k] / n).isCloseTo(1.0 / classes, within(4 * Math.sqrt(1.0 / classes / n)));
        float[] own = mixture.part(k).draw(3, 100);
        for (int i = 0; i < 100; i++) {
          assertThat(mixture.classOf(new double[] {own[2 * i], own[2 * i + 1]})).isEqualTo(k);
        }
      }
    }
  }

  @Test
  void samplesAreComparedWithPointsOfTheirClass() {
    LabelledPoints labelled = new LabelledPoints(new HalfMoons(0.1));
    DataSet data = DataSet.draw(labelled, 200, 1);
    double[] lower = data.told().of(Map.of("class", "lower"));
    DataSet made = data.made(Optional.of(lower)).orElseThrow();
    assertThat(made.dimension()).isEqualTo(2);
    assertThat(made.components()).containsExactly("x", "y");
    assertThat(made.source().orElseThrow().draw(1, 10)).isEqualTo(labelled.mixture().part(1).draw(1, 10));
    assertThat(made.size() + data.made(Optional.of(new double[] {1, 0})).orElseThrow().size()).isEqualTo(200);
    DataSet all = data.made(Optional.empty()).orElseThrow();
    assertThat(all.points()).isEqualTo(labelled.mixture().draw(1, 200));
    assertThat(data.made(Optional.of(new double[] {1, 1}))).isEmpty();
    Scaling scaling = Scaling.of(data, true, Frame.of(2).withConditions(2));
    assertThat(scaling.mean()[2]).isZero();
    assertThat(scaling.deviation()[3]).isEqualTo(1);
    assertThat(scaling.deviation()[0]).isNotEqualTo(1);
  }
}
