// Training of small networks on devices of compute capability 9.0: many steps in one launch of one cluster of 16 blocks.
// The same bits as training_resident (training.cu).
//
// Every block has a chunk of 16 examples, all weights, and a share of the parameters with their moments, in its shared
// memory. A step:
//   256 workers                                   one warp, the fetchers
//   -- meet: the examples of the step are there --
//   pass: forward, losses to all blocks, back     account of the losses of the step before; fetch the examples of the
//   .                                             next one, make them noisy
//   -- meet --
//   gradient of the chunk; each parameter's to its owner
//   -- wait for the gradients and losses of all blocks --
//   the norm where it is clipped; Adam on the block's own parameters, the new ones to all blocks
//   -- wait for all parameters --
// No block waits for all others to come to a place: it waits for numbers that it needs (device/cluster_memory.cuh). What is
// sent overwrites nothing that is still read: who sends a gradient has all parameters of its step, and these were sent
// after the gradients of the step before had been read; who sends a parameter has the gradients of all chunks for it, and
// a block sends the first of these after its last worker has read the weights. Losses and examples are there twice. And
// nothing is sent for a step of a barrier while a block still waits for the one before: blocks without examples or without
// parameters send a token instead.
#include "device/cluster_trainer.cuh"

using namespace scorefield;

// A launch of one cluster of 288 threads a block; at most 16 chunks of 16 examples, one evaluation an example. call.steps
// optimiser steps.
//
// Shared memory: ClusterMemory, the tape's arrays of a tile.
SF_KERNEL SF_CLUSTER(16) __launch_bounds__(288, 1) training_cluster(
    TrainingCall call, int32_t weight_floats, int32_t record_floats, int32_t tiles) {
  ClusterMemory memory(call, weight_floats, record_floats, tiles);
  const int64_t step = call.clock->step;
  const int index = call.clock->index;
  const int steps = call.clock->stopped != 0 ? 0 : call.steps;
  const Network& network = call.network;
  memory.begin(call);
  cluster_sync();
  if (threadIdx.x < CLUSTER_WORKERS) {
    const Workers group{memory.at(memory.rest_at)};
    bool more = true;
    for (int k = 0; k < steps && more; k++) {
      meet<2>(CLUSTER_THREADS);
      ClusterTile<Workers> tile(group, call, network, memory, step, index, k);
      if (tile.count > 0) {
        tile.pass();
      }
      meet<3>(CLUSTER_THREADS);
      if (tile.count > 0) {
        tile.send_gradients();
      } else {
        memory.send_token(memory.gradients());
      }
      more = tile.update();
      if (more) {
        memory.renewed().await(k);
      }
    }
  } else {
    const Fetchers group{memory.at(memory.rest_at)};
    const bool keeps_account = memory.rank == 0 && threadIdx.x == CLUSTER_WORKERS;
    int done = 0;
    bool more = true;
    // Of a step whose losses are there; they stay until the step after the next.
    auto account = [&](int k) {
      double data;
      double physics;
      ClusterTile<Fetchers>(group, call, network, memory, step, index, k).batch_losses(data, physics);
      if (keeps_account) {
        call.data_losses[index + k] = data;
        call.physics_losses[index + k] = physics;
      }
    };
    if (steps > 0) {
      ClusterTile<Fetchers>(group, call, network, memory, step, index, 0).fetch();
    }
    for (int k = 0; k < steps && more; k++) {
      meet<2>(CLUSTER_THREADS);
      if (threadIdx.x == CLUSTER_WORKERS) {
        memory.expect(call);
      }
      if (k > 0) {
        account(k - 1);
      }
      if (k + 1 < steps) {
        ClusterTile<Fetchers>(group, call, network, memory, step, index, k + 1).fetch();
      }
      meet<3>(CLUSTER_THREADS);
      ClusterTile<Fetchers> tile(group, call, network, memory, step, index, k);
      if (tile.count > 0) {
        tile.send_gradients();
      }
      more = tile.update();
      done += more;
    }
    if (steps > 0) {
      account(done - more);
    }
    if (keeps_account && steps > 0) {
      call.clock->step = step + done;
      call.clock->index = index + done + !more;
      call.clock->stopped = !more;
    }
  }
  __syncthreads();
  memory.end(call);
  cluster_sync();
}
SF_EXPORT_CLUSTER(training_cluster, 16)

// What such a cluster makes of numbers that its blocks send each other, before it is relied on: one warp a block.
// sums [16][16]: in [r][i] what block r has of block i. io.scorefield.engine.cuda.training.ClusterCheck knows them.
SF_KERNEL SF_CLUSTER(16) __launch_bounds__(32, 1) check_cluster(float* sums) {
  SF_DYNAMIC_SHARED(float, staged);
  double* doubles = (double*)staged;
  Mbarrier& arrived = *(Mbarrier*)(doubles + CLUSTER_BLOCKS);
  float* fours = (float*)(doubles + CLUSTER_BLOCKS + 2);
  float* ones = fours + 4 * CLUSTER_BLOCKS;
  const int rank = cluster_rank();
  const int other = (int)threadIdx.x;
  if (other == 0) {
    arrived.start(1);
    publish_barriers();
  }
  cluster_sync();
  for (int round = 0; round < 2; round++) {
    if (other == 0) {
      arrived.arrive_for(CLUSTER_BLOCKS * (8 + 16 + 4));
    }
    if (other < CLUSTER_BLOCKS) {
      float sent = (float)(100 * rank + other + round);
      send(doubles + rank, other, (double)sent, arrived);
      send4(fours + 4 * rank, other, make_float4(sent, 1.0f, 2.0f, 3.0f), arrived);
      send(ones + rank, other, sent, arrived);
    }
    // What does not come is missing in the sums, which hold no numbers yet.
    if (ends(arrived, round, 1 << 20) && other < CLUSTER_BLOCKS) {
      const float* four = fours + 4 * other;
      sums[rank * CLUSTER_BLOCKS + other] =
          (float)doubles[other] + four[0] + four[1] + four[2] + four[3] + ones[other];
    }
    cluster_sync();
  }
}
SF_EXPORT_CLUSTER(check_cluster, 16)
