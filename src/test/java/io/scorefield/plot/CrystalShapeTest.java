package io.scorefield.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.Structures;
import io.scorefield.matter.crystal.Crystal;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CrystalShapeTest {
  private static Map<String, Long> balls(BallAndStick shape) {
    return shape.balls().stream().collect(Collectors.groupingBy(ball -> ball.element().symbol(), Collectors.counting()));
  }

  @Test
  void atomsAtCornersEdgesAndFacesAreShownAtAllOfThem() {
    assertThat(balls(CrystalShape.of(Structures.caesiumChloride()))).isEqualTo(Map.of("Cl", 8L, "Cs", 1L));
    // 8 corners and 6 faces; 12 edges and the middle.
    assertThat(balls(CrystalShape.of(Structures.rocksalt()))).isEqualTo(Map.of("Na", 14L, "Cl", 13L));
    assertThat(balls(CrystalShape.of(Structures.strontiumTitanate()))).isEqualTo(Map.of("Sr", 8L, "Ti", 1L, "O", 6L));
    // 8 corners and the middle; two in each of the two faces of c, and the two between them.
    assertThat(balls(CrystalShape.of(Structures.rutile()))).isEqualTo(Map.of("Ti", 9L, "O", 6L));
  }

  @Test
  void unlikeNeighboursAreJoined() {
    assertThat(CrystalShape.of(Structures.caesiumChloride()).sticks()).hasSize(8);
    assertThat(CrystalShape.of(Structures.rocksalt()).sticks()).hasSize(54);
    // Titanium's octahedron; strontium is too far from oxygen.
    assertThat(CrystalShape.of(Structures.strontiumTitanate()).sticks()).hasSize(6);
    BallAndStick wurtzite = CrystalShape.of(Structures.wurtzite());
    assertThat(wurtzite.sticks())
        .hasSize(4)
        .allSatisfy(
            stick -> {
              BallAndStick.Ball first = wurtzite.balls().get(stick.first());
              BallAndStick.Ball second = wurtzite.balls().get(stick.second());
              assertThat(first.element()).isNotEqualTo(second.element());
              assertThat(first.at().distance(second.at())).isCloseTo(1.98, within(0.02));
            });
  }

  /// Heat moves atoms off their sites, samples too: what is seen stays.
  @Test
  void displacedAtomsAreStillShownAtEveryCorner() {
    Random random = new Random(1);
    Crystal exact = Structures.rocksalt();
    double[] moved = exact.fractional();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += 0.02 * random.nextGaussian();
    }
    BallAndStick shape = CrystalShape.of(new Crystal("", exact.lattice(), exact.elements(), moved));
    assertThat(balls(shape)).isEqualTo(balls(CrystalShape.of(exact)));
    assertThat(shape.sticks()).hasSize(54);
  }

  @Test
  void theCellHasTwelveEdgesOfWhichThreeAreItsVectors() {
    BallAndStick shape = CrystalShape.of(Structures.wurtzite());
    assertThat(shape.edges()).hasSize(12).filteredOn(edge -> edge.axis() >= 0).hasSize(3).allSatisfy(
        edge -> assertThat(edge.from().getNorm()).isZero());
    assertThat(shape.edges().stream().mapToDouble(edge -> edge.from().distance(edge.to())).sum())
        .isCloseTo(8 * 3.25 + 4 * 5.207, within(1e-9));
  }
}
