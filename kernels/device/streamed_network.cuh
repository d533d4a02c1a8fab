// A network of equally wide hidden layers, 256 or 512, on tensor cores, for many samples: a block takes S of them through
// all layers. As in wide_network.cuh, whose bits it makes, activations lie rounded in shared memory, in place, and a warp
// computes 32 of a layer's outputs for all samples, at width 512 twice. Here tiles are so large that the cache can
// deliver the weights, which come ahead of their use (weight_stream.cuh).
//
// Gradients go back where the activation is linear on both sides of 0: then a bit is all there is to keep.
#pragma once
#include "weight_stream.cuh"
#include "wide_sums.cuh"

SF_NAMESPACE_BEGIN

template <int W, int S, bool LOW, bool BACK>
struct StreamedNetwork {
  static constexpr int PASSES = W / 256;
  static constexpr int WARPS = 8;
  static constexpr int MT = S / 16;
  static constexpr int NT = 4;
  static constexpr int KT = W / 16;
  static constexpr int PITCH = W / 2 + 4;  // words of two halves a sample; rows begin 4 banks apart
  static constexpr int STAGES = LOW ? 3 : 4;
  static constexpr int BITS = MT * NT * 4 / 32;  // words a thread, pass and hidden layer
  static constexpr bool BACKWARD = BACK;
  static constexpr bool DIVERGES = false;  // the host gives it no such program
  using Group = BlockGroup<S, 32 * WARPS>;
  using Stream = WeightStream<W, PASSES, WARPS, LOW, STAGES>;
  using Tiles = float[MT][NT][4];

  const Group& group;
  const TensorNetwork& network;
  const Places& places;
  unsigned* memory;  // activations rounded [S][PITCH], rings [warps], sums [warps][D][S], where BACK bits
                     // [hidden layer][pass][word][thread]

  SF_DEVICE StreamedNetwork(const Group& g, const TensorNetwork& n, const Places& p, float* shared)
      : group(g), network(n), places(p), memory((unsigned*)shared) {}

  // Not kept in registers: worked out again where they are used.
  static SF_DEVICE int lane() { return (int)threadIdx.x % 32; }
  static SF_DEVICE int warp() { return (int)threadIdx.x / 32; }
  static SF_DEVICE int row() { return lane() / 4; }
  static SF_DEVICE int column() { return 2 * (lane() % 4); }
  static SF_DEVICE int first_column(int pass) { return (pass * WARPS + warp()) * NT * 8 + column(); }

  SF_DEVICE unsigned* ring() const { return memory + S * PITCH; }
  SF_DEVICE float* partial() const { return (float*)(ring() + WARPS * Stream::RING * 4); }
  SF_DEVICE unsigned* bits(int layer, int pass) const {
    unsigned* first = (unsigned*)(partial() + WARPS * network.dimension * S);
    return first + (layer * PASSES + pass) * BITS * (int)blockDim.x + threadIdx.x;
  }

  // Words of shared memory; io.scorefield.engine.cuda.sampling.SamplingPlan computes the same.
  static SF_DEVICE int words(int dimension, int hidden) {
    return S * PITCH + WARPS * Stream::RING * 4 + WARPS * dimension * S +
           (BACK ? hidden * PASSES * BITS * 32 * WARPS : 0);
  }

  SF_DEVICE int bias_stride() const { return W; }

  // What the block's activations become: rounded tiles of all passes. The warps are done with what was there.
  struct Held {
    unsigned tiles[MT][NT][2];

    SF_DEVICE void round(const Tiles& c) {
#pragma unroll
      for (int m = 0; m < MT; m++) {
#pragma unroll
        for (int n = 0; n < NT; n++) {
          tiles[m][n][0] = pack_halves(c[m][n][0], c[m][n][1]);
          tiles[m][n][1] = pack_halves(c[m][n][2], c[m][n][3]);
        }
      }
    }
  };

  SF_DEVICE void publish(const Held (&held)[PASSES]) const {
#pragma unroll
    for (int pass = 0; pass < PASSES; pass++) {
      unsigned* at = memory + row() * PITCH + first_column(pass) / 2;
#pragma unroll
      for (int m = 0; m < MT; m++) {
#pragma unroll
        for (int n = 0; n < NT; n++) {
          at[16 * m * PITCH + 4 * n] = held[pass].tiles[m][n][0];
          at[(16 * m + 8) * PITCH + 4 * n] = held[pass].tiles[m][n][1];
        }
      }
    }
  }

