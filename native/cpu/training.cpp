// Trainings: many optimiser steps in one call, shared between threads that meet a few times a step.
//
// What moves between the caches of two processors decides the speed; so how a step is shared out depends on the
// shape:
//
//   by groups  (narrow networks) examples form fixed groups. A thread takes its groups through the network and
//              back and sums their gradient; the groups are added up row by row, where Adam follows.
//   by layers  (wide networks, small batches) a thread computes some rows of every layer for the whole batch,
//              forward, backward and in Adam: weights stay in its caches, activations are exchanged.
//   by rows    (everything else) the batch is shared out by examples on the way through the network and back,
//              by rows of the weights when gradients are summed and applied.
//
// In each the order of every sum is fixed by shape and batch alone: results do not depend on how many threads
// there are.
#include <cmath>
#include <type_traits>
#include "engine.h"
#include "scorefield_cpu.h"

namespace scorefield {

namespace {

// Memory that a chunk of a batch may take up. Larger batches are cut into chunks.
constexpr size_t CHUNK_BYTES = 64u << 20;
constexpr int32_t LARGEST_CHUNK = 4096;

// Gradients are summed by groups of so many examples, in at most so many groups, up to so many parameters:
// beyond, moving the gradients of all groups costs more than moving activations.
constexpr int32_t GROUP = 64;
constexpr int32_t MOST_GROUPS = MOST_PARTS;
constexpr size_t GROUPED_PARAMETERS = 1 << 16;

// A step is shared out by layers up to so many examples. The rows of every layer are in PARTS parts, of which a
// thread has some.
constexpr int32_t LAYERED_BATCH = 256;
constexpr int32_t PARTS = 8;
static_assert(PARTS <= MOST_PARTS);

// Two numbers, and room to keep the groups of two threads off one cache line.
constexpr int32_t GROUP_LOSSES = 16;

// A multiple of 16 floats whose number of cache lines is odd: rows then spread over all sets of a cache.
int32_t padded(int32_t count) {
  int32_t lines = (count + 15) / 16;
  return 16 * (lines | 1);
}

// How a chunk of a given size is cut into tiles.
struct ChunkPlan {
  int32_t size = 0;
  TrainingTile* tiles = nullptr;
  int32_t* begin = nullptr;  // [threads + 1], the tiles of a thread
};

}  // namespace

struct TrainingCall {
  Engine* engine = nullptr;
  Training training = {};
  char* memory = nullptr;
  int64_t step = 0;
  int64_t first_step = 0;  // with which the call began
  double adam[5] = {};
  bool clips = false;
  int32_t chunk = 0;
  ChunkPlan plans[2];  // of full chunks and of the last
  int32_t groups = 0;              // 0: gradients are summed by rows
  float* group_gradient = nullptr; // [groups][group_floats], weights in the layout of the parameters,
  size_t group_floats = 0;         // then the partial sums of the biases
  size_t group_bias_at = 0;
  SumTree tree = {};               // how what the threads have added up of their groups is added
  double* group_losses = nullptr;  // [groups][GROUP_LOSSES], of the data and of physics
  bool layered = false;
  TrainingTile* layered_tiles = nullptr;  // [threads], the whole batch each
  float* layered_sums[2] = {};            // [PARTS][widest][stride], of alternate layers
  size_t layered_apart = 0;
  RowBlock* blocks = nullptr;
  int32_t* block_begin = nullptr;  // [threads + 1]
  float** scratch = nullptr;       // [threads], the gradient of one block
  // Of the call in progress.
  int32_t steps = 0;
  const int32_t* examples = nullptr;
  const double* learning_rates = nullptr;
  double* data_losses = nullptr;
  double* physics_losses = nullptr;
  int32_t losses_written = 0;

  ~TrainingCall() { free(memory); }

  int threads() const { return engine->pool->threads(); }
  bool whole() const { return chunk >= training.batch; }

