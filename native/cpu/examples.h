// Examples of a tile: their noise levels, noise and inputs, and the losses of what the network makes of them.
#pragma once
#include "physics.h"
#include "noise_row.cuh"

SF_NAMESPACE_BEGIN

// What the losses of an example have to know of its noise level, a row of lanes each (example_losses.cuh).
struct TileLevels {
  float* weight;
  float* x0_from_x;
  float* x0_from_output;
  float* physics_weight;
  float* physics_limit;
  float* objective_weight;
  float* condition;
  float* again;     // the bits of a mask
  float* next_from_x;
  float* next_from_output;
  float* next_input_scale;
  float* next_x0_from_x;
  float* next_x0_from_output;
  float* target;    // [D]
  uint32_t* rows;   // of the noise table

  static TileLevels carve(Carver& carver, int dimension, int stride) {
    size_t row = (size_t)stride;
    TileLevels levels;
    float** columns[] = {
        &levels.weight,           &levels.x0_from_x,        &levels.x0_from_output, &levels.physics_weight,
        &levels.physics_limit,    &levels.objective_weight, &levels.condition,      &levels.again,
        &levels.next_from_x,      &levels.next_from_output, &levels.next_input_scale, &levels.next_x0_from_x,
        &levels.next_x0_from_output};
    for (float** column : columns) {
      *column = carver.take<float>(row);
    }
    levels.target = carver.take<float>((size_t)dimension * row);
    levels.rows = carver.take<uint32_t>(row);
    return levels;
  }

  SF_INLINE ExampleLevel<Vector> operator()(int v) const {
    const int at = v * SF_LANES;
    return ExampleLevel<Vector>{
        load(weight + at),
        load(x0_from_x + at),
        load(x0_from_output + at),
        load(physics_weight + at),
        load(physics_limit + at),
        load(objective_weight + at),
        load(condition + at),
        (VectorInt)bits_of(load(again + at)),
        load(next_from_x + at),
        load(next_from_output + at),
        load(next_input_scale + at),
        load(next_x0_from_x + at),
        load(next_x0_from_output + at)};
  }
};

// The rows of examples in the lanes of a vector: where `there` is not set, numbers of the table are 0.
struct LaneRows {
  const Training& training;
  VectorInt there;
  VectorWord row;

  // A column of the rows; of one that holds whole numbers, their bits.
  template <class T>
  Vector column(T NoiseRow::*member) const {
    static_assert(sizeof(T) == sizeof(float) && sizeof(NoiseRow) % sizeof(float) == 0);
    constexpr uint32_t COLUMNS = sizeof(NoiseRow) / sizeof(float);
    const float* from = (const float*)&(training.table->*member);
    return select(there, gather(from, row * COLUMNS), Vector{});
  }

  // The time features, behind the components of the input.
  void write_features(float* input, int stride) const {
    for (int e = 0; e < training.shape.features; e++) {
      Vector time = gather(training.features + e, row * (uint32_t)training.shape.features);
      store(input + (training.shape.dimension + e) * stride, select(there, time, Vector{}));
    }
  }

  // Those of the second evaluations; row 0 where there is none.
  LaneRows next() const {
    VectorInt number = (VectorInt)bits_of(column(&NoiseRow::next));
    VectorInt some = there & (number >= 0);
    return LaneRows{training, there, (VectorWord)(number & some)};
  }
  VectorInt has_next() const { return there & ((VectorInt)bits_of(column(&NoiseRow::next)) >= 0); }
};

inline void gather_physics(const LaneRows& own, int at, const TileLevels& levels) {
  store(levels.x0_from_x + at, own.column(&NoiseRow::x0_from_x));
  store(levels.x0_from_output + at, own.column(&NoiseRow::x0_from_output));
  store(levels.physics_weight + at, own.column(&NoiseRow::physics_weight));
  store(levels.physics_limit + at, own.column(&NoiseRow::physics_limit));
  store(levels.objective_weight + at, own.column(&NoiseRow::objective_weight));
  store(levels.condition + at, own.column(&NoiseRow::condition));
  store(levels.again + at, float_of((VectorWord)own.has_next()));
  if (own.training.twice) {
    const LaneRows next = own.next();
    store(levels.next_from_x + at, own.column(&NoiseRow::next_from_x));
    store(levels.next_from_output + at, own.column(&NoiseRow::next_from_output));
    store(levels.next_input_scale + at, next.column(&NoiseRow::input_scale));
    store(levels.next_x0_from_x + at, next.column(&NoiseRow::x0_from_x));
    store(levels.next_x0_from_output + at, next.column(&NoiseRow::x0_from_output));
  }
}

