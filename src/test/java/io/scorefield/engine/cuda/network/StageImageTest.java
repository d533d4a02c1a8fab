package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where weights lie in a stage.
class StageImageTest {
  /// Eight neighbouring outputs of the same inputs are in different banks, and every place has one weight.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void piecesOfEightOutputsAreInDifferentBanks(boolean rests) {
    StageImage image = new StageImage(512, rests);
    BitSet places = new BitSet();
    for (int output = 0; output < StageImage.OUTPUTS; output++) {
      for (int input = 0; input < image.inputs(); input++) {
        assertThat(places.get(image.place(output, input))).isFalse();
        places.set(image.place(output, input));
      }
    }
    assertThat(places.length()).isEqualTo(StageImage.BYTES / (rests ? 2 : 1) - 1);
    for (int input = 0; input < image.inputs(); input += 8) {
      BitSet banks = new BitSet();
      for (int output = 16; output < 24; output++) {
        banks.set(image.place(output, input) % 128 / 16);
      }
      assertThat(banks.cardinality()).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stagesFollowTheirUse(boolean rests) {
    StageImage image = new StageImage(512, rests);
    try (Arena arena = Arena.ofConfined()) {
      // Output 256 + 5 and input 4 stages + 3, which no half holds.
      int input = 4 * image.inputs() + 3;
      MemorySegment all = image.of((o, i) -> o == 261 && i == input ? 1 + 0x1p-12f : 0, arena);
      long stage = 512 / image.inputs() + 4L;
      long at = stage * StageImage.BYTES + image.place(5, 3);
      assertThat(Float.float16ToFloat(all.get(JAVA_SHORT, at))).isEqualTo(1);
      if (rests) {
        assertThat(Float.float16ToFloat(all.get(JAVA_SHORT, at + StageImage.BYTES / 2))).isEqualTo(0x1p-12f);
      }
      int set = 0;
      for (long i = 0; i < all.byteSize(); i += Short.BYTES) {
        set += all.get(JAVA_SHORT, i) == 0 ? 0 : 1;
      }
      assertThat(set).isEqualTo(rests ? 2 : 1);
    }
  }
}
