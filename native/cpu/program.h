// A tile of samples through the steps of a network program. A number of the program's memory is a row of lanes, one for
// each sample of the tile; all samples take every step together.
#pragma once
#include "simd.h"
#include "program.cuh"
#include "product.h"

SF_NAMESPACE_BEGIN

// Vectors that a map's operations are applied to at once: their numbers stay in a first-level cache.
constexpr int STRIP = 16;

// Numbers that a program reads or writes: number i of every sample begins at at + i * stride.
struct Port {
  float* at;
  ptrdiff_t stride;
};

// In lane i the sum of the lanes of x[i]: halves are added to halves, pairs of vectors becoming one, log2(lanes) times.
SF_INLINE Vector sums_of_lanes(Vector* x) {
#pragma GCC unroll 4
  for (int piece = SF_LANES / 2, vectors = SF_LANES; piece > 0; piece /= 2, vectors /= 2) {
    VectorInt even;
    VectorInt odd;
    for (int k = 0; k < SF_LANES / 2; k++) {
      int at = k / piece * 2 * piece + k % piece;
      even[k] = at;
      even[k + SF_LANES / 2] = at + SF_LANES;
      odd[k] = at + piece;
      odd[k + SF_LANES / 2] = at + piece + SF_LANES;
    }
#pragma GCC unroll 8
    for (int i = 0; i < vectors / 2; i++) {
      x[i] = shuffled(x[2 * i], x[2 * i + 1], even) + shuffled(x[2 * i], x[2 * i + 1], odd);
    }
  }
  return x[0];
}

// A block of so many rows and columns of a gradient has as many sums as a vector lanes.
constexpr int GRADIENT_ROWS = SF_LANES / 4;
constexpr int GRADIENT_COLUMNS = 4;

// Of rows `from` to `from + count` of a value, [at + f * row], those beyond the last are its last.
struct Rows {
  const float* at;
  ptrdiff_t row;
  int count;

  SF_INLINE const float* get(int f) const { return at + (f < count ? f : count - 1) * row; }
};

// A block of a times b, summed over `floats` columns, added to the gradient.
inline void add_products(Rows a, Rows b, ptrdiff_t floats, float* gradient, ptrdiff_t row) {
  Vector sum[GRADIENT_ROWS * GRADIENT_COLUMNS] = {};
  const float* left[GRADIENT_ROWS];
  const float* right[GRADIENT_COLUMNS];
  for (int m = 0; m < GRADIENT_ROWS; m++) {
    left[m] = a.get(m);
  }
  for (int n = 0; n < GRADIENT_COLUMNS; n++) {
    right[n] = b.get(n);
  }
  for (ptrdiff_t at = 0; at < floats; at += SF_LANES) {
    Vector factor[GRADIENT_COLUMNS];
#pragma GCC unroll 4
    for (int n = 0; n < GRADIENT_COLUMNS; n++) {
      factor[n] = load(right[n] + at);
    }
#pragma GCC unroll 4
    for (int m = 0; m < GRADIENT_ROWS; m++) {
      Vector other = load(left[m] + at);
#pragma GCC unroll 4
      for (int n = 0; n < GRADIENT_COLUMNS; n++) {
        sum[m * GRADIENT_COLUMNS + n] = multiply_add(other, factor[n], sum[m * GRADIENT_COLUMNS + n]);
      }
    }
  }
  Vector sums = sums_of_lanes(sum);
  for (int m = 0; m < GRADIENT_ROWS && m < a.count; m++) {
    for (int n = 0; n < GRADIENT_COLUMNS && n < b.count; n++) {
      gradient[m * row + n] += sums[m * GRADIENT_COLUMNS + n];
    }
  }
}

class ProgramTile {
 public:
  // lanes: samples side by side, a multiple of a vector. memory: floats() numbers for every lane; slots: slot_floats().
  ProgramTile(const ProgramTable& table, const float* parameters, float* memory, float* slots, int lanes)
      : table_(table), parameters_(parameters), memory_(memory), slots_(slots), lanes_(lanes) {}

  static constexpr size_t slot_floats() { return (size_t)MOST_SLOTS * STRIP * SF_LANES; }

  Port ports[CHANNELS] = {};

