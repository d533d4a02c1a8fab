// Who works on a tile of samples together, and where its arrays lie. A kernel written for a group runs with one
// thread a sample (plain) or a block a tile (fused) and gives the same bits: every sum of products runs over
// ascending indices, whoever computes it.
#pragma once
#include "model.cuh"
#include "portable.cuh"

SF_NAMESPACE_BEGIN

// One sample of an array, as control sees it that both engines share (include/rows.cuh).
struct Column {
  using Lane = float;
  static constexpr int MOST = 1;
  float* at;
  int64_t stride;

  SF_INLINE constexpr int vectors() const { return 1; }
  SF_INLINE float get(int row, int) const { return at[row * stride]; }
  SF_INLINE void set(int row, int, float x) const { at[row * stride] = x; }
  SF_INLINE Column from(int row) const { return Column{at + row * stride, stride}; }
};

// An array of a tile, [rows][samples].
struct Rows {
  float* at;
  int64_t stride;

  SF_DEVICE float& operator()(int row, int sample) const { return at[row * stride + sample]; }
  SF_DEVICE Rows from(int row) const { return Rows{at + row * stride, stride}; }
  SF_DEVICE Column column(int sample) const { return Column{at + sample, stride}; }
};

// An array of a tile, [samples][rows padded].
struct SampleRows {
  float* at;
  int stride;

  SF_DEVICE float& operator()(int row, int sample) const { return at[sample * stride + row]; }
  SF_DEVICE Column column(int sample) const { return Column{at + sample * stride, 1}; }
};

// One thread, one sample; all arrays in scratch memory, where neighbouring threads are neighbours.
struct ThreadGroup {
  using Examples = Rows;
  static constexpr int SAMPLES = 1;
  float* scratch;

  SF_DEVICE constexpr int samples() const { return SAMPLES; }
  SF_DEVICE int rank() const { return 0; }
  SF_DEVICE int size() const { return 1; }
  SF_DEVICE void sync() const {}
  SF_DEVICE int index() const { return (int)grid_rank(); }
  SF_DEVICE int groups() const { return (int)grid_size(); }
  SF_DEVICE Rows rows(int place) const {
    return Rows{scratch + (int64_t)~place * grid_size() + grid_rank(), grid_size()};
  }

  // out(o, sample, sum of a[k][o] b[k][sample] over k) for all o < count; `a` has rows of `padded` numbers.
  template <class Out>
  SF_DEVICE void product(const float* a, int padded, int count, int length, Rows b, Out out) const {
    for (int o = 0; o < count; o += 8) {
      float sum[8] = {};
      for (int k = 0; k < length; k++) {
        float4 low = load4(a + (int64_t)k * padded + o);
        float4 high = load4(a + (int64_t)k * padded + o + 4);
        float x = b(k, 0);
        sum[0] = fused(low.x, x, sum[0]);
        sum[1] = fused(low.y, x, sum[1]);
        sum[2] = fused(low.z, x, sum[2]);
        sum[3] = fused(low.w, x, sum[3]);
        sum[4] = fused(high.x, x, sum[4]);
        sum[5] = fused(high.y, x, sum[5]);
        sum[6] = fused(high.z, x, sum[6]);
        sum[7] = fused(high.w, x, sum[7]);
      }
#pragma unroll
      for (int i = 0; i < 8; i++) {
        if (o + i < count) {
          out(o + i, 0, sum[i]);
        }
      }
    }
  }
};

// A block, a tile of S samples; arrays in shared memory where they fit. A thread computes R results
// for each of four neighbouring samples, so that one load of four weights serves 16 multiply-adds.
template <int S, int T = 256>
struct BlockGroup {
  using Examples = Rows;
  static constexpr int SAMPLES = S;
  static constexpr int THREADS = T;
  static constexpr int COLUMNS = S / 4;
  static constexpr int LINES = THREADS / COLUMNS;
  float* shared;
  float* scratch;
  int scratch_rows;

  SF_DEVICE constexpr int samples() const { return SAMPLES; }
  SF_DEVICE int rank() const { return (int)threadIdx.x; }
  SF_DEVICE int size() const { return THREADS; }
  SF_DEVICE void sync() const { __syncthreads(); }
  SF_DEVICE int index() const { return (int)blockIdx.x; }
  SF_DEVICE int groups() const { return (int)gridDim.x; }
  SF_DEVICE Rows rows(int place) const {
    return place >= 0 ? Rows{shared + place * S, S}
                      : Rows{scratch + ((int64_t)blockIdx.x * scratch_rows + ~place) * S, S};
  }

  template <class Out>
  SF_DEVICE void product(const float* a, int padded, int count, int length, Rows b, Out out) const {
    // As few results a thread as keep all threads busy in one go.
    if (count > 4 * LINES) {
      lines<8>(a, padded, count, length, b, out);
    } else if (count > 2 * LINES) {
      lines<4>(a, padded, count, length, b, out);
    } else if (count > LINES) {
      lines<2>(a, padded, count, length, b, out);
    } else {
      lines<1>(a, padded, count, length, b, out);
    }
  }

  template <int R, class Out>
  SF_DEVICE void lines(const float* a, int padded, int count, int length, Rows b, Out out) const {
    int column = 4 * (rank() % COLUMNS);
    for (int o = rank() / COLUMNS * R; o < count; o += LINES * R) {
      float sum[R][4] = {};
      const float* weights = a + o;
      const float* x = b.at + column;
#pragma unroll 4
      for (int k = 0; k < length; k++) {
        float4 samples = load4(x);
        float w[R];
        load_weights<R>(weights, w);
#pragma unroll
        for (int i = 0; i < R; i++) {
          add(sum[i], w[i], samples);
        }
        weights += padded;
        x += b.stride;
      }
#pragma unroll
      for (int i = 0; i < R; i++) {
        if (o + i < count) {
#pragma unroll
          for (int j = 0; j < 4; j++) {
            out(o + i, column + j, sum[i][j]);
          }
        }
      }
    }
  }

  template <int R>
  static SF_DEVICE void load_weights(const float* from, float (&w)[R]) {
    if constexpr (R == 1) {
      w[0] = from[0];
    } else if constexpr (R == 2) {
      float2 two = *(const float2*)from;
      w[0] = two.x;
      w[1] = two.y;
    } else {
#pragma unroll
      for (int i = 0; i < R; i += 4) {
        float4 four = load4(from + i);
        w[i] = four.x;
        w[i + 1] = four.y;
        w[i + 2] = four.z;
        w[i + 3] = four.w;
      }
    }
  }

  static SF_DEVICE void add(float* sum, float w, float4 x) {
    sum[0] = fused(w, x.x, sum[0]);
    sum[1] = fused(w, x.y, sum[1]);
    sum[2] = fused(w, x.z, sum[2]);
    sum[3] = fused(w, x.w, sum[3]);
  }
};

// Calls body(row, sample) for every element of [rows][samples], shared out over the group.
template <class Group, class Body>
SF_DEVICE void each(const Group& group, int rows, Body body) {
  for (int i = group.rank(); i < rows * group.samples(); i += group.size()) {
    body(i / group.samples(), i % group.samples());
  }
}

SF_NAMESPACE_END
