// Sampling calls: packs a network and a program once, then runs blocks of samples on all threads.
#include "engine.h"
#include "scorefield_cpu.h"

namespace scorefield {

struct SamplingCall {
  Engine* engine = nullptr;
  int32_t tile = 0;  // samples of the largest tile
  Sampling sampling = {};
  char* memory = nullptr;

  ~SamplingCall() { free_aligned(memory); }
};

namespace {

// The place of every part, in memory of the call's own.
struct Parts {
  float* weights[MAX_LAYERS];
  float* transposed[MAX_LAYERS];
  float* bias[MAX_LAYERS];
  int32_t* bias_of_row;

  Parts(Carver& carver, const Shape& shape, int32_t rows, bool gradients) {
    for (int layer = 0; layer < shape.layers; layer++) {
      size_t in = layer == 0 ? (size_t)shape.dimension : (size_t)shape.in(layer);
      size_t out = (size_t)shape.out(layer);
      weights[layer] = carver.take<float>(in * out);
      transposed[layer] = carver.take<float>(gradients ? in * out : 0);
      bias[layer] = carver.take<float>(out);
    }
    bias_of_row = carver.take<int32_t>((size_t)rows);
  }
};

struct BlockJob {
  SamplingCall* call;
  SampleBlock block;
  int32_t tile;
  Failure* failures;  // [threads]
  int64_t* fallen;    // [threads]
  std::atomic<int64_t> next{0};
};

void run_block(void* context, int thread) {
  BlockJob& job = *static_cast<BlockJob*>(context);
  Engine& engine = *job.call->engine;
  Failure& lowest = job.failures[thread];
  lowest = Failure{-1, 0};
  job.fallen[thread] = 0;
  for (int64_t at; (at = job.next.fetch_add(job.tile)) < job.block.count;) {
    int32_t here = (int32_t)(job.block.count - at < job.tile ? job.block.count - at : job.tile);
    Failure failure;
    engine.target->sample_tile(job.call->sampling, job.block, at, here, engine.memory[thread], &failure, &job.fallen[thread]);
    // Tiles are taken in ascending order, so a thread's first failure is its lowest.
    if (failure.row >= 0) {
      lowest = failure;
      return;
    }
  }
}

}  // namespace

// The tile for so many samples: full, unless threads would go idle.
static int32_t tile_for(const SamplingCall& call, int64_t count) {
  const Engine& engine = *call.engine;
  int64_t lanes = engine.target->lanes;
  int64_t threads = engine.pool->threads();
  int64_t share = ((count + threads - 1) / threads + lanes - 1) / lanes * lanes;
  return (int32_t)(share < call.tile ? (share < lanes ? lanes : share) : call.tile);
}

}  // namespace scorefield

using namespace scorefield;

SamplingCall* sf_sampling_create(
    Engine* engine, const int32_t* shape_numbers, const ProgramTable* program, const float* parameters, const StepRow* rows,
    int32_t row_count, const float* row_bias, float prior_scale, const float* given, int32_t given_count, uint64_t seed,
    const PhysicsTerm* physics, const float* bounds) {
  SamplingCall* call = create_object<SamplingCall>();
  if (call == nullptr) {
    return nullptr;
  }
  call->engine = engine;
  Sampling& sampling = call->sampling;
  sampling.shape = program != nullptr ? shape_of(*program) : shape_of(shape_numbers);
  sampling.program = program;
  sampling.parameters = parameters;
  call->tile = program != nullptr ? engine->target->program_tile(*program) : engine->target->tile;
  sampling.physics = *physics;
  sampling.bounds = bounds;
  sampling.rows = rows;
  sampling.row_count = row_count;
  sampling.prior_scale = prior_scale;
  sampling.given = given;
  sampling.given_count = given_count;
  sampling.seed = seed;
  const Shape& shape = sampling.shape;
  for (int32_t r = 0; r < row_count; r++) {
    sampling.uses |= rows[r].uses;
    sampling.has_gradients |= (rows[r].uses & USES_GRADIENT) && (rows[r].uses & ESTIMATES_BY_NETWORK);
    sampling.has_gradients |= (rows[r].uses & DIVERGES) != 0;
  }
  Carver counter{nullptr, 0};
  Parts(counter, shape, row_count, sampling.has_gradients);
  call->memory = allocate(counter.used);
  if (call->memory == nullptr || !engine->reserve(engine->target->tile_bytes(sampling))) {
    destroy_object(call);
    return nullptr;
  }
  Carver carver{call->memory, 0};
  Parts parts(carver, shape, row_count, sampling.has_gradients);
  const float* layer_parameters = parameters;
  for (int layer = 0; layer < shape.layers; layer++) {
    int in = shape.in(layer);
    int out = shape.out(layer);
    int inputs = layer == 0 ? shape.dimension : in;
    auto pack = shape.between_hidden(layer) ? engine->target->pack_hidden : engine->target->pack;
    pack(layer_parameters, in, 1, out, inputs, parts.weights[layer]);
    if (sampling.has_gradients) {
      engine->target->pack(layer_parameters, 1, in, inputs, out, parts.transposed[layer]);
    }
    const float* bias = layer_parameters + (ptrdiff_t)in * out;
    memcpy(parts.bias[layer], bias, (size_t)out * sizeof(float));
    layer_parameters = bias + out;
    sampling.weights[layer] = parts.weights[layer];
    sampling.transposed[layer] = parts.transposed[layer];
    sampling.bias[layer] = parts.bias[layer];
  }
  int32_t network_row = 0;
  for (int32_t r = 0; r < row_count; r++) {
    parts.bias_of_row[r] = (rows[r].uses & USES_NETWORK) ? network_row++ : 0;
  }
  sampling.row_bias = row_bias;
  sampling.row_features = row_bias;
  sampling.bias_of_row = parts.bias_of_row;
  return call;
}

