package io.scorefield.engine.cuda.training;

import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;

/// How a training is cut up, and the sizes that follow from it.
///
/// @param chunk examples whose gradients are summed in one go: a function of batch and network alone, so that every
///     device sums in the same order
/// @param pass examples that the device takes at a time, whole chunks
/// @param span steps whose examples and losses the device has at once
record TrainingSizes(TrainingPlan plan, int chunk, int pass, int span) {
  static final int NORM_THREADS = 256;

  private static final int NORM_BLOCKS = 64;

  /// Examples and steps of which the device has the order at once.
  private static final int SPAN_EXAMPLES = 1 << 20;
  private static final int SPAN_STEPS = 4096;

  /// Floats of the chunks' gradients together, about.
  private static final int PARTIAL_FLOATS = 1 << 21;
  private static final int MOST_CHUNKS = 64;
  private static final int LARGEST_CHUNK = 4096;

  /// Examples of a chunk of a perceptron's training are a multiple of this,
  static final int CHUNK = 32;

  /// or just so many where batch and network are small: then more multiprocessors have a chunk.
  static final int SMALL_CHUNK = 16;
  private static final int SMALL_BATCH = 256;

  /// Networks with hidden layers wider than this are run one layer at a time.
  static final int WIDE = 128;

  /// Of what the chunks of a perceptron's training are multiples.
  static int tile(Mlp mlp, int batch) {
    return batch <= SMALL_BATCH && NetworkMemory.widest(mlp) <= WIDE ? SMALL_CHUNK : CHUNK;
  }

  /// The whole batch at a time.
  ///
  /// @param tile examples of a chunk are a multiple of this
  static TrainingSizes whole(TrainingPlan plan, int tile) {
    int chunk = chunk(plan.batch(), plan.architecture().parameterCount(), tile);
    int pass = (plan.batch() + chunk - 1) / chunk * chunk;
    int span = Math.clamp(SPAN_EXAMPLES / plan.batch(), 1, SPAN_STEPS);
    return new TrainingSizes(plan, chunk, pass, span);
  }

  private static int chunk(int batch, int parameters, int tile) {
    int chunks = Math.clamp(PARTIAL_FLOATS / Math.max(1, parameters), 1, MOST_CHUNKS);
    int examples = (batch + chunks - 1) / chunks;
    return Math.min((examples + tile - 1) / tile * tile, LARGEST_CHUNK);
  }

  /// The same with so many examples at a time at most, but a chunk at least. The chunks stay, and so do the results.
  TrainingSizes atMost(int examples) {
    return new TrainingSizes(plan, chunk, Math.max(chunk, Math.min(pass, examples / chunk * chunk)), span);
  }

  /// Whether the device could take less at a time.
  boolean divisible() {
    return pass > chunk || span > 1;
  }

  /// Less at a time. The chunks stay, and so do the results.
  TrainingSizes smaller() {
    return new TrainingSizes(plan, chunk, Math.max(chunk, pass / 4 / chunk * chunk), Math.max(1, span / 4));
  }

  /// Chunks of a batch.
  int chunks() {
    return (plan.batch() + chunk - 1) / chunk;
  }

  /// Columns of the arrays of a pass: room for whole tiles.
  int stride() {
    return (pass + 63) / 64 * 64;
  }

  int parameters() {
    return plan.architecture().parameterCount();
  }

  /// The network as a perceptron.
  Mlp mlp() {
    return Tables.mlp(plan.architecture());
  }

  /// Rows of the records of all layers' inputs; a network program has none.
  int inputRows() {
    return switch (plan.architecture()) {
      case Mlp mlp -> mlp.in(0) + NetworkMemory.neurons(mlp);
      case NetworkProgram ignored -> 0;
    };
  }

  /// Rows of the records of the gradients at all layers' outputs; likewise.
  int deltaRows() {
    return switch (plan.architecture()) {
      case Mlp mlp -> NetworkMemory.neurons(mlp) + mlp.dimension();
      case NetworkProgram ignored -> 0;
    };
  }

  /// Blocks of the sums over all parameters; 0: there are none.
  int normBlocks() {
    return clips() || conflictFree()
        ? Math.min(NORM_BLOCKS, (parameters() + NORM_THREADS - 1) / NORM_THREADS)
        : 0;
  }

  /// Evaluations of the network that an example has at most.
  int evaluations() {
    return twice() ? 2 : 1;
  }

  /// Whether some noise level has a second evaluation.
  boolean twice() {
    return plan.table().evaluatesTwice();
  }

  /// Whether the gradients of data and physics are computed one by one and combined.
  boolean conflictFree() {
    return plan.combination() == TrainingPlan.Combination.CONFLICT_FREE && plan.physics().isPresent();
  }

  /// Whether gradients are clipped.
  boolean clips() {
    return !Double.isInfinite(plan.adam().maxGradientNorm());
  }
}
