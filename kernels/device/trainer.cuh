// One training step's forward and backward pass on a tile of examples; io.scorefield.engine.NoiseTable has the loss.
#pragma once
#include "adam.cuh"
#include "constraint.cuh"
#include "network.cuh"
#include "noise.cuh"
#include "noise_row.cuh"

SF_NAMESPACE_BEGIN

constexpr uint32_t TRAINING_NOISE = 2;
constexpr uint32_t TRAINING_ROWS = 3;

template <class Group>
struct TrainingTile {
  const Group& group;
  const TrainingCall& call;
  const Network& network;
  int64_t step;  // optimiser steps done
  int index;     // of the step in the call
  Rows input, output, seed, noise, x0, estimate, gradient, level, ping, pong, kept;
  TapeMemory tape;

  SF_DEVICE TrainingTile(const Group& g, const TrainingCall& c, const Network& n, int64_t step_number, int step_index)
      : group(g),
        call(c),
        network(n),
        step(step_number),
        index(step_index),
        input(g.rows(c.places.input)),
        output(g.rows(c.places.output)),
        seed(g.rows(c.places.seed)),
        noise(g.rows(c.places.noise)),
        x0(g.rows(c.places.x)),
        estimate(g.rows(c.places.estimate)),
        gradient(g.rows(c.places.gradient)),
        level(g.rows(c.places.level)),
        ping(g.rows(c.places.ping)),
        pong(g.rows(c.places.pong)),
        kept(g.rows(c.places.kept)),
        tape{g.rows(c.places.slots), g.rows(c.places.adjoints)} {}

  // Slots [first, first + count) of the batch (count at most the tile's); `record` begins at the tile.
  SF_DEVICE void run(int first, int count, const Record& record) {
    gather(first, count);
    int inputs = network.dimension + network.features;
    each(group, inputs, [&](int i, int s) { record.inputs(i, s) = input(i, s); });
    group.sync();
    forward(group, network, input, inputs, network.layers[0].bias, ping, pong, kept, &record, output);
    losses(first, count);
    group.sync();
    int row = network.layers[network.count - 1].delta_row;
    each(group, network.dimension, [&](int d, int s) { record.deltas(row + d, s) = seed(d, s); });
    backward(group, network, seed, ping, pong, kept, &record, Rows{nullptr, 0});
    group.sync();
  }

  // Examples, noise levels, noisy states and time features. Columns beyond the count repeat the last example.
  SF_DEVICE void gather(int first, int count) {
    int dimension = network.dimension;
    uint64_t example = (uint64_t)step * (uint64_t)call.batch + (uint64_t)first;
    each(group, 1, [&](int, int s) {
      uint32_t word = philox(call.seed, example + s, 0, TRAINING_ROWS).r[0];
      level(0, s) = float_of(to_index(word, (uint32_t)call.rows));
    });
    draw_normals(group, call.seed, example, TRAINING_NOISE, 0, dimension, noise);
    group.sync();
    each(group, dimension + network.features, [&](int i, int s) {
      uint32_t row = bits_of(level(0, s));
      if (i >= dimension) {
        input(i, s) = call.features[(int64_t)row * network.features + i - dimension];
        return;
      }
      NoiseRow noise_row = call.table[row];
      int slot = first + (s < count ? s : count - 1);
      int point = call.examples[(int64_t)index * call.batch + slot];
      float clean = call.data[(int64_t)point * dimension + i];
      float eps = noise(i, s);
      float noisy = forward_noise(noise_row.alpha, noise_row.sigma, clean, eps);
      x0(i, s) = noisy;
      noise(i, s) = target(noise_row.target_x0, noise_row.target_eps, clean, eps);
      input(i, s) = noise_row.input_scale * noisy;
    });
    group.sync();
  }

  // Losses and the gradient at the output; one thread an example. Here x0 holds x_t and noise the target.
  SF_DEVICE void losses(int first, int count) {
    int dimension = network.dimension;
    float scale = 1.0f / (float)call.batch;
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      NoiseRow row = call.table[bits_of(level(0, s))];
      float squares = 0;
      for (int d = 0; d < dimension; d++) {
        float error = output(d, s) - noise(d, s);
        squares = multiply_add(error, error, squares);
        seed(d, s) = scale * row.weight * 2.0f * error;
      }
      float physics = 0;
      if (row.physics_weight != 0.0f) {
        for (int d = 0; d < dimension; d++) {
          estimate(d, s) = multiply_add(row.x0_from_output, output(d, s), row.x0_from_x * x0(d, s));
        }
        float loss = constraint_gradient(
            call.constraint, PhysicsLoss::HALF_SQUARE, dimension, estimate, tape, gradient, s);
        physics = row.physics_weight * loss;
        for (int d = 0; d < dimension; d++) {
          float factor = scale * row.physics_weight * row.x0_from_output;
          seed(d, s) = multiply_add(factor, gradient(d, s), seed(d, s));
        }
      }
      if (s < count) {
        call.losses[first + s] = row.weight * squares;
        call.losses[call.batch + first + s] = physics;
      }
    }
  }
};

