package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.matter.Element;
import io.scorefield.matter.crystal.Cell;
import io.scorefield.matter.crystal.CompositionTable;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.Prototype;
import io.scorefield.matter.crystal.PrototypeSet;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.CompositionCoder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositionSpaceTest {
  private static final List<Crystal> CRYSTALS = PrototypeSet.all(Prototype.RUTILE);
  private static final CompositionTable TABLE = CompositionTable.of(CRYSTALS);

  @Test
  void rowsAreCountsAndCells() {
    Crystal crystal = CRYSTALS.get(3);
    float[] row = TABLE.rows(List.of(crystal));
    assertThat(row).hasSize(TABLE.width());
    assertThat(TABLE.mostKinds()).isEqualTo(2);
    assertThat(TABLE.mostOfEach()).isEqualTo(4);
    assertThat(TABLE.mostAtoms()).isEqualTo(6);
    double sum = 0;
    for (int e = 0; e < TABLE.elements().size(); e++) {
      sum += row[e];
    }
    assertThat(sum).isEqualTo(6);
    Cell cell = TABLE.cell(row, TABLE.elements().size(), 6).orElseThrow();
    assertThat(cell.numbers()).containsExactly(crystal.cell().numbers(), within(1e-5));
    assertThat(TABLE.knows(crystal.elements())).isTrue();
    assertThat(TABLE.knows(List.of(Element.of(79), Element.of(17)))).isFalse();
    assertThatThrownBy(() -> TABLE.rows(List.of(Crystal.of("", cell, List.of(Element.of(79)), new double[3]))))
        .hasMessageContaining("old");
  }

  @Test
  void theMostLikelyElementsAndCountsAreTaken() {
    int elements = TABLE.elements().size();
    float[] logits = new float[3 + 2 + elements * 5];
    Arrays.fill(logits, -1);
    logits[3 + 1] = 0.5f; // two kinds
    logits[5 + 4] = -0.2f;
    logits[5 + 1] = -0.5f;
    logits[5 + elements + 4 * 4 + 3] = 1; // four of the one
    logits[5 + elements + 4 + 1] = 1; // two of the other
    Element one = TABLE.elements().get(1);
    Element other = TABLE.elements().get(4);
    assertThat(TABLE.atoms(logits, 3)).containsExactly(one, one, other, other, other, other);
  }

  @Test
  void aSampleDependsOnTheSeedAndItsNumberAlone() {
    CompositionCoder coder = CompositionSpace.coder(TABLE, 3, 8, new CompositionCoder.Weights(1, 30, 1, 10, 0.01));
    try (Engine engine = new ReferenceEngine(1)) {
      CompositionSpace space = new CompositionSpace(TABLE, coder, Network.initialize(coder.training(), 5).parameters());
      CompositionSpace.Drawn all = space.sample(engine, 7, 0, 40);
      assertThat(all.draws()).isGreaterThanOrEqualTo(40);
      assertThat(all.crystals().stream().map(Crystal::formula).distinct().count()).isGreaterThan(3);
      for (int i : new int[] {0, 11, 39}) {
        Crystal alone = space.sample(engine, 7, i, 1).crystals().getFirst();
        assertThat(alone.elements()).isEqualTo(all.crystals().get(i).elements());
        assertThat(alone.cell().numbers()).containsExactly(all.crystals().get(i).cell().numbers(), within(1e-5));
      }
      assertThat(all.crystals()).allMatch(crystal -> crystal.size() <= 6);
    }
  }
}
