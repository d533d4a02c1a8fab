// A network program with every kind of step: three nodes of two numbers each, four pairs of which one points nowhere.
#pragma once
#include <vector>
#include "scorefield_cpu.h"

namespace scorefield {

struct ProgramCase {
  static constexpr int32_t DIMENSION = 6;
  static constexpr int32_t FEATURES = 1;
  static constexpr int32_t PARAMETERS = 32;

  std::vector<ProgramStep> steps;
  std::vector<MapOperand> operands;
  std::vector<Place> results;
  std::vector<MapCompute> computes;
  // Nodes of pairs, and samples of pairs and of nodes: of, starts, members of each.
  std::vector<int32_t> integers = {0, 2, -1, 1, 0, 1, 2, 3, 0, 3, 1, 0, 0, 0, 0, 0, 4, 0, 1, 2, 3, 0, 0, 0, 0, 3, 0, 1, 2};
  std::vector<LinkTable> links = {{3, 4, 0, 4, 8}, {1, 4, 11, 15, 17}, {1, 3, 21, 24, 26}};
  std::vector<float> numbers = {0.5f, -1.0f, 2.0f, 0.25f};
  int32_t back = 0;

  // trains: whether the way back goes to the parameters too, as in a training.
  explicit ProgramCase(bool trains) {
    const Place x = {0, 2, 3, 3}, time = {6, 1, 1, 1}, h = {7, 5, 3, 3}, of_time = {22, 5, 1, 1};
    const Place pairs = {27, 5, 4, 4}, sums = {47, 5, 3, 3}, row = {62, 1, 3, 3}, out = {65, 2, 3, 3};
    const Place seed = {71, 2, 3, 3}, above = {77, 5, 3, 3}, sent = {92, 5, 4, 4}, below = {112, 5, 3, 3};
    const Place first = {127, 2, 3, 3}, whole = {133, 5, 1, 1};
    port(ProgramStepKind::LOAD, Channel::INPUT, 0, x);
    port(ProgramStepKind::LOAD, Channel::INPUT, DIMENSION, time);
    linear(ProgramStepKind::PRODUCT, 0, 10, x, {}, h);
    linear(ProgramStepKind::PRODUCT, 15, -1, time, {}, of_time);
    map({{h, -1, 0, 0}, {of_time, -1, 1, 0}, {{}, 0, -1, 1}}, {pairs},
        {{MapOperation::ADD, 0, 1, 4, 0}, {MapOperation::TANH, 4, 4, 4, 0}, {MapOperation::MULTIPLY, 4, 2, 3, 0}}, 5, pairs);
    summed(ProgramStepKind::SEGMENT_SUM, 0, pairs, sums);
    summed(ProgramStepKind::ROW_SUM, -1, sums, row);
    linear(ProgramStepKind::PRODUCT, 20, 30, sums, {}, out);
    // The result takes the place of an operand.
    map({{out, -1, -1, 0}, {row, -1, -1, 1}}, {out}, {{MapOperation::ADD, 0, 1, 2, 0}}, 3, out);
    port(ProgramStepKind::STORE, Channel::RESULT, 0, out);
    back = (int32_t)steps.size();
    port(ProgramStepKind::LOAD, Channel::SEED, 0, seed);
    if (trains) {
      linear(ProgramStepKind::WEIGHT_GRADIENT, 20, 30, seed, sums, {});
    }
    linear(ProgramStepKind::PRODUCT_TRANSPOSED, 20, -1, seed, {}, above);
    map({{above, -1, 0, 0}}, {sent}, {{MapOperation::SCALE, 0, 0, 1, 0.7f}}, 2, sent);
    summed(ProgramStepKind::SEGMENT_SUM, 0, sent, below);
    if (trains) {
      linear(ProgramStepKind::WEIGHT_GRADIENT, 0, 10, below, x, {});
    }
    linear(ProgramStepKind::PRODUCT_TRANSPOSED, 0, -1, below, {}, first);
    summed(ProgramStepKind::SEGMENT_SUM, 2, below, whole);
    if (trains) {
      linear(ProgramStepKind::WEIGHT_GRADIENT, 15, -1, whole, time, {});
    }
    port(ProgramStepKind::STORE, Channel::INPUT_GRADIENT, 0, first);
  }

  ProgramTable table() const {
    return ProgramTable{
        steps.data(), operands.data(), results.data(), computes.data(), links.data(), integers.data(), numbers.data(),
        (int32_t)steps.size(), back, 138, DIMENSION, FEATURES, PARAMETERS};
  }

 private:
  ProgramStep& add(ProgramStepKind kind) {
    steps.push_back({});
    steps.back().kind = kind;
    steps.back().bias = -1;
    steps.back().links = -1;
    return steps.back();
  }

  void port(ProgramStepKind kind, Channel channel, int32_t offset, Place place) {
    ProgramStep& step = add(kind);
    step.channel = channel;
    step.offset = offset;
    step.position_stride = 2;
    step.feature_stride = 1;
    (kind == ProgramStepKind::LOAD ? step.result : step.first) = place;
  }

  void linear(ProgramStepKind kind, int32_t weight, int32_t bias, Place from, Place second, Place result) {
    ProgramStep& step = add(kind);
    step.weight = weight;
    step.bias = bias;
    step.first = from;
    step.second = second;
    step.result = result;
  }

  void summed(ProgramStepKind kind, int32_t by, Place from, Place result) {
    ProgramStep& step = add(kind);
    step.links = by;
    step.first = from;
    step.result = result;
  }

  void map(
      std::vector<MapOperand> read, std::vector<Place> written, std::vector<MapCompute> done, int32_t slots, Place shape) {
    ProgramStep& step = add(ProgramStepKind::MAP);
    step.result = shape;
    step.operands = (int32_t)operands.size();
    step.operand_count = (int32_t)read.size();
    step.results = (int32_t)results.size();
    step.result_count = (int32_t)written.size();
    step.computes = (int32_t)computes.size();
    step.compute_count = (int32_t)done.size();
    step.slots = slots;
    operands.insert(operands.end(), read.begin(), read.end());
    results.insert(results.end(), written.begin(), written.end());
    computes.insert(computes.end(), done.begin(), done.end());
  }
};

}  // namespace scorefield
