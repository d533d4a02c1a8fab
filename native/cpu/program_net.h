// A network program as the rows of a sampler see it, and its working memory.
#pragma once
#include "model.h"
#include "program.h"
#include "tile.h"

SF_NAMESPACE_BEGIN

// A tile's memory should stay in a second-level cache where it can.
constexpr size_t PROGRAM_BYTES = 512u << 10;

// Samples of a tile: full vectors, as many as a tile of states has room for and the cache for their values.
inline int32_t program_lanes(const ProgramTable& program) {
  int32_t lanes = TILE;
  while (lanes > SF_LANES && (size_t)program.floats * (size_t)lanes * sizeof(float) > PROGRAM_BYTES) {
    lanes -= SF_LANES;
  }
  return lanes;
}

struct ProgramMemory {
  float* numbers;
  float* slots;
  float* seed;            // [D], rows as those of a tile; likewise the next
  float* input_gradient;  // [D + E]

  static ProgramMemory carve(Carver& carver, const ProgramTable& program) {
    ProgramMemory memory;
    memory.numbers = carver.take<float>((size_t)program.floats * (size_t)program_lanes(program));
    memory.slots = carver.take<float>(ProgramTile::slot_floats());
    memory.seed = carver.take<float>((size_t)program.dimension * TILE);
    memory.input_gradient = carver.take<float>((size_t)(program.dimension + program.features) * TILE);
    return memory;
  }
};

// The counterpart of MlpNet.
class ProgramNet {
 public:
  ProgramNet(const Sampling& sampling, Carver& carver)
      : sampling_(sampling), memory_(ProgramMemory::carve(carver, *sampling.program)) {}

  void evaluate(int row, const TileMemory& memory, int vectors, bool) {
    const ProgramTable& program = *sampling_.program;
    const float* features = sampling_.row_features + (ptrdiff_t)sampling_.bias_of_row[row] * program.features;
    for (int e = 0; e < program.features; e++) {
      for (int v = 0; v < vectors; v++) {
        store(memory.input + (program.dimension + e) * TILE + v * SF_LANES, all<Vector>(features[e]));
      }
    }
    ProgramTile tile = tile_of(vectors);
    tile.ports[(int)Channel::INPUT] = Port{memory.input, TILE};
    tile.ports[(int)Channel::RESULT] = Port{memory.output, TILE};
    tile.run(0, program.back, nullptr);
  }

  float* seed(const TileMemory&) const { return memory_.seed; }

  void back(const TileMemory&, int vectors, float* input_gradient) const {
    const ProgramTable& program = *sampling_.program;
    ProgramTile tile = tile_of(vectors);
    tile.ports[(int)Channel::SEED] = Port{memory_.seed, TILE};
    tile.ports[(int)Channel::INPUT_GRADIENT] = Port{memory_.input_gradient, TILE};
    tile.run(program.back, program.step_count, nullptr);
    memcpy(input_gradient, memory_.input_gradient, (size_t)program.dimension * TILE * sizeof(float));
  }

 private:
  ProgramTile tile_of(int vectors) const {
    return ProgramTile(
        *sampling_.program, sampling_.parameters, memory_.numbers, memory_.slots, vectors * SF_LANES);
  }

  const Sampling& sampling_;
  ProgramMemory memory_;
};

SF_NAMESPACE_END
