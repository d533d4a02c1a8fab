package io.scorefield.engine.cuda.training;

import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.network.Mlp;

/// Where the arrays of an evaluation lie, for a network that is run one layer at a time.
final class PassBuffers implements LayerLaunches.Buffers {
  private final Mlp mlp;
  private final long row;
  private final long inputs;
  private final long deltas;
  private final long kept;
  private final long output;

  /// @param inputs address of the records of layers' inputs of the first evaluation
  /// @param deltas likewise of the gradients at layers' outputs
  /// @param scratch address of the tile's scratch memory
  /// @param second whether this is the second evaluation, whose records lie behind those of the first
  PassBuffers(TrainingRoute route, long inputs, long deltas, long scratch, boolean second) {
    TrainingSizes sizes = route.sizes();
    mlp = sizes.mlp();
    row = (long) sizes.stride() * Float.BYTES;
    this.inputs = inputs + (second ? sizes.inputRows() * row : 0);
    this.deltas = deltas + (second ? sizes.deltaRows() * row : 0);
    long keptRow = route.tile().scratchRow(TilePlan.Array.KEPT) + (second ? NetworkMemory.neurons(mlp) : 0L);
    kept = scratch + keptRow * row;
    output = scratch + route.tile().scratchRow(TilePlan.Array.OUTPUT) * row;
  }

  /// Neurons before a hidden layer.
  private long neurons(int layer) {
    long neurons = 0;
    for (int l = 0; l < layer; l++) {
      neurons += mlp.out(l);
    }
    return neurons;
  }

  @Override
  public long inputs(int layer) {
    return inputs + (layer == 0 ? 0 : mlp.in(0) + neurons(layer - 1)) * row;
  }

  @Override
  public long deltas(int layer) {
    return deltas + neurons(layer) * row;
  }

  @Override
  public long kept(int layer) {
    return kept + neurons(layer) * row;
  }

  @Override
  public long output() {
    return output;
  }
}
