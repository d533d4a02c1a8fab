// Products of a layer with 16 examples, which lie in shared memory [examples][rows padded], as the weights lie [out][in padded].
// Four numbers of a row at a load; all sums run over ascending indices. Whoever multiplies: thread `thread` of 256.
#pragma once
#include "activation.cuh"
#include "group.cuh"

SF_NAMESPACE_BEGIN

// A layer. Rows of weights and of inputs begin `in_stride` apart, those of gradients at outputs `out_stride`; what is behind
// their numbers is zero. Places are in numbers of 4 bytes.
struct alignas(16) ClusterLayer {
  int32_t in_stride, in_eights;     // eights: rounded up to multiples of eight
  int32_t to_stride, out_stride;    // to: of the outputs
  int32_t shape;                    // of the product forward, see ClusterTile
  int32_t bias;                     // that of an output is so many numbers behind its row of weights
  int32_t out_eights, below_stride; // below: of the gradients at the outputs of the layer below
  int32_t in, out;
  int32_t weights;                  // place among the weights [rows][in_stride]
  int32_t inputs, deltas;           // places among the records
  int32_t parameter;                // first of its parameters
  int32_t unused[2];

  // Rows of weights, which threads take so many at a time.
  SF_DEVICE static int rows(int out) {
    return out > 64 ? (out + 31) / 32 * 32 : out > 16 ? (out + 15) / 16 * 16 : (out + 7) / 8 * 8;
  }
};

// What a thread does of a layer, forward or backward: places of its operands and of what comes out, and of how many outputs,
// 0: of none.
struct alignas(16) LayerPart {
  int32_t a, b;
  int32_t to;     // forward: and 2^16 times the place of the derivatives; less than 2^16 all
  int32_t count;
};

SF_DEVICE void load_four(const float* from, float (&to)[4]) {
  float4 four = load4(from);
  to[0] = four.x;
  to[1] = four.y;
  to[2] = four.z;
  to[3] = four.w;
}

template <Activation KIND, int N>
SF_DEVICE void activate_all(float (&x)[N], float (&derivative)[N]) {
#pragma unroll
  for (int n = 0; n < N; n++) {
    x[n] = activate<KIND>(x[n], derivative[n]);
  }
}
template <int N>
SF_DEVICE void activate_all(Activation kind, float (&x)[N], float (&derivative)[N]) {
  switch (kind) {
    case Activation::TANH: activate_all<Activation::TANH>(x, derivative); break;
    case Activation::LEAKY_RELU: activate_all<Activation::LEAKY_RELU>(x, derivative); break;
    case Activation::RELU: activate_all<Activation::RELU>(x, derivative); break;
    case Activation::SILU: activate_all<Activation::SILU>(x, derivative); break;
    case Activation::SOFTPLUS: activate_all<Activation::SOFTPLUS>(x, derivative); break;
  }
}

// What a thread multiplies.
struct ProductOf {
  const float* a;
  const float* b;
  int a_row, b_row;  // from one row to the next
  int length;        // of the sums, a multiple of eight
};

// Sums of products over `length` numbers: four are loaded while those before are multiplied. load(k) loads four from k on,
// multiply(loaded) takes them.
template <class Loaded, class Load, class Multiply>
SF_DEVICE void eights(int length, Load load, Multiply multiply) {
  Loaded even;
  Loaded odd;
  load(even, 0);
#pragma unroll 1
  for (int k = 0; k < length; k += 8) {
    load(odd, k + 4);
    multiply(even);
    load(even, k + 8);  // of what lies behind, at last
    multiply(odd);
  }
}

// The same where there is one sum, whose additions wait for each other: 32 numbers at a time.
template <class Loaded, class Load, class Multiply>
SF_DEVICE void many_eights(int length, Load load, Multiply multiply) {
  int k = 0;
#pragma unroll 1
  for (; k + 32 <= length; k += 32) {
    Loaded all[8];
#pragma unroll
    for (int i = 0; i < 8; i++) {
      load(all[i], k + 4 * i);
    }
#pragma unroll
    for (int i = 0; i < 8; i++) {
      multiply(all[i]);
    }
  }
#pragma unroll 1
  for (; k < length; k += 4) {
    Loaded some;
    load(some, k);
    multiply(some);
  }
}

// The weights of a layer times its inputs, O outputs x S of the 16 examples a thread. Neighbouring threads have neighbouring
// examples, then neighbouring outputs; output j of a thread is 8 j further than its first, example n is n 16/S further.
template <int O, int S>
struct ForwardProduct {
  static constexpr int APART = 16 / S;
  static SF_DEVICE int example(int thread) { return thread % APART; }
  static SF_DEVICE int output(int thread) { return thread / APART / 8 * 8 * O + thread / APART % 8; }

