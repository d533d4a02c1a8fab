// What a tile has of the gradient of a network program's weights.
#pragma once
#include "program_tile.cuh"

SF_NAMESPACE_BEGIN

// Adds a^T b, and the sums of a, to the gradient. A warp has 4 x 4 parameters at a time; its lanes share the columns out,
// and halves of their sums are added to halves until lane i has that of parameter i / 2. (A bias is one more column of b.)
SF_DEVICE void program_gradient(const ProgramTile& tile, const ProgramStep& step, float* gradient) {
  Rows a = tile.at(step.first);
  Rows b = tile.at(step.second);
  int outputs = step.first.width;
  int inputs = step.second.width;
  int columns = tile.columns(step.first);
  int across = (inputs + (step.bias < 0 ? 0 : 1) + 3) / 4;
  int lane = tile.rank() % 32;
  for (int task = tile.rank() / 32; task < (outputs + 3) / 4 * across; task += PROGRAM_THREADS / 32) {
    int m = task / across * 4;
    int n = task % across * 4;
    float sum[16] = {};
    for (int c = lane; c < columns; c += 32) {
      float left[4];
      float right[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        left[i] = a(m + i < outputs ? m + i : outputs - 1, c);
        right[i] = n + i < inputs ? b(n + i, c) : 1.0f;
      }
#pragma unroll
      for (int i = 0; i < 16; i++) {
        sum[i] = fused(left[i / 4], right[i % 4], sum[i]);
      }
    }
#pragma unroll
    for (int half = 8; half >= 1; half /= 2) {
      bool upper = (lane & (2 * half)) != 0;
#pragma unroll
      for (int i = 0; i < half; i++) {
        float given = upper ? sum[i] : sum[i + half];
        float kept = upper ? sum[i + half] : sum[i];
        sum[i] = kept + __shfl_xor_sync(0xffffffffu, given, 2 * half);
      }
    }
    float whole = sum[0] + __shfl_xor_sync(0xffffffffu, sum[0], 1);
    int o = m + lane / 8;
    int i = n + lane / 2 % 4;
    if (lane % 2 == 0 && o < outputs) {
      if (i < inputs) {
        gradient[step.weight + (int64_t)o * inputs + i] += whole;
      } else if (i == inputs && step.bias >= 0) {
        gradient[step.bias + o] += whole;
      }
    }
  }
}

SF_NAMESPACE_END
