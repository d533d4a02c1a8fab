// Training: examples of a tile forward and backward, gradients of rows of weights, Adam.
#pragma once
#include "adam.cuh"
#include "noise_row.cuh"
#include "physics.h"
#include "tile.h"

SF_NAMESPACE_BEGIN

// The weights as they are trained: rows as in PyTorch, padded, read where they lie.
struct TrainingWeights {
  const Training& training;

  int inputs(int layer) const { return training.shape.in(layer); }
  Strided forward(int layer) const {
    return Strided{training.parameters + training.weight_at[layer], training.in_stride[layer], 1};
  }
  Strided backward(int layer) const {
    return Strided{training.parameters + training.weight_at[layer], 1, training.in_stride[layer]};
  }
  const float* bias(int layer) const { return training.parameters + training.bias_at[layer]; }
};

// rows [count][row_stride] -> columns [..][stride], as squares of vectors that are shuffled log2(lanes) times.
inline void transpose(
    const float* rows, ptrdiff_t row_stride, int count, int vectors, float* columns, ptrdiff_t stride) {
  constexpr int L = SF_LANES;
  VectorInt low;
  VectorInt high;
  for (int i = 0; i < L; i++) {
    low[i] = i / 2 + (i % 2) * L;
    high[i] = L / 2 + i / 2 + (i % 2) * L;
  }
  for (int r = 0; r < count; r += L) {
    for (int v = 0; v < vectors; v++) {
      Vector square[L];
      for (int i = 0; i < L; i++) {
        square[i] = r + i < count ? load(rows + (r + i) * row_stride + v * L) : Vector{};
      }
      for (int stage = 1; stage < L; stage *= 2) {
        Vector mixed[L];
        for (int i = 0; i < L / 2; i++) {
          mixed[2 * i] = __builtin_shuffle(square[i], square[i + L / 2], low);
          mixed[2 * i + 1] = __builtin_shuffle(square[i], square[i + L / 2], high);
        }
        for (int i = 0; i < L; i++) {
          square[i] = mixed[i];
        }
      }
      for (int i = 0; i < L; i++) {
        store(columns + (v * L + i) * stride + r, square[i]);
      }
    }
  }
}

// What the loss of an example needs to know of its noise level, a row of lanes each.
struct TileLevels {
  float* weight;
  float* x0_from_x;
  float* x0_from_output;
  float* physics_weight;
  float* physics_limit;
  float* objective_weight;
  float* direct;   // what o contributes to x* directly
  float* next_from_output;
  float* next_scale;  // the input scale of the second evaluation
  float* again;    // 1 where there is a second evaluation, else 0
  float* losses;
  float* target;   // [D]
  uint32_t* rows;  // of the noise table

  static TileLevels carve(Carver& carver, int dimension, int stride) {
    size_t row = (size_t)stride;
    TileLevels levels;
    levels.weight = carver.take<float>(row);
    levels.x0_from_x = carver.take<float>(row);
    levels.x0_from_output = carver.take<float>(row);
    levels.physics_weight = carver.take<float>(row);
    levels.physics_limit = carver.take<float>(row);
    levels.objective_weight = carver.take<float>(row);
    levels.direct = carver.take<float>(row);
    levels.next_from_output = carver.take<float>(row);
    levels.next_scale = carver.take<float>(row);
    levels.again = carver.take<float>(row);
    levels.losses = carver.take<float>(row);
    levels.target = carver.take<float>((size_t)dimension * row);
    levels.rows = carver.take<uint32_t>(row);
    return levels;
  }
};