// The table's rows of the examples in vector v; lanes beyond count read row 0.
inline LaneRows lane_rows(const Training& training, const TileLevels& levels, int count, int v) {
  const int at = v * SF_LANES;
  VectorWord row = {};
  int here = count - at < SF_LANES ? count - at : SF_LANES;
  memcpy(&row, levels.rows + at, (size_t)here * sizeof(uint32_t));
  return LaneRows{training, (VectorInt)lane_numbers() < here, row};
}

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
    VectorWord word = noise.words(NoiseStream::TRAINING_ROWS, 0, v).r[0];
    memcpy(levels.rows + v * SF_LANES, &word, sizeof word);
  }
  // The rows lie anywhere in a table of megabytes: they are fetched while the normals are computed.
  for (int s = 0; s < count; s++) {
    levels.rows[s] =
        (uint32_t)(examples[s] / training.part_points * training.part_rows) +
        to_index(levels.rows[s], (uint32_t)training.part_rows);
    const NoiseRow* level = training.table + levels.rows[s];
    __builtin_prefetch(level);
    __builtin_prefetch(&level->physics_weight);
    __builtin_prefetch(training.features + (ptrdiff_t)levels.rows[s] * features);
    __builtin_prefetch(training.data + (ptrdiff_t)examples[s] * training.point_stride());
  }
  if (!training.paired) {
    noise.draw(NoiseStream::TRAINING_NOISE, 0, dimension, memory.z);
  }
  for (int v = 0; v < vectors; v++) {
    const int at = v * SF_LANES;
    const LaneRows own = lane_rows(training, levels, count, v);
    VectorWord point = {};
    int here = count - at < SF_LANES ? count - at : SF_LANES;
    memcpy(&point, examples + at, (size_t)here * sizeof(int32_t));
    Vector alpha = own.column(&NoiseRow::alpha);
    Vector sigma = own.column(&NoiseRow::sigma);
    Vector input_scale = own.column(&NoiseRow::input_scale);
    Vector target_x0 = own.column(&NoiseRow::target_x0);
    Vector target_eps = own.column(&NoiseRow::target_eps);
    store(levels.weight + at, own.column(&NoiseRow::weight));
    if (training.physics.slots > 0) {
      gather_physics(own, at, levels);
    }
    point *= (uint32_t)training.point_stride();
    Vector condition = own.column(&NoiseRow::condition);
    for (int d = training.noised(); d < dimension; d++) {
      Vector x0 = select(own.there, gather(training.data + d, point), Vector{});
      store(memory.x + d * stride + at, x0);
      store(memory.input + d * stride + at, condition * x0);
      store(levels.target + d * stride + at, Vector{});
    }
    for (int d = 0; d < training.noised(); d++) {
      Vector x0 = select(own.there, gather(training.data + d, point), Vector{});
      Vector eps = training.paired ? select(own.there, gather(training.data + dimension + d, point), Vector{})
                                   : load(memory.z + d * stride + at);
      Vector xt = forward_noise(alpha, sigma, x0, eps);
      store(memory.x + d * stride + at, xt);
      store(memory.input + d * stride + at, input_scale * xt);
      store(levels.target + d * stride + at, target(target_x0, target_eps, x0, eps));
    }
    own.write_features(memory.input + at, stride);
  }
}

// What an example weighs in the mean loss.
inline float share_of_example(const Training& training) { return 1.0f / (float)training.batch; }

inline void write_losses(const Numbers<TileRows>& losses, int count, float* to) {
  memcpy(to, &losses, (size_t)count * sizeof(float));
}

// Losses of the data, and the gradient of their mean with respect to the output.
inline void data_losses(
    const Training& training, const ExampleTile& tile, Term term, const TileMemory& memory, const TileLevels& levels,
    float* delta) {
  int vectors = vectors_of(tile.count);
  TilePhysics physics{training.physics, memory, training.shape.dimension, vectors};
  Numbers<TileRows> losses = data_losses(
      levels, training.shape.dimension, training.noised(), term == Term::PHYSICS ? 0.0f : share_of_example(training),
      physics.rows(memory.output), physics.rows(levels.target), physics.rows(delta));
  write_losses(losses, tile.count, tile.data_loss);
}

// Losses of the laws; their gradient at the output is added to `delta`, that at the output of a second evaluation goes
// to `second_delta`, null where there is none.
inline void physics_losses(
    const Training& training, const ExampleTile& tile, const TileMemory& memory, const TileLevels& levels, float* delta,
    float* second_delta) {
  TilePhysics physics{training.physics, memory, training.shape.dimension, vectors_of(tile.count)};
  Numbers<TileRows> losses = physics_losses(
      training.physics, levels, second_delta != nullptr, training.shape.dimension, training.noised(), share_of_example(training),
      physics.rows(memory.output), physics.rows(memory.x), physics.tape(), physics.rows(memory.x0hat),
      physics.rows(memory.gradient), physics.rows(delta), physics.rows(second_delta));
  write_losses(losses, tile.count, tile.physics_loss);
}

SF_NAMESPACE_END
