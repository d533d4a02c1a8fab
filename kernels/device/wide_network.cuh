// A network of equally wide hidden layers, 128 to 512, on tensor cores: a block takes S samples through all layers.
// Activations lie rounded in shared memory, in place; a warp computes 32 of a layer's outputs for all samples, so that
// each weight is read once a block and layer, from the cache, as its lanes want it. At width 512 a warp does so twice,
// and holds the first 32 rounded meanwhile.
#pragma once
#include "wide_sums.cuh"

SF_NAMESPACE_BEGIN

template <int W, int S, bool SPLIT>
struct WideNetwork {
  static constexpr int PASSES = W > 256 ? 2 : 1;
  static constexpr int WARPS = W / 32 / PASSES;
  static constexpr int MT = S / 16;
  static constexpr int NT = 4;
  static constexpr bool BACKWARD = W < 512 || S < 64;
  static constexpr bool DIVERGES = false;  // the host gives it no such program
  static constexpr int KT = W / 16;
  static constexpr int PITCH = W / 2 + 4;  // words of two halves a sample; rows begin 4 banks apart
  using Group = BlockGroup<S, 32 * WARPS>;
  using Tiles = float[MT][NT][4];
  // Tiles, rounded.
  struct Held {
    Halves tiles[MT][NT][2];
  };

  const Group& group;
  const TensorNetwork& network;
  const Places& places;
  unsigned* memory;  // activations rounded [S][PITCH], the rest where SPLIT, sums [warps][D][S]

  SF_DEVICE WideNetwork(const Group& g, const TensorNetwork& n, const Places& p, float* shared)
      : group(g), network(n), places(p), memory((unsigned*)shared) {}

  // Not kept in registers: worked out again where they are used.
  static SF_DEVICE int lane() { return (int)threadIdx.x % 32; }
  static SF_DEVICE int warp() { return (int)threadIdx.x / 32; }
  static SF_DEVICE int row() { return lane() / 4; }
  static SF_DEVICE int column() { return 2 * (lane() % 4); }
  static SF_DEVICE int first_column(int pass) { return (pass * WARPS + warp()) * NT * 8 + column(); }

  SF_DEVICE unsigned* high() const { return memory; }
  SF_DEVICE unsigned* low() const { return memory + S * PITCH; }
  SF_DEVICE float* partial() const { return (float*)(memory + (SPLIT ? 2 : 1) * S * PITCH); }

  // Words of shared memory; io.scorefield.engine.cuda.sampling.SamplingPlan computes the same.
  static SF_DEVICE int words(int dimension) { return (SPLIT ? 2 : 1) * S * PITCH + WARPS * dimension * S; }

  SF_DEVICE int bias_stride() const { return W; }

  // [hidden layer][pass][warp][m][n][lane]
  SF_DEVICE float4* kept_of(int layer, int pass, bool keep) const {
    float4* kept = (float4*)group.rows(places.kept).at;
    return keep ? kept + (((layer * PASSES + pass) * WARPS + warp()) * MT * NT) * 32 + lane() : nullptr;
  }

