package io.scorefield.engine;

/// A sample stopped being finite.
public final class NotFiniteException extends EngineException {
  private static final long serialVersionUID = 1L;

  private final long sample;
  private final int row;

  NotFiniteException(long sample, int row, double time) {
    super(
        "sample " + sample + " stopped being finite at row " + row + " of the sampler (noise level " + time
            + "); try more steps, a weaker guidance, or train longer");
    this.sample = sample;
    this.row = row;
  }

  /// Number of the sample.
  public long sample() {
    return sample;
  }

  /// Row of the program that made it so.
  public int row() {
    return row;
  }
}
