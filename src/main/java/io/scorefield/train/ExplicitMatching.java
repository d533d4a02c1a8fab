package io.scorefield.train;

import io.scorefield.data.Distribution;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Architecture;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.rng.Shuffle;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Explicit score matching: at points x of p_t the network is compared with the score of p_t, which is known for mixtures of
/// Gaussians.
///
/// To the engine these are pairs: the noise is eps = -sigma grad ln p_t(x), and the data x_0 = (x - sigma eps) / alpha, which
/// is the mean of x_0 given x; so x_t is the point, and the target the exact one. Every level has points of its own.
///
/// Source: Vincent 2011 (Neural Computation 23), section 3, where denoising is shown to differ by a constant.
final class ExplicitMatching {
  /// Levels of a table, at most: those of a continuous schedule are thinned.
  private static final int MOST_LEVELS = 1024;

  /// Points of all levels, about.
  private static final int POINTS = 1 << 20;

  private static final long MOST_NUMBERS = 1L << 25;

  private ExplicitMatching() {}

  /// The mixture that points are drawn from.
  ///
  /// @throws IllegalArgumentException where the score is not known, with the reason
  static GaussianMixture require(Optional<Distribution> truth, String data) {
    if (truth.isPresent() && truth.get() instanceof GaussianMixture mixture) {
      return mixture;
    }
    throw new IllegalArgumentException(
        "objective.matching: explicit compares with the exact score, which is known of mixtures of Gaussians at every noise "
            + "level, such as data.kind: eight-gaussians; of '" + data + "' it is not");
  }

  /// @param table of denoising
  /// @param states [N, D]
  /// @param mixture what they are drawn from, in data units
  static TrainingPlan plan(
      Architecture architecture, NoiseTable table, float[] states, Scaling scaling, GaussianMixture mixture,
      TrainingOptions settings) {
    int dimension = architecture.dimension();
    NoiseTable levels = thinned(table);
    int each = (int) Math.max(1, Math.min(POINTS, MOST_NUMBERS / dimension) / levels.rows());
    int count = Math.multiplyExact(each, levels.rows());
    float[] data = new float[Math.multiplyExact(count, dimension)];
    float[] noise = new float[data.length];
    GaussianMixture scaled = mixture.scaled(scaling);
    int points = states.length / dimension;
    Meter meter = Watch.current().meter("scores", levels.rows(), "levels");
    IntStream.range(0, levels.rows())
        .parallel()
        .forEach(
            row -> {
              Level level = new Level(levels, row, scaled);
              NoiseSource source = new NoiseSource(settings.seed());
              int[] order = Shuffle.order(settings.seed(), row, points);
              float[] eps = new float[dimension];
              for (int i = 0; i < each; i++) {
                long example = (long) row * each + i;
                source.normals(NoiseStream.TRAINING_NOISE, example, 0, eps, 0, dimension);
                level.pair(states, order[i % points] * dimension, eps, data, noise, (int) example * dimension);
              }
              meter.step(1);
            });
    return new TrainingPlan(
            architecture, levels, data, settings.batch(), settings.adam(), settings.seed(), Optional.empty())
        .withPairing(new TrainingPlan.Pairing(noise, levels.rows()));
  }

  /// Rows in equal distances.
  private static NoiseTable thinned(NoiseTable table) {
    int rows = Math.min(MOST_LEVELS, table.rows());
    if (rows == table.rows()) {
      return table;
    }
    int features = table.featureCount();
    List<NoiseTable.Row> kept = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int row = (int) ((i + 0.5) * table.rows() / rows);
      double[] columns = new double[NoiseColumn.values().length];
      for (NoiseColumn column : NoiseColumn.values()) {
        columns[column.ordinal()] = table.get(column, row);
      }
      double[] own = new double[features];
      System.arraycopy(table.timeFeatures(), row * features, own, 0, features);
      kept.add(new NoiseTable.Row(own, columns));
    }
    return NoiseTable.of(kept);
  }

  /// The exact score at one level.
  private static final class Level {
    private final double alpha;
    private final double sigma;
    private final double[] mean;
    private final GaussianMixture.ScoreFunction score;

    Level(NoiseTable table, int row, GaussianMixture states) {
      alpha = table.get(NoiseColumn.ALPHA, row);
      sigma = table.get(NoiseColumn.SIGMA, row);
      mean = states.mean();
      score = states.noised(alpha, sigma).scoreFunction();
    }

    /// Writes the pair of a point of this level.
    void pair(float[] states, int from, float[] eps, float[] data, float[] noise, int to) {
      double[] x = new double[eps.length];
      for (int d = 0; d < x.length; d++) {
        x[d] = alpha * states[from + d] + sigma * eps[d];
      }
      double[] at = new double[x.length];
      score.evaluate(x, at);
      for (int d = 0; d < x.length; d++) {
        // Where nothing is left of the data, their mean is all that can be said.
        data[to + d] = (float) (alpha > 1e-9 ? (x[d] + sigma * sigma * at[d]) / alpha : mean[d]);
        noise[to + d] = (float) (-sigma * at[d]);
      }
    }
  }
}
