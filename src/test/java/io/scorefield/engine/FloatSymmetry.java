package io.scorefield.engine;

import io.scorefield.network.Network;

/// The symmetries in an engine of single precision.
public abstract class FloatSymmetry extends SymmetryContract {
  /// Opens the engine under test.
  protected abstract Engine open();

  @Override
  protected double tolerance() {
    return 1e-5;
  }

  @Override
  protected double[][] evaluate(Network network, double[][] states, double[] features) {
    int dimension = states[0].length;
    float[] x = new float[states.length * dimension];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) states[i / dimension][i % dimension];
    }
    float[] output = new float[x.length];
    try (Engine engine = open()) {
      engine.evaluate(network, x, features, output);
    }
    double[][] outputs = new double[states.length][dimension];
    for (int i = 0; i < x.length; i++) {
      outputs[i / dimension][i % dimension] = output[i];
    }
    return outputs;
  }
}