// Draws the noise levels and the noise of a tile of examples, noises them, and fills input, x and the target.
// Lanes beyond count are zero.
inline void gather_examples(
    const Training& training, uint64_t first, int count, const int32_t* examples, const TileMemory& memory,
    const TileLevels& levels) {
  const int dimension = training.shape.dimension;
  const int features = training.shape.features;
  const int stride = memory.stride;
  const int vectors = vectors_of(count);
  TileNoise noise(training.seed, first, vectors, memory.block, stride);
  for (int v = 0; v < vectors; v++) {
    VectorWord word = noise.words(3, 0, v).r[0];
    memcpy(levels.rows + v * SF_LANES, &word, sizeof word);
  }
  // The rows lie anywhere in a table of megabytes: they are fetched while the normals are computed.
  for (int s = 0; s < count; s++) {
    levels.rows[s] = to_index(levels.rows[s], (uint32_t)training.table_rows);
    const NoiseRow* level = training.table + levels.rows[s];
    __builtin_prefetch(level);
    __builtin_prefetch(&level->physics_weight);
    __builtin_prefetch(training.features + (ptrdiff_t)levels.rows[s] * features);
    __builtin_prefetch(training.data + (ptrdiff_t)examples[s] * dimension);
  }
  noise.draw(2, 0, dimension, memory.z);
  constexpr uint32_t COLUMNS = sizeof(NoiseRow) / sizeof(float);
  const float* table = &training.table->alpha;
  for (int v = 0; v < vectors; v++) {
    const int at = v * SF_LANES;
    // Lanes beyond count read row 0 and point 0, and are set to zero.
    VectorWord row = {};
    VectorWord point = {};
    int here = count - at < SF_LANES ? count - at : SF_LANES;
    memcpy(&row, levels.rows + at, (size_t)here * sizeof(uint32_t));
    memcpy(&point, examples + at, (size_t)here * sizeof(int32_t));
    VectorInt there = (VectorInt)lane_numbers() < here;
    auto column = [&](uint32_t number) {
      return select(there, gather(table + number, row * COLUMNS), Vector{});
    };
    Vector alpha = column(0);
    Vector sigma = column(1);
    Vector input_scale = column(2);
    Vector target_x0 = column(3);
    Vector target_eps = column(4);
    store(levels.weight + at, column(5));
    if (training.physics.slots > 0) {
      store(levels.x0_from_x + at, column(6));
      store(levels.x0_from_output + at, column(7));
      store(levels.physics_weight + at, column(8));
      store(levels.physics_limit + at, column(9));
      store(levels.objective_weight + at, column(10));
      store(levels.direct + at, column(7));
    }
    for (int d = 0; d < dimension; d++) {
      Vector x0 = select(there, gather(training.data + d, point * (uint32_t)dimension), Vector{});
      Vector eps = load(memory.z + d * stride + at);
      Vector xt = forward_noise(alpha, sigma, x0, eps);
      store(memory.x + d * stride + at, xt);
      store(memory.input + d * stride + at, input_scale * xt);
      store(levels.target + d * stride + at, target(target_x0, target_eps, x0, eps));
    }
    for (int e = 0; e < features; e++) {
      Vector time = gather(training.features + e, row * (uint32_t)features);
      store(memory.input + (dimension + e) * stride + at, select(there, time, Vector{}));
    }
  }
}

// Losses of the data, and the gradient of their mean with respect to the output.
inline void data_losses(
    const Training& training, const TrainingTile& tile, Term term, const TileMemory& memory, const TileLevels& levels,
    float* delta) {
  const int stride = memory.stride;
  int dimension = training.shape.dimension;
  int vectors = vectors_of(tile.count);
  Vector mean = all<Vector>(term == Term::PHYSICS ? 0.0f : 1.0f / (float)training.batch);
  for (int v = 0; v < vectors; v++) {
    Vector weight = load(levels.weight + v * SF_LANES);
    Vector squares = {};
    for (int d = 0; d < dimension; d++) {
      int at = d * stride + v * SF_LANES;
      Vector error = load(memory.output + at) - load(levels.target + at);
      squares = multiply_add(error, error, squares);
      store(delta + at, 2.0f * mean * weight * error);
    }
    store(levels.losses + v * SF_LANES, weight * squares);
  }
  memcpy(tile.data_loss, levels.losses, (size_t)tile.count * sizeof(float));
}

