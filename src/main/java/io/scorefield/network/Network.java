package io.scorefield.network;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// A network with its parameters.
///
/// @param architecture the shape
/// @param parameters flat, in the order of the architecture's blocks; not copied, do not change it while an engine uses
///     the network
public record Network(Architecture architecture, float[] parameters) {
  public Network {
    if (parameters.length != architecture.parameterCount()) {
      throw new IllegalArgumentException(
          architecture + " has " + architecture.parameterCount() + " parameters, not " + parameters.length);
    }
  }

  /// Stands where a program evaluates no network: what is known of it is D.
  public static Network none(int dimension) {
    Mlp mlp = new Mlp(dimension, 0, new int[0], Activation.TANH);
    return new Network(mlp, new float[mlp.parameterCount()]);
  }

  /// Every parameter uniform on (-1/sqrt(inputs), 1/sqrt(inputs)), PyTorch's default for `nn.Linear`, times the block's gain.
  ///
  /// Parameter i of layer l is uniform number i of sample l in {@link NoiseStream#WEIGHTS}.
  public static Network initialize(Architecture architecture, long seed) {
    float[] parameters = new float[architecture.parameterCount()];
    NoiseSource source = new NoiseSource(seed);
    int layer = 0;
    int drawn = 0;
    for (Architecture.Block block : architecture.blocks()) {
      if (block.layer() != layer) {
        layer = block.layer();
        drawn = 0;
      }
      double bound = block.gain() / Math.sqrt(block.inputs());
      for (int i = 0; i < block.size(); i++) {
        double u = source.uniform(NoiseStream.WEIGHTS, layer, drawn++);
        parameters[block.offset() + i] = (float) (bound * (2 * u - 1));
      }
    }
    return new Network(architecture, parameters);
  }
}
