package io.scorefield.watch;

/// Counts a loop: shows its progress once it has taken a second, and stops it when the user wants that.
public final class Meter {
  private static final long PATIENCE = 1_000_000_000L;
  private static final long INTERVAL = 100_000_000L;

  private final Watch watch;
  private final String stage;
  private final long total;
  private final String unit;
  private final long start = System.nanoTime();
  private long done;
  private long shown;

  Meter(Watch watch, String stage, long total, String unit) {
    this.watch = watch;
    this.stage = stage;
    this.total = total;
    this.unit = unit;
  }

  /// Counts some turns; any thread may call it.
  ///
  /// @throws java.util.concurrent.CancellationException when the user wants to stop
  public void step(long turns) {
    watch.check();
    synchronized (this) {
      done += turns;
      long now = System.nanoTime();
      boolean due = shown == 0 ? now - start > PATIENCE : now - shown > INTERVAL || done == total;
      if (due) {
        shown = now;
        watch.progress().show(stage, done, total, unit, "");
      }
    }
  }
}