  void lay_out(Carver& carver);
  void lay_out_tiles(Carver& carver, ChunkPlan& plan, int32_t size, Carver tile_memory) const;
  size_t tile_floats() const;
  void lay_out_blocks(Carver& carver);
  void plant_tree();
  void lay_out_layered(Carver& carver);
  // The groups, or parts of the rows, that a thread begins with.
  int32_t group_begin(int thread) const { return tree_parts() * thread / threads(); }
  int32_t tree_parts() const { return layered ? PARTS : groups; }
  // Rows of a layer in parts [from, to).
  RowBlock part_rows(int layer, int32_t from, int32_t to) const {
    int64_t out = training.shape.out(layer);
    return RowBlock{layer, (int32_t)(out * from / PARTS), (int32_t)(out * to / PARTS)};
  }
  RowBlock own_rows(int layer, int thread) const {
    return part_rows(layer, group_begin(thread), group_begin(thread + 1));
  }
};

namespace {

// Columns that thread `part` of a chunk begins with: a multiple of the lanes.
int32_t share(int32_t size, int32_t lanes, int part, int parts) {
  int64_t vectors = (size + lanes - 1) / lanes;
  int64_t at = vectors * part / parts * lanes;
  return (int32_t)(at < size ? at : size);
}

}  // namespace

void TrainingCall::lay_out_tiles(Carver& carver, ChunkPlan& plan, int32_t size, Carver tile_memory) const {
  const Shape& shape = training.shape;
  const Target& target = *engine->target;
  int parts = threads();
  plan.size = size;
  int32_t most = (size + target.lanes - 1) / target.lanes + parts;
  plan.tiles = carver.take<TrainingTile>((size_t)most);
  plan.begin = carver.take<int32_t>((size_t)parts + 1);
  if (plan.tiles == nullptr) {
    return;
  }
  int32_t tiles = 0;
  // Columns [from, to) in tiles as equal as can be.
  auto cut = [&](int32_t from, int32_t to, int32_t group, Carver& memory) {
    int32_t vectors = (to - from + target.lanes - 1) / target.lanes;
    int32_t per_tile = target.tile / target.lanes;
    int32_t pieces = (vectors + per_tile - 1) / per_tile;
    for (int32_t piece = 0; piece < pieces; piece++) {
      int32_t a = from + vectors * piece / pieces * target.lanes;
      int32_t b = from + vectors * (piece + 1) / pieces * target.lanes;
      TrainingTile& tile = plan.tiles[tiles++];
      tile.from = a;
      tile.count = (b < to ? b : to) - a;
      tile.group = group;
      tile.stride = target.tile;
      tile.data_loss = training.data_loss + a;
      tile.physics_loss = training.physics_loss + a;
      // A tile of a group is done with before the next begins, which takes over its memory.
      Carver start = memory;
      for (int layer = 0; layer < shape.layers; layer++) {
        tile.delta[layer] = memory.take<float>((size_t)shape.out(layer) * (size_t)target.tile);
        tile.inputs[layer] = memory.take<float>((size_t)(target.tile * training.in_stride[layer]));
      }
      if (groups > 0) {
        memory = start;
      }
    }
  };
  for (int part = 0; part < parts; part++) {
    plan.begin[part] = tiles;
    if (groups == 0) {
      cut(share(size, target.lanes, part, parts), share(size, target.lanes, part + 1, parts), 0, tile_memory);
      continue;
    }
    Carver own{tile_memory.base, (size_t)part * tile_floats() * sizeof(float)};
    for (int32_t group = group_begin(part); group < group_begin(part + 1); group++) {
      int32_t from = group * GROUP < size ? group * GROUP : size;
      int32_t to = from + GROUP < size ? from + GROUP : size;
      cut(from, to, group, own);
    }
  }
  plan.begin[parts] = tiles;
}

// Groups are added pairwise, over distances 1, 2, 4, ...: this order is the sum's, whoever does which pair.
// Pairs whose groups all belong to one thread are added by that thread before the threads meet.
template <class Visit>
static void for_each_pair(int32_t groups, Visit visit) {
  for (int32_t distance = 1; distance < groups; distance *= 2) {
    for (int32_t a = 0; a + distance < groups; a += 2 * distance) {
      int32_t end = a + 2 * distance < groups ? a + 2 * distance : groups;
      visit(a, a + distance, end);
    }
  }
}

// The pairs that are left to add after the threads have added their own.
void TrainingCall::plant_tree() {
  bool gone[MOST_PARTS] = {};
  auto owned = [&](int32_t from, int32_t to) {
    for (int thread = 0; thread < threads(); thread++) {
      if (from >= group_begin(thread) && to <= group_begin(thread + 1)) {
        return true;
      }
    }
    return false;
  };
  tree = SumTree{};
  for_each_pair(tree_parts(), [&](int32_t a, int32_t b, int32_t end) {
    if (owned(a, end)) {
      gone[b] = true;
    } else {
      tree.pairs[tree.pair_count][0] = a;
      tree.pairs[tree.pair_count++][1] = b;
    }
  });
  for (int32_t group = 0; group < tree_parts(); group++) {
    if (!gone[group]) {
      tree.parts[tree.part_count++] = group;
    }
  }
}

// Floats of the deltas and inputs of one full tile.
size_t TrainingCall::tile_floats() const {
  size_t floats = 0;
  for (int layer = 0; layer < training.shape.layers; layer++) {
    floats += (size_t)(training.shape.out(layer) + training.in_stride[layer]) * (size_t)engine->target->tile + 32;
  }
  return floats;
}

// Rows in blocks, shared out evenly by the work they make.
void TrainingCall::lay_out_blocks(Carver& carver) {
  const Shape& shape = training.shape;
  constexpr int32_t ROWS = 8;
  int32_t count = 0;
  int64_t work = 0;
  for (int layer = 0; layer < shape.layers; layer++) {
    count += (shape.out(layer) + ROWS - 1) / ROWS + PARTS;
    work += (int64_t)shape.out(layer) * (training.in_stride[layer] + 16);
  }
  blocks = carver.take<RowBlock>((size_t)count);
  block_begin = carver.take<int32_t>((size_t)threads() + 1);
  if (blocks == nullptr) {
    return;
  }
  int32_t at = 0;
  if (layered) {
    for (int thread = 0; thread < threads(); thread++) {
      block_begin[thread] = at;
      for (int layer = 0; layer < shape.layers; layer++) {
        RowBlock own = own_rows(layer, thread);
        for (int32_t from = own.from; from < own.to; from += ROWS) {
          blocks[at++] = RowBlock{layer, from, from + ROWS < own.to ? from + ROWS : own.to};
        }
      }
    }
    block_begin[threads()] = at;
    return;
  }
  int64_t done = 0;
  int part = 0;
  for (int layer = 0; layer < shape.layers; layer++) {
    for (int32_t from = 0; from < shape.out(layer); from += ROWS) {
      while (part < threads() && done >= work * part / threads()) {
        block_begin[part++] = at;
      }
      int32_t to = from + ROWS < shape.out(layer) ? from + ROWS : shape.out(layer);
      blocks[at++] = RowBlock{layer, from, to};
      done += (int64_t)(to - from) * (training.in_stride[layer] + 16);
    }
  }
  while (part <= threads()) {
    block_begin[part++] = at;
  }
}

void TrainingCall::lay_out_layered(Carver& carver) {
  const Shape& shape = training.shape;
  int32_t stride = (training.batch + 15) / 16 * 16;
  training.layered_stride = stride;
  size_t row = (size_t)stride;
  for (int layer = 0; layer + 1 < shape.layers; layer++) {
    training.layered_values[layer] = carver.take<float>((size_t)shape.out(layer) * row);
    training.layered_slopes[layer] = carver.take<float>((size_t)shape.out(layer) * row);
  }
  layered_apart = (size_t)shape.widest() * row;
  for (float*& sums : layered_sums) {
    sums = carver.take<float>(PARTS * layered_apart);
  }
  float* deltas[MAX_LAYERS];
  for (int layer = 0; layer + 1 < shape.layers; layer++) {
    deltas[layer] = carver.take<float>((size_t)shape.out(layer) * row);
  }
  layered_tiles = carver.take<TrainingTile>((size_t)threads());
  for (int thread = 0; thread < threads(); thread++) {
    TrainingTile tile = {};
    tile.count = training.batch;
    tile.stride = stride;
    for (int layer = 0; layer < shape.layers; layer++) {
      bool last = layer == shape.layers - 1;
      tile.delta[layer] = last ? carver.take<float>((size_t)shape.dimension * row) : deltas[layer];
      tile.inputs[layer] = carver.take<float>(row * (size_t)training.in_stride[layer]);
    }
    tile.data_loss = carver.take<float>(row);
    tile.physics_loss = carver.take<float>(row);
    if (layered_tiles != nullptr) {
      layered_tiles[thread] = tile;
    }
  }
}

void TrainingCall::lay_out(Carver& carver) {
  const Shape& shape = training.shape;
  size_t floats = 0;
  size_t outputs = 0;
  size_t widest = 0;
  for (int layer = 0; layer < shape.layers; layer++) {
    training.in_stride[layer] = padded(shape.in(layer));
    training.weight_at[layer] = floats;
    floats += (size_t)training.in_stride[layer] * (size_t)shape.out(layer);
    training.bias_at[layer] = floats;
    floats += (size_t)padded(shape.out(layer));
    training.bias_sum_at[layer] = outputs;
    outputs += (size_t)shape.out(layer);
    widest = (size_t)training.in_stride[layer] > widest ? (size_t)training.in_stride[layer] : widest;
  }
  training.parameters = carver.take<float>(floats);
  training.first_moment = carver.take<float>(floats);
  training.second_moment = carver.take<float>(floats);
  training.average = carver.take<float>(floats);
  int32_t tile = engine->target->tile;
  size_t bytes = tile_floats() * sizeof(float);
  groups = training.batch > GROUP && floats <= GROUPED_PARAMETERS ? (training.batch + GROUP - 1) / GROUP : 0;
  groups = groups < MOST_GROUPS ? groups : MOST_GROUPS;
  int64_t tiles = (int64_t)(CHUNK_BYTES / bytes);
  int64_t fits = (tiles < threads() ? threads() : tiles) * tile;
  int64_t largest = groups > 0 ? groups * GROUP : fits < LARGEST_CHUNK ? fits : LARGEST_CHUNK;
  chunk = (int32_t)(training.batch < largest ? training.batch : largest);
  bool stored = clips || (groups == 0 && !whole());
  layered = groups == 0 && floats > GROUPED_PARAMETERS && training.batch <= LAYERED_BATCH;
  if (layered) {
    chunk = training.batch;
    stored = clips;
  }
  plant_tree();
  group_bias_at = floats;
  group_floats = floats + (4 * outputs + 15) / 16 * 16 + 16;
  group_gradient = carver.take<float>((size_t)groups * group_floats);
  group_losses = carver.take<double>(GROUP_LOSSES * (size_t)groups);
  training.gradient = stored ? carver.take<float>(floats) : nullptr;
  training.bias_sums = carver.take<float>(4 * outputs);
  training.row_squares = carver.take<double>(outputs);
  training.data_loss = carver.take<float>((size_t)chunk);
  training.physics_loss = carver.take<float>((size_t)chunk);
  scratch = carver.take<float*>((size_t)threads());
  for (int thread = 0; thread < threads(); thread++) {
    float* part = carver.take<float>(8 * widest);
    if (scratch != nullptr) {
      scratch[thread] = part;
    }
  }
  lay_out_blocks(carver);
  if (layered) {
    lay_out_layered(carver);
    return;
  }
  // Both plans use the same memory for their tiles, one after the other.
  size_t most = (size_t)(groups > 0 ? threads() : (chunk + tile - 1) / tile + threads());
  char* tile_memory = carver.take<char>(most * bytes);
  lay_out_tiles(carver, plans[0], chunk, Carver{tile_memory, 0});
  lay_out_tiles(carver, plans[1], (training.batch - 1) % chunk + 1, Carver{tile_memory, 0});
}

namespace {

// Sums of losses in four interleaved parts, whatever the chunks.
struct LossSums {
  double data[4] = {};
  double physics[4] = {};

