package io.scorefield.engine.reference;

import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;

/// A network in double precision, as sampling and training see it, whatever its kind.
interface ReferenceNetwork {
  /// A network of the given shape.
  static ReferenceNetwork of(Architecture architecture) {
    return switch (architecture) {
      case Mlp mlp -> new MlpNetwork(mlp);
      case NetworkProgram program -> new ProgramNetwork(program);
    };
  }

  /// Examples whose gradients a thread may add up before it meets the others.
  int GROUP = 16;

  /// D, the components of x and of the output.
  int dimension();

  /// Takes over its share of the flat float parameters.
  ///
  /// @param part which of `parts` shares
  void load(float[] parameters, int part, int parts);

  /// Takes over all of them.
  default void load(float[] parameters) {
    load(parameters, 0, 1);
  }

  /// Room for evaluations of up to `capacity` samples.
  Pass pass(int capacity);

  /// The same, with room for the gradient of the parameters.
  TrainingPass trainingPass(int capacity);

  /// Evaluations of some samples, kept for the way back.
  interface Pass {
    /// Where x and the time features are to be put, [sample][D + E].
    double[][] input();

    /// [sample][D].
    double[][] output();

    /// Where the gradient with respect to the outputs is to be put, [sample][D].
    double[][] outputGradient();

    /// The gradient with respect to the inputs, [sample][D + E].
    double[][] inputGradient();

    /// input -> output for samples [from, to). In a training `from` and `to` are multiples of {@link #GROUP}, or the end.
    void forward(int from, int to);

    /// outputGradient -> all that the gradients of the parameters are made of, for samples [from, to); inputGradient too
    /// when asked for.
    void backward(int from, int to, boolean toInput);
  }

  /// A pass of a training.
  interface TrainingPass extends Pass {
    /// Adds the sums over all samples, after their way back, to a share of the flat gradient, in ascending order of the
    /// samples.
    void addGradient(double[] gradient, int part, int parts);
  }
}
