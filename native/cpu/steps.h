// What every training does, whatever its network: it takes its tables, runs steps on all threads, and accounts for their
// losses.
#pragma once
#include <cmath>
#include "engine.h"

namespace scorefield {

struct Steps {
  Engine* engine = nullptr;
  Training training = {};
  char* memory = nullptr;
  int64_t step = 0;
  int64_t first_step = 0;  // with which the training began
  double max_gradient_norm = 0;
  bool averages = false;
  bool clips = false;
  bool conflict_free = false;
  // Of the call in progress.
  int32_t steps = 0;
  const int32_t* examples = nullptr;
  const AdamStep* adam = nullptr;
  double* data_losses = nullptr;
  double* physics_losses = nullptr;
  int32_t losses_written = 0;

  ~Steps() { free_aligned(memory); }

  void begin(
      Engine* on, const NoiseRow* table, int32_t table_rows, const float* features, const float* data,
      int32_t conditions, int32_t paired, int32_t part_points, int32_t part_rows, int32_t batch, uint64_t seed,
      double most_gradient_norm, int32_t with_average,
      int64_t from_step, const PhysicsTerm* physics, int32_t is_conflict_free) {
    engine = on;
    step = from_step;
    first_step = from_step;
    max_gradient_norm = most_gradient_norm;
    averages = with_average != 0;
    clips = std::isfinite(max_gradient_norm);
    training.table = table;
    training.table_rows = table_rows;
    training.features = features;
    training.data = data;
    training.conditions = conditions;
    training.paired = paired != 0;
    training.part_points = part_points;
    training.part_rows = part_rows;
    training.batch = batch;
    training.seed = seed;
    training.physics = *physics;
    conflict_free = is_conflict_free != 0 && physics->slots > 0;
    training.twice = false;
    for (int32_t row = 0; row < table_rows; row++) {
      training.twice |= table[row].next >= 0;
    }
  }

  // The points of a step of the call, and the number of its first example.
  const int32_t* examples_of(int32_t number) const { return examples + (ptrdiff_t)number * training.batch; }
  uint64_t first_example(int32_t number) const {
    return (uint64_t)(step + number) * (uint64_t)training.batch;
  }

  // Takes the losses of a step of the call; whether they are finite, to which all threads have the same answer.
  bool account(int thread, int32_t number, double data, double physics) {
    if (thread == 0) {
      data_losses[number] = data;
      physics_losses[number] = physics;
      losses_written = number + 1;
    }
    return std::isfinite((float)(data + physics));
  }

  // Without a decay the average of weights is the weights, and is not kept.
  float* average() const { return averages || step == first_step ? training.average : training.parameters; }
};

// Runs steps until one is refused: run(session, thread, number) is false where its loss is not finite, on all threads.
// How many losses there are.
template <class Session, bool (*run)(Session&, int, int32_t)>
int32_t advance(
    Session& session, int32_t steps, const int32_t* examples, const AdamStep* adam, double* data_losses,
    double* physics_losses) {
  session.steps = steps;
  session.examples = examples;
  session.adam = adam;
  session.data_losses = data_losses;
  session.physics_losses = physics_losses;
  session.losses_written = 0;
  struct Job {
    Session* session;
    int32_t done;  // only the first thread counts
  } job{&session, 0};
  session.engine->pool->run(
      [](void* context, int thread) {
        Job& job = *static_cast<Job*>(context);
        for (int32_t number = 0; number < job.session->steps; number++) {
          if (!run(*job.session, thread, number)) {
            break;
          }
          if (thread == 0) {
            job.done++;
          }
        }
      },
      &job);
  session.step += job.done;
  return session.losses_written;
}

}  // namespace scorefield