  void add(const float* data_loss, const float* physics_loss, bool with_physics, int32_t count) {
    for (int32_t s = 0; s < count; s++) {
      data[s & 3] += data_loss[s];
    }
    for (int32_t s = 0; with_physics && s < count; s++) {
      physics[s & 3] += physics_loss[s];
    }
  }

  static double total(const double* part) { return (part[0] + part[1]) + (part[2] + part[3]); }
};

AdamStep adam_step(const TrainingCall& call, int64_t step, double learning_rate, double clip) {
  double beta1 = call.adam[0];
  double beta2 = call.adam[1];
  AdamStep adam;
  adam.gradient_scale = (float)clip;
  adam.beta1 = (float)beta1;
  adam.one_minus_beta1 = (float)(1 - beta1);
  adam.beta2 = (float)beta2;
  adam.one_minus_beta2 = (float)(1 - beta2);
  adam.rate = (float)(learning_rate / (1 - std::pow(beta1, (double)step)));
  adam.correction = (float)(1 / (1 - std::pow(beta2, (double)step)));
  adam.epsilon = (float)call.adam[2];
  adam.averages = call.adam[4] != 0;
  adam.take = (float)(1 - call.adam[4]);
  return adam;
}

// The factor that brings the gradient's norm down to the limit. Meets the other threads.
double clip_factor(TrainingCall& call, int thread) {
  const Training& training = call.training;
  for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
    RowBlock rows = call.blocks[b];
    for (int32_t r = rows.from; r < rows.to; r++) {
      size_t output = training.bias_sum_at[rows.layer] + (size_t)r;
      const float* sums = training.bias_sums + 4 * output;
      double bias = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      training.row_squares[output] =
          call.engine->target->squares_of_row(
              training.gradient + training.weight_at[rows.layer] +
                  (size_t)r * (size_t)training.in_stride[rows.layer],
              training.shape.in(rows.layer)) +
          bias * bias;
    }
  }
  call.engine->pool->barrier().meet();
  double squares = 0;
  int last = training.shape.layers - 1;
  size_t outputs = training.bias_sum_at[last] + (size_t)training.shape.out(last);
  for (size_t i = 0; i < outputs; i++) {
    squares += training.row_squares[i];
  }
  double factor = call.adam[3] / std::sqrt(squares);
  return factor < 1 ? factor : 1;
}

// Where the gradient of a block of rows lies in an array of the parameters' layout.
float* rows_of(const Training& training, RowBlock rows, float* array) {
  return array + training.weight_at[rows.layer] + (size_t)rows.from * (size_t)training.in_stride[rows.layer];
}

float* bias_sums_of(const Training& training, RowBlock rows, float* sums) {
  return sums + 4 * (training.bias_sum_at[rows.layer] + (size_t)rows.from);
}

// The gradients of the thread's groups, over all chunks of the batch.
void sum_groups(TrainingCall& call, int thread, uint64_t first, const int32_t* examples) {
  Training& training = call.training;
  const Target& target = *call.engine->target;
  for (int32_t from = 0; from < training.batch; from += call.chunk) {
    const ChunkPlan& plan = call.plans[from + call.chunk <= training.batch ? 0 : 1];
    for (int32_t t = plan.begin[thread]; t < plan.begin[thread + 1]; t++) {
      const TrainingTile& tile = plan.tiles[t];
      target.training_tile(
          training, tile, first + (uint64_t)from, examples + from, call.engine->memory[thread]);
      bool begins = from == 0 && tile.from == tile.group * GROUP;
      float* gradient = call.group_gradient + (size_t)tile.group * call.group_floats;
      for (int layer = 0; layer < training.shape.layers; layer++) {
        RowBlock rows{layer, 0, training.shape.out(layer)};
        target.gradient_rows(
            training, rows, &tile, 1, begins, rows_of(training, rows, gradient),
            bias_sums_of(training, rows, gradient + call.group_bias_at));
      }
      double* losses = call.group_losses + GROUP_LOSSES * tile.group;
      double data = begins ? 0 : losses[0];
      double physics = begins ? 0 : losses[1];
      for (int32_t s = 0; s < tile.count; s++) {
        data += tile.data_loss[s];
        physics += training.physics.slots > 0 ? tile.physics_loss[s] : 0;
      }
      losses[0] = data;
      losses[1] = physics;
    }
  }
  for_each_pair(call.groups, [&](int32_t a, int32_t b, int32_t end) {
    if (a >= call.group_begin(thread) && end <= call.group_begin(thread + 1)) {
      SumTree pair = {2, {a, b}, 1, {{a, b}}};
      target.add_parts(
          call.group_gradient, call.group_floats, pair, call.group_floats,
          call.group_gradient + (size_t)a * call.group_floats);
    }
  });
}

// Activations and deltas of all examples, chunk by chunk; where gradients are stored, the gradients of the
// thread's rows too.
void sum_rows(TrainingCall& call, int thread, uint64_t first, const int32_t* examples, LossSums& sums) {
  Training& training = call.training;
  const Target& target = *call.engine->target;
  Barrier& barrier = call.engine->pool->barrier();
  for (int32_t from = 0; from < training.batch; from += call.chunk) {
    const ChunkPlan& plan = call.plans[from + call.chunk <= training.batch ? 0 : 1];
    for (int32_t t = plan.begin[thread]; t < plan.begin[thread + 1]; t++) {
      target.training_tile(
          training, plan.tiles[t], first + (uint64_t)from, examples + from, call.engine->memory[thread]);
    }
    barrier.meet();
    sums.add(training.data_loss, training.physics_loss, training.physics.slots > 0, plan.size);
    if (training.gradient != nullptr) {
      for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
        RowBlock rows = call.blocks[b];
        target.gradient_rows(
            training, rows, plan.tiles, plan.begin[call.threads()], from == 0,
            rows_of(training, rows, training.gradient), bias_sums_of(training, rows, training.bias_sums));
      }
      if (!call.whole()) {
        barrier.meet();
      }
    }
  }
}

