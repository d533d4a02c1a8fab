package io.scorefield.network.program;

/// Which numbers of a sample a value is made of, or goes to: feature f of position p is number
/// offset + p * positionStride + f * featureStride of the channel.
public record Port(Channel channel, int offset, int positionStride, int featureStride) implements Row.Attachment {
  /// What the numbers are.
  public enum Channel {
    /// x as the network sees it, and behind it the time features, [D + E]; read.
    INPUT,
    /// The network's output, `[D]`; written.
    RESULT,
    /// The gradient with respect to the output, `[D]`; read.
    SEED,
    /// The gradient with respect to the input, [D + E], of which the time features' may be missing; written.
    INPUT_GRADIENT
  }

  public Port {
    if (offset < 0 || positionStride < 0 || featureStride < 0) {
      throw new IllegalArgumentException("a port begins at 0 or later and goes forward");
    }
  }

  /// The features of a position side by side, one position after the other.
  public static Port byPosition(Channel channel, int width) {
    return new Port(channel, 0, width, 1);
  }

  /// The same numbers of another channel.
  public Port to(Channel other) {
    return new Port(other, offset, positionStride, featureStride);
  }
}
