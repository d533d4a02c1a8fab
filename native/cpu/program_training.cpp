// Trainings of network programs: the gradients of groups of examples, added pairwise, then Adam on flat parameters.
//
// Groups and the order of every sum are fixed by program, batch and instruction set: results do not depend on how many
// threads there are.
#include <cmath>
#include "conflict_free.cuh"
#include "scorefield_cpu.h"
#include "steps.h"

namespace scorefield {

// Parameters that a thread takes at once where sums over examples are done.
constexpr int64_t SLICE = 1024;

// At most so many groups: a larger batch has larger groups.
constexpr int32_t MOST_PROGRAM_GROUPS = 32;

struct ProgramSession : Steps {
  int64_t padded = 0;      // parameters, and zeros up to a whole slice
  int32_t group = 0;       // examples of one
  int32_t groups = 0;
  float* group_gradient = nullptr;  // [groups][padded]
  float* gradient = nullptr;        // [padded]
  float* data_gradient = nullptr;   // [padded], where the terms are combined
  float* data_loss = nullptr;       // [batch]
  float* physics_loss = nullptr;    // [batch]
  double* products = nullptr;       // [slices][3]

  int64_t slices() const { return padded / SLICE; }

  void lay_out(Carver& carver) {
    size_t numbers = (size_t)padded;
    training.parameters = carver.take<float>(numbers);
    training.first_moment = carver.take<float>(numbers);
    training.second_moment = carver.take<float>(numbers);
    training.average = carver.take<float>(numbers);
    group_gradient = carver.take<float>((size_t)groups * numbers);
    gradient = carver.take<float>(numbers);
    data_gradient = carver.take<float>(conflict_free ? numbers : 0);
    data_loss = carver.take<float>((size_t)training.batch + SF_PADDING);
    physics_loss = carver.take<float>((size_t)training.batch + SF_PADDING);
    products = carver.take<double>(3 * (size_t)slices());
  }

  // Losses are written by whole vectors.
  static constexpr size_t SF_PADDING = 64;
};

namespace {

// The gradient of a term, of every group by one thread; then all of it by slices. Meets the other threads twice.
void sum_groups(
    ProgramSession& session, int thread, Term term, uint64_t first, const int32_t* examples, float* gradient) {
  Training& training = session.training;
  const Target& target = *session.engine->target;
  Pool& pool = *session.engine->pool;
  int32_t tile_size = target.program_tile(*training.program);
  for (int32_t g = thread; g < session.groups; g += pool.threads()) {
    float* sum = session.group_gradient + (int64_t)g * session.padded;
    memset(sum, 0, (size_t)session.padded * sizeof(float));
    int32_t end = (g + 1) * session.group < training.batch ? (g + 1) * session.group : training.batch;
    for (int32_t from = g * session.group; from < end; from += tile_size) {
      ExampleTile tile = {};
      tile.from = from;
      tile.count = end - from < tile_size ? end - from : tile_size;
      tile.data_loss = session.data_loss + from;
      tile.physics_loss = session.physics_loss + from;
      target.program_training_tile(training, tile, term, first, examples, session.engine->memory[thread], sum);
    }
  }
  pool.barrier().meet();
  for (int64_t slice = thread; slice < session.slices(); slice += pool.threads()) {
    float* parts = session.group_gradient + slice * SLICE;
    for (int32_t distance = 1; distance < session.groups; distance *= 2) {
      for (int32_t a = 0; a + distance < session.groups; a += 2 * distance) {
        float* to = parts + a * session.padded;
        const float* other = parts + (a + distance) * session.padded;
        for (int64_t i = 0; i < SLICE; i++) {
          to[i] += other[i];
        }
      }
    }
    memcpy(gradient + slice * SLICE, parts, SLICE * sizeof(float));
  }
  pool.barrier().meet();
}

double dot(const float* a, const float* b) {
  double sum = 0;
  for (int64_t i = 0; i < SLICE; i++) {
    sum += (double)a[i] * b[i];
  }
  return sum;
}

// Sums over all parameters of data x data, data x other, other x other; `data` may be the other. Meets the other threads
// twice.
void scalar_products(ProgramSession& session, int thread, const float* data, const float* other, double* sums) {
  Pool& pool = *session.engine->pool;
  for (int64_t slice = thread; slice < session.slices(); slice += pool.threads()) {
    const float* a = data + slice * SLICE;
    const float* b = other + slice * SLICE;
    double* products = session.products + 3 * slice;
    products[0] = dot(a, a);
    products[1] = a == b ? products[0] : dot(a, b);
    products[2] = a == b ? products[0] : dot(b, b);
  }
  pool.barrier().meet();
  for (int64_t i = 0; i < 3 * session.slices(); i++) {
    sums[i % 3] += session.products[i];
  }
  pool.barrier().meet();
}

void combine(ProgramSession& session, int thread) {
  double sums[3] = {};
  scalar_products(session, thread, session.data_gradient, session.gradient, sums);
  Factors factors = conflict_free(sums[0], sums[1], sums[2]);
  float of_data = (float)factors.data;
  float of_physics = (float)factors.physics;
  Pool& pool = *session.engine->pool;
  for (int64_t slice = thread; slice < session.slices(); slice += pool.threads()) {
    for (int64_t i = slice * SLICE; i < (slice + 1) * SLICE; i++) {
      session.gradient[i] = of_data * session.data_gradient[i] + of_physics * session.gradient[i];
    }
  }
  pool.barrier().meet();
}

// One optimiser step; false where its loss is not finite. All threads come to the same answer.
bool run_step(ProgramSession& session, int thread, int32_t number) {
  Training& training = session.training;
  Pool& pool = *session.engine->pool;
  const int32_t* examples = session.examples_of(number);
  uint64_t first = session.first_example(number);
  if (session.conflict_free) {
    sum_groups(session, thread, Term::DATA, first, examples, session.data_gradient);
    sum_groups(session, thread, Term::PHYSICS, first, examples, session.gradient);
  } else {
    sum_groups(session, thread, Term::BOTH, first, examples, session.gradient);
  }
  double data = 0;
  double physics = 0;
  for (int32_t s = 0; s < training.batch; s++) {
    data += session.data_loss[s];
    physics += training.physics.slots > 0 ? session.physics_loss[s] : 0;
  }
  data /= training.batch;
  physics /= training.batch;
  if (!session.account(thread, number, data, physics)) {
    return false;
  }
  if (session.conflict_free) {
    combine(session, thread);
  }
  AdamStep adam = session.adam[number];
  adam.gradient_scale = 1;
  if (session.clips) {
    double sums[3] = {};
    scalar_products(session, thread, session.gradient, session.gradient, sums);
    double factor = session.max_gradient_norm / std::sqrt(sums[0]);
    adam.gradient_scale = (float)(factor < 1 ? factor : 1);
  }
  for (int64_t slice = thread; slice < session.slices(); slice += pool.threads()) {
    session.engine->target->adam_flat(training, adam, session.gradient, slice * SLICE, (slice + 1) * SLICE);
  }
  pool.barrier().meet();
  return true;
}

}  // namespace

}  // namespace scorefield

