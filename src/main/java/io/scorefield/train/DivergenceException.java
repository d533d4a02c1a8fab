package io.scorefield.train;

/// The loss became infinite or not a number.
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String ADVICE =
      "; try a smaller train.learning-rate, a train.max-gradient-norm, or data.standardize: true";

  DivergenceException(long step, double loss) {
    super("the loss became " + (float) loss + " at step " + step + ADVICE);
  }

  /// The weights after a step are not finite.
  public DivergenceException(long step) {
    super("the weights stopped being finite at step " + step + ADVICE);
  }
}
