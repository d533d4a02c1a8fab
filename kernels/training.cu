// Training. A step is
//   training_pass      gather, noise, forward, loss, backward for a tile of examples; leaves the layers' inputs and
//                      the gradients at their outputs in device memory
//   training_gradient  weight gradients, a sum over every chunk of the batch
//   training_keep, training_products, training_factors   where the gradients of the data and of physics are combined:
//                      keeps the first, scalar products of the two, and the factors of both
//   training_norm      squares of the gradient, where it is clipped
//   training_account   losses of the step, whether they are finite, the factor of clipping; advances the clock
//   training_adam      Adam and the moving average; also renews the copies of the weights that products read
// All scalars of a step are in device memory, so that the launches of all steps are the same and a graph of them can be
// replayed. Every sum has a fixed order: two runs give the same bits.
//
// training_resident does all of it for many steps in one launch, for small networks and batches: the batch is shared out
// over a few blocks that wait for each other twice a step, the weights are in shared memory.
//
// Versions with the same bits: training_resident and the series of launches; training_pass_plain (a thread an example)
// and training_pass_fused_S (a block a tile); training_gradient_plain (a thread a parameter) and training_gradient (a block a tile of 32 x 32 weights).
#include "adam.cuh"
#include "conflict_free.cuh"
#include "device/trainer.cuh"

using namespace scorefield;

// Examples [first, first + count) of the batch.
template <class Group>
SF_DEVICE void training_pass(const Group& group, const TrainingCall& call, int first, int count) {
  if (call.clock->stopped) {
    return;
  }
  TileTrainer<Group> tile(group, call, call.network, call.clock->step, call.clock->index);
  for (int64_t t = group.index(); t * Group::SAMPLES < count; t += group.groups()) {
    int offset = (int)(t * Group::SAMPLES);
    int columns = count - offset < Group::SAMPLES ? count - offset : Group::SAMPLES;
    Record record{Rows{call.inputs + offset, call.stride}, Rows{call.deltas + offset, call.stride}};
    Record second{record.inputs.from(call.input_rows), record.deltas.from(call.delta_rows)};
    tile.template run<true>(first + offset, columns, record, second);
  }
}

template <int S>
SF_DEVICE void training_pass_in_blocks(const TrainingCall& call, int first, int count) {
  SF_DYNAMIC_SHARED(float, shared);
  training_pass(BlockGroup<S>{shared, call.scratch, call.places.scratch_rows}, call, first, count);
}

SF_KERNEL training_pass_plain(TrainingCall call, int32_t first, int32_t count) {
  training_pass(ThreadGroup{call.scratch}, call, first, count);
}
SF_EXPORT(training_pass_plain)

SF_KERNEL __launch_bounds__(256, 1) training_pass_fused_16(TrainingCall call, int32_t first, int32_t count) {
  training_pass_in_blocks<16>(call, first, count);
}
SF_EXPORT(training_pass_fused_16)
SF_KERNEL __launch_bounds__(256, 1) training_pass_fused_32(TrainingCall call, int32_t first, int32_t count) {
  training_pass_in_blocks<32>(call, first, count);
}
SF_EXPORT(training_pass_fused_32)
SF_KERNEL __launch_bounds__(256, 1) training_pass_fused_64(TrainingCall call, int32_t first, int32_t count) {
  training_pass_in_blocks<64>(call, first, count);
}
SF_EXPORT(training_pass_fused_64)

// A thread a parameter, a row of blocks a chunk.
SF_KERNEL training_gradient_plain(TrainingCall call, int32_t first, int32_t count) {
  if (call.clock->stopped) {
    return;
  }
  int from = (int)blockIdx.y * call.chunk;
  int to = from + call.chunk < count ? from + call.chunk : count;
  float* partial = call.partial + (int64_t)(first / call.chunk + (int)blockIdx.y) * call.parameter_count;
  for (int64_t p = grid_rank(); p < call.parameter_count; p += grid_size()) {
    Layer layer = call.network.layers[layer_of(call.network, (int)p)];
    int at = (int)p - layer.parameter;
    int weights = layer.in * layer.out;
    int o = at < weights ? at / layer.in : at - weights;
    int i = at < weights ? at % layer.in : layer.in;
    partial[p] = parameter_gradient(call, layer, o, i, from, to);
  }
}
SF_EXPORT(training_gradient_plain)

