package io.scorefield.peers;

import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.rng.Shuffle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The batch of one optimiser step with its noise drawn already: what a peer is given for nothing.
///
/// @param input [B, D + E]
/// @param target [B, D]
/// @param weight [B], including the share of a mean over components
record PreparedStep(float[] input, float[] target, float[] weight) {
  /// Steps whose batches are drawn beforehand for a peer.
  static final int COUNT = 20;

  /// The batches that the engines draw for the first steps of a training.
  ///
  /// @param data [N, D] in state units
  static List<PreparedStep> first(NoiseTable table, float[] data, int dimension, int batch, long seed) {
    int[] examples = examples(data.length / dimension, batch, COUNT, seed);
    List<PreparedStep> steps = new ArrayList<>();
    for (int k = 0; k < COUNT; k++) {
      int[] own = Arrays.copyOfRange(examples, k * batch, (k + 1) * batch);
      steps.add(of(table, data, dimension, own, k, seed));
    }
    return steps;
  }

  /// The data points of the first steps, [count, B], each once in every epoch.
  static int[] examples(int points, int batch, int count, long seed) {
    int[] examples = new int[count * batch];
    int[] order = {};
    for (int e = 0; e < examples.length; e++) {
      if (e % points == 0) {
        order = Shuffle.order(seed, e / points, points);
      }
      examples[e] = order[e % points];
    }
    return examples;
  }

  private static PreparedStep of(
      NoiseTable table, float[] data, int dimension, int[] examples, long step, long seed) {
    int features = table.featureCount();
    int batch = examples.length;
    float[] input = new float[batch * (dimension + features)];
    float[] target = new float[batch * dimension];
    float[] weight = new float[batch];
    NoiseSource noise = new NoiseSource(seed);
    float[] eps = new float[dimension];
    for (int j = 0; j < batch; j++) {
      long example = step * batch + j;
      int row = NoiseSource.toIndex(noise.word(NoiseStream.TRAINING_ROWS, example, 0), table.rows());
      noise.normals(NoiseStream.TRAINING_NOISE, example, 0, eps, 0, dimension);
      int at = j * (dimension + features);
      for (int d = 0; d < dimension; d++) {
        double x0 = data[examples[j] * dimension + d];
        input[at + d] =
            (float) (table.get(NoiseColumn.INPUT_SCALE, row) * (table.get(NoiseColumn.ALPHA, row) * x0 + table.get(NoiseColumn.SIGMA, row) * eps[d]));
        target[j * dimension + d] =
            (float) (table.get(NoiseColumn.TARGET_X0, row) * x0 + table.get(NoiseColumn.TARGET_EPS, row) * eps[d]);
      }
      for (int e = 0; e < features; e++) {
        input[at + dimension + e] = (float) table.timeFeatures()[row * features + e];
      }
      weight[j] = (float) table.get(NoiseColumn.WEIGHT, row);
    }
    return new PreparedStep(input, target, weight);
  }
}
