// Examples of a training through the layers of the network and back: tile by tile, or all of a batch layer by layer.
#pragma once
#include "examples.h"
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
          mixed[2 * i] = shuffled(square[i], square[i + L / 2], low);
          mixed[2 * i + 1] = shuffled(square[i], square[i + L / 2], high);
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

// What a tile of a training needs beside the tile itself, for a second evaluation.
struct TrainingMemory {
  TileMemory tile;
  TileLevels levels;
  float* slopes;          // of the second evaluation
  float* input_gradient;  // of the second evaluation [D]

  static TrainingMemory carve(Carver& carver, const Training& training) {
    const Shape& shape = training.shape;
    TrainingMemory memory;
    memory.tile = TileMemory::carve(carver, shape, training.physics, TILE, true);
    memory.levels = TileLevels::carve(carver, shape.dimension, TILE);
    memory.slopes = carver.take<float>(training.twice ? shape.hidden_total() * TILE : 0);
    memory.input_gradient = carver.take<float>(training.twice ? (size_t)shape.dimension * TILE : 0);
    return memory;
  }
};

// The network at the examples of a tile; keeps what gradients of the weights are made of in `record`.
inline void forward_examples(
    const Training& training, const ExampleTile& record, const TileMemory& memory, float* slopes) {
  const Shape& shape = training.shape;
  int vectors = vectors_of(record.count);
  forward(
      TrainingWeights{training}, shape, memory, memory.input, vectors, slopes, memory.output,
      [&](int layer, const float* in) {
        transpose(in, TILE, shape.in(layer), vectors, record.inputs[layer], training.in_stride[layer]);
      });
}

inline void backward_examples(const Training& training, const ExampleTile& record, const float* slopes) {
  backward(
      TrainingWeights{training}, training.shape, TILE, vectors_of(record.count), slopes,
      [&](int layer) { return record.delta[layer]; });
}

// The physics term where some examples are evaluated twice. tile.second gets the gradients of the second evaluation;
// what the first output is responsible for is added to `delta`.
inline void second_evaluation(
    const Training& training, const ExampleTile& tile, const TrainingMemory& memory, float* delta) {
  const Shape& shape = training.shape;
  const ExampleTile& second = *tile.second;
  int vectors = vectors_of(tile.count);
  TilePhysics physics{training.physics, memory.tile, shape.dimension, vectors};
  begin_second_evaluation(
      memory.levels, shape.dimension, training.noised(), physics.rows(memory.tile.output), physics.rows(memory.tile.x),
      physics.rows(memory.tile.x0hat), physics.rows(memory.tile.input));
  for (int v = 0; v < vectors; v++) {
    lane_rows(training, memory.levels, tile.count, v).next().write_features(memory.tile.input + v * SF_LANES, TILE);
  }
  forward_examples(training, second, memory.tile, memory.slopes);
  physics_losses(training, tile, memory.tile, memory.levels, delta, second.delta[shape.layers - 1]);
  backward_examples(training, second, memory.slopes);
  product(
      TrainingWeights{training}.backward(0), 0, shape.dimension, shape.out(0), second.delta[0], TILE, vectors,
      Start::ZERO, nullptr, memory.input_gradient, TILE);
  TileRows seed = physics.rows(delta);
  for (int v = 0; v < vectors; v++) {
    for (int d = 0; d < training.noised(); d++) {
      Vector returned = physics.rows(memory.input_gradient).get(d, v);
      seed.set(d, v, with_second_evaluation(memory.levels(v), returned, seed.get(d, v)));
    }
  }
}

// Examples first_example + tile.from .. of the batch through the network and back.
inline void training_tile(
    const Training& training, const ExampleTile& tile, Term term, uint64_t first_example, const int32_t* examples,
    char* bytes) {
  Carver carver{bytes, 0};
  TrainingMemory memory = TrainingMemory::carve(carver, training);
  const TileMemory& own = memory.tile;
  gather_examples(
      training, first_example + (uint64_t)tile.from, tile.count, examples + tile.from, own, memory.levels);
  forward_examples(training, tile, own, own.slopes);
  float* delta = tile.delta[training.shape.layers - 1];
  data_losses(training, tile, term, own, memory.levels, delta);
  if (training.physics.slots > 0 && term != Term::DATA) {
    if (tile.second != nullptr) {
      second_evaluation(training, tile, memory, delta);
    } else {
      physics_losses(training, tile, own, memory.levels, delta, nullptr);
    }
  }
  backward_examples(training, tile, own.slopes);
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
    const Training& training, const ExampleTile& tile, uint64_t first_example, const int32_t* examples,
    char* bytes) {
  LayeredMemory memory = LayeredMemory::carve(bytes, training);
  gather_examples(training, first_example, tile.count, examples, memory.tile, memory.levels);
}

// Rows of a layer; of the last layer all, into the thread's own memory. The layer's input is transposed for
// the gradients on the way.
inline void layered_forward(const Training& training, const ExampleTile& tile, RowBlock rows, char* bytes) {
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

inline void layered_losses(const Training& training, const ExampleTile& tile, char* bytes) {
  LayeredMemory memory = LayeredMemory::carve(bytes, training);
  float* delta = tile.delta[training.shape.layers - 1];
  data_losses(training, tile, Term::BOTH, memory.tile, memory.levels, delta);
  if (training.physics.slots > 0) {
    physics_losses(training, tile, memory.tile, memory.levels, delta, nullptr);
  }
}

// What outputs [from, to) of a layer add to the gradient with respect to inputs [in_from, in_to).
inline void layered_backward(
    const Training& training, const ExampleTile& tile, RowBlock outputs, int32_t in_from, int32_t in_to,
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
inline void layered_slopes(const Training& training, const ExampleTile& tile, RowBlock rows) {
  int stride = training.layered_stride;
  ptrdiff_t at = (ptrdiff_t)rows.from * stride;
  multiply_rows(
      tile.delta[rows.layer] + at, training.layered_slopes[rows.layer] + at, rows.to - rows.from, stride,
      vectors_of(tile.count));
}

SF_NAMESPACE_END