// Losses of the laws at x* = x0FromX x + x0FromOutput output, and memory.gradient: the gradient of their mean with
// respect to x*.
inline void physics_losses(
    const Training& training, const TrainingTile& tile, const TileMemory& memory, const TileLevels& levels,
    const float* output) {
  const int stride = memory.stride;
  int dimension = training.shape.dimension;
  int vectors = vectors_of(tile.count);
  for (int d = 0; d < dimension; d++) {
    for (int v = 0; v < vectors; v++) {
      int at = d * stride + v * SF_LANES;
      Vector x0 = load(levels.x0_from_x + v * SF_LANES) * load(memory.x + at);
      x0 = multiply_add(load(levels.x0_from_output + v * SF_LANES), load(output + at), x0);
      store(memory.x0hat + at, x0);
    }
  }
  TilePhysics physics(training.physics, dimension, vectors, memory);
  physics.gradient(
      PhysicsLoss::HALF_SQUARE,
      [&](int v, Vector& residual, Vector& limit, Vector& objective) {
        residual = load(levels.physics_weight + v * SF_LANES);
        limit = load(levels.physics_limit + v * SF_LANES);
        objective = load(levels.objective_weight + v * SF_LANES);
      },
      memory.x0hat, memory.gradient, levels.losses);
  Vector mean = all<Vector>(1.0f / (float)training.batch);
  for (int v = 0; v < vectors; v++) {
    // Where a level has no physics, whatever the laws say of its x* is left out.
    VectorInt without = (load(levels.physics_weight + v * SF_LANES) == 0.0f) &
                        (load(levels.objective_weight + v * SF_LANES) == 0.0f);
    float* losses = levels.losses + v * SF_LANES;
    store(losses, select(without, Vector{}, load(losses)));
    for (int d = 0; d < dimension; d++) {
      float* gradient = memory.gradient + d * stride + v * SF_LANES;
      store(gradient, select(without, Vector{}, mean * load(gradient)));
    }
  }
  memcpy(tile.physics_loss, levels.losses, (size_t)tile.count * sizeof(float));
}

// delta += factor * gradient, a factor for every lane.
inline void add_gradient(
    const Training& training, int vectors, const float* factor, const float* gradient, int stride, float* delta) {
  for (int d = 0; d < training.shape.dimension; d++) {
    for (int v = 0; v < vectors; v++) {
      int at = d * stride + v * SF_LANES;
      store(delta + at, multiply_add(load(factor + v * SF_LANES), load(gradient + at), load(delta + at)));
    }
  }
}

// What a tile of a training needs beside the tile itself, for a second evaluation.
struct TrainingMemory {
  TileMemory tile;
  TileLevels levels;
  float* slopes;          // of the second evaluation
  float* output;          // of the second evaluation [D]
  float* input_gradient;  // [D]

  static TrainingMemory carve(Carver& carver, const Training& training) {
    const Shape& shape = training.shape;
    TrainingMemory memory;
    memory.tile = TileMemory::carve(carver, shape, training.physics, TILE, true);
    memory.levels = TileLevels::carve(carver, shape.dimension, TILE);
    size_t state = training.twice ? (size_t)shape.dimension * TILE : 0;
    memory.slopes = carver.take<float>(training.twice ? shape.hidden_total() * TILE : 0);
    memory.output = carver.take<float>(state);
    memory.input_gradient = carver.take<float>(state);
    return memory;
  }
};

