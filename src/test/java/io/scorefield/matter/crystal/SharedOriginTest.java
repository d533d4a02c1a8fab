package io.scorefield.matter.crystal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.Structures;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharedOriginTest {
  private static Crystal shifted(Crystal crystal, double noise, double... shift) {
    Random random = new Random(1);
    double[] places = crystal.fractional();
    for (int k = 0; k < places.length; k++) {
      places[k] += shift[k % 3] + noise * random.nextGaussian();
    }
    return crystal.at(places);
  }

  @Test
  void aShiftedCrystalComesBack() {
    Crystal truth = Structures.strontiumTitanate();
    Crystal back = SharedOrigin.with(shifted(truth, 0, 0.3, -0.8, 1.4), truth);
    Crystal noisy = SharedOrigin.with(shifted(truth, 0.02, 0.3, -0.8, 1.4), truth);
    double mean = 0;
    for (int k = 0; k < 15; k++) {
      double off = back.fractional()[k] - truth.fractional()[k];
      assertThat(off - Math.rint(off)).isCloseTo(0, within(1e-12));
      double noise = noisy.fractional()[k] - truth.fractional()[k];
      assertThat(noise - Math.rint(noise)).isCloseTo(0, within(0.06));
      mean += (noise - Math.rint(noise)) / 15;
    }
    assertThat(mean).isCloseTo(0, within(1e-12));
  }

  @Test
  void anotherCompositionStaysWhereItIs() {
    Crystal salt = Structures.rocksalt();
    assertThat(SharedOrigin.with(salt, Structures.rutile()).fractional()).containsExactly(salt.fractional());
  }
}
