package io.scorefield.matter.crystal;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.matter.Element;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrototypeMatcherTest {
  private static final CrystalSet SET = PrototypeSet.of(1);
  private static final PrototypeMatcher MATCHER = new PrototypeMatcher(SET.training());

  private static List<Element> elements(String symbols) {
    return Stream.of(symbols.split(" ")).map(symbol -> Element.of(symbol).orElseThrow()).toList();
  }

  /// The primitive cells of rocksalt and zincblende differ in their places.
  @Test
  void theSevenStructuresAreFound() {
    assertThat(MATCHER.prototypes()).hasSize(7);
    assertThat(MATCHER.prototypes().stream().map(crystal -> crystal.name().split(" ")[0]).distinct()).hasSize(7);
  }

  @Test
  void otherElementsAndSizesDoNotMatter() {
    for (Prototype prototype : Prototype.values()) {
      Crystal gold = prototype.crystal(elements(prototype.cations() == 2 ? "La In" : "Cd"), Element.of(35));
      assertThat(MATCHER.distance(gold).orElse(1)).isLessThan(1e-6);
      double[] places = gold.fractional();
      places[0] += 0.4;
      assertThat(MATCHER.distance(gold.at(places)).orElse(1)).isGreaterThan(PrototypeMatcher.SAME);
    }
  }

  @Test
  void crystalsWithNoiseAreRecognised() {
    for (int i = 0; i < 100; i++) {
      assertThat(MATCHER.distance(SET.draw(3, i)).orElse(1)).isLessThan(0.06);
    }
  }

  @Test
  void otherCountsAreNot() {
    Crystal three = Crystal.of("", new Cell(4, 4, 4, 90, 90, 90), elements("Sr Ti O"), new double[] {0, 0, 0, .5, .5, .5, .5, .5, 0});
    assertThat(MATCHER.distance(three)).isEmpty();
  }
}