// Moves x to x' and fills the input of the second evaluation. Examples that have none go along with weight 0.
inline void go_on(const Training& training, int count, const TrainingMemory& memory) {
  const TileMemory& tile = memory.tile;
  const TileLevels& levels = memory.levels;
  int dimension = training.shape.dimension;
  int features = training.shape.features;
  int stride = tile.stride;
  for (int s = 0; s < vectors_of(count) * SF_LANES; s++) {
    const NoiseRow& row = training.table[s < count ? levels.rows[s] : 0];
    bool again = s < count && row.next >= 0;
    const NoiseRow& next = training.table[again ? row.next : 0];
    if (again) {
      levels.x0_from_x[s] = next.x0_from_x;
      levels.x0_from_output[s] = next.x0_from_output;
    }
    levels.next_from_output[s] = again ? row.next_from_output : 0.0f;
    levels.next_scale[s] = next.input_scale;
    levels.again[s] = again ? 1.0f : 0.0f;
    // Through x', if there is one.
    levels.direct[s] = again ? next.x0_from_x * row.next_from_output : levels.x0_from_output[s];
    for (int d = 0; d < dimension; d++) {
      float* x = tile.x + d * stride + s;
      float o = tile.output[d * stride + s];
      if (again) {
        *x = multiply_add(row.next_from_output, o, row.next_from_x * *x);
      }
      tile.input[d * stride + s] = next.input_scale * *x;
    }
    const float* time = training.features + (ptrdiff_t)(again ? row.next : 0) * features;
    for (int e = 0; e < features; e++) {
      tile.input[(dimension + e) * stride + s] = time[e];
    }
  }
}

// The physics term where some examples are evaluated twice. tile.second gets the gradients of the second evaluation;
// what the first output is responsible for is added to `delta`.
inline void second_evaluation(
    const Training& training, const TrainingTile& tile, const TrainingWeights& weights, const TrainingMemory& memory,
    float* delta) {
  const Shape& shape = training.shape;
  const TileLevels& levels = memory.levels;
  const TrainingTile& second = *tile.second;
  int vectors = vectors_of(tile.count);
  int dimension = shape.dimension;
  go_on(training, tile.count, memory);
  forward(
      weights, shape, memory.tile, memory.tile.input, vectors, memory.slopes, memory.output,
      [&](int layer, const float* in) {
        transpose(in, TILE, shape.in(layer), vectors, second.inputs[layer], training.in_stride[layer]);
      });
  // x* is made of the second output, or, where there is none, of the first.
  for (int s = 0; s < tile.count; s++) {
    if (training.table[levels.rows[s]].next < 0) {
      for (int d = 0; d < dimension; d++) {
        memory.output[d * TILE + s] = memory.tile.output[d * TILE + s];
      }
    }
  }
  physics_losses(training, tile, memory.tile, levels, memory.output);
  float* top = second.delta[shape.layers - 1];
  for (int d = 0; d < dimension; d++) {
    for (int v = 0; v < vectors; v++) {
      int at = d * TILE + v * SF_LANES;
      Vector seed = load(levels.x0_from_output + v * SF_LANES) * load(memory.tile.gradient + at);
      store(top + at, load(levels.again + v * SF_LANES) * seed);
    }
  }
  backward(weights, shape, TILE, vectors, memory.slopes, [&](int layer) { return second.delta[layer]; });
  product(
      weights.backward(0), 0, dimension, shape.out(0), second.delta[0], TILE, vectors, Start::ZERO, nullptr,
      memory.input_gradient, TILE);
  for (int v = 0; v < vectors; v++) {
    float* through = levels.next_from_output + v * SF_LANES;
    store(through, load(through) * load(levels.next_scale + v * SF_LANES));
  }
  add_gradient(training, vectors, levels.direct, memory.tile.gradient, TILE, delta);
  add_gradient(training, vectors, levels.next_from_output, memory.input_gradient, TILE, delta);
}

