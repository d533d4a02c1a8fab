// A network of equally wide hidden layers, up to 128, on tensor cores: a warp takes 16 MT samples through all layers in
// its registers. The first and last layer, which are narrow, are float32 multiply-adds; between hidden layers the
// operands are rounded to half precision, or split into two halves each (three products, float32-like accuracy).
#pragma once
#include "tensor.cuh"

SF_NAMESPACE_BEGIN

// One warp, a tile of S samples.
template <int S>
struct WarpGroup {
  static constexpr int SAMPLES = S;
  float* shared;  // of the warp
  float* scratch;
  int scratch_rows;

  SF_DEVICE constexpr int samples() const { return SAMPLES; }
  SF_DEVICE int rank() const { return (int)threadIdx.x % 32; }
  SF_DEVICE int size() const { return 32; }
  SF_DEVICE void sync() const { __syncwarp(); }
  SF_DEVICE int index() const { return (int)(grid_rank() / 32); }
  SF_DEVICE int groups() const { return (int)(grid_size() / 32); }
  SF_DEVICE Rows rows(int place) const {
    return place >= 0 ? Rows{shared + place * S, S}
                      : Rows{scratch + ((int64_t)index() * scratch_rows + ~place) * S, S};
  }
};

template <int W, int MT, bool SPLIT>
struct RegisterNetwork {
  static constexpr int NT = W / 8;
  static constexpr int KT = W / 16;
  static constexpr bool BACKWARD = true;
  static constexpr bool DIVERGES = false;  // the host gives it no such program
  using Group = WarpGroup<16 * MT>;
  using Tiles = float[MT][NT][4];

  const Group& group;
  const TensorNetwork& network;
  const Places& places;

  SF_DEVICE RegisterNetwork(const Group& g, const TensorNetwork& n, const Places& p)
      : group(g), network(n), places(p) {}

  SF_DEVICE int row() const { return group.rank() / 4; }
  SF_DEVICE int column() const { return 2 * (group.rank() % 4); }

  SF_DEVICE int bias_stride() const { return W; }

  // [hidden layer][m][n][lane]
  SF_DEVICE float4* kept_of(int layer, bool keep) const {
    float4* kept = (float4*)group.rows(places.kept).at;
    return keep ? kept + layer * MT * NT * 32 + group.rank() : nullptr;
  }

  // c = scale start + A B for the A that c holds, rounded.
  SF_DEVICE void multiply(Tiles& c, const uint2* high, const uint2* low, const float* start, float scale) const {
    __syncwarp();  // tiles are multiplied by a whole warp
    unsigned a[MT][KT][4];
    unsigned a_low[MT][KT][4];
#pragma unroll
    for (int m = 0; m < MT; m++) {
#pragma unroll
      for (int k = 0; k < KT; k++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          const float* pair = &c[m][2 * k + i / 2][2 * (i % 2)];
          Halves halves = split_halves<SPLIT>(pair[0], pair[1]);
          a[m][k][i] = halves.high;
          a_low[m][k][i] = halves.low;
        }
      }
    }
    start_tiles(c, start == nullptr ? nullptr : start + column(), scale);
    high += group.rank();
    low += group.rank();
#pragma unroll
    for (int k = 0; k < KT; k++) {
#pragma unroll
      for (int n = 0; n < NT; n++) {
        uint2 b = high[(k * NT + n) * 32];
        uint2 b_low{0, 0};
        if (SPLIT) {
          b_low = low[(k * NT + n) * 32];
        }
#pragma unroll
        for (int m = 0; m < MT; m++) {
          if (SPLIT) {
            multiply_split_tile(c[m][n], a[m][k], a_low[m][k], b, b_low);
          } else {
            multiply_tile(c[m][n], a[m][k], b);
          }
        }
      }
    }
  }

  SF_DEVICE void forward(const float* first_bias, bool keep) const {
    Tiles c;
    float x[MT][2];
    start_tiles(c, first_bias + column(), 1.0f);
    for (int d = 0; d < network.dimension; d++) {
      gather_samples(group.rows(places.input), d, row(), x);
      add_outer(c, network.first + d * W + column(), x);
    }
    activate_tiles<!SPLIT>(network.activation, c, 1.0f, kept_of(0, keep));
    for (int l = 0; l < network.count; l++) {
      TensorLayer layer = network.layers[l];
      multiply(c, layer.forward, layer.forward_low, layer.bias, layer.scale);
      activate_tiles<!SPLIT>(network.activation, c, layer.inverse_scale, kept_of(l + 1, keep));
    }
    for (int d = 0; d < network.dimension; d++) {
      inner_products(c, network.last + d * W + column(), x);
      scatter(group.rows(places.output), d, network.last_bias[d], 1.0f, x);
    }
    group.sync();
  }

  // One of the four lanes of a row writes.
  SF_DEVICE void scatter(Rows to, int d, float add, float factor, const float (&x)[MT][2]) const {
    if (column() == 0) {
#pragma unroll
      for (int m = 0; m < MT; m++) {
        to(d, 16 * m + row()) = fused(factor, x[m][0], add);
        to(d, 16 * m + row() + 8) = fused(factor, x[m][1], add);
      }
    }
  }

  SF_DEVICE void backward() const {
    Tiles c;
    float x[MT][2];
    float scale[MT][2];
    float inverse[MT][2];
#pragma unroll
    for (int m = 0; m < MT; m++) {
      scale[m][0] = gradient_scale(group.rows(places.seed), network.dimension, 16 * m + row(), inverse[m][0]);
      scale[m][1] = gradient_scale(group.rows(places.seed), network.dimension, 16 * m + row() + 8, inverse[m][1]);
    }
    start_tiles(c, nullptr, 0.0f);
    for (int d = 0; d < network.dimension; d++) {
      gather_samples(group.rows(places.seed), d, row(), x);
#pragma unroll
      for (int m = 0; m < MT; m++) {
        x[m][0] *= scale[m][0];
        x[m][1] *= scale[m][1];
      }
      add_outer(c, network.last + d * W + column(), x);
    }
    apply_derivatives(network.activation, c, 1.0f, kept_of(network.count, true));
    for (int l = network.count - 1; l >= 0; l--) {
      TensorLayer layer = network.layers[l];
      multiply(c, layer.backward, layer.backward_low, nullptr, 0.0f);
      apply_derivatives(network.activation, c, layer.inverse_scale, kept_of(l, true));
    }
    for (int d = 0; d < network.dimension; d++) {
      inner_products(c, network.first + d * W + column(), x);
#pragma unroll
      for (int m = 0; m < MT; m++) {
        x[m][0] *= inverse[m][0];
        x[m][1] *= inverse[m][1];
      }
      scatter(group.rows(places.input), d, 0.0f, 1.0f, x);
    }
    group.sync();
  }
};

SF_NAMESPACE_END
