// Runs of elementwise operations of a network program.
#pragma once
#include "program_tile.cuh"

SF_NAMESPACE_BEGIN

// What a map, of so many positions, reads for feature f in column c.
SF_DEVICE float program_operand(
    const ProgramTile& tile, const MapOperand& operand, Rows value, int positions, int f, int c) {
  const ProgramTable& table = tile.program->table;
  int feature = operand.spread ? 0 : f;
  if (operand.links < 0 && operand.numbers < 0) {
    return value(feature, c);
  }
  int position = c / tile.samples;
  int across = positions;
  if (operand.links >= 0) {
    const LinkTable& links = table.links[operand.links];
    position = table.integers[links.of + position];
    across = links.from;
  }
  if (position < 0) {
    return 0.0f;
  }
  // A constant's numbers have the positions that are pointed to.
  return operand.numbers >= 0 ? table.numbers[operand.numbers + (int64_t)feature * across + position]
                              : value(feature, position * tile.samples + c % tile.samples);
}

template <MapOperation OPERATION>
SF_DEVICE float4 program_apply(const MapCompute& compute, float4 a, float4 b) {
  return float4{
      map_value<float>(OPERATION, a.x, b.x, compute.immediate), map_value<float>(OPERATION, a.y, b.y, compute.immediate),
      map_value<float>(OPERATION, a.z, b.z, compute.immediate), map_value<float>(OPERATION, a.w, b.w, compute.immediate)};
}

SF_DEVICE float4 program_apply(const MapCompute& compute, float4 a, float4 b) {
#define SF_CASE(OPERATION) \
  case MapOperation::OPERATION: return program_apply<MapOperation::OPERATION>(compute, a, b);
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
  return a;
}

// A thread takes four numbers through all operations at once, so that reading the table is shared by four. It reads all
// that they need before it writes: a result may take the place of an operand.
SF_DEVICE void program_map(const ProgramTile& tile, const ProgramStep& step) {
  const ProgramTable& table = tile.program->table;
  int positions = step.result.positions;
  int columns = tile.columns(step.result);
  int elements = step.result.width * columns;
  int units = (elements + 3) / 4;
  float4 slot[MOST_SLOTS];
  for (int u = tile.rank(); u < units; u += PROGRAM_THREADS) {
    int f[4];
    int c[4];
#pragma unroll
    for (int j = 0; j < 4; j++) {
      // Those beyond the last repeat it, and are not written.
      int element = u + j * units < elements ? u + j * units : elements - 1;
      f[j] = element / columns;
      c[j] = element % columns;
    }
    for (int i = 0; i < step.operand_count; i++) {
      const MapOperand& operand = table.operands[step.operands + i];
      Rows value = tile.at(operand.place);
      float number[4];
#pragma unroll
      for (int j = 0; j < 4; j++) {
        number[j] = program_operand(tile, operand, value, positions, f[j], c[j]);
      }
      slot[i] = float4{number[0], number[1], number[2], number[3]};
    }
    for (int i = 0; i < step.compute_count; i++) {
      const MapCompute compute = table.computes[step.computes + i];
      slot[compute.result] = program_apply(compute, slot[compute.first], slot[compute.second]);
    }
    for (int i = 0; i < step.result_count; i++) {
      Rows value = tile.at(table.results[step.results + i]);
      float4 result = slot[step.operand_count + i];
      float number[4] = {result.x, result.y, result.z, result.w};
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (u + j * units < elements) {
          value(f[j], c[j]) = number[j];
        }
      }
    }
  }
}

SF_NAMESPACE_END
