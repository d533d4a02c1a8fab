// The linear maps of a network program.
#pragma once
#include "program_tile.cuh"

SF_NAMESPACE_BEGIN

// A linear map: weights [length][padded] of so many results, and a bias or null.
struct ProgramProduct {
  const float* weights;
  const float* bias;
  int padded;
  int length;
  int results;
  int columns;
  Rows x;
  Rows y;
};

// A thread computes R results of each of C columns. Which columns: neighbouring threads have neighbouring ones.
template <int R, int C>
SF_DEVICE void program_products(const ProgramProduct& p, int rank) {
  int across = (p.columns + C - 1) / C;
  int units = (p.results + R - 1) / R * across;
  for (int u = rank; u < units; u += PROGRAM_THREADS) {
    int o = u / across * R;
    int column = u % across;
    // Columns beyond the last repeat it; their results are not written.
    int at[C];
    float sum[R][C];
#pragma unroll
    for (int j = 0; j < C; j++) {
      at[j] = column + j * across < p.columns ? column + j * across : p.columns - 1;
    }
#pragma unroll
    for (int i = 0; i < R; i++) {
      float start = p.bias != nullptr && o + i < p.results ? p.bias[o + i] : 0.0f;
#pragma unroll
      for (int j = 0; j < C; j++) {
        sum[i][j] = start;
      }
    }
    const float* weights = p.weights + o;
    const float* x = p.x.at;
#pragma unroll 2
    for (int k = 0; k < p.length; k++) {
      float weight[R];
      if constexpr (R % 4 == 0) {
#pragma unroll
        for (int i = 0; i < R; i += 4) {
          float4 four = load4(weights + i);
          weight[i] = four.x;
          weight[i + 1] = four.y;
          weight[i + 2] = four.z;
          weight[i + 3] = four.w;
        }
      } else {
#pragma unroll
        for (int i = 0; i < R; i++) {
          weight[i] = weights[i];
        }
      }
#pragma unroll
      for (int j = 0; j < C; j++) {
        float factor = x[at[j]];
#pragma unroll
        for (int i = 0; i < R; i++) {
          sum[i][j] = fused(weight[i], factor, sum[i][j]);
        }
      }
      weights += p.padded;
      x += p.x.stride;
    }
#pragma unroll
    for (int i = 0; i < R; i++) {
#pragma unroll
      for (int j = 0; j < C; j++) {
        if (o + i < p.results && column + j * across < p.columns) {
          p.y(o + i, at[j]) = sum[i][j];
        }
      }
    }
  }
}

// As many results a thread as leave work for half of them: more results share a load.
SF_DEVICE void program_product(const ProgramTile& tile, const ProgramStep& step, int weights) {
  const ProgramCall& program = *tile.program;
  int results = step.result.width;
  int columns = tile.columns(step.result);
  ProgramProduct product{
      program.packed + weights, step.bias < 0 ? nullptr : program.parameters + step.bias, (results + 7) / 8 * 8,
      step.first.width, results, columns, tile.at(step.first), tile.at(step.result)};
  if ((results + 7) / 8 * ((columns + 3) / 4) >= PROGRAM_THREADS / 2) {
    program_products<8, 4>(product, tile.rank());
  } else if ((results + 3) / 4 * ((columns + 1) / 2) >= PROGRAM_THREADS / 2) {
    program_products<4, 2>(product, tile.rank());
  } else {
    program_products<1, 1>(product, tile.rank());
  }
}

SF_NAMESPACE_END