  // Steps [from, to). gradient: of the parameters, where steps add to it.
  void run(int from, int to, float* gradient) {
    for (int number = from; number < to; number++) {
      const ProgramStep& step = table_.steps[number];
      switch (step.kind) {
        case ProgramStepKind::LOAD: move(step, step.result, true); break;
        case ProgramStepKind::STORE: move(step, step.first, false); break;
        case ProgramStepKind::PRODUCT: multiply(step, false); break;
        case ProgramStepKind::PRODUCT_TRANSPOSED: multiply(step, true); break;
        case ProgramStepKind::WEIGHT_GRADIENT: add_gradient(step, gradient); break;
        case ProgramStepKind::SEGMENT_SUM: segment_sum(step); break;
        case ProgramStepKind::ROW_SUM: row_sum(step); break;
        case ProgramStepKind::MAP: map(step); break;
      }
    }
  }

 private:
  float* at(const Place& place, ptrdiff_t feature) const {
    return memory_ + (place.offset + feature * place.stride) * lanes_;
  }

  void move(const ProgramStep& step, const Place& place, bool reads) {
    const Port& port = ports[(int)step.channel];
    for (int f = 0; f < place.width; f++) {
      float* value = at(place, f);
      for (int p = 0; p < place.positions; p++, value += lanes_) {
        float* number = port.at + (step.offset + p * step.position_stride + f * step.feature_stride) * port.stride;
        for (int lane = 0; lane < lanes_; lane += SF_LANES) {
          if (reads) {
            store(value + lane, load(number + lane));
          } else {
            store(number + lane, load(value + lane));
          }
        }
      }
    }
  }

  void multiply(const ProgramStep& step, bool transposed) {
    const Place& x = step.first;
    const Place& y = step.result;
    ptrdiff_t in = transposed ? y.width : x.width;
    const float* weight = parameters_ + step.weight;
    Strided matrix = transposed ? Strided{weight, 1, in} : Strided{weight, in, 1};
    bool biased = step.bias >= 0;
    product(
        matrix, 0, y.width, x.width, at(x, 0), (ptrdiff_t)x.stride * lanes_, x.positions * lanes_ / SF_LANES,
        biased ? Start::BIAS : Start::ZERO, biased ? parameters_ + step.bias : nullptr, at(y, 0),
        (ptrdiff_t)y.stride * lanes_);
  }

  void add_gradient(const ProgramStep& step, float* gradient) {
    const Place& a = step.first;
    const Place& b = step.second;
    ptrdiff_t floats = (ptrdiff_t)a.positions * lanes_;
    ptrdiff_t a_row = (ptrdiff_t)a.stride * lanes_;
    ptrdiff_t b_row = (ptrdiff_t)b.stride * lanes_;
    for (int m = 0; m < a.width; m += GRADIENT_ROWS) {
      for (int n = 0; n < b.width; n += GRADIENT_COLUMNS) {
        add_products(
            Rows{at(a, m), a_row, a.width - m}, Rows{at(b, n), b_row, b.width - n}, floats,
            gradient + step.weight + (ptrdiff_t)m * b.width + n, b.width);
      }
    }
    for (int m = 0; step.bias >= 0 && m < a.width; m += SF_LANES) {
      Vector sum[SF_LANES] = {};
      int here = a.width - m < SF_LANES ? a.width - m : SF_LANES;
      for (int i = 0; i < here; i++) {
        const float* row = at(a, m + i);
        for (ptrdiff_t c = 0; c < floats; c += SF_LANES) {
          sum[i] += load(row + c);
        }
      }
      Vector sums = sums_of_lanes(sum);
      for (int i = 0; i < here; i++) {
        gradient[step.bias + m + i] += sums[i];
      }
    }
  }

  void segment_sum(const ProgramStep& step) {
    const LinkTable& links = table_.links[step.links];
    const int32_t* starts = table_.integers + links.starts;
    const int32_t* members = table_.integers + links.members;
    for (int f = 0; f < step.result.width; f++) {
      const float* from = at(step.first, f);
      float* to = at(step.result, f);
      for (int q = 0; q < links.from; q++, to += lanes_) {
        for (int lane = 0; lane < lanes_; lane += SF_LANES) {
          Vector sum = {};
          for (int32_t i = starts[q]; i < starts[q + 1]; i++) {
            sum += load(from + (ptrdiff_t)members[i] * lanes_ + lane);
          }
          store(to + lane, sum);
        }
      }
    }
  }

