package io.scorefield.cli;

/// Says that the user wants to stop, and knows what is kept then.
public final class StopSwitch {
  private volatile boolean requested;
  private volatile Runnable listener = () -> {};
  private volatile Kept kept = new Kept("", () -> {});

  /// @param what in words; empty: nothing
  /// @param save writes it where the work itself does not come to do so
  private record Kept(String what, Runnable save) {}

  /// Asks the work to stop; the first call tells the listener.
  public void request() {
    boolean first;
    synchronized (this) {
      first = !requested;
      requested = true;
    }
    if (first) {
      listener.run();
    }
  }

  public boolean requested() {
    return requested;
  }

  /// Who is told of the request, at once and on the thread that makes it.
  void onRequest(Runnable told) {
    listener = told;
  }

  /// What is kept from now on.
  void keep(String what, Runnable save) {
    kept = new Kept(what, save);
  }

  /// What is kept, in words.
  String kept() {
    return kept.what();
  }

  /// Saves what is kept while the work is too busy to do it; returns when it is on disk.
  void save() {
    kept.save().run();
  }
}