  struct Loaded {
    float w[O][4], x[S][4];
  };

  static SF_DEVICE void run(const ProductOf& of, float (&sum)[O * S]) {
    auto load = [&](Loaded& to, int k) {
#pragma unroll
      for (int j = 0; j < O; j++) {
        load_four(of.a + 8 * j * of.a_row + k, to.w[j]);
      }
#pragma unroll
      for (int n = 0; n < S; n++) {
        load_four(of.b + n * APART * of.b_row + k, to.x[n]);
      }
    };
    auto multiply = [&](const Loaded& from) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < O; j++) {
#pragma unroll
          for (int n = 0; n < S; n++) {
            sum[j * S + n] = fused(from.w[j][i], from.x[n][i], sum[j * S + n]);
          }
        }
      }
    };
    if constexpr (O * S == 1) {
      many_eights<Loaded>(of.length, load, multiply);
    } else {
      eights<Loaded>(of.length, load, multiply);
    }
  }
};

// The transposed weights of a layer (a) times gradients at its outputs (b): four neighbouring inputs x 2 of the examples a
// thread, which are 8 apart.
struct BackwardProduct {
  static SF_DEVICE int example(int thread) { return thread % 8; }
  static SF_DEVICE int input(int thread) { return thread / 8 * 4; }

  struct Loaded {
    float w[4][4], d[2][4];
  };

  static SF_DEVICE void run(const ProductOf& of, float (&sum)[2][4]) {
    eights<Loaded>(
        of.length,
        [&](Loaded& to, int k) {
#pragma unroll
          for (int j = 0; j < 4; j++) {
            load_four(of.a + (k + j) * of.a_row, to.w[j]);
          }
#pragma unroll
          for (int n = 0; n < 2; n++) {
            load_four(of.b + n * 8 * of.b_row + k, to.d[n]);
          }
        },
        [&](const Loaded& from) {
#pragma unroll
          for (int j = 0; j < 4; j++) {
#pragma unroll
            for (int n = 0; n < 2; n++) {
#pragma unroll
              for (int i = 0; i < 4; i++) {
                sum[n][i] = fused(from.w[j][i], from.d[n][j], sum[n][i]);
              }
            }
          }
        });
  }
};

// Parameters whose gradients a thread sums.
struct alignas(16) GradientTile {
  enum Kind : int32_t {
    FOURS,   // four neighbouring outputs x four neighbouring inputs; every output's are four parameters, from a multiple of four on
    SINGLE,  // such ones, but not all there, or not so
    BIASES,  // those of four neighbouring outputs
  };
  int32_t delta, x;   // places of the first output and input
  int32_t parameter;  // the first; of BIASES and SINGLE: the first output, and 2^16 times the first input
  int32_t what;       // 4 times the layer, and the kind

  SF_DEVICE Kind kind() const { return (Kind)(what % 4); }
  SF_DEVICE int layer() const { return what / 4; }

  static SF_DEVICE int fours(int numbers) { return (numbers + 3) / 4; }
};

// Their gradients over `count` examples: sum[output][input]. Rows of a are deltas, rows of b inputs.
SF_DEVICE void multiply_outer(const ProductOf& of, int count, float (&sum)[4][4]) {
  const float* a = of.a;
  const float* b = of.b;
  auto one = [&] {
    float at_outputs[4];
    float at_inputs[4];
    load_four(a, at_outputs);
    load_four(b, at_inputs);
    a += of.a_row;
    b += of.b_row;
#pragma unroll
    for (int j = 0; j < 4; j++) {
#pragma unroll
      for (int n = 0; n < 4; n++) {
        sum[j][n] = fused(at_outputs[j], at_inputs[n], sum[j][n]);
      }
    }
  };
  if (count == 16) {
#pragma unroll
    for (int s = 0; s < 16; s++) {
      one();
    }
  } else {
#pragma unroll 1
    for (int s = 0; s < count; s++) {
      one();
    }
  }
}

// Those of biases.
SF_DEVICE void sum_rows(const float* delta, int row, int count, float (&sum)[4]) {
  auto one = [&](int s) {
    float at_outputs[4];
    load_four(delta + s * row, at_outputs);
#pragma unroll
    for (int j = 0; j < 4; j++) {
      sum[j] += at_outputs[j];
    }
  };
  if (count == 16) {
#pragma unroll
    for (int s = 0; s < 16; s++) {
      one(s);
    }
  } else {
#pragma unroll 1
    for (int s = 0; s < count; s++) {
      one(s);
    }
  }
}

SF_NAMESPACE_END
