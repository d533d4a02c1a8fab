package io.scorefield.bench;

import io.scorefield.watch.Watch;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/// How long something took, over and over.
///
/// @param seconds one a repetition, ascending
/// @param deviceSeconds what the device computed of it, likewise; none where it has no clock
public record Timing(double[] seconds, double[] deviceSeconds) {
  /// The most repetitions.
  private static final int MOST = 15;

  private static final int LEAST = 3;

  /// How much time a timing has.
  ///
  /// @param seconds for all repetitions
  /// @param once whether one is enough where they take long, and the first one, else a warm-up, where it takes more than
  ///     half of the time
  public record Budget(double seconds, boolean once) {}

  /// Times a task after it has run once to warm up: at least three times, and on while it fits into the
  /// time given.
  public static Timing of(double budgetSeconds, Runnable task) {
    return of(new Budget(budgetSeconds, false), OptionalDouble::empty, task);
  }

  /// The same with a clock of the device, which tells the seconds that it has computed so far.
  public static Timing of(Budget budget, Supplier<OptionalDouble> clock, Runnable task) {
    double[] seconds = new double[MOST];
    double[] device = new double[MOST];
    time(clock, task, seconds, device, 0);
    int count = budget.once() && 2 * seconds[0] > budget.seconds() ? 1 : 0;
    int least = budget.once() ? 1 : LEAST;
    double spent = count == 1 ? budget.seconds() : 0;
    while (count < least || (count < MOST && spent * (count + 1) / count < budget.seconds())) {
      Watch.current().check();
      time(clock, task, seconds, device, count);
      spent += seconds[count++];
    }
    return new Timing(
        sorted(seconds, count), clock.get().isPresent() ? sorted(device, count) : new double[0]);
  }

  private static void time(
      Supplier<OptionalDouble> clock, Runnable task, double[] seconds, double[] device, int at) {
    double before = clock.get().orElse(0);
    long start = System.nanoTime();
    task.run();
    seconds[at] = (System.nanoTime() - start) / 1e9;
    device[at] = clock.get().orElse(0) - before;
  }

  private static double[] sorted(double[] values, int count) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted;
  }

  public double median() {
    return median(seconds);
  }

  /// Of what the device computed, where it has a clock.
  public OptionalDouble deviceMedian() {
    return deviceSeconds.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(deviceSeconds));
  }

  private static double median(double[] sorted) {
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  public double least() {
    return seconds[0];
  }

  public double most() {
    return seconds[seconds.length - 1];
  }
}
