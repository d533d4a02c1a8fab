package io.scorefield.diffusion;

import io.scorefield.data.GaussianMixture;
import io.scorefield.network.Architecture.Block;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import io.scorefield.network.program.Weights;
import java.util.function.BiFunction;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/// A network that is the score of a mixture of two Gaussians at every noise level, where x is alpha x_0 + sigma eps.
///
/// In the eigenvectors W of a part's covariance, u = W (x - alpha mu) and v = alpha^2 eigenvalues + sigma^2:
///
/// ```
/// score of the part = -W^T (u / v),   ln density = ln weight - (sum u^2 / v + sum ln v) / 2 - D/2 ln 2 pi
/// ```
///
/// and the score of the mixture is their mean, weighted with the logistic function of the difference of the logarithms.
final class ExactScore {
  private ExactScore() {}

  /// alpha and sigma^2 as values, made of the time features.
  interface Level {
    Value alpha(ProgramBuilder b, Value features);

    Value variance(ProgramBuilder b, Value features);
  }

  /// @param features E
  /// @param scale what x is divided by before it enters the network, as a value of the time features
  static Network of(GaussianMixture mixture, int features, Level level, BiFunction<ProgramBuilder, Value, Value> scale) {
    int dimension = mixture.dimension();
    ProgramBuilder b = new ProgramBuilder();
    Value input = b.input(Space.SAMPLE, dimension, Port.byPosition(Channel.INPUT, dimension));
    Value time = b.input(Space.SAMPLE, features, new Port(Channel.INPUT, dimension, 0, 1));
    Value x = b.multiply(input, b.spread(scale.apply(b, time), dimension));
    Value alpha = level.alpha(b, time);
    Value variance = level.variance(b, time);
    double[][][] axes = new double[2][][];
    Value[] scores = new Value[2];
    Value[] logs = new Value[2];
    for (int k = 0; k < 2; k++) {
      EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(mixture.covariance(k)));
      axes[k] = eigen.getVT().getData();
      Value mean = b.constant(Space.SAMPLE, dimension, mixture.mean(k));
      Weights turn = b.weights("axes." + k, dimension, dimension, false);
      Value u = b.linear(b.subtract(x, b.multiply(mean, b.spread(alpha, dimension))), turn);
      Value v =
          b.add(
              b.multiply(
                  b.constant(Space.SAMPLE, dimension, eigen.getRealEigenvalues()), b.spread(b.square(alpha), dimension)),
              b.spread(variance, dimension));
      Value part = b.multiply(u, b.inverse(v));
      scores[k] = b.scale(b.linearTransposed(part, turn), -1);
      logs[k] = b.scale(b.add(b.rowSum(b.multiply(u, part)), b.rowSum(b.log(v))), -0.5);
    }
    Value first = b.logistic(b.shift(b.subtract(logs[0], logs[1]), Math.log(mixture.weight(0) / mixture.weight(1))));
    Value score = b.add(scores[1], b.multiply(b.spread(first, dimension), b.subtract(scores[0], scores[1])));
    b.output(score, Port.byPosition(Channel.RESULT, dimension));
    NetworkProgram program = new NetworkProgram("the score of " + mixture.name(), dimension, features, b.build());
    float[] parameters = new float[program.parameterCount()];
    for (Block block : program.blocks()) {
      double[][] matrix = axes[Integer.parseInt(block.name().substring(5, 6))];
      for (int i = 0; i < block.size(); i++) {
        parameters[block.offset() + i] = (float) matrix[i / dimension][i % dimension];
      }
    }
    return new Network(program, parameters);
  }
}
