// One tile of samples in the network: forward, and gradients back to the input. A row is a component or a
// unit, its columns are samples; rows lie `stride` floats apart.
#pragma once
#include "simd.h"
#include "activation.cuh"
#include "model.h"
#include "normals.cuh"
#include "product.h"

SF_NAMESPACE_BEGIN

// Working memory of a tile.
struct TileMemory {
  int stride;
  float* x;         // [D], and likewise down to z
  float* saved;
  float* memory;
  float* output;
  float* x0hat;
  float* gradient;
  float* z;
  float* input;     // [D + E]
  float* values[2]; // [widest], activations of alternate layers
  float* deltas[2]; // [widest], gradients of alternate layers
  float* slopes;    // [all hidden units], derivatives of the activations
  float* slots;     // [slots]
  float* adjoints;  // [slots]
  float* residuals; // [residuals]
  float* along;     // [residuals], for projections, likewise the next two
  float* slope;     // [D]
  float* direction; // [D]
  float* solution;  // [residuals], for the solver of a likelihood, likewise the next two
  float* rest;      // [residuals]
  float* conjugate; // [residuals]
  float* kept;      // [residuals], the solution of samples that do not fall back
  float* gamma;     // [1], numbers of the solver, likewise the next two
  float* start;     // [1]
  float* lost;      // [1]
  float* block;     // [4], the normals of the block last computed

  // hidden: whether there is to be room for hidden layers.
  static SF_INLINE TileMemory carve(
      Carver& carver, const Shape& shape, const PhysicsTerm& physics, int stride, bool hidden) {
    size_t row = (size_t)stride;
    size_t state = (size_t)shape.dimension * row;
    size_t widest = hidden ? (size_t)shape.widest() * row : 0;
    TileMemory memory;
    memory.stride = stride;
    memory.x = carver.take<float>(state);
    memory.saved = carver.take<float>(state);
    memory.memory = carver.take<float>(state);
    memory.output = carver.take<float>(state);
    memory.x0hat = carver.take<float>(state);
    memory.gradient = carver.take<float>(state);
    memory.z = carver.take<float>(state);
    memory.input = carver.take<float>((size_t)shape.width[0] * row);
    for (int i = 0; i < 2; i++) {
      memory.values[i] = carver.take<float>(widest);
      memory.deltas[i] = carver.take<float>(widest);
    }
    memory.slopes = carver.take<float>(hidden ? shape.hidden_total() * row : 0);
    memory.slots = carver.take<float>((size_t)physics.slots * row);
    memory.adjoints = carver.take<float>((size_t)physics.slots * row);
    memory.residuals = carver.take<float>((size_t)physics.residual_count * row);
    memory.along = carver.take<float>((size_t)physics.residual_count * row);
    memory.slope = carver.take<float>(physics.slots > 0 ? state : 0);
    memory.direction = carver.take<float>(physics.slots > 0 ? state : 0);
    memory.solution = carver.take<float>((size_t)physics.residual_count * row);
    memory.rest = carver.take<float>((size_t)physics.residual_count * row);
    memory.conjugate = carver.take<float>((size_t)physics.residual_count * row);
    memory.kept = carver.take<float>((size_t)physics.residual_count * row);
    memory.gamma = carver.take<float>(physics.slots > 0 ? row : 0);
    memory.start = carver.take<float>(physics.slots > 0 ? row : 0);
    memory.lost = carver.take<float>(physics.slots > 0 ? row : 0);
    memory.block = carver.take<float>(4 * row);
    return memory;
  }
};

inline int vectors_of(int count) { return (count + SF_LANES - 1) / SF_LANES; }

// Calls body(activate) with the function y = f(x, at) of an activation, which also puts the derivative to slopes[at]
// unless slopes is null.
template <class Body>
inline void with_activation(::scorefield::Activation kind, float* slopes, Body body) {
  using ::scorefield::Activation;
  auto of_kind = [&]<Activation KIND>() {
    if (slopes == nullptr) {
      body([](Vector x, ptrdiff_t) {
        Vector slope;
        return activate<KIND>(x, slope);
      });
    } else {
      body([slopes](Vector x, ptrdiff_t at) {
        Vector slope;
        Vector y = activate<KIND>(x, slope);
        store(slopes + at, slope);
        return y;
      });
    }
  };
  switch (kind) {
    case Activation::TANH: of_kind.template operator()<Activation::TANH>(); break;
    case Activation::LEAKY_RELU: of_kind.template operator()<Activation::LEAKY_RELU>(); break;
    case Activation::RELU: of_kind.template operator()<Activation::RELU>(); break;
    case Activation::SILU: of_kind.template operator()<Activation::SILU>(); break;
    case Activation::SOFTPLUS: of_kind.template operator()<Activation::SOFTPLUS>(); break;
  }
}

// y = f(x) in place; the derivatives go to `slopes` unless it is null.
inline void activate_rows(
    ::scorefield::Activation kind, float* values, int rows, int stride, int vectors, float* slopes) {
  with_activation(kind, slopes, [=](auto activate) {
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < vectors; v++) {
        ptrdiff_t at = (ptrdiff_t)row * stride + v * SF_LANES;
        store(values + at, activate(load(values + at), at));
      }
    }
  });
}