// A block a tile of 32 outputs x 32 inputs of a layer (the bias is one more input); blocks number the tiles of all
// layers. 256 threads with 2 x 2 parameters each, examples through shared memory 32 at a time.
SF_KERNEL __launch_bounds__(256, 1) training_gradient(TrainingCall call, int32_t first, int32_t count) {
  constexpr int TILE = 32;
  SF_DYNAMIC_SHARED(float, staged);
  float* delta = staged;                      // [outputs][examples + 1]
  float* input = staged + TILE * (TILE + 1);  // [inputs][examples + 1]
  if (call.clock->stopped) {
    return;
  }
  int tile = (int)blockIdx.x;
  int l = 0;
  Layer layer = call.network.layers[0];
  int across = (layer.in + TILE) / TILE;
  for (int tiles; tile >= (tiles = (layer.out + TILE - 1) / TILE * across);) {
    tile -= tiles;
    layer = call.network.layers[++l];
    across = (layer.in + TILE) / TILE;
  }
  int o0 = tile / across * TILE;
  int i0 = tile % across * TILE;
  int from = (int)blockIdx.y * call.chunk;
  int to = from + call.chunk < count ? from + call.chunk : count;
  int row = (int)threadIdx.x / 16;
  int column = (int)threadIdx.x % 16;
  float sum[2][2] = {};
  for (int e = 0; e < evaluations(call); e++) {
    const float* deltas = call.deltas + (int64_t)e * call.delta_rows * call.stride;
    const float* inputs = call.inputs + (int64_t)e * call.input_rows * call.stride;
    for (int b0 = from; b0 < to; b0 += TILE) {
      for (int i = (int)threadIdx.x; i < TILE * TILE; i += 256) {
        int r = i / TILE;
        int b = i % TILE;
        bool there = b0 + b < to;
        int64_t at = b0 + b;
        delta[r * (TILE + 1) + b] =
            there && o0 + r < layer.out ? deltas[(int64_t)(layer.delta_row + o0 + r) * call.stride + at] : 0.0f;
        input[r * (TILE + 1) + b] = !there || i0 + r > layer.in ? 0.0f
                                    : i0 + r == layer.in
                                        ? 1.0f
                                        : inputs[(int64_t)(layer.input_row + i0 + r) * call.stride + at];
      }
      __syncthreads();
      int examples = to - b0 < TILE ? to - b0 : TILE;
      for (int b = 0; b < examples; b++) {
        float d0 = delta[row * (TILE + 1) + b];
        float d1 = delta[(row + 16) * (TILE + 1) + b];
        float x0 = input[column * (TILE + 1) + b];
        float x1 = input[(column + 16) * (TILE + 1) + b];
        sum[0][0] = fused(d0, x0, sum[0][0]);
        sum[0][1] = fused(d0, x1, sum[0][1]);
        sum[1][0] = fused(d1, x0, sum[1][0]);
        sum[1][1] = fused(d1, x1, sum[1][1]);
      }
      __syncthreads();
    }
  }
  float* partial = call.partial + (int64_t)(first / call.chunk + (int)blockIdx.y) * call.parameter_count;
  for (int y = 0; y < 2; y++) {
    for (int x = 0; x < 2; x++) {
      int o = o0 + row + 16 * y;
      int i = i0 + column + 16 * x;
      if (o < layer.out && i <= layer.in) {
        partial[i < layer.in ? layer.parameter + o * layer.in + i : layer.parameter + layer.out * layer.in + o] =
            sum[y][x];
      }
    }
  }
}
SF_EXPORT(training_gradient)

// A thread a parameter: the gradient summed up is that of the data, and is kept.
SF_KERNEL training_keep(TrainingCall call) {
  if (call.clock->stopped) {
    return;
  }
  for (int64_t p = grid_rank(); p < call.parameter_count; p += grid_size()) {
    call.data_gradient[p] = summed_gradient(call, (int)p);
  }
}
SF_EXPORT(training_keep)

// norm_blocks blocks of 256 threads; each leaves three sums.
SF_KERNEL training_products(TrainingCall call) {
  SF_DYNAMIC_SHARED(float, staged);
  double* space = (double*)staged;
  if (call.clock->stopped) {
    return;
  }
  double sums[3] = {};
  for (int64_t p = grid_rank(); p < call.parameter_count; p += grid_size()) {
    double data = call.data_gradient[p];
    double physics = summed_gradient(call, (int)p);
    sums[0] += data * data;
    sums[1] += data * physics;
    sums[2] += physics * physics;
  }
  block_sums(sums, space);
  if (threadIdx.x == 0) {
    for (int i = 0; i < 3; i++) {
      call.products[3 * blockIdx.x + i] = sums[i];
    }
  }
}
SF_EXPORT(training_products)

