// Engines, forward noising, and what tests ask for.
#include "engine.h"
#include "scorefield_cpu.h"

using namespace scorefield;

namespace {

// Whether the processor has what the code of a target was compiled for.
const Target* find_target(const char* name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  // Half precision is never the default.
  if (avx512 && __builtin_cpu_supports("avx512bf16") && name != nullptr && strcmp(name, "avx512bf16") == 0) {
    return avx512bf16_target();
  }
  if (avx512 && (name == nullptr || strcmp(name, "avx512") == 0)) {
    return avx512_target();
  }
  if (avx2 && (name == nullptr || strcmp(name, "avx2") == 0)) {
    return avx2_target();
  }
#endif
  if (name == nullptr || strcmp(name, "portable") == 0) {
    return portable_target();
  }
  return nullptr;
}

struct NoiseJob {
  Engine* engine;
  const NoiseRow* table;
  const int32_t* rows;
  const float* x0;
  uint64_t seed;
  uint64_t first;
  int64_t count;
  int32_t dimension;
  int32_t conditions;
  float* xt;
  std::atomic<int64_t> next{0};
};

struct PeakJob {
  Engine* engine;
  int64_t rounds;
  std::atomic<int64_t> operations{0};
};

double run_peak(PeakJob& job) {
  job.operations = 0;
  double start = seconds_now();
  job.engine->pool->run(
      [](void* context, int) {
        PeakJob& job = *static_cast<PeakJob*>(context);
        alignas(64) float sink[16] = {0.5f, 1.0f};
        job.operations += (int64_t)job.engine->target->peak(job.rounds, sink);
      },
      &job);
  return seconds_now() - start;
}

}  // namespace

int32_t sf_interface() { return SF_INTERFACE; }

int32_t sf_row_bytes(int32_t table) {
  constexpr size_t BYTES[] = {sizeof(NoiseRow), sizeof(StepRow), sizeof(TapeRow), sizeof(PhysicsTerm), sizeof(ProgramStep),
                              sizeof(MapOperand), sizeof(MapCompute), sizeof(LinkTable), sizeof(ProgramTable)};
  return (int32_t)BYTES[table];
}

Engine* sf_engine_create(int32_t threads, const char* target) {
  const Target* found = find_target(target);
  Engine* engine = found == nullptr ? nullptr : create_object<Engine>();
  if (engine == nullptr) {
    return nullptr;
  }
  engine->target = found;
  engine->pool = Pool::create(threads);
  if (engine->pool != nullptr) {
    engine->memory = static_cast<char**>(calloc((size_t)threads, sizeof(char*)));
  }
  if (engine->memory == nullptr) {
    destroy_object(engine);
    return nullptr;
  }
  return engine;
}

void sf_engine_destroy(Engine* engine) { destroy_object(engine); }

const char* sf_engine_target(const Engine* engine) { return engine->target->name; }

int32_t sf_engine_tile(const Engine* engine) { return engine->target->tile; }

void sf_forward_noise(
    Engine* engine, const NoiseRow* table, const int32_t* rows, const float* x0, uint64_t seed,
    uint64_t first, int64_t count, int32_t dimension, int32_t conditions, float* xt) {
  NoiseJob job{engine, table, rows, x0, seed, first, count, dimension, conditions, xt};
  engine->pool->run(
      [](void* context, int) {
        NoiseJob& job = *static_cast<NoiseJob*>(context);
        const int64_t tile = job.engine->target->tile;
        const int64_t stretch = 64 * tile;
        for (int64_t from; (from = job.next.fetch_add(stretch)) < job.count;) {
          for (int64_t at = from; at < job.count && at < from + stretch; at += tile) {
            int32_t here = (int32_t)(job.count - at < tile ? job.count - at : tile);
            job.engine->target->forward_noise_tile(
                job.table, job.rows + at, job.x0 + at * job.dimension, job.seed, job.first + (uint64_t)at,
                here, job.dimension, job.conditions, job.xt + at * job.dimension);
          }
        }
      },
      &job);
}

void sf_elementary(const Engine* engine, int32_t function, const float* x, float* y, int64_t count) {
  engine->target->elementary(function, x, y, count);
}

void sf_normals(
    const Engine* engine, uint64_t seed, uint64_t first, int64_t count, uint32_t block, uint32_t stream,
    float* z) {
  engine->target->normals(seed, first, count, block, stream, z);
}

double sf_peak(Engine* engine, double seconds) {
  PeakJob job{engine, 1 << 16};
  double trial = run_peak(job);
  while (trial < 0.01 && trial < seconds) {
    job.rounds *= 2;
    trial = run_peak(job);
  }
  job.rounds = (int64_t)((double)job.rounds * seconds / trial) + 1;
  double time = run_peak(job);
  return (double)job.operations / time;
}
