// A network that is a table: io.scorefield.network.plan.Plan defines the steps, io.scorefield.network.program.Operation
// what elementwise operations do. io.scorefield.engine.layout.ProgramTables writes the structs from Java.
#pragma once
#include "elementary.cuh"

namespace scorefield {

// Where a value lies: number (position p, feature f) of a sample is offset + f * stride + p of its memory.
struct Place {
  int32_t offset;
  int32_t width;
  int32_t positions;
  int32_t stride;
};

enum class ProgramStepKind : int32_t {
  LOAD, STORE, PRODUCT, PRODUCT_TRANSPOSED, WEIGHT_GRADIENT, SEGMENT_SUM, ROW_SUM, MAP
};

// In the order of io.scorefield.network.program.Port.Channel.
enum class Channel : int32_t { INPUT, RESULT, SEED, INPUT_GRADIENT };
constexpr int32_t CHANNELS = 4;

// The elementwise operations, in the order of io.scorefield.network.program.Operation from ADD on.
enum class MapOperation : int32_t {
  ADD, SUBTRACT, MULTIPLY, SCALE, SHIFT, INVERSE, SQRT, EXP, LOG, TANH, LOGISTIC, SOFTPLUS, SIN, COS, STEP
};

// What a step does not need is 0, a missing bias or links -1.
struct ProgramStep {
  ProgramStepKind kind;
  Channel channel;            // of LOAD and STORE: number offset + p * position_stride + f * feature_stride
  int32_t offset;
  int32_t position_stride;
  int32_t feature_stride;
  int32_t weight;             // index of the first parameter, [out][in]
  int32_t bias;
  int32_t links;              // of SEGMENT_SUM
  Place first;
  Place second;
  Place result;               // of MAP: its width and positions
  int32_t operands;           // of MAP: the first, and how many, likewise below
  int32_t operand_count;
  int32_t results;
  int32_t result_count;
  int32_t computes;
  int32_t compute_count;
  int32_t slots;
};

// What a map reads: a value, or numbers [width][positions] of a constant where `numbers` is not -1.
struct MapOperand {
  Place place;
  int32_t numbers;
  int32_t links;
  int32_t spread;             // whether feature 0 serves for all
};

// slot `result` = operation(slot `first`, slot `second`). Slots count operands, then results, then the others.
struct MapCompute {
  MapOperation operation;
  int32_t first;
  int32_t second;
  int32_t result;
  float immediate;
};

// For every position of one space a position of another, or -1; and for every position of the other those that point to
// it, ascending: members[starts[q]] .. members[starts[q + 1] - 1]. All are indices of `integers`.
struct LinkTable {
  int32_t from;               // how many positions are pointed to
  int32_t to;                 // how many point
  int32_t of;
  int32_t starts;
  int32_t members;
};

struct ProgramTable {
  const ProgramStep* steps;
  const MapOperand* operands;
  const Place* results;
  const MapCompute* computes;
  const LinkTable* links;
  const int32_t* integers;
  const float* numbers;
  int32_t step_count;
  int32_t back;               // the first step of the way back
  int32_t floats;             // of memory for one sample
  int32_t dimension;          // D
  int32_t features;           // E
  int32_t parameters;
};

// The most slots of a map.
constexpr int32_t MOST_SLOTS = 48;

}  // namespace scorefield

SF_NAMESPACE_BEGIN

// The value of an elementwise operation.
template <class F>
SF_INLINE F map_value(MapOperation operation, F a, F b, float immediate) {
  const F zero = all<F>(0.0f);
  const F one = all<F>(1.0f);
  switch (operation) {
    case MapOperation::ADD: return a + b;
    case MapOperation::SUBTRACT: return a - b;
    case MapOperation::MULTIPLY: return a * b;
    case MapOperation::SCALE: return immediate * a;
    case MapOperation::SHIFT: return a + immediate;
    case MapOperation::INVERSE: return select(a == 0.0f, zero, one / a);
    case MapOperation::SQRT: return square_root(a);
    case MapOperation::EXP: return exponential(a);
    case MapOperation::LOG: return natural_logarithm(a);
    case MapOperation::TANH: return hyperbolic_tangent(a);
    case MapOperation::LOGISTIC: return logistic_within(at_most(at_least(a, -87.0f), 87.0f));
    case MapOperation::SOFTPLUS: return softplus(a);
    case MapOperation::SIN: return sine(a);
    case MapOperation::COS: return cosine(a);
    case MapOperation::STEP: return select(a > 0.0f, one, zero);
  }
  return zero;
}

SF_NAMESPACE_END
