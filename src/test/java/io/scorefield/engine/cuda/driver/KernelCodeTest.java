package io.scorefield.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelCodeTest {
  @Test
  void aDeviceRunsCubinsOfItsMajorNumberThatAreNoNewer() {
    assertThat(KernelCode.architecture(90, sm -> true)).isEqualTo(90);
    assertThat(KernelCode.architecture(89, sm -> true)).isEqualTo(89);
    assertThat(KernelCode.architecture(86, sm -> true)).isEqualTo(80);
    assertThat(KernelCode.architecture(89, sm -> sm == 80)).isEqualTo(80);
  }

  @Test
  void othersRunNone() {
    assertThat(KernelCode.architecture(89, sm -> sm == 90)).isZero();
    assertThat(KernelCode.architecture(100, sm -> true)).isZero();
    assertThat(KernelCode.architecture(75, sm -> true)).isZero();
  }

  @Test
  void filesForHopperAreForItAlone() {
    assertThat(KernelCode.hopper("hopper_training")).isTrue();
    assertThat(KernelCode.hopper("training")).isFalse();
    assertThat(KernelCode.runsHopper(90, 12010)).isTrue();
    assertThat(KernelCode.runsHopper(90, 12000)).isFalse();
    assertThat(KernelCode.runsHopper(89, 13000)).isFalse();
    assertThat(KernelCode.runsHopper(100, 13000)).isFalse();
  }
}