using namespace scorefield;

ProgramSession* sf_program_training_create(
    Engine* engine, const ProgramTable* program, const NoiseRow* table, int32_t table_rows, const float* features,
    const float* data, int32_t conditions, int32_t paired, int32_t part_points, int32_t part_rows, int32_t batch, uint64_t seed,
    double max_gradient_norm, int32_t averages, int64_t step,
    const float* parameters, const float* average, const float* first_moment, const float* second_moment,
    const PhysicsTerm* physics, int32_t conflict_free) {
  ProgramSession* session = create_object<ProgramSession>();
  if (session == nullptr) {
    return nullptr;
  }
  session->begin(
      engine, table, table_rows, features, data, conditions, paired, part_points, part_rows, batch, seed, max_gradient_norm, averages, step, physics,
      conflict_free);
  Training& training = session->training;
  training.shape = shape_of(*program);
  training.program = program;
  int32_t tile = engine->target->program_tile(*program);
  int32_t share = (batch + MOST_PROGRAM_GROUPS - 1) / MOST_PROGRAM_GROUPS;
  session->group = (share + tile - 1) / tile * tile;
  session->groups = (batch + session->group - 1) / session->group;
  session->padded = (program->parameters + SLICE - 1) / SLICE * SLICE;
  session->padded = session->padded == 0 ? SLICE : session->padded;
  Carver counter{nullptr, 0};
  session->lay_out(counter);
  session->memory = allocate(counter.used);
  if (session->memory == nullptr || !engine->reserve(engine->target->program_training_bytes(training))) {
    destroy_object(session);
    return nullptr;
  }
  Carver carver{session->memory, 0};
  session->lay_out(carver);
  size_t bytes = (size_t)program->parameters * sizeof(float);
  memcpy(training.parameters, parameters, bytes);
  memcpy(training.average, average, bytes);
  memcpy(training.first_moment, first_moment, bytes);
  memcpy(training.second_moment, second_moment, bytes);
  return session;
}

int32_t sf_program_training_advance(
    ProgramSession* session, int32_t steps, const int32_t* examples, const AdamStep* adam, double* data_losses,
    double* physics_losses) {
  return advance<ProgramSession, run_step>(*session, steps, examples, adam, data_losses, physics_losses);
}

int64_t sf_program_training_step(const ProgramSession* session) { return session->step; }

void sf_program_training_state(
    const ProgramSession* session, float* parameters, float* average, float* first_moment, float* second_moment) {
  const Training& training = session->training;
  size_t bytes = (size_t)training.program->parameters * sizeof(float);
  memcpy(parameters, training.parameters, bytes);
  memcpy(average, session->average(), bytes);
  memcpy(first_moment, training.first_moment, bytes);
  memcpy(second_moment, training.second_moment, bytes);
}

void sf_program_training_destroy(ProgramSession* session) { destroy_object(session); }
