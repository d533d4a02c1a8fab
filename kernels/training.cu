// Training. A step is
//   training_pass      gather, noise, forward, loss, backward for a tile of examples; leaves the layers' inputs and
//                      the gradients at their outputs in device memory
//   training_gradient  weight gradients, a sum over every chunk of the batch
//   training_norm      squares of the gradient, where it is clipped
//   training_account   losses of the step, whether they are finite, the factor of clipping; advances the clock
//   training_adam      Adam and the moving average; also renews the copies of the weights that products read
// All scalars of a step are in device memory, so that the launches of all steps are the same and a graph of them can be
// replayed. Every sum has a fixed order: two runs give the same bits.
//
// Versions with the same bits: training_pass_plain (a thread an example), training_pass_fused_S (a block a tile);
// training_gradient_plain (a thread a parameter), training_gradient (a block a tile of 32 x 32 weights).
#include "adam.cuh"
#include "device/trainer.cuh"

using namespace scorefield;

// Examples [first, first + count) of the batch.
template <class Group>
SF_DEVICE void training_pass(const Group& group, const TrainingCall& call, int first, int count) {
  if (call.clock->stopped) {
    return;
  }
  TrainingTile<Group> tile(group, call);
  for (int64_t t = group.index(); t * Group::SAMPLES < count; t += group.groups()) {
    int offset = (int)(t * Group::SAMPLES);
    int columns = count - offset < Group::SAMPLES ? count - offset : Group::SAMPLES;
    Record record{Rows{call.inputs + offset, call.stride}, Rows{call.deltas + offset, call.stride}};
    tile.run(first + offset, columns, record);
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
  for (int b0 = from; b0 < to; b0 += TILE) {
    for (int i = (int)threadIdx.x; i < TILE * TILE; i += 256) {
      int r = i / TILE;
      int b = i % TILE;
      bool there = b0 + b < to;
      int64_t at = b0 + b;
      delta[r * (TILE + 1) + b] =
          there && o0 + r < layer.out ? call.deltas[(int64_t)(layer.delta_row + o0 + r) * call.stride + at] : 0.0f;
      input[r * (TILE + 1) + b] = !there || i0 + r > layer.in ? 0.0f
                                  : i0 + r == layer.in
                                      ? 1.0f
                                      : call.inputs[(int64_t)(layer.input_row + i0 + r) * call.stride + at];
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

// norm_blocks blocks of 256 threads; each leaves one sum of squares.
SF_KERNEL training_norm(TrainingCall call) {
  SF_DYNAMIC_SHARED(float, staged);
  double* space = (double*)staged;
  if (call.clock->stopped) {
    return;
  }
  double squares = 0;
  for (int64_t p = grid_rank(); p < call.parameter_count; p += grid_size()) {
    double g = whole_gradient(call, (int)p);
    squares += g * g;
  }
  squares = block_sum(squares, space);
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
  double squares = 0;
  for (int b = 0; b < call.norm_blocks; b++) {
    squares += call.squares[b];
  }
  account(call, squares, space);
}
SF_EXPORT(training_account)

// A thread a parameter.
SF_KERNEL training_adam(TrainingCall call) {
  if (call.clock->stopped) {
    return;
  }
  AdamStep adam_step = call.adam[call.clock->index - 1];
  adam_step.gradient_scale = call.clock->gradient_scale;
  for (int64_t p = grid_rank(); p < call.parameter_count; p += grid_size()) {
    update_parameter(call, adam_step, (int)p);
  }
}
SF_EXPORT(training_adam)
