package io.scorefield.watch;

/// Where an experiment says what it is doing, and asks whether to go on.
public interface Reporter {
  /// A line for the user.
  void line(String text);

  /// How far a stage has come.
  ///
  /// @param stage what is being done
  /// @param done of `total`
  /// @param unit what is counted, "steps" or "samples"
  /// @param detail more to show, for example the loss; may be empty
  void progress(String stage, long done, long total, String unit, String detail);

  /// Whether the user wants to stop; asked often.
  boolean stopRequested();

  /// What is kept when the user stops from now on.
  ///
  /// @param what in words, for the line that says so; empty: nothing
  /// @param save writes it where the work is too busy to do so itself, from another thread
  default void keeps(String what, Runnable save) {}

  /// Says nothing and never stops.
  static Reporter silent() {
    return new Reporter() {
      @Override
      public void line(String text) {}

      @Override
      public void progress(String stage, long done, long total, String unit, String detail) {}

      @Override
      public boolean stopRequested() {
        return false;
      }
    };
  }
}
