// The engine's code for one instruction set; native/cpu/build.sh compiles it once for each.
#include "simd.h"  // before all formulas, which find its overloads
#include "sampling.h"
#include "layers.h"
#include "optimiser.h"
#include "program_examples.h"

SF_NAMESPACE_BEGIN

static void pack_matrix(
    const float* matrix, int64_t row, int64_t column, int32_t rows, int32_t depth, float* packed) {
  pack(Strided{matrix, row, column}, rows, depth, packed);
}

static void pack_hidden(
    const float* matrix, int64_t row, int64_t column, int32_t rows, int32_t depth, float* packed) {
#if SF_HALF
  pack_pairs(Strided{matrix, row, column}, rows, depth, packed);
#else
  pack(Strided{matrix, row, column}, rows, depth, packed);
#endif
}

static size_t tile_bytes(const Sampling& sampling) {
  Carver carver{nullptr, 0};
  TileMemory::carve(carver, sampling.shape, sampling.physics, TILE, true);
  if (sampling.program != nullptr) {
    ProgramMemory::carve(carver, *sampling.program);
  }
  FurtherRegisters::carve(carver, sampling);
  return carver.used;
}

static size_t training_tile_bytes(const Training& training) {
  Carver carver{nullptr, 0};
  TrainingMemory::carve(carver, training);
  return carver.used;
}

// Calls body(i) for every vector of an array of `count` floats, a multiple of 4; what is behind it up to a
// whole vector is padding to read and not to be written.
template <class Body>
static void each_vector(size_t count, float* to, Body body) {
  size_t i = 0;
  for (; i + SF_LANES <= count; i += SF_LANES) {
    store(to + i, body(i));
  }
  if (i < count) {
    Vector last = body(i);
    memcpy(to + i, &last, (count - i) * sizeof(float));
  }
}

static void add_parts(const float* first, size_t apart, const SumTree& tree, size_t count, float* sum) {
  const float* a = first + (size_t)tree.parts[0] * apart;
  if (tree.part_count == 1) {
    each_vector(count, sum, [=](size_t i) { return load(a + i); });
  } else if (tree.part_count == 2) {
    const float* b = first + (size_t)tree.parts[1] * apart;
    each_vector(count, sum, [=](size_t i) { return load(a + i) + load(b + i); });
  } else {
    each_vector(count, sum, [&](size_t i) {
      Vector value[MOST_PARTS];
      for (int32_t p = 0; p < tree.part_count; p++) {
        value[tree.parts[p]] = load(first + (size_t)tree.parts[p] * apart + i);
      }
      for (int32_t p = 0; p < tree.pair_count; p++) {
        value[tree.pairs[p][0]] += value[tree.pairs[p][1]];
      }
      return value[0];
    });
  }
}

template <class Function>
static void map(const float* x, float* y, int64_t count, Function function) {
  for (int64_t i = 0; i < count; i += SF_LANES) {
    float part[SF_LANES] = {};
    int64_t here = count - i < SF_LANES ? count - i : SF_LANES;
    memcpy(part, x + i, (size_t)here * sizeof(float));
    store(part, function(load(part)));
    memcpy(y + i, part, (size_t)here * sizeof(float));
  }
}

static void elementary(int32_t function, const float* x, float* y, int64_t count) {
  switch (function) {
    case 0: map(x, y, count, [](Vector v) { return exponential(v); }); break;
    case 1: map(x, y, count, [](Vector v) { return natural_logarithm(v); }); break;
    case 2: map(x, y, count, [](Vector v) { return hyperbolic_tangent(v); }); break;
    case 3: map(x, y, count, [](Vector v) { return sine(v); }); break;
    case 4: map(x, y, count, [](Vector v) { return cosine(v); }); break;
    case 5: map(x, y, count, [](Vector v) { return softplus(v); }); break;
    case 6: map(x, y, count, [](Vector v) { return logistic(v); }); break;
    default: map(x, y, count, [](Vector v) { return logistic_within(v); });
  }
}

// z [count, 4]: the four normals of a block for samples first .. first + count - 1.
static void normals_of_block(
    uint64_t seed, uint64_t first, int64_t count, uint32_t block, uint32_t stream, float* z) {
  alignas(64) float memory[4 * TILE];
  alignas(64) float rows[4 * TILE];
  for (int64_t i = 0; i < count; i += TILE) {
    int here = count - i < TILE ? (int)(count - i) : TILE;
    TileNoise noise(seed, first + (uint64_t)i, vectors_of(here), memory, TILE);
    noise.draw(static_cast<NoiseStream>(stream), (uint64_t)block * 4, 4, rows);
    for (int s = 0; s < here; s++) {
      for (int d = 0; d < 4; d++) {
        z[(i + s) * 4 + d] = rows[d * TILE + s];
      }
    }
  }
}

static double peak(int64_t rounds, float* sink) {
  constexpr int CHAINS = 16 < BLOCK_ROWS * BLOCK_VECTORS ? 16 : 12;
  Vector chain[CHAINS];
  for (int i = 0; i < CHAINS; i++) {
    chain[i] = all<Vector>((float)i);
  }
  Vector factor = all<Vector>(sink[0]);
  Vector term = all<Vector>(sink[1]);
  for (int64_t round = 0; round < rounds; round++) {
#pragma GCC unroll 16
    for (int i = 0; i < CHAINS; i++) {
      chain[i] = multiply_add(chain[i], factor, term);
    }
  }
  Vector sum = {};
  for (int i = 0; i < CHAINS; i++) {
    sum += chain[i];
  }
  store(sink, sum);
  return 2.0 * CHAINS * SF_LANES * (double)rounds;
}

SF_NAMESPACE_END

#define SF_QUOTE(x) #x
#define SF_TEXT(x) SF_QUOTE(x)
#define SF_JOIN(a, b) a##b
#define SF_FUNCTION(target) SF_JOIN(target, _target)

namespace scorefield {

const Target* SF_FUNCTION(SF_TARGET)() {
  static const Target target = {
      SF_TEXT(SF_TARGET), SF_LANES,         TILE,             pack_matrix,
      pack_hidden,
      tile_bytes,         program_lanes,    training_tile_bytes, sample_tile,      evaluate_tile,    forward_noise_tile,
      training_tile,      program_training_bytes, program_training_tile, adam_flat, layered_bytes,    layered_gather,   layered_forward,
      layered_losses,     layered_backward, layered_slopes,   gradient_rows,
      add_parts,          dot_of_row,   adam_rows,        elementary,
      normals_of_block,   peak};
  return &target;
}

}  // namespace scorefield