// The whole batch through the thread's rows of every layer and back, meeting the others after each layer.
void pass_layers(TrainingCall& call, int thread, uint64_t first, const int32_t* examples, LossSums& sums) {
  Training& training = call.training;
  const Target& target = *call.engine->target;
  Barrier& barrier = call.engine->pool->barrier();
  const TrainingTile& tile = call.layered_tiles[thread];
  char* memory = call.engine->memory[thread];
  int last = training.shape.layers - 1;
  target.layered_gather(training, tile, first, examples, memory);
  for (int layer = 0; layer < last; layer++) {
    target.layered_forward(training, tile, call.own_rows(layer, thread), memory);
    barrier.meet();
  }
  // The last layer is so small that every thread computes all of it, and the losses.
  target.layered_forward(training, tile, RowBlock{last, 0, training.shape.out(last)}, memory);
  target.layered_losses(training, tile, memory);
  sums.add(tile.data_loss, tile.physics_loss, training.physics.slots > 0, tile.count);
  for (int layer = last; layer > 0; layer--) {
    RowBlock below = call.own_rows(layer - 1, thread);
    ptrdiff_t at = (ptrdiff_t)below.from * training.layered_stride;
    size_t floats = (size_t)(below.to - below.from) * (size_t)training.layered_stride;
    if (layer == last) {
      target.layered_backward(
          training, tile, RowBlock{last, 0, training.shape.out(last)}, below.from, below.to,
          tile.delta[last - 1]);
    } else {
      // Every part of the outputs adds something to the gradient of every input.
      float* parts = call.layered_sums[layer & 1];
      for (int32_t part = call.group_begin(thread); part < call.group_begin(thread + 1); part++) {
        target.layered_backward(
            training, tile, call.part_rows(layer, part, part + 1), 0, training.shape.in(layer),
            parts + (size_t)part * call.layered_apart);
      }
      for_each_pair(PARTS, [&](int32_t a, int32_t b, int32_t end) {
        if (a >= call.group_begin(thread) && end <= call.group_begin(thread + 1)) {
          SumTree pair = {2, {a, b}, 1, {{a, b}}};
          target.add_parts(
              parts, call.layered_apart, pair,
              (size_t)training.shape.in(layer) * (size_t)training.layered_stride,
              parts + (size_t)a * call.layered_apart);
        }
      });
      barrier.meet();
      target.add_parts(parts + at, call.layered_apart, call.tree, floats, tile.delta[layer - 1] + at);
    }
    target.layered_slopes(training, tile, below);
  }
  if (training.gradient != nullptr) {
    for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
      RowBlock rows = call.blocks[b];
      target.gradient_rows(
          training, rows, &tile, 1, true, rows_of(training, rows, training.gradient),
          bias_sums_of(training, rows, training.bias_sums));
    }
  }
  // Before Adam changes them, all must be done with the weights of the last layer.
  barrier.meet();
}