  void row_sum(const ProgramStep& step) {
    ptrdiff_t floats = (ptrdiff_t)step.first.positions * lanes_;
    ptrdiff_t row = (ptrdiff_t)step.first.stride * lanes_;
    const float* from = at(step.first, 0);
    float* to = at(step.result, 0);
    for (ptrdiff_t i = 0; i < floats; i += SF_LANES) {
      Vector sum = {};
      for (int f = 0; f < step.first.width; f++) {
        sum += load(from + f * row + i);
      }
      store(to + i, sum);
    }
  }

  // Where an operand's numbers of feature f at positions [p, p + count) are; `strip` may hold a copy.
  float* operand(const MapOperand& operand, int f, int p, int count, int positions, float* strip) const {
    int feature = operand.spread ? 0 : f;
    const int32_t* of = operand.links < 0 ? nullptr : table_.integers + table_.links[operand.links].of;
    if (operand.numbers < 0 && of == nullptr) {
      return at(operand.place, feature) + (ptrdiff_t)p * lanes_;
    }
    const float* value = operand.numbers < 0 ? at(operand.place, feature) : nullptr;
    // A constant's numbers have the positions that are pointed to.
    int across = of == nullptr ? positions : table_.links[operand.links].from;
    const float* numbers = table_.numbers + (operand.numbers < 0 ? 0 : operand.numbers + (ptrdiff_t)feature * across);
    float* to = strip;
    for (int i = p; i < p + count; i++) {
      int q = of == nullptr ? i : of[i];
      for (int lane = 0; lane < lanes_; lane += SF_LANES, to += SF_LANES) {
        store(to, q < 0 ? Vector{} : value != nullptr ? load(value + (ptrdiff_t)q * lanes_ + lane) : all<Vector>(numbers[q]));
      }
    }
    return strip;
  }

  void map(const ProgramStep& step) {
    const int positions = step.result.positions;
    const int most = STRIP * SF_LANES / lanes_ > 0 ? STRIP * SF_LANES / lanes_ : 1;
    float* slot[MOST_SLOTS];
    for (int f = 0; f < step.result.width; f++) {
      for (int p = 0; p < positions; p += most) {
        int count = positions - p < most ? positions - p : most;
        for (int i = 0; i < step.slots; i++) {
          slot[i] = slots_ + (ptrdiff_t)i * STRIP * SF_LANES;
        }
        for (int i = 0; i < step.operand_count; i++) {
          slot[i] = operand(table_.operands[step.operands + i], f, p, count, positions, slot[i]);
        }
        for (int i = 0; i < step.result_count; i++) {
          slot[step.operand_count + i] = at(table_.results[step.results + i], f) + (ptrdiff_t)p * lanes_;
        }
        for (int i = 0; i < step.compute_count; i++) {
          const MapCompute& compute = table_.computes[step.computes + i];
          apply(compute, slot[compute.first], slot[compute.second], slot[compute.result], count * lanes_);
        }
      }
    }
  }

  static void apply(const MapCompute& compute, const float* a, const float* b, float* y, int floats) {
    auto each = [=]<MapOperation OPERATION>(float immediate) {
      for (int i = 0; i < floats; i += SF_LANES) {
        store(y + i, map_value<Vector>(OPERATION, load(a + i), load(b + i), immediate));
      }
    };
#define SF_CASE(OPERATION) \
  case MapOperation::OPERATION: each.template operator()<MapOperation::OPERATION>(compute.immediate); break;
    switch (compute.operation) {
      SF_CASE(ADD)
      SF_CASE(SUBTRACT)
      SF_CASE(MULTIPLY)
      SF_CASE(SCALE)
      SF_CASE(SHIFT)
      SF_CASE(INVERSE)
      SF_CASE(SQRT)
      SF_CASE(EXP)
      SF_CASE(LOG)
      SF_CASE(TANH)
      SF_CASE(LOGISTIC)
      SF_CASE(SOFTPLUS)
      SF_CASE(SIN)
      SF_CASE(COS)
      SF_CASE(STEP)
    }
#undef SF_CASE
  }

  const ProgramTable& table_;
  const float* parameters_;
  float* memory_;
  float* slots_;
  int lanes_;
};

SF_NAMESPACE_END