// Gradient of the parameter at (layer, o, i) over examples [from, to) of the pass, in ascending order; i = in: bias.
SF_DEVICE float parameter_gradient(const TrainingCall& call, const Layer& layer, int o, int i, int from, int to) {
  const float* delta = call.deltas + (int64_t)(layer.delta_row + o) * call.stride;
  const float* input = call.inputs + (int64_t)(layer.input_row + i) * call.stride;
  float sum = 0;
  for (int b = from; b < to; b++) {
    sum = fused(delta[b], i < layer.in ? input[b] : 1.0f, sum);
  }
  return sum;
}

// The layer that a flat parameter belongs to.
SF_DEVICE int layer_of(const Network& network, int parameter) {
  int l = network.count - 1;
  while (network.layers[l].parameter > parameter) {
    l--;
  }
  return l;
}

// The gradient of a parameter over the whole batch: chunks in ascending order.
SF_DEVICE float whole_gradient(const TrainingCall& call, int parameter) {
  float sum = load_fresh(call.partial + parameter);
  for (int c = 1; c < call.chunks; c++) {
    sum += load_fresh(call.partial + (int64_t)c * call.parameter_count + parameter);
  }
  return sum;
}

// Adam's update of a parameter, in the flat array and in the copies that products read.
SF_DEVICE void update_parameter(const TrainingCall& call, const AdamStep& adam_step, int p) {
  float parameter = call.parameters[p];
  float average = call.average[p];
  float first = call.first_moment[p];
  float second = call.second_moment[p];
  adam(adam_step, whole_gradient(call, p), parameter, first, second, average);
  call.parameters[p] = parameter;
  call.average[p] = adam_step.averages ? average : parameter;
  call.first_moment[p] = first;
  call.second_moment[p] = second;
  Layer layer = call.network.layers[layer_of(call.network, p)];
  int at = p - layer.parameter;
  if (at >= layer.in * layer.out) {
    const_cast<float*>(layer.bias)[at - layer.in * layer.out] = parameter;
  } else {
    int o = at / layer.in;
    int i = at % layer.in;
    const_cast<float*>(layer.forward)[(int64_t)i * layer.out_padded + o] = parameter;
    const_cast<float*>(layer.backward)[(int64_t)o * layer.in_padded + i] = parameter;
  }
}

// Sum over the block in a fixed order; all threads get it. `space` holds a number a thread.
SF_DEVICE double block_sum(double own, double* space) {
  int n = (int)blockDim.x;
  __syncthreads();
  space[threadIdx.x] = own;
  __syncthreads();
  for (int half = n / 2; half > 0; half /= 2) {
    if ((int)threadIdx.x < half) {
      space[threadIdx.x] += space[threadIdx.x + half];
    }
    __syncthreads();
  }
  return space[0];
}

// The losses of a batch, in a fixed order; all threads of the block get them.
SF_DEVICE void batch_losses(const TrainingCall& call, double* space, double& data, double& physics) {
  data = 0;
  physics = 0;
  for (int j = (int)threadIdx.x; j < call.batch; j += (int)blockDim.x) {
    data += load_fresh(call.losses + j);
    physics += load_fresh(call.losses + call.batch + j);
  }
  data = block_sum(data, space) / call.batch;
  physics = block_sum(physics, space) / call.batch;
}

SF_DEVICE bool goes_on(double data, double physics) { return absolute((float)(data + physics)) < INFINITY; }

// The squares of the gradient that block `number` of `blocks` sums up; all threads of the block get the sum.
SF_DEVICE double norm_part(const TrainingCall& call, int number, int blocks, double* space) {
  double squares = 0;
  for (int p = number * (int)blockDim.x + (int)threadIdx.x; p < call.parameter_count; p += blocks * (int)blockDim.x) {
    double g = whole_gradient(call, p);
    squares += g * g;
  }
  return block_sum(squares, space);
}

// The factor that brings the gradient to its largest norm.
SF_DEVICE float clipping(const TrainingCall& call) {
  double squares = 0;
  for (int b = 0; b < call.norm_blocks; b++) {
    squares += load_fresh(call.squares + b);
  }
  double norm = sqrt(squares);
  return call.max_gradient_norm > 0.0f && norm > call.max_gradient_norm ? (float)(call.max_gradient_norm / norm) : 1.0f;
}

SF_NAMESPACE_END
