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
  /// Rounded to half precision on tensor cores: the fastest; errors of about 1e-3.
  HALF;

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
