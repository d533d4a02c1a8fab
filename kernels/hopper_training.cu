// Training of small networks on devices of compute capability 9.0: many steps in one launch of one cluster of 8 blocks.
// The same bits as training_resident (training.cu).
//
// Every block has a chunk of 32 examples, all weights, and a share of the parameters with their moments, in its shared
// memory. A step:
//   pass      forward and back for the chunk; the block's losses go to all blocks
//   gradient  of the chunk, in the block's own memory
//   -- barrier; meanwhile the examples of the next step are fetched and made noisy --
//   sum       of the chunks' gradients for the block's own parameters, read from the other blocks in their order
//   norm      only where gradients are clipped: sums of squares go to all blocks, and one more barrier
//   Adam      on the block's own parameters; the new ones go to all blocks
//   -- barrier --
// Device memory is read for examples, noise levels and the factors of Adam, and written to for losses.
#include "device/cluster_trainer.cuh"

using namespace scorefield;

// A launch of one cluster of 256 threads a block; at most 8 chunks of 32 examples, one evaluation an example. call.steps
// optimiser steps.
//
// Shared memory: ClusterMemory, records, the tile.
SF_KERNEL SF_CLUSTER(8) __launch_bounds__(256, 1) training_cluster(
    TrainingCall call, int32_t weight_floats, int32_t record_rows, int32_t input_rows) {
  constexpr int S = RESIDENT_EXAMPLES;
  constexpr int STRIDE = RESIDENT_STRIDE;
  SF_DYNAMIC_SHARED(float, staged);
  ClusterMemory memory(call, staged, weight_floats);
  float* records = memory.rest;
  Record record{Rows{records, STRIDE}, Rows{records + input_rows * STRIDE, STRIDE}};
  ClusterGroup<S> group{{records + record_rows * STRIDE, nullptr, 0}, memory.weights};

  int rank = cluster_rank();
  int first = rank * S;
  int count = call.batch - first < S ? call.batch - first : S;  // none where there are fewer chunks than blocks
  int64_t step = call.clock->step;
  int index = call.clock->index;
  bool stopped = call.clock->stopped != 0;
  Network network = memory.begin(call, rank, weight_floats);
  if (count > 0 && call.steps > 0) {
    TileTrainer<ClusterGroup<S>>(group, call, network, step, index).gather(first, count);
  }
  cluster_sync();
  for (int k = 0; k < call.steps && !stopped; k++) {
    if (count > 0) {
      TileTrainer<ClusterGroup<S>> tile(group, call, network, step, index);
      tile.losses = memory.losses;
      tile.pass<false>(first, count, record, record);
      memory.share_losses<S>(call, first, count);
      resident_gradient(network, record, count, memory.partial);
    }
    cluster_arrive();
    AdamStep adam_step = call.adam[index];
    if (count > 0 && k + 1 < call.steps) {
      TileTrainer<ClusterGroup<S>>(group, call, network, step + 1, index + 1).gather(first, count);
    }
    cluster_wait();
    memory.sum_gradients(call, rank);
    if (call.norm_blocks > 0) {
      memory.share_squares(call, rank);
      cluster_sync();
    }
    double data;
    double physics;
    batch_losses(call, memory.space, data, physics, [&](int j) { return memory.losses[j]; });
    if (rank == 0 && threadIdx.x == 0) {
      call.data_losses[index] = data;
      call.physics_losses[index] = physics;
    }
    stopped = !finite_loss(data, physics);
    if (!stopped) {
      adam_step.gradient_scale = clipping(call, [&](int b) { return memory.squares[b]; });
      memory.update_own(call, adam_step, rank);
      step++;
    }
    index++;
    cluster_sync();
  }
  memory.end(call, rank);
  if (rank == 0 && threadIdx.x == 0) {
    call.clock->step = step;
    call.clock->index = index;
    call.clock->stopped = stopped;
  }
}
SF_EXPORT_CLUSTER(training_cluster, 8)