// One thread.
SF_KERNEL training_factors(TrainingCall call) {
  double sums[3] = {};
  for (int b = 0; b < call.norm_blocks; b++) {
    for (int i = 0; i < 3; i++) {
      sums[i] += call.products[3 * b + i];
    }
  }
  Factors factors = conflict_free(sums[0], sums[1], sums[2]);
  call.clock->data_factor = factors.data;
  call.clock->physics_factor = factors.physics;
}
SF_EXPORT(training_factors)

// norm_blocks blocks of 256 threads; each leaves one sum of squares.
SF_KERNEL training_norm(TrainingCall call) {
  SF_DYNAMIC_SHARED(float, staged);
  double* space = (double*)staged;
  if (call.clock->stopped) {
    return;
  }
  double squares = norm_part(call, (int)blockIdx.x, (int)gridDim.x, space);
  if (threadIdx.x == 0) {
    call.squares[blockIdx.x] = squares;
  }
}
SF_EXPORT(training_norm)

// One block of 256 threads.
SF_KERNEL training_account(TrainingCall call) {
  SF_DYNAMIC_SHARED(float, staged);
  double* space = (double*)staged;
  if (call.clock->stopped) {
    return;
  }
  double data;
  double physics;
  batch_losses(call, space, data, physics);
  if (threadIdx.x == 0) {
    Clock* clock = call.clock;
    call.data_losses[clock->index] = data;
    call.physics_losses[clock->index] = physics;
    clock->index++;
    if (finite_loss(data, physics)) {
      clock->step++;
    } else {
      clock->stopped = 1;
    }
    clock->gradient_scale = clipping(call);
  }
}
SF_EXPORT(training_account)

// A thread a parameter.
SF_KERNEL training_adam(TrainingCall call) {
  if (call.clock->stopped) {
    return;
  }
  AdamStep adam_step = call.adam[call.clock->index - 1];
  adam_step.gradient_scale = call.clock->gradient_scale;
  update_parameters(call, adam_step);
}
SF_EXPORT(training_adam)

// A cooperative launch of one block of 256 threads for each 32 examples, in chunks of 16 or 32; call.steps optimiser steps.
//
// Shared memory: sums [512 doubles], layers, a copy of the weights [weight_floats], records, the tile.
SF_KERNEL __launch_bounds__(256, 1) training_resident(
    TrainingCall call, const float* weights, int32_t weight_floats, int32_t record_rows, int32_t input_rows) {
  constexpr int S = RESIDENT_EXAMPLES;
  constexpr int STRIDE = RESIDENT_STRIDE;
  SF_DYNAMIC_SHARED(float, staged);
  double* space = (double*)staged;
  Layer* layers = (Layer*)(space + 512);
  float* own_weights = (float*)(layers + call.network.count);
  own_weights += call.network.count % 2 * 2;  // a multiple of 16 bytes: a layer has 56
  float* records = own_weights + weight_floats;
  float* tile_memory = records + record_rows * STRIDE;
  Record record{Rows{records, STRIDE}, Rows{records + input_rows * STRIDE, STRIDE}};

  Network network = call.network;
  network.layers = layers;
  for (int l = (int)threadIdx.x; l < network.count; l += 256) {
    Layer layer = call.network.layers[l];
    layer.forward = own_weights + (layer.forward - weights);
    layer.backward = own_weights + (layer.backward - weights);
    layer.bias = own_weights + (layer.bias - weights);
    layers[l] = layer;
  }
  int first = (int)blockIdx.x * S;
  int count = call.batch - first < S ? call.batch - first : S;
  float* partial = call.partial + (int64_t)(first / call.chunk) * call.parameter_count;
  BlockGroup<S> group{tile_memory, call.scratch, call.places.scratch_rows};
  int64_t step = call.clock->step;
  int index = call.clock->index;
  bool stopped = call.clock->stopped != 0;
  __syncthreads();
  for (int k = 0; k < call.steps && !stopped; k++) {
#pragma unroll 4
    for (int i = 4 * (int)threadIdx.x; i < weight_floats; i += 4 * 256) {
      store4(own_weights + i, load4_fresh(weights + i));
    }
    __syncthreads();
    TileTrainer<BlockGroup<S>> tile(group, call, network, step, index);
    tile.run<false>(first, count, record, record);
    resident_gradient(call, network, record, count, partial);
    grid_barrier(call.barrier);
    if (call.norm_blocks > 0) {
      for (int v = (int)blockIdx.x; v < call.norm_blocks; v += (int)gridDim.x) {
        double squares = norm_part(call, v, call.norm_blocks, space);
        if (threadIdx.x == 0) {
          call.squares[v] = squares;
        }
      }
      grid_barrier(call.barrier);
    }
    double data;
    double physics;
    batch_losses(call, space, data, physics);
    if (blockIdx.x == 0 && threadIdx.x == 0) {
      call.data_losses[index] = data;
      call.physics_losses[index] = physics;
    }
    stopped = !finite_loss(data, physics);
    if (!stopped) {
      AdamStep adam_step = call.adam[index];
      adam_step.gradient_scale = clipping(call);
      update_parameters(call, adam_step);
      step++;
    }
    index++;
    grid_barrier(call.barrier);
  }
  // All blocks have read the clock: there was a barrier since, or nothing to do.
  if (blockIdx.x == 0 && threadIdx.x == 0) {
    call.clock->step = step;
    call.clock->index = index;
    call.clock->stopped = stopped;
  }
}
SF_EXPORT(training_resident)