// The gradient of a block of rows: already stored, or summed now into the thread's scratch.
const float* block_gradient(TrainingCall& call, int thread, RowBlock rows) {
  Training& training = call.training;
  const Target& target = *call.engine->target;
  bool stored = training.gradient != nullptr;
  float* gradient = stored ? rows_of(training, rows, training.gradient) : call.scratch[thread];
  float* bias_sums = bias_sums_of(training, rows, training.bias_sums);
  if (call.groups > 0) {
    size_t count = (size_t)(rows.to - rows.from);
    target.add_parts(
        rows_of(training, rows, call.group_gradient), call.group_floats, call.tree,
        count * (size_t)training.in_stride[rows.layer], gradient);
    target.add_parts(
        bias_sums_of(training, rows, call.group_gradient + call.group_bias_at), call.group_floats,
        call.tree, 4 * count, bias_sums);
  } else if (call.layered && !stored) {
    target.gradient_rows(training, rows, &call.layered_tiles[thread], 1, true, gradient, bias_sums);
  } else if (!stored) {
    target.gradient_rows(
        training, rows, call.plans[0].tiles, call.plans[0].begin[call.threads()], true, gradient, bias_sums);
  }
  return gradient;
}

// One optimiser step; false where its loss is not finite. All threads come to the same answer.
bool run_step(TrainingCall& call, int thread, int32_t number) {
  Training& training = call.training;
  Barrier& barrier = call.engine->pool->barrier();
  int64_t step = call.step + number;
  const int32_t* examples = call.examples + (ptrdiff_t)number * training.batch;
  uint64_t first = (uint64_t)step * (uint64_t)training.batch;
  LossSums sums;
  if (call.groups > 0) {
    sum_groups(call, thread, first, examples);
    barrier.meet();
    for (int32_t group = 0; group < call.groups; group++) {
      sums.data[0] += call.group_losses[GROUP_LOSSES * group];
      sums.physics[0] += call.group_losses[GROUP_LOSSES * group + 1];
    }
  } else if (call.layered) {
    pass_layers(call, thread, first, examples, sums);
  } else {
    sum_rows(call, thread, first, examples, sums);
  }
  double data = LossSums::total(sums.data) / training.batch;
  double physics = LossSums::total(sums.physics) / training.batch;
  if (thread == 0) {
    call.data_losses[number] = data;
    call.physics_losses[number] = physics;
    call.losses_written = number + 1;
  }
  if (!std::isfinite((float)(data + physics))) {
    return false;
  }
  double clip = 1;
  if (call.clips) {
    for (int32_t b = call.block_begin[thread]; call.groups > 0 && b < call.block_begin[thread + 1]; b++) {
      block_gradient(call, thread, call.blocks[b]);
    }
    clip = clip_factor(call, thread);
  }
  AdamStep adam = adam_step(call, step + 1, call.learning_rates[number], clip);
  for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
    RowBlock rows = call.blocks[b];
    const float* gradient = call.clips ? rows_of(training, rows, training.gradient)
                                       : block_gradient(call, thread, rows);
    call.engine->target->adam_rows(
        training, adam, rows, gradient, bias_sums_of(training, rows, training.bias_sums));
  }
  barrier.meet();
  return true;
}

