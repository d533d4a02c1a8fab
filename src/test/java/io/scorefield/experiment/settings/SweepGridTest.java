package io.scorefield.experiment.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Combinations of keys and the names of their folders.
class SweepGridTest {
  private static List<String> names(String... over) {
    return SweepGrid.of(List.of(over)).points().stream().map(SweepGrid.Point::name).toList();
  }

  @Test
  void theLastKeyChangesFastest() {
    assertThat(names("network.hidden=8,16", "train.learning-rate=1e-3,2e-3"))
        .containsExactly(
            "hidden-8-learning-rate-1e-3", "hidden-8-learning-rate-2e-3", "hidden-16-learning-rate-1e-3",
            "hidden-16-learning-rate-2e-3");
  }

  @Test
  void commasWithinBracketsAndQuotesArePartOfAValue() {
    assertThat(SweepGrid.of(List.of("a.b=[1, 2],{x: 1, y: 2},'p,q'")).axes().getFirst().values())
        .containsExactly("[1, 2]", "{x: 1, y: 2}", "'p,q'");
  }

  /// Signs that folders do not have, and keys of one name, are told apart by a hash; so are long names.
  @Test
  void namesAreOfOneCombinationOnly() {
    assertThat(names("a.b=[1],{1},X,x").stream().distinct()).hasSize(4).last().isEqualTo("b-x");
    assertThat(names("a.steps=1", "b.steps=2").getFirst()).isNotEqualTo(names("a.steps=2", "b.steps=1").getFirst());
    String tail = "x".repeat(80);
    assertThat(names("a=1" + tail + ",2" + tail)).allSatisfy(name -> assertThat(name).hasSize(64)).doesNotHaveDuplicates();
  }

  @Test
  void combinationsAreVariantsOfTheExperiment() throws IOException {
    ExperimentConfig config =
        SweepGrid.of(List.of("network.hidden=[8, 8],16")).of(ExperimentSource.read("circle")).bind();
    assertThat(config.variants()).hasSize(2);
    assertThat(config.variants().getFirst().set()).containsEntry("network.hidden", "[8, 8]");
  }
}
