// A tile of samples as network programs (include/program.cuh) see it. A number of the program's memory is a row, one
// number for every sample of the tile: a value of `width` features is [width][columns], and a column is a position of a
// sample. Here are also the steps that only move or sum numbers.
#pragma once
#include "group.cuh"
#include "program.cuh"

namespace scorefield {

// io.scorefield.engine.cuda.network.ProgramMemory writes it.
struct ProgramCall {
  ProgramTable table;
  const float* parameters;    // flat
  const float* packed;        // weights of products, [length][results, padded to a multiple of 8]
  const int32_t* packed_at;   // for every step, where its weights begin
  int32_t shared_row;         // of a group's shared memory, from which on it has numbers of the program
  int32_t scratch_row;        // of a group's scratch memory, likewise
  int32_t shared_numbers;     // a value that ends by then lies in shared memory, any other in scratch memory
  int32_t samples;            // of a tile
};
static_assert(sizeof(ProgramCall) == 120, "Java writes it so");

}  // namespace scorefield

SF_NAMESPACE_BEGIN

// Threads of a block that runs programs.
constexpr int PROGRAM_THREADS = 256;

struct ProgramTile {
  const ProgramCall* program;
  int samples;
  float* shared;    // number n of sample s of the program's memory is n * samples + s
  float* scratch;
  float* input;     // of the channels, likewise; also that of the gradient at the input
  float* output;
  float* seed;

  SF_DEVICE int rank() const { return (int)threadIdx.x; }

  SF_DEVICE Rows at(const Place& place) const {
    bool within = place.offset + place.width * place.stride <= program->shared_numbers;
    return Rows{
        (within ? shared : scratch) + (int64_t)place.offset * samples, (int64_t)place.stride * samples};
  }

  SF_DEVICE int columns(const Place& place) const { return place.positions * samples; }
};

// Numbers of a channel from or to a value.
SF_DEVICE void program_move(const ProgramTile& tile, const ProgramStep& step, const Place& place, bool reads) {
  float* channel = step.channel == Channel::RESULT ? tile.output : step.channel == Channel::SEED ? tile.seed : tile.input;
  Rows value = tile.at(place);
  int columns = tile.columns(place);
  for (int i = tile.rank(); i < place.width * columns; i += PROGRAM_THREADS) {
    int f = i / columns;
    int c = i % columns;
    int number = step.offset + c / tile.samples * step.position_stride + f * step.feature_stride;
    float& outside = channel[(int64_t)number * tile.samples + c % tile.samples];
    if (reads) {
      value(f, c) = outside;
    } else {
      outside = value(f, c);
    }
  }
}

SF_DEVICE void program_segment_sum(const ProgramTile& tile, const ProgramStep& step) {
  const LinkTable links = tile.program->table.links[step.links];
  const int32_t* starts = tile.program->table.integers + links.starts;
  const int32_t* members = tile.program->table.integers + links.members;
  Rows from = tile.at(step.first);
  Rows to = tile.at(step.result);
  int columns = links.from * tile.samples;
  for (int i = tile.rank(); i < step.result.width * columns; i += PROGRAM_THREADS) {
    int f = i / columns;
    int c = i % columns;
    int q = c / tile.samples;
    int s = c % tile.samples;
    float sum = 0;
    for (int member = starts[q]; member < starts[q + 1]; member++) {
      sum += from(f, members[member] * tile.samples + s);
    }
    to(f, c) = sum;
  }
}

SF_DEVICE void program_row_sum(const ProgramTile& tile, const ProgramStep& step) {
  Rows from = tile.at(step.first);
  Rows to = tile.at(step.result);
  for (int c = tile.rank(); c < tile.columns(step.first); c += PROGRAM_THREADS) {
    float sum = 0;
    for (int f = 0; f < step.first.width; f++) {
      sum += from(f, c);
    }
    to(0, c) = sum;
  }
}

SF_NAMESPACE_END
