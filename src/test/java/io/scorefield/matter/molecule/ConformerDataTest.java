package io.scorefield.matter.molecule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.matter.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformerDataTest {
  @TempDir Path folder;

  private static final Molecule WATER =
      new Molecule(
          "O", List.of(Element.of(1), Element.of(8), Element.of(1)), new double[] {0, 0, 1, 0.9, 0, 1, 1.2, 0.9, 1},
          List.of(new Bond(1, 0, 1), new Bond(1, 2, 1)));

  @Test
  void pointsHoldElementsAndKindsOfPairs() {
    ConformerPoints layout = new ConformerPoints(4);
    assertThat(layout.components()).containsExactly("x[4,3]", "Z[4]", "bonds[6]");
    assertThat(layout.dimension()).isEqualTo(12 + 4 + 6);
    assertThat(layout.conditions(WATER)).containsExactly(1, 8, 1, 0, 1, 4, 0, 1, 0, 0);
    float[] points = layout.points(WATER, List.of(WATER.positions(), WATER.positions()));
    assertThat(points[0] + points[3] + points[6]).as("mean").isEqualTo(0, within(1e-6f));
    Molecule back = layout.molecules(points, 5).get(1);
    assertThat(back.elements()).isEqualTo(WATER.elements());
    assertThat(back.bonds()).containsExactly(new Bond(0, 1, 1), new Bond(1, 2, 1));
    assertThat(back.distance(0, 2)).isEqualTo(WATER.distance(0, 2), within(1e-6));
    assertThat(ConformerPoints.ofComponents(layout.components())).isEqualTo(layout);
    assertThatThrownBy(() -> ConformerPoints.ofComponents(List.of("x[4,3]", "Z[3]"))).hasMessageContaining("no conformers");
    assertThatThrownBy(() -> new ConformerPoints(2).conditions(WATER)).hasMessageContaining("3 atoms; there is room for 2");
    Molecule iron = new Molecule("iron", List.of(Element.of(26), Element.of(1)), new double[] {0, 0, 0, 1.5, 0, 0}, List.of());
    assertThatThrownBy(() -> layout.conditions(iron)).hasMessageContaining("Iron, which conformers are not learned of");
  }

  @Test
  void conformersOfAFileAreThoseThatFollowEachOther() throws IOException {
    Path file = folder.resolve("some.sdf");
    Molecule other = ConformersTest.molecule("CO", 6, 8);
    Sdf.write(file, List.of(WATER, WATER, other, WATER));
    ConformerData data = ConformerData.read(file);
    assertThat(data.sets()).extracting(set -> set.positions().size()).containsExactly(2, 1, 1);
    assertThat(data.note()).isEqualTo("4 conformers of 3 molecules read from " + file);
    assertThat(data.training().size() + data.heldOut().size()).isEqualTo(3);
    Files.writeString(folder.resolve("bare.sdf"), Files.readString(file).replaceAll("(?m)^  3  2", "  3  0").replaceAll("(?m)^  2  [13]  1  0\n", ""));
    assertThatThrownBy(() -> ConformerData.read(folder.resolve("bare.sdf"))).hasMessageContaining("has no bonds: O");
  }

  @Test
  void madeOnceTheyAreReadAgain() throws IOException {
    ConformerData made = ConformerData.cached(folder, 2, 3, 2, 1);
    ConformerData read = ConformerData.cached(folder, 2, 3, 2, 1);
    assertThat(made.note()).startsWith("made 3 conformers of 3 different molecules").contains("kept in");
    assertThat(read.note()).startsWith("3 conformers of 3 molecules read from");
    assertThat(read.sets().getFirst().positions().getFirst()).containsExactly(made.sets().getFirst().positions().getFirst());
  }
}
