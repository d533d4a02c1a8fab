// A network program with the arrays of a group, as samplers and trainers take a network.
#pragma once
#include "program_tile.cuh"

SF_NAMESPACE_BEGIN

// A block and its tile, of as many samples as the call says. Arrays lie in shared memory where they fit.
struct ProgramGroup {
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

struct ProgramNetwork {
  static constexpr bool BACKWARD = true;
  const ProgramGroup& group;
  const ProgramCall* program;
  Rows input;   // [D + E]
  Rows output;  // [D]
  Rows seed;    // [D]
  int copy;     // of the program's memory: 1 is that of a second evaluation

  SF_DEVICE ProgramNetwork(const ProgramGroup& g, const ProgramCall* p, const Places& places)
      : ProgramNetwork(g, p, g.rows(places.input), g.rows(places.output), g.rows(places.seed), 0) {}

  SF_DEVICE ProgramNetwork(const ProgramGroup& g, const ProgramCall* p, Rows in, Rows out, Rows s, int c)
      : group(g), program(p), input(in), output(out), seed(s), copy(c) {}

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
        group.rows(~(program->scratch_row + copy * program->table.floats)).at, input.at, output.at, seed.at};
  }
};

SF_NAMESPACE_END
