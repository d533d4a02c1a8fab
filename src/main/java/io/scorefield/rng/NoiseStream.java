package io.scorefield.rng;

/// The independent random streams of one seed: counter word 3 of {@link Philox}.
public enum NoiseStream {
  /// The state a sampler starts from, x_T.
  PRIOR(0),
  /// The noise a sampler injects at each step.
  SAMPLER(1),
  /// The noise eps of a training example.
  TRAINING_NOISE(2),
  /// Noise levels of training examples, and the order of the data in an epoch.
  TRAINING_ROWS(3),
  /// Initial weights.
  WEIGHTS(4),
  /// Synthetic data sets.
  DATA(5),
  /// The noise of a corrector step (predictor-corrector sampling).
  CORRECTOR(6),
  /// Whether proposals are accepted.
  ACCEPTANCE(7),
  /// The directions that divergences are estimated from.
  PROBE(8);

  private final int id;

  NoiseStream(int id) {
    this.id = id;
  }

  /// The number that goes into the counter.
  public int id() {
    return id;
  }

  /// The stream of a number.
  public static NoiseStream of(int id) {
    for (NoiseStream stream : values()) {
      if (stream.id == id) {
        return stream;
      }
    }
    throw new IllegalArgumentException("there is no stream " + id);
  }
}
