// One training step's forward and backward pass on a tile of examples; io.scorefield.engine.NoiseTable has the loss.
#pragma once
#include "adam.cuh"
#include "example_losses.cuh"
#include "network.cuh"
#include "noise.cuh"
#include "noise_row.cuh"

SF_NAMESPACE_BEGIN

// How many evaluations of an example a gradient is summed over.
SF_DEVICE int evaluations(const TrainingCall& call) { return call.twice && call.term != Term::DATA ? 2 : 1; }

// What an example weighs in the mean of the data's losses.
SF_DEVICE float example_scale(const TrainingCall& call) {
  return call.term == Term::PHYSICS ? 0.0f : 1.0f / (float)call.batch;
}

// What a tile of examples has, in arrays of whatever order.
template <class Rows>
struct ExampleRows {
  Rows input, output, seed, noise, x0, level;
};

template <class Group>
struct TileTrainer {
  using Examples = typename Group::Examples;
  const Group& group;
  const TrainingCall& call;
  const Network& network;
  int64_t step;  // optimiser steps done
  int index;     // of the step in the call
  float* losses; // of the batch, data, then physics
  Examples input, output, seed, noise, x0, level;
  Rows estimate, gradient, ping, pong, kept, slots, adjoints;

  SF_DEVICE TileTrainer(const Group& g, const TrainingCall& c, const Network& n, int64_t step_number, int step_index)
      : TileTrainer(
            g, c, n, step_number, step_index, c.losses,
            {g.rows(c.places.input), g.rows(c.places.output), g.rows(c.places.seed), g.rows(c.places.noise),
             g.rows(c.places.x), g.rows(c.places.level)}) {}

  SF_DEVICE TileTrainer(
      const Group& g, const TrainingCall& c, const Network& n, int64_t step_number, int step_index, float* batch_losses,
      const ExampleRows<Examples>& rows)
      : group(g),
        call(c),
        network(n),
        step(step_number),
        index(step_index),
        losses(batch_losses),
        input(rows.input),
        output(rows.output),
        seed(rows.seed),
        noise(rows.noise),
        x0(rows.x0),
        level(rows.level),
        estimate(g.rows(c.places.estimate)),
        gradient(g.rows(c.places.gradient)),
        ping(g.rows(c.places.ping)),
        pong(g.rows(c.places.pong)),
        kept(g.rows(c.places.kept)),
        slots(g.rows(c.places.slots)),
        adjoints(g.rows(c.places.adjoints)) {}

  // Slots [first, first + count) of the batch (count at most the tile's); the records begin at the tile. Where no level
  // has a second evaluation, that is known when it is compiled.
  template <bool TWICE>
  SF_DEVICE void run(int first, int count, const Record& record, const Record& second) {
    gather(first, count);
    pass<TWICE>(first, count, record, second);
  }

  // The same for what has been gathered.
  template <bool TWICE>
  SF_DEVICE void pass(int first, int count, const Record& record, const Record& second) {
    int inputs = network.dimension + network.features;
    const int times = TWICE ? evaluations(call) : 1;
    for (int e = 0; e < times; e++) {
      const Record& own = e == 0 ? record : second;
      each(group, inputs, [&](int i, int s) { own.inputs(i, s) = input(i, s); });
      group.sync();
      forward(
          group, network, input, inputs, network.layers[0].bias, ping, pong, e == 0 ? kept : kept_again(), &own, output);
      if (e == 0) {
        data_losses(first, count);
        if (times == 2) {
          begin_second();
          group.sync();
        }
      }
    }
    if (call.physics.slots > 0 && call.term != Term::DATA) {
      physics_losses(first, count);
    }
    int row = network.layers[network.count - 1].delta_row;
    for (int e = times - 1; e >= 0; e--) {
      const Record& own = e == 0 ? record : second;
      const Rows from = e == 0 ? seed : noise;
      group.sync();
      each(group, network.dimension, [&](int d, int s) { own.deltas(row + d, s) = from(d, s); });
      backward(
          group, network, from, ping, pong, e == 0 ? kept : kept_again(), &own, e == 0 ? Rows{nullptr, 0} : x0);
      if (e == 1) {
        end_second(x0);
      }
    }
    group.sync();
  }

  // Components behind these are conditions.
  SF_DEVICE int noised() const { return network.dimension - call.conditions; }

  // Derivatives of the second evaluation.
  SF_DEVICE Rows kept_again() const { return kept.from(network.layers[network.count - 1].delta_row); }

