package io.scorefield.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativePlatformsTest {
  @Test
  void linuxOnPcsIsServed() {
    assertThat(NativePlatforms.missing("Linux", "amd64")).isEmpty();
    assertThat(NativePlatforms.missing("Linux", "x86_64")).isEmpty();
  }

  @Test
  void otherPlatformsAreToldThatJCudaHasNothingForThem() {
    assertThat(NativePlatforms.missing("Linux", "aarch64"))
        .contains("JCuda", "libraries for Linux and Windows on 64-bit x86 only", "on Linux with processors 'aarch64'");
    assertThat(NativePlatforms.missing("Mac OS X", "x86_64")).contains("on 64-bit x86 only", "Mac OS X");
    assertThat(NativePlatforms.missing("Windows 11", "amd64")).contains("for Linux on 64-bit x86 only", "Windows 11");
    assertThat(NativePlatforms.missing("Windows 11", "aarch64")).contains("JCuda", "Linux and Windows on 64-bit x86 only");
  }
}
