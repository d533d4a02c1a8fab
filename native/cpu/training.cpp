// Trainings: many optimiser steps in one call, shared between threads that meet twice a step.
//
// The batch is shared out by examples on the way through the network and back, by rows of the weights when
// gradients are summed and applied. Each example is on its own and each row is summed in ascending order of
// the examples by one thread: results do not depend on how many threads there are.
#include <cmath>
#include <type_traits>
#include "engine.h"
#include "scorefield_cpu.h"

namespace scorefield {

namespace {

// Memory that a chunk of a batch may take up. Larger batches are cut into chunks.
constexpr size_t CHUNK_BYTES = 64u << 20;
constexpr int32_t LARGEST_CHUNK = 4096;

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
  int32_t most = (size + target.tile - 1) / target.tile + parts;
  plan.tiles = carver.take<TrainingTile>((size_t)most);
  plan.begin = carver.take<int32_t>((size_t)parts + 1);
  if (plan.tiles == nullptr) {
    return;
  }
  int32_t tiles = 0;
  for (int part = 0; part < parts; part++) {
    plan.begin[part] = tiles;
    int32_t from = share(size, target.lanes, part, parts);
    int32_t to = share(size, target.lanes, part + 1, parts);
    int32_t vectors = (to - from + target.lanes - 1) / target.lanes;
    int32_t per_tile = target.tile / target.lanes;
    int32_t pieces = (vectors + per_tile - 1) / per_tile;
    for (int32_t piece = 0; piece < pieces; piece++) {
      int32_t a = from + vectors * piece / pieces * target.lanes;
      int32_t b = from + vectors * (piece + 1) / pieces * target.lanes;
      TrainingTile& tile = plan.tiles[tiles++];
      tile.from = a;
      tile.count = (b < to ? b : to) - a;
      size_t columns = (size_t)((tile.count + target.lanes - 1) / target.lanes * target.lanes);
      for (int layer = 0; layer < shape.layers; layer++) {
        tile.delta[layer] = tile_memory.take<float>((size_t)shape.out(layer) * (size_t)target.tile);
        tile.inputs[layer] = tile_memory.take<float>(columns * (size_t)training.in_stride[layer]);
      }
    }
  }
  plan.begin[parts] = tiles;
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
    count += (shape.out(layer) + ROWS - 1) / ROWS;
    work += (int64_t)shape.out(layer) * (training.in_stride[layer] + 16);
  }
  blocks = carver.take<RowBlock>((size_t)count);
  block_begin = carver.take<int32_t>((size_t)threads() + 1);
  if (blocks == nullptr) {
    return;
  }
  int32_t at = 0;
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
  int64_t tiles = (int64_t)(CHUNK_BYTES / bytes);
  int64_t fits = (tiles < threads() ? threads() : tiles) * tile;
  int64_t largest = fits < LARGEST_CHUNK ? fits : LARGEST_CHUNK;
  chunk = (int32_t)(training.batch < largest ? training.batch : largest);
  bool stored = clips || !whole();
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
  // Both plans use the same memory for their tiles, one after the other.
  size_t most = (size_t)((chunk + tile - 1) / tile + threads());
  char* tile_memory = carver.take<char>(most * bytes);
  lay_out_tiles(carver, plans[0], chunk, Carver{tile_memory, 0});
  lay_out_tiles(carver, plans[1], (training.batch - 1) % chunk + 1, Carver{tile_memory, 0});
}

namespace {

// Sums of losses in four interleaved parts, whatever the chunks.
struct LossSums {
  double data[4] = {};
  double physics[4] = {};

  void add(const Training& training, int32_t count) {
    for (int32_t s = 0; s < count; s++) {
      data[s & 3] += training.data_loss[s];
    }
    for (int32_t s = 0; training.physics.slots > 0 && s < count; s++) {
      physics[s & 3] += training.physics_loss[s];
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
  adam.keep = (float)call.adam[4];
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

// One optimiser step; false where its loss is not finite. All threads come to the same answer.
bool run_step(TrainingCall& call, int thread, int32_t number) {
  Training& training = call.training;
  const Target& target = *call.engine->target;
  Barrier& barrier = call.engine->pool->barrier();
  int64_t step = call.step + number;
  const int32_t* examples = call.examples + (ptrdiff_t)number * training.batch;
  uint64_t first = (uint64_t)step * (uint64_t)training.batch;
  LossSums sums;
  bool stored = training.gradient != nullptr;
  for (int32_t from = 0; from < training.batch; from += call.chunk) {
    const ChunkPlan& plan = call.plans[from + call.chunk <= training.batch ? 0 : 1];
    for (int32_t t = plan.begin[thread]; t < plan.begin[thread + 1]; t++) {
      target.training_tile(
          training, plan.tiles[t], first + (uint64_t)from, examples + from, call.engine->memory[thread]);
    }
    barrier.meet();
    sums.add(training, plan.size);
    if (stored) {
      for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
        RowBlock rows = call.blocks[b];
        target.gradient_rows(
            training, rows, plan.tiles, plan.begin[call.threads()], from == 0,
            training.gradient + training.weight_at[rows.layer] +
                (size_t)rows.from * (size_t)training.in_stride[rows.layer],
            training.bias_sums + 4 * (training.bias_sum_at[rows.layer] + (size_t)rows.from));
      }
      if (!call.whole()) {
        barrier.meet();
      }
    }
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
  double clip = call.clips ? clip_factor(call, thread) : 1.0;
  AdamStep adam = adam_step(call, step + 1, call.learning_rates[number], clip);
  for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
    RowBlock rows = call.blocks[b];
    float* bias_sums = training.bias_sums + 4 * (training.bias_sum_at[rows.layer] + (size_t)rows.from);
    float* gradient = call.scratch[thread];
    if (stored) {
      gradient = training.gradient + training.weight_at[rows.layer] +
                 (size_t)rows.from * (size_t)training.in_stride[rows.layer];
    } else {
      target.gradient_rows(
          training, rows, call.plans[0].tiles, call.plans[0].begin[call.threads()], true, gradient, bias_sums);
    }
    target.adam_rows(training, adam, rows, gradient, bias_sums);
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
  if (call->memory == nullptr ||
      !engine->reserve(engine->target->tile_bytes(training.shape, training.physics))) {
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