  // The data point of a column; columns beyond the count repeat the last.
  SF_DEVICE int point_of(int first, int count, int s) const {
    return call.examples[(int64_t)index * call.batch + first + (s < count ? s : count - 1)];
  }

  // Examples, noise levels, noisy states and time features. Columns beyond the count repeat the last example.
  SF_DEVICE void gather(int first, int count) {
    int dimension = network.dimension;
    uint64_t example = (uint64_t)step * (uint64_t)call.batch + (uint64_t)first;
    each(group, 1, [&](int, int s) {
      uint32_t word = philox(call.seed, example + s, 0, (uint32_t)NoiseStream::TRAINING_ROWS).r[0];
      uint32_t part = (uint32_t)(point_of(first, count, s) / call.part_points);
      level(0, s) = float_of(part * (uint32_t)call.part_rows + to_index(word, (uint32_t)call.part_rows));
    });
    if (!call.paired) {
      draw_normals(group, call.seed, example, NoiseStream::TRAINING_NOISE, 0, dimension, noise);
    }
    group.sync();
    each(group, dimension + network.features, [&](int i, int s) {
      uint32_t row = bits_of(level(0, s));
      if (i >= dimension) {
        input(i, s) = call.features[(int64_t)row * network.features + i - dimension];
        return;
      }
      NoiseRow noise_row = call.table[row];
      const float* point = call.data + (int64_t)point_of(first, count, s) * dimension * (call.paired ? 2 : 1);
      float clean = point[i];
      if (i >= noised()) {
        x0(i, s) = clean;
        noise(i, s) = 0.0f;
        input(i, s) = noise_row.condition * clean;
        return;
      }
      float eps = call.paired ? point[dimension + i] : noise(i, s);
      float noisy = forward_noise(noise_row.alpha, noise_row.sigma, clean, eps);
      x0(i, s) = noisy;
      noise(i, s) = target(noise_row.target_x0, noise_row.target_eps, clean, eps);
      input(i, s) = noise_row.input_scale * noisy;
    });
    group.sync();
  }

  // What the losses have to know of the noise level of a sample.
  SF_DEVICE ExampleLevel<float> level_of(int s) const {
    NoiseRow row = call.table[bits_of(level(0, s))];
    bool again = row.next >= 0;
    NoiseRow next = call.table[again ? row.next : 0];
    return ExampleLevel<float>{
        row.weight,           row.x0_from_x,        row.x0_from_output, row.physics_weight,
        row.physics_limit,    row.objective_weight, row.condition,      again,
        row.next_from_x,      row.next_from_output, next.input_scale,   next.x0_from_x,
        next.x0_from_output};
  }

  // Losses of the data and the gradient at the output; one thread an example. Here x0 holds x_t and noise the target.
  SF_DEVICE void data_losses(int first, int count) {
    data_losses(first, count, [&](int s) { return level_of(s); });
  }
  template <class Levels>
  SF_DEVICE void data_losses(int first, int count, Levels levels) {
    float scale = example_scale(call);
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      float loss = scorefield::data_losses(
          [&](int) { return levels(s); }, network.dimension, noised(), scale, output.column(s), noise.column(s),
          seed.column(s))[0];
      if (s < count) {
        losses[first + s] = loss;
        losses[call.batch + first + s] = 0.0f;
      }
    }
  }

  // The losses of the data alone, one of `threads` threads an example; thread: 0 to threads - 1.
  template <class Levels>
  SF_DEVICE void data_losses_alone(int thread, int threads, int first, int count, Levels levels) {
    for (int s = thread; s < count; s += threads) {
      losses[first + s] = scorefield::data_losses(
          [&](int) { return levels(s); }, noised(), output.column(s), noise.column(s))[0];
    }
  }

  // x0 becomes x', and the input that of the second evaluation; one thread an example.
  SF_DEVICE void begin_second() {
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      begin_second_evaluation(
          [&](int) { return level_of(s); }, network.dimension, noised(), output.column(s), x0.column(s), estimate.column(s),
          input.column(s));
      int next = call.table[bits_of(level(0, s))].next;
      for (int e = 0; e < network.features; e++) {
        input(network.dimension + e, s) = call.features[(int64_t)(next >= 0 ? next : 0) * network.features + e];
      }
    }
  }

  // Losses of the laws; one thread an example. The gradient at the second output is `noise`.
  SF_DEVICE void physics_losses(int first, int count) {
    physics_losses(first, count, [&](int s) { return level_of(s); });
  }
  template <class Levels>
  SF_DEVICE void physics_losses(int first, int count, Levels levels) {
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      TapeMemory<Column> tape{slots.column(s), adjoints.column(s), slots.from(call.physics.slots).column(s)};
      float loss = scorefield::physics_losses(
          call.physics, [&](int) { return levels(s); }, call.twice != 0, network.dimension, noised(),
          1.0f / (float)call.batch, output.column(s), x0.column(s), tape, estimate.column(s), gradient.column(s),
          seed.column(s), noise.column(s))[0];
      if (s < count) {
        losses[call.batch + first + s] = loss;
      }
    }
  }

  // Adds what came back from the second evaluation, the gradient at its input, to `seed`.
  SF_DEVICE void end_second(Rows returned) {
    each(group, noised(), [&](int d, int s) {
      seed(d, s) = with_second_evaluation(level_of(s), returned(d, s), seed(d, s));
    });
  }
};

