// Examples of a training through a network program and back.
#pragma once
#include "examples.h"
#include "program_net.h"

SF_NAMESPACE_BEGIN

// What a tile of a program's training needs.
struct ProgramTrainingMemory {
  TileMemory tile;
  TileLevels levels;
  ProgramMemory first;
  ProgramMemory second;   // of second evaluations

  static ProgramTrainingMemory carve(Carver& carver, const Training& training) {
    ProgramTrainingMemory memory;
    memory.tile = TileMemory::carve(carver, training.shape, training.physics, TILE, false);
    memory.levels = TileLevels::carve(carver, training.shape.dimension, TILE);
    memory.first = ProgramMemory::carve(carver, *training.program);
    memory.second = training.twice ? ProgramMemory::carve(carver, *training.program) : memory.first;
    return memory;
  }
};

// Rows of lanes from `count` on become copies of lane 0: numbers as any other, whatever the network makes of zeros.
inline void fill_lanes(float* rows, int count, int row_count, int lanes) {
  for (int row = 0; row < row_count; row++) {
    for (int lane = count; lane < lanes; lane++) {
      rows[(ptrdiff_t)row * TILE + lane] = rows[(ptrdiff_t)row * TILE];
    }
  }
}

// Lanes from `count` on have no part in the gradient.
inline void clear_lanes(float* rows, int count, int row_count, int lanes) {
  for (int row = 0; row < row_count; row++) {
    for (int lane = count; lane < lanes; lane++) {
      rows[(ptrdiff_t)row * TILE + lane] = 0.0f;
    }
  }
}

class ProgramExamples {
 public:
  ProgramExamples(const Training& training, const ExampleTile& tile, char* bytes)
      : training_(training),
        program_(*training.program),
        record_(tile),
        carver_{bytes, 0},
        memory_(ProgramTrainingMemory::carve(carver_, training)),
        vectors_(vectors_of(tile.count)),
        lanes_(vectors_ * SF_LANES) {}

  // Adds the gradient of a term of the loss to `gradient`, and writes the losses.
  void run(Term term, uint64_t first_example, const int32_t* examples, float* gradient) {
    const TileMemory& own = memory_.tile;
    int dimension = training_.shape.dimension;
    int inputs = dimension + training_.shape.features;
    gather_examples(
        training_, first_example + (uint64_t)record_.from, record_.count, examples + record_.from, own, memory_.levels);
    fill_lanes(own.input, record_.count, inputs, lanes_);
    there(memory_.first);
    float* seed = memory_.first.seed;
    data_losses(training_, record_, term, own, memory_.levels, seed);
    if (training_.physics.slots > 0 && term != Term::DATA) {
      if (training_.twice) {
        second_evaluation(seed, gradient);
      } else {
        physics_losses(training_, record_, own, memory_.levels, seed, nullptr);
      }
    }
    clear_lanes(seed, record_.count, dimension, lanes_);
    back(memory_.first, gradient);
  }

 private:
  ProgramTile tile_of(const ProgramMemory& memory) const {
    return ProgramTile(program_, training_.parameters, memory.numbers, memory.slots, lanes_);
  }

  void there(const ProgramMemory& memory) const {
    ProgramTile tile = tile_of(memory);
    tile.ports[(int)Channel::INPUT] = Port{memory_.tile.input, TILE};
    tile.ports[(int)Channel::RESULT] = Port{memory_.tile.output, TILE};
    tile.run(0, program_.back, nullptr);
  }

  void back(const ProgramMemory& memory, float* gradient) const {
    ProgramTile tile = tile_of(memory);
    tile.ports[(int)Channel::SEED] = Port{memory.seed, TILE};
    tile.ports[(int)Channel::INPUT_GRADIENT] = Port{memory.input_gradient, TILE};
    tile.run(program_.back, program_.step_count, gradient);
  }

  // As second_evaluation() of layers.h.
  void second_evaluation(float* seed, float* gradient) {
    int dimension = training_.shape.dimension;
    const TileMemory& own = memory_.tile;
    TilePhysics physics{training_.physics, own, dimension, vectors_};
    begin_second_evaluation(
        memory_.levels, dimension, training_.noised(), physics.rows(own.output), physics.rows(own.x), physics.rows(own.x0hat),
        physics.rows(own.input));
    for (int v = 0; v < vectors_; v++) {
      lane_rows(training_, memory_.levels, record_.count, v).next().write_features(own.input + v * SF_LANES, TILE);
    }
    fill_lanes(own.input, record_.count, dimension + training_.shape.features, lanes_);
    there(memory_.second);
    physics_losses(training_, record_, own, memory_.levels, seed, memory_.second.seed);
    clear_lanes(memory_.second.seed, record_.count, dimension, lanes_);
    back(memory_.second, gradient);
    TileRows seeds = physics.rows(seed);
    for (int v = 0; v < vectors_; v++) {
      for (int d = 0; d < training_.noised(); d++) {
        Vector returned = physics.rows(memory_.second.input_gradient).get(d, v);
        seeds.set(d, v, with_second_evaluation(memory_.levels(v), returned, seeds.get(d, v)));
      }
    }
  }

  const Training& training_;
  const ProgramTable& program_;
  const ExampleTile& record_;
  Carver carver_;
  ProgramTrainingMemory memory_;
  int vectors_;
  int lanes_;
};

inline size_t program_training_bytes(const Training& training) {
  Carver carver{nullptr, 0};
  ProgramTrainingMemory::carve(carver, training);
  return carver.used;
}

inline void program_training_tile(
    const Training& training, const ExampleTile& tile, Term term, uint64_t first_example, const int32_t* examples,
    char* bytes, float* gradient) {
  ProgramExamples(training, tile, bytes).run(term, first_example, examples, gradient);
}

// Adam for parameters [from, to) in flat arrays; `to` is a multiple of a vector or the end of padded arrays.
inline void adam_flat(const Training& training, const AdamStep& step, const float* gradient, int64_t from, int64_t to) {
  for (int64_t at = from; at < to; at += SF_LANES) {
    Vector p = load(training.parameters + at);
    Vector m = load(training.first_moment + at);
    Vector s = load(training.second_moment + at);
    Vector a = step.averages ? load(training.average + at) : Vector{};
    adam(step, load(gradient + at), p, m, s, a);
    store(training.parameters + at, p);
    store(training.first_moment + at, m);
    store(training.second_moment + at, s);
    if (step.averages) {
      store(training.average + at, a);
    }
  }
}

SF_NAMESPACE_END
