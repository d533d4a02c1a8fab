package io.scorefield.train;

/// The loss became infinite or not a number.
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String ADVICE =
      "; try a smaller train.learning-rate, a train.max-gradient-norm, or data.standardize: true";

  DivergenceException(long step, double loss) {
    super("the loss became " + (float) loss + " at step " + step + ADVICE);
  }

  /// The loss of the laws became so.
  static DivergenceException ofLaws(long step, double loss, String laws) {
    return new DivergenceException(
        "the loss of the laws became " + (float) loss + " at step " + step + " (" + laws
            + "); try a smaller objective.physics.c, an objective.physics.limit, or laws that are finite "
            + "everywhere, for example max(x, 0.01) for x in log or sqrt");
  }

  private DivergenceException(String message) {
    super(message);
  }

  /// The weights after a step are not finite.
  public DivergenceException(long step) {
    super("the weights stopped being finite at step " + step + ADVICE);
  }
}
