// A network of two components and equally wide hidden layers, 32 or 64, all of it on tensor cores: a warp takes 16 M
// samples through all layers in its registers, the weights lie in shared memory. Operands are halves: activations
// rounded, weights rounded or, where LOW, with what rounding left of them; the state and the first layer's bias always
// with what rounding left.
//
// Lane (g, t) = (lane / 4, lane % 4) has the samples g and g + 8 of tile t. Samples stay in their lanes: the first
// layer's A is zero in lanes of other tiles, and the last layer's B in columns of other tiles, so that the sums of all
// tiles come together where their samples are. Nothing is moved to where an instruction wants it: the first layer's
// weights lie beside its bias, which A = 1 multiplies, in a table of the program's rows; later biases lie in shared
// memory as sums that products start from.
#pragma once
#include "tensor.cuh"

SF_NAMESPACE_BEGIN

template <int W, Activation KIND, bool LOW>
struct TwoComponentNetwork {
  static constexpr int NT = W / 8;
  static constexpr int KT = W / 16;
  static constexpr unsigned ONES = 0x3C003C00u;  // a pair of halves

  // Pieces of the image, in uint4; io.scorefield.engine.cuda.network.AffineMemory lays it out.
  static constexpr int PARTS = LOW ? 2 : 1;        // rounded weights, then the rest of them
  static constexpr int MATRIX = KT * NT / 2 * 32;  // [k][n / 2][lane]: B of (k, n), then of (k, n + 1)
  static constexpr int BIAS = 4 * NT;              // [t][n]: of outputs 8 n + 2 t and the next, twice
  static constexpr int LAYER = PARTS * MATRIX + BIAS;
  static constexpr int LAST = KT / 2 * 32;         // [tile][k / 2][lane]: B of k, then of k + 1
  static constexpr int LAST_TILES = 4;
  // The first layer in a row of the program, in uint4: [g][n] for output 8 n + g a word of its two weights and one of its
  // bias, rounded and the rest; where LOW, behind all of them the same with the rest of the weights.
  static constexpr int FIRST_PART = 8 * NT / 2;
  static constexpr int FIRST = PARTS * FIRST_PART;

  const uint4* image;
  const uint4* rows;
  int layers;  // between hidden layers

  static SF_DEVICE int lane() { return (int)threadIdx.x % 32; }
  static SF_DEVICE int group() { return lane() / 4; }
  static SF_DEVICE int own_tile() { return lane() % 4; }

  // A state as A wants it: both components of the lane's two samples rounded; what rounding left of lane t ^ 1's; and
  // those of lane t ^ 2, for the rest of the weights.
  struct State {
    unsigned high[2];
    unsigned low[2];
    unsigned high_again[2];
  };

  static SF_DEVICE State state(const float (&x)[2][2]) {
    State state;
#pragma unroll
    for (int i = 0; i < 2; i++) {
      Halves halves = split_halves<true>(x[i][0], x[i][1]);
      state.high[i] = halves.high;
      state.low[i] = __shfl_xor_sync(~0u, halves.low, 1);
      state.high_again[i] = LOW ? __shfl_xor_sync(~0u, halves.high, 2) : 0u;
    }
    return state;
  }

  SF_DEVICE const uint4* last() const { return image + layers * LAYER; }

  // What the last layer starts from: its bias, for both samples.
  SF_DEVICE void start(float (&out)[4]) const { start_tile(out, last()[PARTS * LAST_TILES * LAST]); }

  static SF_DEVICE void start_tile(float (&c)[4], uint4 from) {
    c[0] = float_of(from.x);
    c[1] = float_of(from.y);
    c[2] = float_of(from.z);
    c[3] = float_of(from.w);
  }

