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

// rows [rows][TILE] -> columns [TILE][stride], as squares of vectors that are shuffled log2(lanes) times.
inline void transpose(const float* rows, int count, int vectors, float* columns, ptrdiff_t stride) {
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
        square[i] = r + i < count ? load(rows + (ptrdiff_t)(r + i) * TILE + v * L) : Vector{};
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
  float* losses;
  float* target;  // [D]

  static TileLevels carve(Carver& carver, int dimension) {
    TileLevels levels;
    levels.weight = carver.take<float>(TILE);
    levels.x0_from_x = carver.take<float>(TILE);
    levels.x0_from_output = carver.take<float>(TILE);
    levels.physics_weight = carver.take<float>(TILE);
    levels.losses = carver.take<float>(TILE);
    levels.target = carver.take<float>((size_t)dimension * TILE);
    return levels;
  }
};

// Noises `count` examples at their levels and fills input, x and the target. D and E are the numbers of
// components and time features where they are known beforehand, or 0.
template <int D, int E>
inline void noise_examples(
    const Training& training, int count, const int32_t* examples, const uint32_t* rows,
    const TileMemory& memory, const TileLevels& levels) {
  const int dimension = D > 0 ? D : training.shape.dimension;
  const int features = E > 0 ? E : training.shape.features;
  for (int s = 0; s < count; s++) {
    const NoiseRow level = training.table[rows[s]];
    const float* x0 = training.data + (ptrdiff_t)examples[s] * dimension;
    for (int d = 0; d < dimension; d++) {
      int at = d * TILE + s;
      float eps = memory.z[at];
      float xt = forward_noise(level.alpha, level.sigma, x0[d], eps);
      memory.x[at] = xt;
      memory.input[at] = level.input_scale * xt;
      levels.target[at] = target(level.target_x0, level.target_eps, x0[d], eps);
    }
    const float* time = training.features + (ptrdiff_t)rows[s] * features;
    for (int e = 0; e < features; e++) {
      memory.input[(dimension + e) * TILE + s] = time[e];
    }
    levels.weight[s] = level.weight;
    levels.x0_from_x[s] = level.x0_from_x;
    levels.x0_from_output[s] = level.x0_from_output;
    levels.physics_weight[s] = level.physics_weight;
  }
}

// Draws the noise levels and the noise of a tile of examples. Lanes beyond count are zero.
inline void gather(
    const Training& training, uint64_t first, int count, const int32_t* examples, const TileMemory& memory,
    const TileLevels& levels) {
  int dimension = training.shape.dimension;
  int features = training.shape.features;
  int vectors = vectors_of(count);
  TileNoise noise(training.seed, first, vectors, memory.block);
  alignas(64) uint32_t rows[TILE];
  for (int v = 0; v < vectors; v++) {
    VectorWord word = noise.words(3, 0, v).r[0];
    memcpy(rows + v * SF_LANES, &word, sizeof word);
  }
  // The rows lie anywhere in a table of megabytes: they are fetched while the normals are computed.
  for (int s = 0; s < count; s++) {
    rows[s] = to_index(rows[s], (uint32_t)training.table_rows);
    const NoiseRow* level = training.table + rows[s];
    __builtin_prefetch(level);
    __builtin_prefetch(&level->physics_weight);
    __builtin_prefetch(training.features + (ptrdiff_t)rows[s] * features);
    __builtin_prefetch(training.data + (ptrdiff_t)examples[s] * dimension);
  }
  noise.draw(2, 0, dimension, memory.z);
  if (dimension == 2 && features == 1) {
    noise_examples<2, 1>(training, count, examples, rows, memory, levels);
  } else {
    noise_examples<0, 0>(training, count, examples, rows, memory, levels);
  }
  for (int s = count; s < vectors * SF_LANES; s++) {
    for (int d = 0; d < dimension; d++) {
      memory.x[d * TILE + s] = 0.0f;
      levels.target[d * TILE + s] = 0.0f;
    }
    for (int i = 0; i < dimension + features; i++) {
      memory.input[i * TILE + s] = 0.0f;
    }
    levels.weight[s] = 0.0f;
    levels.x0_from_x[s] = 0.0f;
    levels.x0_from_output[s] = 0.0f;
    levels.physics_weight[s] = 0.0f;
  }
}

