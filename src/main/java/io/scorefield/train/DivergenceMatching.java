package io.scorefield.train;

import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Architecture;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Implicit score matching at every noise level: by parts, the distance from the score that is not known becomes a divergence,
///
/// ```
/// E |s - grad ln p_t|^2 = E[ |s|^2 + 2 div s ] + const
/// ```
///
/// With eps(x) = -sigma s(x) the network's estimate of the noise, the mean of |eps(x)|^2 - 2 sigma div eps(x) + D over x of p_t
/// is that of denoising's |eps(x) - eps|^2: both losses are the same in the mean, with the same weights, and no more than in
/// the mean. An error of eps is weighted as the output's, divided by (d eps / d o)^2, and no more than an error of sigma s or
/// of s: where little is left of the data an output such as v says next to nothing of the score, and the loss of its error
/// would be the small difference of large numbers.
///
/// The engine trains a network whose output is the loss ({@link DivergenceNetwork}); the objective is that output. Sliced
/// matching takes the divergence along one random direction, fresh for every example: it is noise of components whose data
/// is 0.
///
/// Sources: Hyvarinen 2005 (JMLR 6), theorem 1; Song, Garg, Shi and Ermon 2020 (arXiv 1905.07088), equation 8, with normal
/// directions, of which the variance of |s|^2 is taken off.
final class DivergenceMatching {
  private DivergenceMatching() {}

  /// @param plain what is to be trained
  /// @param table of denoising
  /// @param states [N, D]
  /// @param settings batch, optimiser and seed
  /// @throws IllegalArgumentException where the network does not have such a loss, with the reason
  static TrainingPlan plan(
      Architecture plain, NoiseTable table, float[] states, TrainingOptions settings, boolean sliced) {
    DivergenceNetwork network = DivergenceNetwork.of(plain, sliced);
    return new TrainingPlan(
        network.program(), table(table, sliced), sliced ? behindZeros(states, network.dimension()) : states,
        settings.batch(), settings.adam(), settings.seed(), Optional.of(first(network.stateDimension())));
  }

  /// The objective: the first component.
  private static Tape first(int inputs) {
    TapeBuilder builder = new TapeBuilder(inputs);
    return builder.objective(builder.input(0), 1).build();
  }

  /// Behind every point the room for its direction comes first.
  private static float[] behindZeros(float[] states, int dimension) {
    float[] wide = new float[Math.multiplyExact(2, states.length)];
    for (int i = 0; i < states.length / dimension; i++) {
      System.arraycopy(states, i * dimension, wide, (2 * i + 1) * dimension, dimension);
    }
    return wide;
  }

  private static NoiseTable table(NoiseTable denoising, boolean sliced) {
    List<NoiseTable.Row> rows = new ArrayList<>(denoising.rows());
    int features = denoising.featureCount();
    for (int r = 0; r < denoising.rows(); r++) {
      double alpha = denoising.get(NoiseColumn.ALPHA, r);
      double sigma = denoising.get(NoiseColumn.SIGMA, r);
      double scale = denoising.get(NoiseColumn.INPUT_SCALE, r);
      // eps = (x - alpha x0hat) / sigma.
      double fromX = (1 - alpha * denoising.get(NoiseColumn.X0_FROM_X, r)) / sigma;
      double fromOutput = -alpha * denoising.get(NoiseColumn.X0_FROM_OUTPUT, r) / sigma;
      double[] more = new double[features + (sliced ? 4 : 3)];
      System.arraycopy(denoising.timeFeatures(), r * features, more, 0, features);
      // q is sigma s, of what the network reads; its divergence is by the state.
      more[features] = -fromX / scale;
      more[features + 1] = -fromOutput;
      more[features + 2] = sigma * scale;
      if (sliced) {
        more[features + 3] = 1 / (scale * sigma);
      }
      double most = Math.max(1, 1 / (sigma * sigma));
      double weight = 2 * denoising.get(NoiseColumn.WEIGHT, r) * Math.min(1 / (fromOutput * fromOutput), most);
      rows.add(
          new NoiseTable.Row(more, alpha, sigma, scale, 0, 0, 0, 0, 1).with(NoiseColumn.OBJECTIVE_WEIGHT, weight));
    }
    return NoiseTable.of(rows);
  }
}
