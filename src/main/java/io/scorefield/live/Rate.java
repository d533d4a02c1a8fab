package io.scorefield.live;

import java.util.ArrayDeque;

/// How fast something is counted, over the last seconds.
final class Rate {
  private static final long WINDOW = 5_000_000_000L;

  private record Mark(long time, long done) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();

  /// Forgets what was before: another thing is counted, or there was a pause.
  void restart() {
    marks.clear();
  }

  /// @param time in nanoseconds
  /// @return a second; 0 where it is not known yet
  double of(long time, long done) {
    marks.add(new Mark(time, done));
    while (marks.size() > 2 && time - marks.peekFirst().time() > WINDOW) {
      marks.pollFirst();
    }
    Mark first = marks.peekFirst();
    return time > first.time() ? (done - first.done()) * 1e9 / (time - first.time()) : 0;
  }
}