  // c = scale start + A B for the A in shared memory; the block is in step before.
  SF_DEVICE void multiply(Tiles& c, int pass, Stream& stream, const float* start, float scale) const {
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

  // Activations of the sums times `scale`; where they are kept, for every one whether it is positive.
  SF_DEVICE void activate(Tiles& c, int layer, int pass, float scale, bool keep) const {
    activate_tiles<true>(network.activation, c, scale, nullptr);
    if constexpr (BACK) {
      if (keep) {
        unsigned* to = bits(layer, pass);
#pragma unroll
        for (int word = 0; word < BITS; word++) {
          unsigned positive = 0;
#pragma unroll
          for (int i = 0; i < 32; i++) {
            int at = word * 32 + i;
            positive |= c[at / (4 * NT)][at / 4 % NT][at % 4] > 0.0f ? 1u << i : 0u;
          }
          to[word * (int)blockDim.x] = positive;
        }
      }
    }
  }

  // Gradients times `scale` and the derivatives, 1 where the activation was positive.
  SF_DEVICE void derive(Tiles& c, int layer, int pass, float scale) const {
    const float other = network.activation == Activation::LEAKY_RELU ? scale * LEAKY_SLOPE : 0.0f;
    const unsigned* from = bits(layer, pass);
#pragma unroll
    for (int word = 0; word < BITS; word++) {
      unsigned positive = from[word * (int)blockDim.x];
#pragma unroll
      for (int i = 0; i < 32; i++) {
        int at = word * 32 + i;
        c[at / (4 * NT)][at / 4 % NT][at % 4] *= (positive >> i & 1u) != 0 ? scale : other;
      }
    }
  }

  SF_DEVICE void collect(const Tiles& c, int pass, const float* w) const {
    collect_columns<W, S>(
        c, pass == 0, network.dimension, lane(), w + first_column(pass), partial() + warp() * network.dimension * S);
  }

  SF_DEVICE Stream stream(bool back) const {
    Stream stream(network, (uint4*)ring() + warp() * Stream::RING);
    stream.begin(back);
    return stream;
  }

  SF_DEVICE void forward(const float* first_bias, bool keep) const {
    Stream weights = stream(false);
    Held held[PASSES];
#pragma unroll
    for (int pass = 0; pass < PASSES; pass++) {
      Tiles c;
      start_tiles(c, first_bias + first_column(pass), 1.0f);
      add_components<W>(c, group.rows(places.input), network.dimension, row(), network.first + first_column(pass));
      activate(c, 0, pass, 1.0f, keep);
      if (network.count == 0) {
        collect(c, pass, network.last);
      }
      held[pass].round(c);
    }
#pragma unroll 1
    for (int l = 0; l < network.count; l++) {
      const TensorLayer& layer = network.layers[l];
      publish(held);
      group.sync();
#pragma unroll
      for (int pass = 0; pass < PASSES; pass++) {
        Tiles c;
        multiply(c, pass, weights, layer.bias, layer.scale);
        activate(c, l + 1, pass, layer.inverse_scale, keep);
        if (l == network.count - 1) {
          collect(c, pass, network.last);
        }
        held[pass].round(c);
      }
      group.sync();
    }
    finish_columns<S>(group, WARPS, network.dimension, partial(), network.last_bias, group.rows(places.output));
  }

  SF_DEVICE void backward() const {
    Stream weights = stream(true);
    const Rows seed = group.rows(places.seed);
    Held held[PASSES];
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
      derive(c, network.count, pass, 1.0f);
      if (network.count == 0) {
        collect(c, pass, network.first);
      }
      held[pass].round(c);
    }
#pragma unroll 1
    for (int l = network.count - 1; l >= 0; l--) {
      const TensorLayer& layer = network.layers[l];
      publish(held);
      group.sync();
#pragma unroll
      for (int pass = 0; pass < PASSES; pass++) {
        Tiles c;
        multiply(c, pass, weights, nullptr, 0.0f);
        derive(c, l, pass, layer.inverse_scale);
        if (l == 0) {
          collect(c, pass, network.first);
        }
        held[pass].round(c);
      }
      group.sync();
    }
    finish_columns<S>(group, WARPS, network.dimension, partial(), nullptr, group.rows(places.input));
    each(group, network.dimension, [&](int d, int s) {
      float inverse;
      gradient_scale(seed, network.dimension, s, inverse);
      group.rows(places.input)(d, s) *= inverse;
    });
    group.sync();
  }
};

SF_NAMESPACE_END