// The parts of a pass, for networks that are run one layer at a time: a thread an example, one thread a column of
// `inputs` and `deltas`, 64 a block.
SF_KERNEL training_gather(TrainingCall call, int32_t first, int32_t count) {
  if (call.clock->stopped) {
    return;
  }
  ThreadGroup group{call.scratch};
  TileTrainer<ThreadGroup> tile(group, call, call.network, call.clock->step, call.clock->index);
  int column = group.index();
  // Columns beyond the last example repeat it.
  tile.gather(first + column, column < count ? 1 : count - column);
  for (int i = 0; i < call.network.dimension + call.network.features; i++) {
    call.inputs[(int64_t)i * call.stride + column] = tile.input(i, 0);
  }
}
SF_EXPORT(training_gather)

SF_KERNEL training_loss(TrainingCall call, int32_t first, int32_t count) {
  if (call.clock->stopped) {
    return;
  }
  ThreadGroup group{call.scratch};
  TileTrainer<ThreadGroup> tile(group, call, call.network, call.clock->step, call.clock->index);
  int column = group.index();
  int columns = column < count ? 1 : 0;
  tile.data_losses(first + column, columns);
  if (call.twice && call.term != Term::DATA) {
    tile.begin_second();
    for (int i = 0; i < call.network.dimension + call.network.features; i++) {
      call.inputs[(int64_t)(call.input_rows + i) * call.stride + column] = tile.input(i, 0);
    }
    return;
  }
  if (call.physics.slots > 0 && call.term != Term::DATA) {
    tile.physics_losses(first + column, columns);
  }
  int row = call.network.layers[call.network.count - 1].delta_row;
  for (int d = 0; d < call.network.dimension; d++) {
    call.deltas[(int64_t)(row + d) * call.stride + column] = tile.seed(d, 0);
  }
}
SF_EXPORT(training_loss)

// After the second evaluation: the losses of the laws.
SF_KERNEL training_laws(TrainingCall call, int32_t first, int32_t count) {
  if (call.clock->stopped) {
    return;
  }
  ThreadGroup group{call.scratch};
  TileTrainer<ThreadGroup> tile(group, call, call.network, call.clock->step, call.clock->index);
  int column = group.index();
  tile.physics_losses(first + column, column < count ? 1 : 0);
  int row = call.network.layers[call.network.count - 1].delta_row;
  for (int d = 0; d < call.network.dimension; d++) {
    call.deltas[(int64_t)(call.delta_rows + row + d) * call.stride + column] = tile.noise(d, 0);
  }
}
SF_EXPORT(training_laws)

// After the way back through it.
SF_KERNEL training_return(TrainingCall call, int32_t, int32_t) {
  if (call.clock->stopped) {
    return;
  }
  ThreadGroup group{call.scratch};
  TileTrainer<ThreadGroup> tile(group, call, call.network, call.clock->step, call.clock->index);
  tile.end_second(tile.x0);
  int row = call.network.layers[call.network.count - 1].delta_row;
  for (int d = 0; d < call.network.dimension; d++) {
    call.deltas[(int64_t)(row + d) * call.stride + group.index()] = tile.seed(d, 0);
  }
}
SF_EXPORT(training_return)
