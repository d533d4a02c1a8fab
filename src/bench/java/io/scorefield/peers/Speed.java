package io.scorefield.peers;

import io.scorefield.engine.StepProgram;

/// How many units a second something does.
final class Speed {
  private Speed() {}

  /// Units a second of a task that does `units` each time.
  static double repeat(double seconds, double units, Runnable task) {
    long start = System.nanoTime();
    double done = 0;
    double elapsed;
    do {
      task.run();
      done += units;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < seconds);
    return done / elapsed;
  }

  /// A task that runs so many rows of a program.
  @FunctionalInterface
  interface Rows {
    void run(int rows) throws Exception;
  }

  /// Samples a second, from as many rows of the program as fit into the time: every row costs the same.
  static double rows(double seconds, int rowCount, int size, Rows task) {
    try {
      int rows = Math.min(2, rowCount);
      while (true) {
        long start = System.nanoTime();
        task.run(rows);
        double elapsed = (System.nanoTime() - start) / 1e9;
        if (elapsed > 0.5 * seconds || rows == rowCount) {
          return size * (double) rows / rowCount / elapsed;
        }
        int wanted = (int) (rows * Math.min(8, seconds / elapsed)) / 2 * 2 + 2;
        rows = Math.min(rowCount, Math.max(rows + 2, wanted));
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// A program that ends early.
  static StepProgram firstRows(StepProgram program, int rows) {
    return new StepProgram(
        program.featureCount(), program.priorScale(), program.rows().subList(0, rows));
  }
}