// Examples first_example + tile.from .. of the batch through the network and back.
inline void training_tile(
    const Training& training, const TrainingTile& tile, Term term, uint64_t first_example, const int32_t* examples,
    char* bytes) {
  const Shape& shape = training.shape;
  Carver carver{bytes, 0};
  TrainingMemory memory = TrainingMemory::carve(carver, training);
  const TileMemory& own = memory.tile;
  int vectors = vectors_of(tile.count);
  gather_examples(
      training, first_example + (uint64_t)tile.from, tile.count, examples + tile.from, own, memory.levels);
  TrainingWeights weights{training};
  forward(
      weights, shape, own, own.input, vectors, own.slopes, own.output,
      [&](int layer, const float* in) {
        transpose(in, TILE, shape.in(layer), vectors, tile.inputs[layer], training.in_stride[layer]);
      });
  float* delta = tile.delta[shape.layers - 1];
  data_losses(training, tile, term, own, memory.levels, delta);
  if (training.physics.slots > 0 && term != Term::DATA) {
    if (tile.second != nullptr) {
      second_evaluation(training, tile, weights, memory, delta);
    } else {
      physics_losses(training, tile, own, memory.levels, own.output);
      add_gradient(training, vectors, memory.levels.direct, own.gradient, TILE, delta);
    }
  }
  backward(weights, shape, TILE, vectors, own.slopes, [&](int layer) { return tile.delta[layer]; });
}

// The parts of a step that is shared out layer by layer (training.cpp). The whole batch is one tile; its values,
// slopes and deltas are in memory that all threads see, each of which computes some rows of every layer.

struct LayeredMemory {
  TileMemory tile;
  TileLevels levels;

  static LayeredMemory carve(char* memory, const Training& training) {
    Carver carver{memory, 0};
    const Shape& shape = training.shape;
    int stride = training.layered_stride;
    TileMemory tile = TileMemory::carve(carver, shape, training.physics, stride, false);
    return LayeredMemory{tile, TileLevels::carve(carver, shape.dimension, stride)};
  }
};

inline size_t layered_bytes(const Training& training) {
  Carver carver{nullptr, 0};
  TileMemory::carve(carver, training.shape, training.physics, training.layered_stride, false);
  TileLevels::carve(carver, training.shape.dimension, training.layered_stride);
  return carver.used;
}

// Noise and inputs of the batch, in the thread's own memory.
inline void layered_gather(
    const Training& training, const TrainingTile& tile, uint64_t first_example, const int32_t* examples,
    char* bytes) {
  LayeredMemory memory = LayeredMemory::carve(bytes, training);
  gather_examples(training, first_example, tile.count, examples, memory.tile, memory.levels);
}

// Rows of a layer; of the last layer all, into the thread's own memory. The layer's input is transposed for
// the gradients on the way.
inline void layered_forward(const Training& training, const TrainingTile& tile, RowBlock rows, char* bytes) {
  const Shape& shape = training.shape;
  LayeredMemory memory = LayeredMemory::carve(bytes, training);
  TrainingWeights weights{training};
  int stride = training.layered_stride;
  int layer = rows.layer;
  bool last = layer == shape.layers - 1;
  int vectors = vectors_of(tile.count);
  const float* in = layer == 0 ? memory.tile.input : training.layered_values[layer - 1];
  transpose(in, stride, shape.in(layer), vectors, tile.inputs[layer], training.in_stride[layer]);
  float* out = last ? memory.tile.output : training.layered_values[layer];
  product(
      weights.forward(layer), rows.from, rows.to, shape.in(layer), in, stride, vectors, Start::BIAS,
      weights.bias(layer), out, stride);
  if (!last) {
    ptrdiff_t at = (ptrdiff_t)rows.from * stride;
    activate_rows(
        shape.activation, out + at, rows.to - rows.from, stride, vectors,
        training.layered_slopes[layer] + at);
  }
}

inline void layered_losses(const Training& training, const TrainingTile& tile, char* bytes) {
  LayeredMemory memory = LayeredMemory::carve(bytes, training);
  float* delta = tile.delta[training.shape.layers - 1];
  data_losses(training, tile, Term::BOTH, memory.tile, memory.levels, delta);
  if (training.physics.slots > 0) {
    physics_losses(training, tile, memory.tile, memory.levels, memory.tile.output);
    add_gradient(
        training, vectors_of(tile.count), memory.levels.direct, memory.tile.gradient, memory.tile.stride, delta);
  }
}

