package io.scorefield.watch;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/// Who watches the work: says whether the user wants to stop, and shows how far it has come.
///
/// The program binds it around a command; code far below asks {@link #current()} without every method between them
/// handing it on. Parallel streams do not see the binding: take the current one before, and ask it inside.
///
/// @param stop whether to stop
/// @param progress where progress is shown
public record Watch(BooleanSupplier stop, Progress progress) {
  private static final ScopedValue<Watch> CURRENT = ScopedValue.newInstance();
  private static final Watch NOBODY = new Watch(() -> false, (stage, done, total, unit, detail) -> {});

  /// Takes how far a stage has come.
  @FunctionalInterface
  public interface Progress {
    void show(String stage, long done, long total, String unit, String detail);
  }

  /// The one that is bound here; where there is none, one that never stops and shows nothing.
  public static Watch current() {
    return CURRENT.orElse(NOBODY);
  }

  /// Runs work that this one watches.
  public <T, X extends Throwable> T during(ScopedValue.CallableOp<? extends T, X> work) throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  /// Ends the work by an exception when the user wants to stop. Cheap: call it often.
  ///
  /// @throws CancellationException when the user wants to stop
  public void check() {
    if (stop.getAsBoolean()) {
      throw new CancellationException();
    }
  }

  /// Counts a loop.
  ///
  /// @param total how often it turns
  /// @param unit what is counted
  public Meter meter(String stage, long total, String unit) {
    return new Meter(this, stage, total, unit);
  }
}
