// Trainings: many optimiser steps in one call, shared between threads that meet a few times a step. training_session.h says
// how.
#include <cmath>
#include <type_traits>
#include "conflict_free.cuh"
#include "training_session.h"

namespace scorefield {

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

// The scalar product of row r of a layer in two arrays of the parameters' layout.
double row_product(const TrainingSession& session, const float* a, const float* b, int layer, int32_t r) {
  const Training& training = session.training;
  size_t at = training.weight_at[layer] + (size_t)r * (size_t)training.in_stride[layer];
  return session.engine->target->dot_of_row(a + at, b + at, training.shape.in(layer));
}

// The factor that brings the gradient's norm down to the limit. Meets the other threads.
double clip_factor(TrainingSession& session, int thread) {
  const Training& training = session.training;
  for (int32_t b = session.block_begin[thread]; b < session.block_begin[thread + 1]; b++) {
    RowBlock rows = session.blocks[b];
    for (int32_t r = rows.from; r < rows.to; r++) {
      size_t output = training.bias_sum_at[rows.layer] + (size_t)r;
      const float* sums = training.bias_sums + 4 * output;
      double bias = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      training.row_squares[output] =
          row_product(session, training.gradient, training.gradient, rows.layer, r) + bias * bias;
    }
  }
  session.engine->pool->barrier().meet();
  double squares = 0;
  int last = training.shape.layers - 1;
  size_t outputs = training.bias_sum_at[last] + (size_t)training.shape.out(last);
  for (size_t i = 0; i < outputs; i++) {
    squares += training.row_squares[i];
  }
  double factor = session.max_gradient_norm / std::sqrt(squares);
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
void sum_groups(TrainingSession& session, int thread, uint64_t first, const int32_t* examples) {
  Training& training = session.training;
  const Target& target = *session.engine->target;
  for (int32_t from = 0; from < training.batch; from += session.chunk) {
    const ChunkPlan& plan = session.plans[from + session.chunk <= training.batch ? 0 : 1];
    for (int32_t t = plan.begin[thread]; t < plan.begin[thread + 1]; t++) {
      const ExampleTile& tile = plan.tiles[t];
      target.training_tile(
          training, tile, Term::BOTH, first + (uint64_t)from, examples + from, session.engine->memory[thread]);
      bool begins = from == 0 && tile.from == tile.group * GROUP;
      float* gradient = session.group_gradient + (size_t)tile.group * session.group_floats;
      for (int layer = 0; layer < training.shape.layers; layer++) {
        RowBlock rows{layer, 0, training.shape.out(layer)};
        target.gradient_rows(
            training, rows, &tile, 1, begins, false, rows_of(training, rows, gradient),
            bias_sums_of(training, rows, gradient + session.group_bias_at));
      }
      double* losses = session.group_losses + GROUP_LOSSES * tile.group;
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
  for_each_pair(session.groups, [&](int32_t a, int32_t b, int32_t end) {
    if (a >= session.group_begin(thread) && end <= session.group_begin(thread + 1)) {
      SumTree pair = {2, {a, b}, 1, {{a, b}}};
      target.add_parts(
          session.group_gradient, session.group_floats, pair, session.group_floats,
          session.group_gradient + (size_t)a * session.group_floats);
    }
  });
}

// Activations and deltas of all examples, chunk by chunk; where gradients are stored, the gradients of the
// thread's rows too.
void sum_rows(
    TrainingSession& session, int thread, Term term, uint64_t first, const int32_t* examples, float* gradient,
    float* bias_sums, LossSums& sums) {
  Training& training = session.training;
  const Target& target = *session.engine->target;
  Barrier& barrier = session.engine->pool->barrier();
  for (int32_t from = 0; from < training.batch; from += session.chunk) {
    const ChunkPlan& plan = session.plans[from + session.chunk <= training.batch ? 0 : 1];
    for (int32_t t = plan.begin[thread]; t < plan.begin[thread + 1]; t++) {
      target.training_tile(
          training, plan.tiles[t], term, first + (uint64_t)from, examples + from, session.engine->memory[thread]);
    }
    barrier.meet();
    if (term != Term::DATA) {
      sums.add(training.data_loss, training.physics_loss, training.physics.slots > 0, plan.size);
    }
    if (gradient != nullptr) {
      for (int32_t b = session.block_begin[thread]; b < session.block_begin[thread + 1]; b++) {
        RowBlock rows = session.blocks[b];
        target.gradient_rows(
            training, rows, plan.tiles, plan.begin[session.threads()], from == 0, false,
            rows_of(training, rows, gradient), bias_sums_of(training, rows, bias_sums));
        if (training.twice && term != Term::DATA) {
          target.gradient_rows(
              training, rows, plan.tiles, plan.begin[session.threads()], from == 0, true,
              rows_of(training, rows, session.second_gradient), bias_sums_of(training, rows, session.second_bias_sums));
        }
      }
      if (!session.whole() || term == Term::DATA) {
        barrier.meet();
      }
    }
  }
  for (int32_t b = session.block_begin[thread]; training.twice && term != Term::DATA && b < session.block_begin[thread + 1]; b++) {
    RowBlock rows = session.blocks[b];
    size_t count = (size_t)(rows.to - rows.from);
    auto add = [](float* to, const float* from, size_t floats) {
      for (size_t i = 0; i < floats; i++) {
        to[i] += from[i];
      }
    };
    add(rows_of(training, rows, gradient), rows_of(training, rows, session.second_gradient),
        count * (size_t)training.in_stride[rows.layer]);
    add(bias_sums_of(training, rows, bias_sums), bias_sums_of(training, rows, session.second_bias_sums), 4 * count);
  }
}

// The whole batch through the thread's rows of every layer and back, meeting the others after each layer.
void pass_layers(TrainingSession& session, int thread, uint64_t first, const int32_t* examples, LossSums& sums) {
  Training& training = session.training;
  const Target& target = *session.engine->target;
  Barrier& barrier = session.engine->pool->barrier();
  const ExampleTile& tile = session.layered_tiles[thread];
  char* memory = session.engine->memory[thread];
  int last = training.shape.layers - 1;
  target.layered_gather(training, tile, first, examples, memory);
  for (int layer = 0; layer < last; layer++) {
    target.layered_forward(training, tile, session.own_rows(layer, thread), memory);
    barrier.meet();
  }
  // The last layer is so small that every thread computes all of it, and the losses.
  target.layered_forward(training, tile, RowBlock{last, 0, training.shape.out(last)}, memory);
  target.layered_losses(training, tile, memory);
  sums.add(tile.data_loss, tile.physics_loss, training.physics.slots > 0, tile.count);
  for (int layer = last; layer > 0; layer--) {
    RowBlock below = session.own_rows(layer - 1, thread);
    ptrdiff_t at = (ptrdiff_t)below.from * training.layered_stride;
    size_t floats = (size_t)(below.to - below.from) * (size_t)training.layered_stride;
    if (layer == last) {
      target.layered_backward(
          training, tile, RowBlock{last, 0, training.shape.out(last)}, below.from, below.to,
          tile.delta[last - 1]);
    } else {
      // Every part of the outputs adds something to the gradient of every input.
      float* parts = session.layered_sums[layer & 1];
      for (int32_t part = session.group_begin(thread); part < session.group_begin(thread + 1); part++) {
        target.layered_backward(
            training, tile, session.part_rows(layer, part, part + 1), 0, training.shape.in(layer),
            parts + (size_t)part * session.layered_apart);
      }
      for_each_pair(PARTS, [&](int32_t a, int32_t b, int32_t end) {
        if (a >= session.group_begin(thread) && end <= session.group_begin(thread + 1)) {
          SumTree pair = {2, {a, b}, 1, {{a, b}}};
          target.add_parts(
              parts, session.layered_apart, pair,
              (size_t)training.shape.in(layer) * (size_t)training.layered_stride,
              parts + (size_t)a * session.layered_apart);
        }
      });
      barrier.meet();
      target.add_parts(parts + at, session.layered_apart, session.tree, floats, tile.delta[layer - 1] + at);
    }
    target.layered_slopes(training, tile, below);
  }
  if (training.gradient != nullptr) {
    for (int32_t b = session.block_begin[thread]; b < session.block_begin[thread + 1]; b++) {
      RowBlock rows = session.blocks[b];
      target.gradient_rows(
          training, rows, &tile, 1, true, false, rows_of(training, rows, training.gradient),
          bias_sums_of(training, rows, training.bias_sums));
    }
  }
  // Before Adam changes them, all must be done with the weights of the last layer.
  barrier.meet();
}

// The gradient of a block of rows: already stored, or summed now into the thread's scratch.
const float* block_gradient(TrainingSession& session, int thread, RowBlock rows) {
  Training& training = session.training;
  const Target& target = *session.engine->target;
  bool stored = training.gradient != nullptr;
  float* gradient = stored ? rows_of(training, rows, training.gradient) : session.scratch[thread];
  float* bias_sums = bias_sums_of(training, rows, training.bias_sums);
  if (session.groups > 0) {
    size_t count = (size_t)(rows.to - rows.from);
    target.add_parts(
        rows_of(training, rows, session.group_gradient), session.group_floats, session.tree,
        count * (size_t)training.in_stride[rows.layer], gradient);
    target.add_parts(
        bias_sums_of(training, rows, session.group_gradient + session.group_bias_at), session.group_floats,
        session.tree, 4 * count, bias_sums);
  } else if (session.layered && !stored) {
    target.gradient_rows(training, rows, &session.layered_tiles[thread], 1, true, false, gradient, bias_sums);
  } else if (!stored) {
    target.gradient_rows(
        training, rows, session.plans[0].tiles, session.plans[0].begin[session.threads()], true, false, gradient, bias_sums);
  }
  return gradient;
}

// Replaces the gradient by the combination of those of the data (stored beside) and of physics. Meets the other threads.
void combine(TrainingSession& session, int thread) {
  const Training& training = session.training;
  for (int32_t b = session.block_begin[thread]; b < session.block_begin[thread + 1]; b++) {
    RowBlock rows = session.blocks[b];
    for (int32_t r = rows.from; r < rows.to; r++) {
      size_t output = training.bias_sum_at[rows.layer] + (size_t)r;
      const float* sums = session.data_bias_sums + 4 * output;
      double data = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      sums = training.bias_sums + 4 * output;
      double physics = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      double* products = session.row_products + 3 * output;
      products[0] = row_product(session, session.data_gradient, session.data_gradient, rows.layer, r) + data * data;
      products[1] = row_product(session, session.data_gradient, training.gradient, rows.layer, r) + data * physics;
      products[2] = row_product(session, training.gradient, training.gradient, rows.layer, r) + physics * physics;
    }
  }
  session.engine->pool->barrier().meet();
  double products[3] = {};
  int last = training.shape.layers - 1;
  size_t outputs = training.bias_sum_at[last] + (size_t)training.shape.out(last);
  for (size_t i = 0; i < 3 * outputs; i++) {
    products[i % 3] += session.row_products[i];
  }
  Factors factors = conflict_free(products[0], products[1], products[2]);
  float of_data = (float)factors.data;
  float of_physics = (float)factors.physics;
  for (int32_t b = session.block_begin[thread]; b < session.block_begin[thread + 1]; b++) {
    RowBlock rows = session.blocks[b];
    size_t count = (size_t)(rows.to - rows.from);
    auto mix = [&](float* physics, const float* data, size_t floats) {
      for (size_t i = 0; i < floats; i++) {
        physics[i] = of_data * data[i] + of_physics * physics[i];
      }
    };
    mix(
        rows_of(training, rows, training.gradient), rows_of(training, rows, session.data_gradient),
        count * (size_t)training.in_stride[rows.layer]);
    mix(bias_sums_of(training, rows, training.bias_sums), bias_sums_of(training, rows, session.data_bias_sums), 4 * count);
  }
  // Before the products are overwritten, all must have read them.
  session.engine->pool->barrier().meet();
}

// One optimiser step; false where its loss is not finite. All threads come to the same answer.
bool run_step(TrainingSession& session, int thread, int32_t number) {
  Training& training = session.training;
  Barrier& barrier = session.engine->pool->barrier();
  const int32_t* examples = session.examples_of(number);
  uint64_t first = session.first_example(number);
  LossSums sums;
  if (session.groups > 0) {
    sum_groups(session, thread, first, examples);
    barrier.meet();
    for (int32_t group = 0; group < session.groups; group++) {
      sums.data[0] += session.group_losses[GROUP_LOSSES * group];
      sums.physics[0] += session.group_losses[GROUP_LOSSES * group + 1];
    }
  } else if (session.layered) {
    pass_layers(session, thread, first, examples, sums);
  } else if (session.conflict_free) {
    LossSums none;
    sum_rows(session, thread, Term::DATA, first, examples, session.data_gradient, session.data_bias_sums, none);
    sum_rows(session, thread, Term::PHYSICS, first, examples, training.gradient, training.bias_sums, sums);
  } else {
    sum_rows(session, thread, Term::BOTH, first, examples, training.gradient, training.bias_sums, sums);
  }
  double data = LossSums::total(sums.data) / training.batch;
  double physics = LossSums::total(sums.physics) / training.batch;
  if (!session.account(thread, number, data, physics)) {
    return false;
  }
  if (session.conflict_free) {
    combine(session, thread);
  }
  double clip = 1;
  if (session.clips) {
    for (int32_t b = session.block_begin[thread]; session.groups > 0 && b < session.block_begin[thread + 1]; b++) {
      block_gradient(session, thread, session.blocks[b]);
    }
    clip = clip_factor(session, thread);
  }
  AdamStep adam = session.adam[number];
  adam.gradient_scale = (float)clip;
  for (int32_t b = session.block_begin[thread]; b < session.block_begin[thread + 1]; b++) {
    RowBlock rows = session.blocks[b];
    const float* gradient = session.clips || session.conflict_free ? rows_of(training, rows, training.gradient)
                                       : block_gradient(session, thread, rows);
    session.engine->target->adam_rows(
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

TrainingSession* sf_training_create(
    Engine* engine, const int32_t* shape, const NoiseRow* table, int32_t table_rows, const float* features,
    const float* data, int32_t conditions, int32_t paired, int32_t part_points, int32_t part_rows, int32_t batch, uint64_t seed,
    double max_gradient_norm,
    int32_t averages, int64_t step,
    const float* parameters, const float* average, const float* first_moment, const float* second_moment,
    const PhysicsTerm* physics, int32_t conflict_free) {
  TrainingSession* session = create_object<TrainingSession>();
  if (session == nullptr) {
    return nullptr;
  }
  session->begin(
      engine, table, table_rows, features, data, conditions, paired, part_points, part_rows, batch, seed, max_gradient_norm, averages, step, physics,
      conflict_free);
  Training& training = session->training;
  training.shape = shape_of(shape);
  Carver counter{nullptr, 0};
  session->lay_out(counter);
  session->memory = allocate(counter.used);
  size_t tile_bytes = engine->target->training_tile_bytes(training);
  size_t layered_bytes = session->layered ? engine->target->layered_bytes(training) : 0;
  if (session->memory == nullptr ||
      !engine->reserve(tile_bytes > layered_bytes ? tile_bytes : layered_bytes)) {
    destroy_object(session);
    return nullptr;
  }
  Carver carver{session->memory, 0};
  session->lay_out(carver);
  copy_state(training, parameters, training.parameters);
  copy_state(training, average, training.average);
  copy_state(training, first_moment, training.first_moment);
  copy_state(training, second_moment, training.second_moment);
  return session;
}

int32_t sf_training_advance(
    TrainingSession* session, int32_t steps, const int32_t* examples, const AdamStep* adam,
    double* data_losses, double* physics_losses) {
  return advance<TrainingSession, run_step>(*session, steps, examples, adam, data_losses, physics_losses);
}

int64_t sf_training_step(const TrainingSession* session) { return session->step; }

void sf_training_state(
    const TrainingSession* session, float* parameters, float* average, float* first_moment, float* second_moment) {
  const Training& training = session->training;
  copy_state(training, parameters, training.parameters);
  copy_state(training, average, session->average());
  copy_state(training, first_moment, training.first_moment);
  copy_state(training, second_moment, training.second_moment);
}

void sf_training_destroy(TrainingSession* session) { destroy_object(session); }
