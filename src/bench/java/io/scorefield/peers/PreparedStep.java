package io.scorefield.peers;

import io.scorefield.bench.Workload;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;

/// The batch of one optimiser step with its noise drawn already: what a peer is given for nothing.
///
/// @param input [B, D + E]
/// @param target [B, D]
/// @param weight [B], including the share of a mean over components
record PreparedStep(float[] input, float[] target, float[] weight) {
  /// The batch that the engines draw for a step of a training.
  static PreparedStep of(Workload work, Objective objective, int[] examples, long step, long seed) {
    NoiseTable table = work.diffuser().noiseTable(objective);
    int dimension = work.architecture().dimension();
    int features = table.featureCount();
    int batch = examples.length;
    float[] data = work.diffuser().scaling().toState(work.data().points());
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
