package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// |eps - epshat|^2 of points by noise level, from one noise a point and level.
public final class EpsErrors {
  private final Diffuser diffuser;
  private final Engine engine;
  private final Network network;
  private final float[] data;
  private final NoiseSource source;
  private final int size;
  private final int varied;
  private final float[] noise;
  private final double[] states;
  private final float[] inputs;
  private final float[] outputs;

  /// @param data [n, S] in units of the state
  /// @param seed of the noise
  public EpsErrors(Diffuser diffuser, Engine engine, Network network, float[] data, long seed) {
    this.diffuser = diffuser;
    this.engine = engine;
    this.network = network;
    this.data = data;
    source = new NoiseSource(seed);
    size = diffuser.scaling().coordinates();
    varied = diffuser.scaling().frame().varied();
    noise = new float[data.length];
    states = new double[data.length];
    inputs = new float[data.length];
    outputs = new float[data.length];
  }

  /// The squares of every point at noise level t; conditions have no part in them.
  ///
  /// @param draw a number of the noise: levels with different ones have independent noise
  /// @param squares `[n]`, written
  public void at(double t, int draw, double[] squares) {
    double alpha = diffuser.schedule().alpha(t);
    double sigma = diffuser.schedule().sigma(t);
    double scale = diffuser.inputScale(t);
    for (int n = 0; n < squares.length; n++) {
      source.normals(NoiseStream.TRAINING_NOISE, n, (long) draw * varied, noise, n * size, varied);
    }
    for (int i = 0; i < data.length; i++) {
      states[i] = alpha * data[i] + sigma * noise[i];
      inputs[i] = i % size >= varied ? data[i] : (float) (scale * states[i]);
    }
    engine.evaluate(network, inputs, diffuser.features(t), outputs);
    Parameterization.Coefficients c = diffuser.coefficients(t);
    for (int n = 0; n < squares.length; n++) {
      squares[n] = 0;
      for (int i = n * size; i < n * size + varied; i++) {
        double error = noise[i] - c.eps(states[i], outputs[i]);
        squares[n] += error * error;
      }
    }
  }
}