// Copies between the flat order of the interface and the padded one; Flat is const on the way in.
template <class Flat>
void copy_state(const Training& training, Flat* flat, float* padded_state) {
  for (int layer = 0; layer < training.shape.layers; layer++) {
    size_t in = (size_t)training.shape.in(layer);
    size_t out = (size_t)training.shape.out(layer);
    for (size_t row = 0; row <= out; row++) {
      // The row after the last is that of the biases.
      size_t count = row < out ? in : out;
      float* own = padded_state + (row < out ? training.weight_at[layer] + row * (size_t)training.in_stride[layer]
                                             : training.bias_at[layer]);
      if constexpr (std::is_const_v<Flat>) {
        memcpy(own, flat, count * sizeof(float));
      } else {
        memcpy(flat, own, count * sizeof(float));
      }
      flat += count;
    }
  }
}

}  // namespace

}  // namespace scorefield

using namespace scorefield;

TrainingCall* sf_training_create(
    Engine* engine, const int32_t* shape, const NoiseRow* table, int32_t table_rows, const float* features,
    const float* data, int32_t batch, uint64_t seed, const double* adam, int64_t step,
    const float* parameters, const float* average, const float* first_moment, const float* second_moment,
    const TapeRow* tape, int32_t slots, const int32_t* residuals, int32_t residual_count) {
  TrainingCall* call = create_object<TrainingCall>();
  if (call == nullptr) {
    return nullptr;
  }
  call->engine = engine;
  call->step = step;
  call->first_step = step;
  memcpy(call->adam, adam, sizeof call->adam);
  call->clips = std::isfinite(adam[3]);
  Training& training = call->training;
  training.shape = shape_of(shape);
  training.table = table;
  training.table_rows = table_rows;
  training.features = features;
  training.data = data;
  training.batch = batch;
  training.seed = seed;
  training.physics = Physics{tape, slots, residuals, residual_count, PhysicsLoss::HALF_SQUARE, 1};
  Carver counter{nullptr, 0};
  call->lay_out(counter);
  call->memory = allocate(counter.used);
  size_t tile_bytes = engine->target->tile_bytes(training.shape, training.physics);
  size_t layered_bytes = call->layered ? engine->target->layered_bytes(training) : 0;
  if (call->memory == nullptr ||
      !engine->reserve(tile_bytes > layered_bytes ? tile_bytes : layered_bytes)) {
    destroy_object(call);
    return nullptr;
  }
  Carver carver{call->memory, 0};
  call->lay_out(carver);
  copy_state(training, parameters, training.parameters);
  copy_state(training, average, training.average);
  copy_state(training, first_moment, training.first_moment);
  copy_state(training, second_moment, training.second_moment);
  return call;
}