  static SF_DEVICE void round(const Tiles& c, Held& held) {
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
      for (int n = 0; n < NT; n++) {
#pragma unroll
        for (int i = 0; i < 2; i++) {
          held.tiles[m][n][i] = split_halves<SPLIT>(c[m][n][2 * i], c[m][n][2 * i + 1]);
        }
      }
    }
  }

  // Puts rounded tiles into shared memory. All warps must be done with what was there.
  SF_DEVICE void publish(const Held (&held)[PASSES]) const {
#pragma unroll
    for (int pass = 0; pass < PASSES; pass++) {
#pragma unroll
      for (int m = 0; m < MT; m++) {
#pragma unroll
        for (int n = 0; n < NT; n++) {
#pragma unroll
          for (int i = 0; i < 2; i++) {
            int at = (16 * m + row() + 8 * i) * PITCH + (first_column(pass) + 8 * n) / 2;
            high()[at] = held[pass].tiles[m][n][i].high;
            if (SPLIT) {
              low()[at] = held[pass].tiles[m][n][i].low;
            }
          }
        }
      }
    }
  }

  // c = scale start + A B for the A in shared memory; the block is in step before.
  SF_DEVICE void multiply(
      Tiles& c, int pass, const uint2* b_high, const uint2* b_low, const float* start, float scale) const {
    __syncwarp();  // tiles are multiplied by a whole warp
    start_tiles(c, start == nullptr ? nullptr : start + first_column(pass), scale);
    b_high += (pass * WARPS + warp()) * NT * 32 + lane();
    b_low += (pass * WARPS + warp()) * NT * 32 + lane();
#pragma unroll 1
    for (int k = 0; k < KT; k++) {
      uint2 b[NT];
      uint2 b_rest[NT];
#pragma unroll
      for (int n = 0; n < NT; n++) {
        int at = (k * (W / 8) + n) * 32;
        b[n] = b_high[at];
        if (SPLIT) {
          b_rest[n] = b_low[at];
        }
      }
#pragma unroll
      for (int m = 0; m < MT; m++) {
        unsigned a[4];
        unsigned a_low[4];
        load_tile(high() + 16 * m * PITCH + 8 * k, PITCH, a);
        if (SPLIT) {
          load_tile(low() + 16 * m * PITCH + 8 * k, PITCH, a_low);
        }
#pragma unroll
        for (int n = 0; n < NT; n++) {
          if (SPLIT) {
            multiply_split_tile(c[m][n], a, a_low, b[n], b_rest[n]);
          } else {
            multiply_tile(c[m][n], a, b[n]);
          }
        }
      }
    }
  }

  SF_DEVICE void collect(const Tiles& c, int pass, const float* w) const {
    collect_columns<W, S>(
        c, pass == 0, network.dimension, lane(), w + first_column(pass), partial() + warp() * network.dimension * S);
  }

  SF_DEVICE void finish(const float* add, Rows to) const {
    finish_columns<S>(group, WARPS, network.dimension, partial(), add, to);
  }

  SF_DEVICE void forward(const float* first_bias, bool keep) const {
    Held held[PASSES];
#pragma unroll
    for (int pass = 0; pass < PASSES; pass++) {
      Tiles c;
      start_tiles(c, first_bias + first_column(pass), 1.0f);
      add_components<W>(c, group.rows(places.input), network.dimension, row(), network.first + first_column(pass));
      activate_tiles<!SPLIT>(network.activation, c, 1.0f, kept_of(0, pass, keep));
      if (network.count == 0) {
        collect(c, pass, network.last);
      }
      round(c, held[pass]);
    }
    for (int l = 0; l < network.count; l++) {
      TensorLayer layer = network.layers[l];
      publish(held);
      group.sync();
#pragma unroll
      for (int pass = 0; pass < PASSES; pass++) {
        Tiles c;
        multiply(c, pass, layer.forward, layer.forward_low, layer.bias, layer.scale);
        activate_tiles<!SPLIT>(network.activation, c, layer.inverse_scale, kept_of(l + 1, pass, keep));
        if (l == network.count - 1) {
          collect(c, pass, network.last);
        }
        round(c, held[pass]);
      }
      group.sync();
    }
    finish(network.last_bias, group.rows(places.output));
  }

  SF_DEVICE void backward() const {
    Held held[PASSES];
    Rows seed = group.rows(places.seed);
#pragma unroll
    for (int pass = 0; pass < PASSES; pass++) {
      Tiles c;
      start_tiles(c, nullptr, 0.0f);
      for (int d = 0; d < network.dimension; d++) {
        float x[MT][2];
        gather_samples(seed, d, row(), x);
#pragma unroll
        for (int m = 0; m < MT; m++) {
          float inverse;
          x[m][0] *= gradient_scale(seed, network.dimension, 16 * m + row(), inverse);
          x[m][1] *= gradient_scale(seed, network.dimension, 16 * m + row() + 8, inverse);
        }
        add_outer(c, network.last + d * W + first_column(pass), x);
      }
      apply_derivatives(network.activation, c, 1.0f, kept_of(network.count, pass, true));
      if (network.count == 0) {
        collect(c, pass, network.first);
      }
      round(c, held[pass]);
    }
    for (int l = network.count - 1; l >= 0; l--) {
      TensorLayer layer = network.layers[l];
      publish(held);
      group.sync();
#pragma unroll
      for (int pass = 0; pass < PASSES; pass++) {
        Tiles c;
        multiply(c, pass, layer.backward, layer.backward_low, nullptr, 0.0f);
        apply_derivatives(network.activation, c, layer.inverse_scale, kept_of(l, pass, true));
        if (l == 0) {
          collect(c, pass, network.first);
        }
        round(c, held[pass]);
      }
      group.sync();
    }
    finish(nullptr, group.rows(places.input));
    each(group, network.dimension, [&](int d, int s) {
      float inverse;
      gradient_scale(seed, network.dimension, s, inverse);
      group.rows(places.input)(d, s) *= inverse;
    });
    group.sync();
  }
};

SF_NAMESPACE_END
