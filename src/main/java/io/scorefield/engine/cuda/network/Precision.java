package io.scorefield.engine.cuda.network;

import io.scorefield.engine.EngineException;
import io.scorefield.network.NetworkProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The operands of products between hidden layers while sampling. Sums are float32 everywhere; training, evaluating, and
/// networks that tensor cores have no kernel for are float32 throughout.
public enum Precision {
  /// Float32 multiply-adds.
  FLOAT32,
  /// Two halves an operand on tensor cores: float32-like.
  SPLIT,
  /// Activations rounded to half precision, weights as two halves, on tensor cores: errors of about 2e-5. Where there are
  /// no kernels for it, {@link #SPLIT}.
  MIXED,
  /// Rounded to half precision on tensor cores: the fastest; errors of about 1e-3.
  HALF;

  /// Whether weights are two halves.
  public boolean twoWeights() {
    return this == SPLIT || this == MIXED;
  }

  /// Refuses what a network program has no kernels for.
  ///
  /// @throws EngineException when this is {@link #HALF}
  public void requireProgram(NetworkProgram program) {
    if (this == HALF) {
      throw new EngineException("--precision half is for perceptrons; the " + program + " runs in float32");
    }
  }

  /// The name on the command line.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static List<String> keys() {
    return Arrays.stream(values()).map(Precision::key).toList();
  }
}
