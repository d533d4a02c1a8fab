package io.scorefield.network.program;

import io.scorefield.network.Architecture;
import java.util.Optional;

/// The parameters of a linear map.
///
/// @param weight [out, in]
/// @param bias [out], or none
public record Weights(Architecture.Block weight, Optional<Architecture.Block> bias) implements Row.Attachment {
  public int out() {
    return weight.length(0);
  }

  public int in() {
    return weight.length(1);
  }

  /// Without the bias.
  Weights alone() {
    return new Weights(weight, Optional.empty());
  }
}
