package io.scorefield.bench;

import io.scorefield.watch.Watch;
import java.util.Arrays;

/// How long something took, over and over.
///
/// @param seconds one a repetition, ascending
public record Timing(double[] seconds) {
  /// The most repetitions.
  private static final int MOST = 15;

  private static final int LEAST = 3;

  /// Times a task after it has run once to warm up: at least three times, and on while it fits into the
  /// time given.
  public static Timing of(double budgetSeconds, Runnable task) {
    task.run();
    double[] seconds = new double[MOST];
    double spent = 0;
    int count = 0;
    while (count < LEAST || (count < MOST && spent * (count + 1) / count < budgetSeconds)) {
      Watch.current().check();
      long start = System.nanoTime();
      task.run();
      seconds[count] = (System.nanoTime() - start) / 1e9;
      spent += seconds[count++];
    }
    double[] sorted = Arrays.copyOf(seconds, count);
    Arrays.sort(sorted);
    return new Timing(sorted);
  }

  public double median() {
    int n = seconds.length;
    return n % 2 == 1 ? seconds[n / 2] : (seconds[n / 2 - 1] + seconds[n / 2]) / 2;
  }

  public double least() {
    return seconds[0];
  }

  public double most() {
    return seconds[seconds.length - 1];
  }
}
