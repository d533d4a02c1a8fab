package io.scorefield.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/// Readings of the power of an engine's devices, by a program that prints one every so often.
public final class PowerMeter implements AutoCloseable {
  /// How to read the power of an engine's devices.
  ///
  /// @param command prints watts, a device a line, over and over
  /// @param devices how many lines are a reading
  public record Source(List<String> command, int devices) {
    public Source {
      command = List.copyOf(command);
    }
  }

  /// What drivers tell is a mean over about a second: what is over sooner has no power that is known.
  private static final double LEAST_SECONDS = 2;

  private static final int LEAST_READINGS = 4;

  private record Reading(long time, double watts) {}

  private final List<Reading> readings = new ArrayList<>();
  private final int devices;
  private Process process;
  private boolean ended;

  /// Starts to read; without a program that can, there are no readings.
  PowerMeter(Source source) {
    devices = source.devices();
    try {
      process =
          new ProcessBuilder(source.command())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return; // there is no such program: the power is not known
    }
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        double watts;
        try {
          watts = Double.parseDouble(line.strip());
        } catch (NumberFormatException e) {
          continue; // such as [N/A], where a driver does not tell it
        }
        synchronized (readings) {
          readings.add(new Reading(System.nanoTime(), watts));
        }
      }
    } catch (IOException e) {
      // The program was ended.
    } finally {
      synchronized (readings) {
        ended = true;
        readings.notifyAll();
      }
    }
  }

  /// The mean power of all devices together between two moments of System.nanoTime, in watts, where it is known.
  OptionalDouble watts(long from, long to) {
    List<Reading> within;
    synchronized (readings) {
      within = readings.stream().filter(r -> r.time() - from >= 0 && to - r.time() >= 0).toList();
    }
    return (to - from) / 1e9 < LEAST_SECONDS || within.size() < LEAST_READINGS
        ? OptionalDouble.empty()
        : OptionalDouble.of(devices * within.stream().mapToDouble(Reading::watts).average().orElseThrow());
  }

  /// Waits until there are so many readings, or the program has ended.
  void await(int count, long time, TimeUnit unit) throws InterruptedException {
    long end = System.nanoTime() + unit.toNanos(time);
    synchronized (readings) {
      while (readings.size() < count && !ended && System.nanoTime() < end) {
        readings.wait(10);
      }
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
    }
  }
}
