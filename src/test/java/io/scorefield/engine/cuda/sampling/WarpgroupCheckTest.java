package io.scorefield.engine.cuda.sampling;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// What the check of warpgroups sees.
class WarpgroupCheckTest {
  @Test
  void rightSumsPassAndWrongOnesDoNot() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment whole = WarpgroupCheck.sums(false, arena);
      MemorySegment withRests = WarpgroupCheck.sums(true, arena);
      assertThat(WarpgroupCheck.error(whole, false)).isZero();
      assertThat(WarpgroupCheck.error(withRests, true)).isZero();
      // Rests that were forgotten.
      assertThat(WarpgroupCheck.error(whole, true)).isGreaterThan(WarpgroupCheck.TOLERANCE);
      // Two neighbouring outputs of one sample, exchanged.
      float first = whole.getAtIndex(JAVA_FLOAT, 512 * 77 + 300);
      whole.setAtIndex(JAVA_FLOAT, 512 * 77 + 300, whole.getAtIndex(JAVA_FLOAT, 512 * 77 + 301));
      whole.setAtIndex(JAVA_FLOAT, 512 * 77 + 301, first);
      assertThat(WarpgroupCheck.error(whole, false)).isGreaterThan(1);
      withRests.setAtIndex(JAVA_FLOAT, 0, Float.NaN);
      assertThat(WarpgroupCheck.error(withRests, true)).isInfinite();
    }
  }
}