int32_t sf_sampling_run(
    SamplingCall* call, uint64_t first, int64_t count, const float* initial, const int32_t* snapshot_rows,
    int32_t snapshot_count, float* snapshots, float* samples, float* divergence, uint64_t* failed,
    int64_t* fallen) {
  Engine& engine = *call->engine;
  int threads = engine.pool->threads();
  Failure* failures = static_cast<Failure*>(alloca(sizeof(Failure) * (size_t)threads));
  int64_t* fallen_of = static_cast<int64_t*>(alloca(sizeof(int64_t) * (size_t)threads));
  BlockJob job{
      call,
      SampleBlock{first, count, initial, snapshot_rows, snapshot_count, snapshots, samples, divergence},
      tile_for(*call, count),
      failures,
      fallen_of};
  engine.pool->run(run_block, &job);
  Failure lowest = {-1, 0};
  *fallen = 0;
  for (int thread = 0; thread < threads; thread++) {
    *fallen += fallen_of[thread];
  }
  for (int thread = 0; thread < threads; thread++) {
    if (failures[thread].row >= 0 && (lowest.row < 0 || failures[thread].sample < lowest.sample)) {
      lowest = failures[thread];
    }
  }
  *failed = lowest.sample;
  return lowest.row;
}

void sf_sampling_destroy(SamplingCall* call) { destroy_object(call); }

int32_t sf_evaluate(
    Engine* engine, const int32_t* shape, const ProgramTable* program, const float* parameters,
    const float* first_bias, const float* x,
    int64_t count, float* output) {
  // A program of one row, of which only the network is run.
  StepRow row = {};
  row.uses = USES_NETWORK;
  PhysicsTerm none = {};
  SamplingCall* call =
      sf_sampling_create(engine, shape, program, parameters, &row, 1, first_bias, 0.0f, nullptr, 0, 0, &none, nullptr);
  if (call == nullptr) {
    return 1;
  }
  BlockJob job{
      call, SampleBlock{0, count, x, nullptr, 0, nullptr, output, nullptr}, tile_for(*call, count), nullptr, nullptr};
  engine->pool->run(
      [](void* context, int thread) {
        BlockJob& job = *static_cast<BlockJob*>(context);
        const Sampling& sampling = job.call->sampling;
        int64_t dimension = sampling.shape.dimension;
        for (int64_t at; (at = job.next.fetch_add(job.tile)) < job.block.count;) {
          int32_t here = (int32_t)(job.block.count - at < job.tile ? job.block.count - at : job.tile);
          job.call->engine->target->evaluate_tile(
              sampling, job.block.initial + at * dimension, here, job.call->engine->memory[thread],
              job.block.samples + at * dimension);
        }
      },
      &job);
  sf_sampling_destroy(call);
  return 0;
}
