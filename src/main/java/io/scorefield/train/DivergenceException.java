package io.scorefield.train;

/// The loss became infinite or not a number.
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergenceException(long step, double loss) {
    super(
        "the loss became " + (float) loss + " at step " + step
            + "; try a smaller train.learning-rate, a train.max-gradient-norm, "
            + "or data.standardize: true");
  }
}
