package io.scorefield.matter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ElementTest {
  @Test
  void theTableHasTheElementsInOrder() {
    assertThat(Element.all()).hasSize(96);
    for (int z = 1; z <= 96; z++) {
      assertThat(Element.of(z).number()).isEqualTo(z);
      assertThat(Element.of(Element.of(z).symbol())).contains(Element.of(z));
    }
    Element sodium = Element.of("na").orElseThrow();
    assertThat(sodium.number()).isEqualTo(11);
    assertThat(sodium.period()).isEqualTo(3);
    assertThat(sodium.group()).isEqualTo(1);
    assertThat(sodium.ionicRadius()).hasValue(1.02);
    assertThat(sodium.electronegativity()).hasValue(0.93);
    assertThat(sodium.oxidationStates()).containsExactly(1);
    assertThat(Element.of("D")).contains(Element.of(1));
  }

  @Test
  void whatIsNoElementIsRefused() {
    assertThat(Element.of("Xx")).isEmpty();
    assertThat(Element.of("")).isEmpty();
    assertThatThrownBy(() -> Element.of(0)).hasMessageContaining("atomic number 0");
    assertThatThrownBy(() -> Element.of(97)).hasMessageContaining("ends with Cm, 96");
  }
}
