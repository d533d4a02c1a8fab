// Trainings: many optimiser steps in one call, shared between threads that meet a few times a step. training_call.h says
// how.
#include <cmath>
#include <type_traits>
#include "conflict_free.cuh"
#include "training_call.h"

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
double row_product(const TrainingCall& call, const float* a, const float* b, int layer, int32_t r) {
  const Training& training = call.training;
  size_t at = training.weight_at[layer] + (size_t)r * (size_t)training.in_stride[layer];
  return call.engine->target->dot_of_row(a + at, b + at, training.shape.in(layer));
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
          row_product(call, training.gradient, training.gradient, rows.layer, r) + bias * bias;
    }
  }
  call.engine->pool->barrier().meet();
  double squares = 0;
  int last = training.shape.layers - 1;
  size_t outputs = training.bias_sum_at[last] + (size_t)training.shape.out(last);
  for (size_t i = 0; i < outputs; i++) {
    squares += training.row_squares[i];
  }
  double factor = call.max_gradient_norm / std::sqrt(squares);
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
          training, tile, Term::BOTH, first + (uint64_t)from, examples + from, call.engine->memory[thread]);
      bool begins = from == 0 && tile.from == tile.group * GROUP;
      float* gradient = call.group_gradient + (size_t)tile.group * call.group_floats;
      for (int layer = 0; layer < training.shape.layers; layer++) {
        RowBlock rows{layer, 0, training.shape.out(layer)};
        target.gradient_rows(
            training, rows, &tile, 1, begins, false, rows_of(training, rows, gradient),
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
void sum_rows(
    TrainingCall& call, int thread, Term term, uint64_t first, const int32_t* examples, float* gradient,
    float* bias_sums, LossSums& sums) {
  Training& training = call.training;
  const Target& target = *call.engine->target;
  Barrier& barrier = call.engine->pool->barrier();
  for (int32_t from = 0; from < training.batch; from += call.chunk) {
    const ChunkPlan& plan = call.plans[from + call.chunk <= training.batch ? 0 : 1];
    for (int32_t t = plan.begin[thread]; t < plan.begin[thread + 1]; t++) {
      target.training_tile(
          training, plan.tiles[t], term, first + (uint64_t)from, examples + from, call.engine->memory[thread]);
    }
    barrier.meet();
    if (term != Term::DATA) {
      sums.add(training.data_loss, training.physics_loss, training.physics.slots > 0, plan.size);
    }
    if (gradient != nullptr) {
      for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
        RowBlock rows = call.blocks[b];
        target.gradient_rows(
            training, rows, plan.tiles, plan.begin[call.threads()], from == 0, false,
            rows_of(training, rows, gradient), bias_sums_of(training, rows, bias_sums));
        if (training.twice && term != Term::DATA) {
          target.gradient_rows(
              training, rows, plan.tiles, plan.begin[call.threads()], from == 0, true,
              rows_of(training, rows, call.second_gradient), bias_sums_of(training, rows, call.second_bias_sums));
        }
      }
      if (!call.whole() || term == Term::DATA) {
        barrier.meet();
      }
    }
  }
  for (int32_t b = call.block_begin[thread]; training.twice && term != Term::DATA && b < call.block_begin[thread + 1]; b++) {
    RowBlock rows = call.blocks[b];
    size_t count = (size_t)(rows.to - rows.from);
    auto add = [](float* to, const float* from, size_t floats) {
      for (size_t i = 0; i < floats; i++) {
        to[i] += from[i];
      }
    };
    add(rows_of(training, rows, gradient), rows_of(training, rows, call.second_gradient),
        count * (size_t)training.in_stride[rows.layer]);
    add(bias_sums_of(training, rows, bias_sums), bias_sums_of(training, rows, call.second_bias_sums), 4 * count);
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
          training, rows, &tile, 1, true, false, rows_of(training, rows, training.gradient),
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
    target.gradient_rows(training, rows, &call.layered_tiles[thread], 1, true, false, gradient, bias_sums);
  } else if (!stored) {
    target.gradient_rows(
        training, rows, call.plans[0].tiles, call.plans[0].begin[call.threads()], true, false, gradient, bias_sums);
  }
  return gradient;
}

// Replaces the gradient by the combination of those of the data (stored beside) and of physics. Meets the other threads.
void combine(TrainingCall& call, int thread) {
  const Training& training = call.training;
  for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
    RowBlock rows = call.blocks[b];
    for (int32_t r = rows.from; r < rows.to; r++) {
      size_t output = training.bias_sum_at[rows.layer] + (size_t)r;
      const float* sums = call.data_bias_sums + 4 * output;
      double data = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      sums = training.bias_sums + 4 * output;
      double physics = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      double* products = call.row_products + 3 * output;
      products[0] = row_product(call, call.data_gradient, call.data_gradient, rows.layer, r) + data * data;
      products[1] = row_product(call, call.data_gradient, training.gradient, rows.layer, r) + data * physics;
      products[2] = row_product(call, training.gradient, training.gradient, rows.layer, r) + physics * physics;
    }
  }
  call.engine->pool->barrier().meet();
  double products[3] = {};
  int last = training.shape.layers - 1;
  size_t outputs = training.bias_sum_at[last] + (size_t)training.shape.out(last);
  for (size_t i = 0; i < 3 * outputs; i++) {
    products[i % 3] += call.row_products[i];
  }
  Factors factors = conflict_free(products[0], products[1], products[2]);
  float of_data = (float)factors.data;
  float of_physics = (float)factors.physics;
  for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
    RowBlock rows = call.blocks[b];
    size_t count = (size_t)(rows.to - rows.from);
    auto mix = [&](float* physics, const float* data, size_t floats) {
      for (size_t i = 0; i < floats; i++) {
        physics[i] = of_data * data[i] + of_physics * physics[i];
      }
    };
    mix(
        rows_of(training, rows, training.gradient), rows_of(training, rows, call.data_gradient),
        count * (size_t)training.in_stride[rows.layer]);
    mix(bias_sums_of(training, rows, training.bias_sums), bias_sums_of(training, rows, call.data_bias_sums), 4 * count);
  }
  // Before the products are overwritten, all must have read them.
  call.engine->pool->barrier().meet();
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
  } else if (call.conflict_free) {
    LossSums none;
    sum_rows(call, thread, Term::DATA, first, examples, call.data_gradient, call.data_bias_sums, none);
    sum_rows(call, thread, Term::PHYSICS, first, examples, training.gradient, training.bias_sums, sums);
  } else {
    sum_rows(call, thread, Term::BOTH, first, examples, training.gradient, training.bias_sums, sums);
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
  if (call.conflict_free) {
    combine(call, thread);
  }
  double clip = 1;
  if (call.clips) {
    for (int32_t b = call.block_begin[thread]; call.groups > 0 && b < call.block_begin[thread + 1]; b++) {
      block_gradient(call, thread, call.blocks[b]);
    }
    clip = clip_factor(call, thread);
  }
  AdamStep adam = call.adam[number];
  adam.gradient_scale = (float)clip;
  for (int32_t b = call.block_begin[thread]; b < call.block_begin[thread + 1]; b++) {
    RowBlock rows = call.blocks[b];
    const float* gradient = call.clips || call.conflict_free ? rows_of(training, rows, training.gradient)
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
    const float* data, int32_t batch, uint64_t seed, double max_gradient_norm,
    int32_t averages, int64_t step,
    const float* parameters, const float* average, const float* first_moment, const float* second_moment,
    const Constraint* physics, int32_t conflict_free) {
  TrainingCall* call = create_object<TrainingCall>();
  if (call == nullptr) {
    return nullptr;
  }
  call->engine = engine;
  call->step = step;
  call->first_step = step;
  call->max_gradient_norm = max_gradient_norm;
  call->averages = averages != 0;
  call->clips = std::isfinite(max_gradient_norm);
  Training& training = call->training;
  training.shape = shape_of(shape);
  training.table = table;
  training.table_rows = table_rows;
  training.features = features;
  training.data = data;
  training.batch = batch;
  training.seed = seed;
  training.physics = *physics;
  call->conflict_free = conflict_free != 0 && physics->slots > 0;
  training.twice = false;
  for (int32_t row = 0; row < table_rows; row++) {
    training.twice |= table[row].next >= 0;
  }
  Carver counter{nullptr, 0};
  call->lay_out(counter);
  call->memory = allocate(counter.used);
  size_t tile_bytes = engine->target->training_tile_bytes(training);
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
    TrainingCall* call, int32_t steps, const int32_t* examples, const AdamStep* adam,
    double* data_losses, double* physics_losses) {
  call->steps = steps;
  call->examples = examples;
  call->adam = adam;
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
  bool averages = call->averages || call->step == call->first_step;
  copy_state(training, parameters, training.parameters);
  copy_state(training, average, averages ? training.average : training.parameters);
  copy_state(training, first_moment, training.first_moment);
  copy_state(training, second_moment, training.second_moment);
}

void sf_training_destroy(TrainingCall* call) { destroy_object(call); }