// Gradient of the parameter at (layer, o, i) over examples [from, to) of the pass, in ascending order, then over their
// second evaluations; i = in: bias.
SF_DEVICE float parameter_gradient(const TrainingCall& call, const Layer& layer, int o, int i, int from, int to) {
  float sum = 0;
  for (int e = 0; e < evaluations(call); e++) {
    const float* delta = call.deltas + (int64_t)(e * call.delta_rows + layer.delta_row + o) * call.stride;
    const float* input = call.inputs + (int64_t)(e * call.input_rows + layer.input_row + i) * call.stride;
    for (int b = from; b < to; b++) {
      sum = fused(delta[b], i < layer.in ? input[b] : 1.0f, sum);
    }
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

// The gradient of a parameter over the whole batch: chunks in ascending order, loaded together.
SF_DEVICE float summed_gradient(const TrainingCall& call, int parameter) {
  constexpr int TOGETHER = 8;
  const float* from = call.partial + parameter;
  float sum = load_fresh(from);
  for (int c = 1; c < call.chunks; c += TOGETHER) {
    float part[TOGETHER];
#pragma unroll
    for (int i = 0; i < TOGETHER; i++) {
      part[i] = c + i < call.chunks ? load_fresh(from + (int64_t)(c + i) * call.parameter_count) : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < TOGETHER; i++) {
      sum = c + i < call.chunks ? sum + part[i] : sum;
    }
  }
  return sum;
}

// The gradient that Adam takes.
SF_DEVICE float whole_gradient(const TrainingCall& call, int parameter) {
  float sum = summed_gradient(call, parameter);
  if (call.data_gradient != nullptr) {
    sum = (float)call.clock->data_factor * call.data_gradient[parameter] + (float)call.clock->physics_factor * sum;
  }
  return sum;
}

// Adam's update of a parameter and of its moving average.
SF_DEVICE void update(
    const AdamStep& adam_step, float gradient, float& parameter, float& average, float& first, float& second) {
  adam(adam_step, gradient, parameter, first, second, average);
  average = adam_step.averages ? average : parameter;
}

// Adam's update of a parameter in the flat array.
SF_DEVICE float update_flat(const TrainingCall& call, const AdamStep& adam_step, int p) {
  float parameter = call.parameters[p];
  float average = call.average[p];
  float first = call.first_moment[p];
  float second = call.second_moment[p];
  update(adam_step, whole_gradient(call, p), parameter, average, first, second);
  call.parameters[p] = parameter;
  call.average[p] = average;
  call.first_moment[p] = first;
  call.second_moment[p] = second;
  return parameter;
}

// Puts a parameter into the copies that products read.
SF_DEVICE void renew_copies(const TrainingCall& call, int p, float parameter) {
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

// Adam's update of all parameters, also in the copies that products read, shared out over the grid. A thread loads
// what several of its parameters need before it changes the first.
SF_DEVICE void update_parameters(const TrainingCall& call, const AdamStep& adam_step) {
  constexpr int TOGETHER = 4;
  const int64_t apart = grid_size();
  for (int64_t from = grid_rank(); from < call.parameter_count; from += TOGETHER * apart) {
    float gradient[TOGETHER];
    float parameter[TOGETHER];
    float average[TOGETHER];
    float first[TOGETHER];
    float second[TOGETHER];
#pragma unroll
    for (int i = 0; i < TOGETHER; i++) {
      int64_t p = from + i * apart;
      if (p < call.parameter_count) {
        gradient[i] = whole_gradient(call, (int)p);
        parameter[i] = call.parameters[p];
        average[i] = call.average[p];
        first[i] = call.first_moment[p];
        second[i] = call.second_moment[p];
      }
    }
#pragma unroll
    for (int i = 0; i < TOGETHER; i++) {
      int64_t p = from + i * apart;
      if (p < call.parameter_count) {
        update(adam_step, gradient[i], parameter[i], average[i], first[i], second[i]);
        call.parameters[p] = parameter[i];
        call.average[p] = average[i];
        call.first_moment[p] = first[i];
        call.second_moment[p] = second[i];
        renew_copies(call, (int)p, parameter[i]);
      }
    }
  }
}

// The sum of at(0) to at(255), for a warp, whose lanes all get it: in the order of a tree.
template <class At>
SF_DEVICE double sum_of_256(At at) {
  auto of = [&](int i) { return at(32 * i + (int)(threadIdx.x % 32)); };
  double sum = ((of(0) + of(4)) + (of(2) + of(6))) + ((of(1) + of(5)) + (of(3) + of(7)));
#pragma unroll
  for (int half = 16; half > 0; half /= 2) {
    sum += __shfl_xor_sync(~0u, sum, half);
  }
  return sum;
}

// N sums over 256 threads, the first of the block, which sync() brings in step; all of them get the sums. `space` holds N
// numbers a thread.
template <int N, class Sync>
SF_DEVICE void block_sums(double (&own)[N], double* space, Sync sync) {
  constexpr int THREADS = 256;
  sync();
#pragma unroll
  for (int i = 0; i < N; i++) {
    space[i * THREADS + threadIdx.x] = own[i];
  }
  sync();
  if (threadIdx.x < 32) {
#pragma unroll
    for (int i = 0; i < N; i++) {
      own[i] = sum_of_256([&](int j) { return space[i * THREADS + j]; });
    }
    __syncwarp();
    if (threadIdx.x == 0) {
#pragma unroll
      for (int i = 0; i < N; i++) {
        space[i] = own[i];
      }
    }
  }
  sync();
#pragma unroll
  for (int i = 0; i < N; i++) {
    own[i] = space[i];
  }
}
template <int N>
SF_DEVICE void block_sums(double (&own)[N], double* space) {
  block_sums(own, space, [] { __syncthreads(); });
}

// The losses of a batch, in a fixed order; all threads of the block get them.
SF_DEVICE void batch_losses(const TrainingCall& call, double* space, double& data, double& physics) {
  double sums[2] = {};
  for (int j = (int)threadIdx.x; j < call.batch; j += (int)blockDim.x) {
    sums[0] += load_fresh(call.losses + j);
    sums[1] += load_fresh(call.losses + call.batch + j);
  }
  block_sums(sums, space);
  data = sums[0] / call.batch;
  physics = sums[1] / call.batch;
}

SF_DEVICE bool finite_loss(double data, double physics) { return absolute((float)(data + physics)) < INFINITY; }

// The squares of the gradient that block `number` of `blocks` of 256 threads sums up; all of them get the sum.
template <class Gradient, class Sync>
SF_DEVICE double norm_part(
    const TrainingCall& call, int number, int blocks, double* space, Gradient gradient, Sync sync) {
  double squares = 0;
  for (int p = number * 256 + (int)threadIdx.x; p < call.parameter_count; p += blocks * 256) {
    double g = gradient(p);
    squares += g * g;
  }
  double sums[1] = {squares};
  block_sums(sums, space, sync);
  return sums[0];
}
SF_DEVICE double norm_part(const TrainingCall& call, int number, int blocks, double* space) {
  return norm_part(
      call, number, blocks, space, [&](int p) { return whole_gradient(call, p); }, [] { __syncthreads(); });
}

// The factor that brings the gradient to its largest norm, from the squares of blocks.
template <class Squares>
SF_DEVICE float clipping(const TrainingCall& call, Squares part) {
  double squares = 0;
  for (int b = 0; b < call.norm_blocks; b++) {
    squares += part(b);
  }
  double norm = sqrt(squares);
  return call.max_gradient_norm > 0.0f && norm > call.max_gradient_norm ? (float)(call.max_gradient_norm / norm) : 1.0f;
}
SF_DEVICE float clipping(const TrainingCall& call) {
  return clipping(call, [&](int b) { return load_fresh(call.squares + b); });
}

// Examples of a block that has records of its own, and from one row of them to the next: four examples at a load, and
// rows of a few lanes in different banks.
constexpr int RESIDENT_EXAMPLES = 32;
constexpr int RESIDENT_STRIDE = RESIDENT_EXAMPLES + 4;

// The gradient of a layer's weights over the examples of one block, R outputs x R inputs a thread of 256. Layers that leave
// threads idle are worked on by different ones: `from` is the first thread of this one, then of the next.
template <int R>
SF_DEVICE void weights_gradient(const Layer& layer, const Record& record, int count, int& from, float* partial) {
  int across = (layer.in + R - 1) / R;
  int down = (layer.out + R - 1) / R;
  for (int u = ((int)threadIdx.x - from) & 255; u < down * across; u += 256) {
    // Neighbouring threads have neighbouring rows; rows beyond the last repeat it, and their results are not written.
    int o = u / across;
    int i = u % across;
    const float* delta[R];
    const float* input[R];
#pragma unroll
    for (int n = 0; n < R; n++) {
      delta[n] = &record.deltas(layer.delta_row + (o + n * down < layer.out ? o + n * down : layer.out - 1), 0);
      input[n] = &record.inputs(layer.input_row + (i + n * across < layer.in ? i + n * across : layer.in - 1), 0);
    }
    float sum[R][R] = {};
    int b = 0;
#pragma unroll 2
    for (; b + 4 <= count; b += 4) {
      float d[R][4];
      float x[R][4];
#pragma unroll
      for (int n = 0; n < R; n++) {
        float4 four = load4(delta[n] + b);
        d[n][0] = four.x;
        d[n][1] = four.y;
        d[n][2] = four.z;
        d[n][3] = four.w;
        four = load4(input[n] + b);
        x[n][0] = four.x;
        x[n][1] = four.y;
        x[n][2] = four.z;
        x[n][3] = four.w;
      }
#pragma unroll
      for (int j = 0; j < 4; j++) {
#pragma unroll
        for (int y = 0; y < R; y++) {
#pragma unroll
          for (int n = 0; n < R; n++) {
            sum[y][n] = fused(d[y][j], x[n][j], sum[y][n]);
          }
        }
      }
    }
#pragma unroll 1
    for (; b < count; b++) {
#pragma unroll
      for (int y = 0; y < R; y++) {
#pragma unroll
        for (int n = 0; n < R; n++) {
          sum[y][n] = fused(delta[y][b], input[n][b], sum[y][n]);
        }
      }
    }
#pragma unroll
    for (int y = 0; y < R; y++) {
#pragma unroll
      for (int n = 0; n < R; n++) {
        if (o + y * down < layer.out && i + n * across < layer.in) {
          partial[layer.parameter + (o + y * down) * layer.in + i + n * across] = sum[y][n];
        }
      }
    }
  }
  from += (down * across + 31) / 32 * 32;
}

// The same for its biases, an output a thread.
SF_DEVICE void bias_gradient(const Layer& layer, const Record& record, int count, int& from, float* partial) {
  for (int o = ((int)threadIdx.x - from) & 255; o < layer.out; o += 256) {
    const float* delta = &record.deltas(layer.delta_row + o, 0);
    float sum = 0;
    int b = 0;
#pragma unroll 4
    for (; b + 4 <= count; b += 4) {
      float4 four = load4(delta + b);
      sum = (((sum + four.x) + four.y) + four.z) + four.w;
    }
#pragma unroll 1
    for (; b < count; b++) {
      sum += delta[b];
    }
    partial[layer.parameter + layer.out * layer.in + o] = sum;
  }
  from += (layer.out + 31) / 32 * 32;
}

// The gradients of one block's chunks, from its own records: `partial` is that of the first.
SF_DEVICE void resident_gradient(
    const TrainingCall& call, const Network& network, const Record& record, int count, float* partial) {
  for (int at = 0; at < count; at += call.chunk) {
    Record chunk{
        Rows{record.inputs.at + at, record.inputs.stride}, Rows{record.deltas.at + at, record.deltas.stride}};
    int examples = count - at < call.chunk ? count - at : call.chunk;
    int from = 0;
    for (int l = 0; l < network.count; l++) {
      Layer layer = network.layers[l];
      if (layer.in * layer.out > 4 * 256) {
        weights_gradient<4>(layer, chunk, examples, from, partial);
      } else {
        weights_gradient<2>(layer, chunk, examples, from, partial);
      }
      bias_gradient(layer, chunk, examples, from, partial);
    }
    partial += call.parameter_count;
  }
}

SF_NAMESPACE_END