  // Adds the outputs of tiles [tile, tile + M) to `out` of the lanes whose samples they are.
  template <int M>
  SF_DEVICE void add(const State& x, const uint4* first_layer, int tile, float (&out)[4]) const {
    unsigned a[M][KT][4];
    first(x, first_layer, tile, a);
    const uint4* layer = image;
    for (int l = 0; l < layers; l++) {
      hidden(layer, a);
      layer += LAYER;
    }
#pragma unroll
    for (int m = 0; m < M; m++) {
      const uint4* weights = layer + (tile + m) * LAST + lane();
#pragma unroll
      for (int part = 0; part < PARTS; part++) {
#pragma unroll
        for (int k = 0; k < KT; k += 2) {
          uint4 b = weights[part * LAST_TILES * LAST + k / 2 * 32];
          multiply_tile(out, a[m][k], uint2{b.x, b.y}, out);
          multiply_tile(out, a[m][k + 1], uint2{b.z, b.w}, out);
        }
      }
    }
  }

  template <int M>
  SF_DEVICE void first(const State& x, const uint4* first_layer, int tile, unsigned (&to)[M][KT][4]) const {
    float c[M][NT][4];
    unsigned a[M][4];
#pragma unroll
    for (int m = 0; m < M; m++) {
      const int from = own_tile() ^ (tile + m);
      const unsigned own = from == 0 ? ~0u : 0u;
      const unsigned next = from == 1 ? ~0u : 0u;
      const unsigned after = LOW && from == 2 ? ~0u : 0u;
#pragma unroll
      for (int i = 0; i < 2; i++) {
        a[m][i] = (x.high[i] & own) | (x.low[i] & next) | (x.high_again[i] & after);
        a[m][2 + i] = ONES & own;
      }
    }
    const float none[4] = {};
    // Lanes t and t ^ 1 of a tile want the weights, t ^ 2 the rest of them: the same for both tiles that go at once.
    int part = LOW ? (own_tile() ^ tile) / 2 : 0;
    const uint4* weights = first_layer + part * FIRST_PART + group() * (NT / 2);
#pragma unroll
    for (int n = 0; n < NT; n += 2) {
      uint4 b = weights[n / 2];
#pragma unroll
      for (int m = 0; m < M; m++) {
        multiply_tile(c[m][n], a[m], uint2{b.x, b.y}, none);
        multiply_tile(c[m][n + 1], a[m], uint2{b.z, b.w}, none);
      }
    }
    activate(c, to);
  }

  // The activations of the sums, rounded, as the next layer's A.
  template <int M>
  static SF_DEVICE void activate(const float (&c)[M][NT][4], unsigned (&a)[M][KT][4]) {
#pragma unroll
    for (int m = 0; m < M; m++) {
#pragma unroll
      for (int n = 0; n < NT; n++) {
        float y[4];
#pragma unroll
        for (int i = 0; i < 4; i++) {
          y[i] = fast_activate<KIND, true>(c[m][n][i]);
        }
        a[m][n / 2][n % 2 * 2] = pack_halves(y[0], y[1]);
        a[m][n / 2][n % 2 * 2 + 1] = pack_halves(y[2], y[3]);
      }
    }
  }

  template <int M>
  static SF_DEVICE void hidden(const uint4* layer, unsigned (&a)[M][KT][4]) {
    float c[M][NT][4];
    const uint4* bias = layer + PARTS * MATRIX + own_tile() * NT;
    const uint4* weights = layer + lane();
#pragma unroll
    for (int n = 0; n < NT; n += 2) {
      float start[2][4];
      start_tile(start[0], bias[n]);
      start_tile(start[1], bias[n + 1]);
#pragma unroll
      for (int k = 0; k < KT; k++) {
#pragma unroll
        for (int part = 0; part < PARTS; part++) {
          uint4 b = weights[part * MATRIX + (k * (NT / 2) + n / 2) * 32];
          bool begins = k == 0 && part == 0;
#pragma unroll
          for (int m = 0; m < M; m++) {
            multiply_tile(c[m][n], a[m][k], uint2{b.x, b.y}, begins ? start[0] : c[m][n]);
            multiply_tile(c[m][n + 1], a[m][k], uint2{b.z, b.w}, begins ? start[1] : c[m][n + 1]);
          }
        }
      }
    }
    activate(c, a);
  }
};

SF_NAMESPACE_END