// Losses of the examples, and the gradient of their mean with respect to the output.
inline void losses(
    const Training& training, const TrainingTile& tile, const TileMemory& memory, const TileLevels& levels,
    float* delta) {
  int dimension = training.shape.dimension;
  int vectors = vectors_of(tile.count);
  Vector mean = all<Vector>(1.0f / (float)training.batch);
  for (int v = 0; v < vectors; v++) {
    Vector weight = load(levels.weight + v * SF_LANES);
    Vector squares = {};
    for (int d = 0; d < dimension; d++) {
      int at = d * TILE + v * SF_LANES;
      Vector error = load(memory.output + at) - load(levels.target + at);
      squares = multiply_add(error, error, squares);
      store(delta + at, 2.0f * mean * weight * error);
    }
    store(levels.losses + v * SF_LANES, weight * squares);
  }
  memcpy(training.data_loss + tile.from, levels.losses, (size_t)tile.count * sizeof(float));
  if (training.physics.slots == 0) {
    return;
  }
  for (int d = 0; d < dimension; d++) {
    for (int v = 0; v < vectors; v++) {
      int at = d * TILE + v * SF_LANES;
      Vector x0 = load(levels.x0_from_x + v * SF_LANES) * load(memory.x + at);
      x0 = multiply_add(load(levels.x0_from_output + v * SF_LANES), load(memory.output + at), x0);
      store(memory.x0hat + at, x0);
    }
  }
  TilePhysics physics(training.physics, dimension, vectors, memory.slots, memory.adjoints);
  physics.gradient(PhysicsLoss::HALF_SQUARE, memory.x0hat, memory.gradient, levels.losses);
  for (int v = 0; v < vectors; v++) {
    Vector weight = load(levels.physics_weight + v * SF_LANES);
    VectorInt without = weight == 0.0f;
    Vector loss = weight * load(levels.losses + v * SF_LANES);
    store(levels.losses + v * SF_LANES, select(without, Vector{}, loss));
    Vector scale = mean * weight * load(levels.x0_from_output + v * SF_LANES);
    for (int d = 0; d < dimension; d++) {
      int at = d * TILE + v * SF_LANES;
      Vector sum = multiply_add(scale, load(memory.gradient + at), load(delta + at));
      store(delta + at, select(without, load(delta + at), sum));
    }
  }
  memcpy(training.physics_loss + tile.from, levels.losses, (size_t)tile.count * sizeof(float));
}

// Examples first_example + tile.from .. of the batch through the network and back.
inline void training_tile(
    const Training& training, const TrainingTile& tile, uint64_t first_example, const int32_t* examples,
    char* bytes) {
  const Shape& shape = training.shape;
  Carver carver{bytes, 0};
  TileMemory memory = TileMemory::carve(carver, shape, training.physics);
  TileLevels levels = TileLevels::carve(carver, shape.dimension);
  int vectors = vectors_of(tile.count);
  gather(
      training, first_example + (uint64_t)tile.from, tile.count, examples + tile.from, memory, levels);
  TrainingWeights weights{training};
  forward(
      weights, shape, memory, memory.input, vectors, memory.slopes, memory.output,
      [&](int layer, const float* in) {
        transpose(in, shape.in(layer), vectors, tile.inputs[layer], training.in_stride[layer]);
      });
  losses(training, tile, memory, levels, tile.delta[shape.layers - 1]);
  backward(weights, shape, vectors, memory.slopes, [&](int layer) { return tile.delta[layer]; });
}

// The gradient of rows of a layer, summed over the tiles: weights[r][in_stride] and, in four interleaved
// partial sums each, the biases.
inline void gradient_rows(
    const Training& training, RowBlock rows, const TrainingTile* tiles, int32_t tile_count, bool start,
    float* weights, float* bias_sums) {
  typedef float Quad __attribute__((vector_size(16), aligned(4), may_alias));
  int layer = rows.layer;
  int stride = training.in_stride[layer];
  for (int t = 0; t < tile_count; t++) {
    const TrainingTile& tile = tiles[t];
    const float* delta = tile.delta[layer] + (ptrdiff_t)rows.from * TILE;
    bool begins = start && t == 0;
    product(
        Strided{delta, TILE, 1}, 0, rows.to - rows.from, tile.count, tile.inputs[layer], stride,
        vectors_of(training.shape.in(layer)), begins ? Start::ZERO : Start::SUM, nullptr, weights, stride);
    for (int r = 0; r < rows.to - rows.from; r++) {
      Quad* sums = (Quad*)(bias_sums + 4 * r);
      Quad sum = begins ? Quad{} : *sums;
      for (int s = 0; s < tile.count; s += 4) {
        sum += *(const Quad*)(delta + (ptrdiff_t)r * TILE + s);
      }
      *sums = sum;
    }
  }
}

inline double squares_of_row(const float* weights, int32_t count) {
  double squares = 0;
  for (int i = 0; i < count; i++) {
    squares += (double)weights[i] * weights[i];
  }
  return squares;
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
      Vector a = step.keep == 0.0f ? Vector{} : load(training.average + at);
      adam(step, load(gradient), p, m, s, a);
      store(training.parameters + at, p);
      store(training.first_moment + at, m);
      store(training.second_moment + at, s);
      if (step.keep != 0.0f) {
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
