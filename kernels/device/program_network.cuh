// A network program with the arrays of a group, as samplers and trainers take a network.
#pragma once
#include "program_steps.cuh"

SF_NAMESPACE_BEGIN

// A block and its tile, of as many samples as the call says. Arrays lie in shared memory where they fit.
struct ProgramGroup {
  using Examples = Rows;
  float* shared;
  float* scratch;
  int scratch_rows;
  int count;  // samples of the tile

  SF_DEVICE int samples() const { return count; }
  SF_DEVICE int rank() const { return (int)threadIdx.x; }
  SF_DEVICE int size() const { return PROGRAM_THREADS; }
  SF_DEVICE void sync() const { __syncthreads(); }
  SF_DEVICE int index() const { return (int)blockIdx.x; }
  SF_DEVICE int groups() const { return (int)gridDim.x; }
  SF_DEVICE Rows rows(int place) const {
    return place >= 0 ? Rows{shared + place * count, count}
                      : Rows{scratch + ((int64_t)blockIdx.x * scratch_rows + ~place) * count, count};
  }
};

// Where arrays lie is worked out where they are used, as in TileSampler.
struct ProgramNetwork {
  static constexpr bool BACKWARD = true;
  static constexpr bool DIVERGES = true;
  const ProgramGroup& group;
  const ProgramCall* program;
  const Places& places;
  int seed_place;  // of the gradient at the output
  int copy;        // of the program's memory: 1 is that of a second evaluation

  SF_DEVICE ProgramNetwork(const ProgramGroup& g, const ProgramCall* call, const Places& p)
      : ProgramNetwork(g, call, p, p.seed, 0) {}

  SF_DEVICE ProgramNetwork(const ProgramGroup& g, const ProgramCall* call, const Places& p, int seed_at, int number)
      : group(g), program(call), places(p), seed_place(seed_at), copy(number) {}

  SF_DEVICE float& input(int row, int sample) const { return group.rows(places.input)(row, sample); }    // [D + E]
  SF_DEVICE float& output(int row, int sample) const { return group.rows(places.output)(row, sample); }  // [D]
  SF_DEVICE float& seed(int row, int sample) const { return group.rows(seed_place)(row, sample); }       // [D]

  SF_DEVICE int bias_stride() const { return program->table.features; }

  // The output where all samples have the same time features; x is there already.
  SF_DEVICE void forward(const float* features, bool) const {
    each(group, program->table.features, [&](int e, int s) { input(program->table.dimension + e, s) = features[e]; });
    group.sync();
    forward();
  }

  // The output where the input is complete.
  SF_DEVICE void forward() const { run_program(tile(), 0, program->table.back, nullptr); }

  // The gradient at the input goes to `input`, that of the parameters is added to `gradient`.
  SF_DEVICE void backward(float* gradient = nullptr) const {
    run_program(tile(), program->table.back, program->table.step_count, gradient);
  }

  SF_DEVICE ProgramTile tile() const {
    return ProgramTile{
        program, group.samples(), group.rows(program->shared_row + copy * program->shared_numbers).at,
        group.rows(~(program->scratch_row + copy * program->table.floats)).at, group.rows(places.input).at,
        group.rows(places.output).at, group.rows(seed_place).at};
  }
};

SF_NAMESPACE_END