// Product and activation of a layer of INPUTS inputs. There are so few that the sums would wait for memory if they went
// through it in between.
template <int INPUTS, class Matrix>
inline void narrow_layer(
    ::scorefield::Activation kind, const Matrix& a, const float* bias, int rows, const float* in, int stride,
    int vectors, float* out, float* slopes) {
  with_activation(kind, slopes, [=, &a](auto activate) {
    for (int row = 0; row < rows; row++) {
      Vector factor[INPUTS];
      for (int p = 0; p < INPUTS; p++) {
        factor[p] = all<Vector>(a.element(row, p, INPUTS));
      }
      for (int v = 0; v < vectors; v++) {
        Vector sum = all<Vector>(bias[row]);
        for (int p = 0; p < INPUTS; p++) {
          sum = multiply_add(factor[p], load(in + p * stride + v * SF_LANES), sum);
        }
        ptrdiff_t at = (ptrdiff_t)row * stride + v * SF_LANES;
        store(out + at, activate(sum, at));
      }
    }
  });
}

// A hidden layer: activations of the sums; the derivatives go to `slopes` unless it is null.
template <class Matrix>
inline void hidden_layer(
    ::scorefield::Activation kind, const Matrix& a, const float* bias, int rows, int depth, const float* in,
    int stride, int vectors, float* out, float* slopes) {
  switch (depth) {
    case 2: narrow_layer<2>(kind, a, bias, rows, in, stride, vectors, out, slopes); break;
    case 3: narrow_layer<3>(kind, a, bias, rows, in, stride, vectors, out, slopes); break;
    default:
      product(a, 0, rows, depth, in, stride, vectors, Start::BIAS, bias, out, stride);
      activate_rows(kind, out, rows, stride, vectors, slopes);
  }
}

// input [in of layer 0] -> output [D]. `weights` knows the matrices (forward, bias); observe(layer, in) is
// told the input of every layer; slopes may be null.
template <class Weights, class Observe>
inline void forward(
    const Weights& weights, const Shape& shape, const TileMemory& memory, const float* input, int vectors,
    float* slopes, float* output, Observe observe) {
  const int stride = memory.stride;
  const float* in = input;
  for (int layer = 0; layer < shape.layers; layer++) {
    bool last = layer == shape.layers - 1;
    float* out = last ? output : memory.values[layer & 1];
    observe(layer, in);
    int rows = shape.out(layer);
    int depth = weights.inputs(layer);
    if (last) {
      product(
          weights.forward(layer), 0, rows, depth, in, stride, vectors, Start::BIAS, weights.bias(layer), out, stride);
    } else {
      hidden_layer(
          shape.activation, weights.forward(layer), weights.bias(layer), rows, depth, in, stride, vectors, out, slopes);
      slopes = slopes == nullptr ? nullptr : slopes + (ptrdiff_t)rows * stride;
    }
    in = out;
  }
}

// x *= y, row by row.
inline void multiply_rows(float* x, const float* y, int rows, int stride, int vectors) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    for (int v = 0; v < vectors; v++) {
      ptrdiff_t at = row * stride + v * SF_LANES;
      store(x + at, load(x + at) * load(y + at));
    }
  }
}

// delta(layers - 1) -> delta(0), where delta(l) is the gradient with respect to what layer l adds up.
// `slopes` as forward() wrote them.
template <class Weights, class Delta>
inline void backward(
    const Weights& weights, const Shape& shape, int stride, int vectors, const float* slopes, Delta delta) {
  slopes += shape.hidden_total() * (size_t)stride;
  for (int layer = shape.layers - 1; layer > 0; layer--) {
    int rows = shape.in(layer);
    float* below = delta(layer - 1);
    product(
        weights.backward(layer), 0, rows, shape.out(layer), delta(layer), stride, vectors, Start::ZERO, nullptr,
        below, stride);
    slopes -= (ptrdiff_t)rows * stride;
    multiply_rows(below, slopes, rows, stride, vectors);
  }
}

// Normals of consecutive samples, sample first + i in lane i. Keeps the last block: in two dimensions it
// serves two steps.
class TileNoise {
 public:
  TileNoise(uint64_t seed, uint64_t first, int vectors, float* block, int stride)
      : seed_(seed), first_(first), vectors_(vectors), block_(block), stride_(stride) {}

  // Normals number first .. first + count - 1 of every sample to rows of z.
  void draw(NoiseStream stream, uint64_t first, int count, float* z) {
    for (int d = 0; d < count; d++) {
      uint64_t number = first + (uint64_t)d;
      if (!valid_ || stream != stream_ || (number >> 2) != number_) {
        compute(stream, number >> 2);
      }
      const float* from = block_ + (number & 3) * (unsigned)stride_;
      for (int v = 0; v < vectors_; v++) {
        store(z + (ptrdiff_t)d * stride_ + v * SF_LANES, load(from + v * SF_LANES));
      }
    }
  }

  // The four words of a block for the lanes of vector v.
  WordsOf<VectorWord> words(NoiseStream stream, uint64_t block, int v) const {
    uint64_t sample = first_ + (uint64_t)(v * SF_LANES);
    VectorWord low = lane_numbers() + (uint32_t)sample;
    // Lanes whose low word has wrapped belong to the next high word.
    VectorWord carry = (VectorWord)(low < (uint32_t)sample);
    VectorWord high = (uint32_t)(sample >> 32) - carry;
    return philox<VectorWord>(
        seed_, low, high, VectorWord{} + (uint32_t)block, VectorWord{} + (uint32_t)stream);
  }

 private:
  void compute(NoiseStream stream, uint64_t block) {
    for (int v = 0; v < vectors_; v++) {
      NormalsOf<Vector> four = normals<Vector>(words(stream, block, v));
      for (int i = 0; i < 4; i++) {
        store(block_ + i * stride_ + v * SF_LANES, four.z[i]);
      }
    }
    stream_ = stream;
    number_ = block;
    valid_ = true;
  }

  uint64_t seed_;
  uint64_t first_;
  int vectors_;
  float* block_;
  int stride_;
  bool valid_ = false;
  NoiseStream stream_ = NoiseStream::PRIOR;
  uint64_t number_ = 0;
};

SF_NAMESPACE_END
