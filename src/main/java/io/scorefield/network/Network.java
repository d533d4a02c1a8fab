package io.scorefield.network;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// A network with its parameters.
///
/// @param mlp the shape
/// @param parameters the weights and biases, flat, in the order that {@link Mlp} describes; not
///     copied, do not change it while an engine uses the network
public record Network(Mlp mlp, float[] parameters) {
  public Network {
    if (parameters.length != mlp.parameterCount()) {
      throw new IllegalArgumentException(
          mlp + " has " + mlp.parameterCount() + " parameters, not " + parameters.length);
    }
  }

  /// Weights and biases uniform on (-1/sqrt(in), 1/sqrt(in)), PyTorch's default for `nn.Linear`.
  ///
  /// Parameter i of layer l is uniform number i of sample l in {@link NoiseStream#WEIGHTS}.
  public static Network initialize(Mlp mlp, long seed) {
    float[] parameters = new float[mlp.parameterCount()];
    NoiseSource source = new NoiseSource(seed);
    for (int layer = 0; layer < mlp.layers(); layer++) {
      double bound = 1 / Math.sqrt(mlp.in(layer));
      int offset = mlp.weightOffset(layer);
      int count = (mlp.in(layer) + 1) * mlp.out(layer);
      for (int i = 0; i < count; i++) {
        double u = source.uniform(NoiseStream.WEIGHTS, layer, i);
        parameters[offset + i] = (float) (bound * (2 * u - 1));
      }
    }
    return new Network(mlp, parameters);
  }
}
