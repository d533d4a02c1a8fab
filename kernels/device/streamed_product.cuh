// A hidden layer's product for a tile of S samples by mma.sync: a warp computes 32 of the outputs for all samples, at width 512
// twice. Activations lie rounded in shared memory, in place; weights come ahead of their use (weight_stream.cuh).
// The bits are those of wide_network.cuh.
#pragma once
#include "weight_stream.cuh"
#include "wide_sums.cuh"

SF_NAMESPACE_BEGIN

template <int W, int S, bool LOW>
struct StreamedProduct {
  static constexpr int SAMPLES = S;
  static constexpr int WIDTH = W;
  static constexpr int PASSES = W / 256;
  static constexpr int WARPS = 8;
  static constexpr int MT = S / 16;
  static constexpr int NT = 4;
  static constexpr int KT = W / 16;
  static constexpr int PITCH = W / 2 + 4;  // words of two halves a sample; rows begin 4 banks apart
  static constexpr int STAGES = LOW ? 3 : 4;
  using Group = BlockGroup<S, 32 * WARPS>;
  using Stream = WeightStream<W, PASSES, WARPS, LOW, STAGES>;
  using Tiles = float[MT][NT][4];
  using Rounded = unsigned[MT][NT][2];

  const Group& group;
  const TensorNetwork& network;
  unsigned* memory;  // activations rounded [S][PITCH], rings [warps], sums [warps][D][S]
  mutable Stream stream;

  SF_DEVICE StreamedProduct(const Group& g, const TensorNetwork& n, float* shared)
      : group(g), network(n), memory((unsigned*)shared),
        stream(n, (uint4*)(memory + S * PITCH) + warp() * Stream::RING) {}

  // Words of shared memory; io.scorefield.engine.cuda.sampling.SamplingPlan computes the same.
  static SF_DEVICE constexpr int words(int dimension) {
    return S * PITCH + WARPS * Stream::RING * 4 + WARPS * dimension * S;
  }

  // Not kept in registers: worked out again where they are used.
  static SF_DEVICE int lane() { return fresh_thread() % 32; }
  static SF_DEVICE int warp() { return fresh_thread() / 32; }
  static SF_DEVICE int row() { return lane() / 4; }
  static SF_DEVICE int column() { return 2 * (lane() % 4); }
  static SF_DEVICE int first_column(int pass) { return (pass * WARPS + warp()) * NT * 8 + column(); }

  SF_DEVICE float* sums() const { return (float*)(memory + S * PITCH + WARPS * Stream::RING * 4); }

  // Those who share activations are in step.
  SF_DEVICE void sync() const { group.sync(); }

  SF_DEVICE void begin(bool back) const { stream.begin(back); }

  // The activations of a pass; published() after the last.
  SF_DEVICE void publish(int pass, const Rounded& tiles) const {
    unsigned* at = memory + row() * PITCH + first_column(pass) / 2;
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
      for (int n = 0; n < NT; n++) {
        at[16 * m * PITCH + 4 * n] = tiles[m][n][0];
        at[(16 * m + 8) * PITCH + 4 * n] = tiles[m][n][1];
      }
    }
  }
  SF_DEVICE void published() const {}

  // c = scale start + A B for the A in shared memory.
  SF_DEVICE void multiply(Tiles& c, int pass, const float* start, float scale) const {
    start_tiles(c, start == nullptr ? nullptr : start + first_column(pass), scale);
#pragma unroll 1
    for (int k = 0; k < KT; k++) {
      uint2 b[NT];
      uint2 b_rest[NT];
      stream.next(b, b_rest);
#pragma unroll
      for (int m = 0; m < MT; m++) {
        unsigned a[4];
        load_tile(memory + 16 * m * PITCH + 8 * k, PITCH, a);
#pragma unroll
        for (int n = 0; n < NT; n++) {
          multiply_tile(c[m][n], a, b[n]);
          if (LOW) {
            multiply_tile(c[m][n], a, b_rest[n]);
          }
        }
      }
    }
  }

  // Adds w c to sums(), [warps][D][S]; in the first pass they begin.
  SF_DEVICE void collect(const Tiles& c, int pass, const float* w) const {
    collect_columns<W, S>(
        c, pass == 0, network.dimension, lane(), w + first_column(pass), sums() + warp() * network.dimension * S);
  }
};

SF_NAMESPACE_END