int32_t sf_training_advance(
    TrainingCall* call, int32_t steps, const int32_t* examples, const double* learning_rates,
    double* data_losses, double* physics_losses) {
  call->steps = steps;
  call->examples = examples;
  call->learning_rates = learning_rates;
  call->data_losses = data_losses;
  call->physics_losses = physics_losses;
  call->losses_written = 0;
  int64_t before = call->step;
  std::atomic<int32_t> done{0};
  struct Job {
    TrainingCall* call;
    std::atomic<int32_t>* done;
  } job{call, &done};
  call->engine->pool->run(
      [](void* context, int thread) {
        Job& job = *static_cast<Job*>(context);
        for (int32_t number = 0; number < job.call->steps; number++) {
          if (!run_step(*job.call, thread, number)) {
            break;
          }
          if (thread == 0) {
            job.done->fetch_add(1);
          }
        }
      },
      &job);
  call->step = before + done.load();
  return call->losses_written;
}

int64_t sf_training_step(const TrainingCall* call) { return call->step; }

void sf_training_state(
    const TrainingCall* call, float* parameters, float* average, float* first_moment, float* second_moment) {
  const Training& training = call->training;
  // Without a decay the average of weights is the weights, and is not kept.
  bool averages = call->adam[4] != 0 || call->step == call->first_step;
  copy_state(training, parameters, training.parameters);
  copy_state(training, average, averages ? training.average : training.parameters);
  copy_state(training, first_moment, training.first_moment);
  copy_state(training, second_moment, training.second_moment);
}

void sf_training_destroy(TrainingCall* call) { destroy_object(call); }