// What outputs [from, to) of a layer add to the gradient with respect to inputs [in_from, in_to).
inline void layered_backward(
    const Training& training, const TrainingTile& tile, RowBlock outputs, int32_t in_from, int32_t in_to,
    float* sum) {
  int stride = training.layered_stride;
  int layer = outputs.layer;
  Strided matrix = TrainingWeights{training}.backward(layer);
  matrix.at += outputs.from * matrix.column;
  product(
      matrix, in_from, in_to, outputs.to - outputs.from,
      tile.delta[layer] + (ptrdiff_t)outputs.from * stride, stride, vectors_of(tile.count), Start::ZERO,
      nullptr, sum, stride);
}

// Rows of the gradient with respect to what a hidden layer adds up, from the gradient of its result.
inline void layered_slopes(const Training& training, const TrainingTile& tile, RowBlock rows) {
  int stride = training.layered_stride;
  ptrdiff_t at = (ptrdiff_t)rows.from * stride;
  multiply_rows(
      tile.delta[rows.layer] + at, training.layered_slopes[rows.layer] + at, rows.to - rows.from, stride,
      vectors_of(tile.count));
}

// The gradient of rows of a layer, summed over the tiles or over their second evaluations: weights[r][in_stride] and, in four interleaved
// partial sums each, the biases.
inline void gradient_rows(
    const Training& training, RowBlock rows, const TrainingTile* tiles, int32_t tile_count, bool start, bool second,
    float* weights, float* bias_sums) {
  typedef float Quad __attribute__((vector_size(16), aligned(4), may_alias));
  int layer = rows.layer;
  int stride = training.in_stride[layer];
  bool begins = start;
  auto add = [&](const TrainingTile& tile) {
    const float* delta = tile.delta[layer] + (ptrdiff_t)rows.from * tile.stride;
    product(
        Strided{delta, tile.stride, 1}, 0, rows.to - rows.from, tile.count, tile.inputs[layer], stride,
        vectors_of(training.shape.in(layer)), begins ? Start::ZERO : Start::SUM, nullptr, weights, stride);
    for (int r = 0; r < rows.to - rows.from; r++) {
      Quad* sums = (Quad*)(bias_sums + 4 * r);
      Quad sum = begins ? Quad{} : *sums;
      for (int s = 0; s < tile.count; s += 4) {
        sum += *(const Quad*)(delta + (ptrdiff_t)r * tile.stride + s);
      }
      *sums = sum;
    }
    begins = false;
  };
  for (int t = 0; t < tile_count; t++) {
    add(second ? *tiles[t].second : tiles[t]);
  }
}

inline double dot_of_row(const float* a, const float* b, int32_t count) {
  double sum = 0;
  for (int i = 0; i < count; i++) {
    sum += (double)a[i] * b[i];
  }
  return sum;
}

inline void adam_rows(
    const Training& training, const AdamStep& step, RowBlock rows, const float* weights,
    const float* bias_sums) {
  int layer = rows.layer;
  int stride = training.in_stride[layer];
  int vectors = vectors_of(training.shape.in(layer));
  for (int r = rows.from; r < rows.to; r++) {
    const float* gradient = weights + (ptrdiff_t)(r - rows.from) * stride;
    size_t at = training.weight_at[layer] + (size_t)r * (size_t)stride;
    for (int v = 0; v < vectors; v++, at += SF_LANES, gradient += SF_LANES) {
      Vector p = load(training.parameters + at);
      Vector m = load(training.first_moment + at);
      Vector s = load(training.second_moment + at);
      Vector a = step.averages ? load(training.average + at) : Vector{};
      adam(step, load(gradient), p, m, s, a);
      store(training.parameters + at, p);
      store(training.first_moment + at, m);
      store(training.second_moment + at, s);
      if (step.averages) {
        store(training.average + at, a);
      }
    }
    const float* sums = bias_sums + 4 * (r - rows.from);
    size_t bias = training.bias_at[layer] + (size_t)r;
    adam(
        step, (sums[0] + sums[1]) + (sums[2] + sums[3]), training.parameters[bias],
        training.first_moment[bias], training.second_moment[bias], training.average[bias]);
  }
}

SF_NAMESPACE_END
