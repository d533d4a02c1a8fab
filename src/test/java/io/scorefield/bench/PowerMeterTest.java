package io.scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PowerMeterTest {
  /// What is read from a program between two moments that are `seconds` apart.
  private static OptionalDouble watts(String script, int devices, double seconds) throws Exception {
    long from = System.nanoTime();
    try (PowerMeter meter = new PowerMeter(new PowerMeter.Source(List.of("sh", "-c", script), devices))) {
      meter.await(8, 5, TimeUnit.SECONDS);
      return meter.watts(from, Math.max(System.nanoTime(), from + (long) (seconds * 1e9)));
    }
  }

  @Test
  void thePowerIsTheMeanOfTheReadingsOfAllDevices() throws Exception {
    assertThat(watts("for w in 100 200 100 200 100 200 '[N/A]' 100 200; do echo $w; done", 2, 3)).hasValue(300);
  }

  @Test
  void whatIsOverSoonOrReadSeldomIsNotKnown() throws Exception {
    assertThat(watts("for w in 1 2 3 4 5 6 7 8; do echo $w; done", 1, 0)).isEmpty();
    assertThat(watts("echo 100; echo 200", 1, 3)).isEmpty();
    assertThat(watts("echo '[N/A]'", 1, 3)).isEmpty();
  }

  @Test
  void aMachineWithoutTheProgramHasNoPower() {
    try (PowerMeter meter = new PowerMeter(new PowerMeter.Source(List.of("/no/such/program"), 1))) {
      assertThat(meter.watts(0, Long.MAX_VALUE / 4)).isEmpty();
    }
  }
}
