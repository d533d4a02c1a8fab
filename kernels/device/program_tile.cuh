// A tile of samples through the steps of a network program (include/program.cuh), all threads of a block together and one
// step after another. A number of the program's memory is a row, one number for every sample of the tile: a value of
// `width` features is [width][columns], and a column is a position of a sample.
//
// Every number that a step computes is the same chain of operations in every tile and by every thread. Only gradients of
// parameters are sums over a tile: their order is that of its columns.
#pragma once
#include "group.cuh"
#include "program.cuh"

namespace scorefield {

// io.scorefield.engine.cuda.network.ProgramMemory writes it.
struct ProgramCall {
  ProgramTable table;
  const float* parameters;    // flat
  const float* packed;        // weights of products, [length][results, padded to a multiple of 8]
  const int32_t* packed_at;   // for every step, where its weights begin
  int32_t shared_row;         // of a group's shared memory, from which on it has numbers of the program
  int32_t scratch_row;        // of a group's scratch memory, likewise
  int32_t shared_numbers;     // a value that ends by then lies in shared memory, any other in scratch memory
  int32_t samples;            // of a tile
};
static_assert(sizeof(ProgramCall) == 120, "Java writes it so");

}  // namespace scorefield

SF_NAMESPACE_BEGIN

// Threads of a block that runs programs.
constexpr int PROGRAM_THREADS = 256;

struct ProgramTile {
  const ProgramCall* program;
  int samples;
  float* shared;    // number n of sample s of the program's memory is n * samples + s
  float* scratch;
  float* input;     // of the channels, likewise; also that of the gradient at the input
  float* output;
  float* seed;

  SF_DEVICE int rank() const { return (int)threadIdx.x; }

  SF_DEVICE Rows at(const Place& place) const {
    bool within = place.offset + place.width * place.stride <= program->shared_numbers;
    return Rows{
        (within ? shared : scratch) + (int64_t)place.offset * samples, (int64_t)place.stride * samples};
  }

  SF_DEVICE int columns(const Place& place) const { return place.positions * samples; }
};

// Numbers of a channel from or to a value.
SF_DEVICE void program_move(const ProgramTile& tile, const ProgramStep& step, const Place& place, bool reads) {
  float* channel = step.channel == Channel::RESULT ? tile.output : step.channel == Channel::SEED ? tile.seed : tile.input;
  Rows value = tile.at(place);
  int columns = tile.columns(place);
  for (int i = tile.rank(); i < place.width * columns; i += PROGRAM_THREADS) {
    int f = i / columns;
    int c = i % columns;
    int number = step.offset + c / tile.samples * step.position_stride + f * step.feature_stride;
    float& outside = channel[(int64_t)number * tile.samples + c % tile.samples];
    if (reads) {
      value(f, c) = outside;
    } else {
      outside = value(f, c);
    }
  }
}

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

SF_DEVICE void program_segment_sum(const ProgramTile& tile, const ProgramStep& step) {
  const LinkTable links = tile.program->table.links[step.links];
  const int32_t* starts = tile.program->table.integers + links.starts;
  const int32_t* members = tile.program->table.integers + links.members;
  Rows from = tile.at(step.first);
  Rows to = tile.at(step.result);
  int columns = links.from * tile.samples;
  for (int i = tile.rank(); i < step.result.width * columns; i += PROGRAM_THREADS) {
    int f = i / columns;
    int c = i % columns;
    int q = c / tile.samples;
    int s = c % tile.samples;
    float sum = 0;
    for (int member = starts[q]; member < starts[q + 1]; member++) {
      sum += from(f, members[member] * tile.samples + s);
    }
    to(f, c) = sum;
  }
}

SF_DEVICE void program_row_sum(const ProgramTile& tile, const ProgramStep& step) {
  Rows from = tile.at(step.first);
  Rows to = tile.at(step.result);
  for (int c = tile.rank(); c < tile.columns(step.first); c += PROGRAM_THREADS) {
    float sum = 0;
    for (int f = 0; f < step.first.width; f++) {
      sum += from(f, c);
    }
    to(0, c) = sum;
  }
}

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

// Steps [from, to); the block is in step before and after. gradient: of the parameters, where steps add to it.
SF_DEVICE_CALL void run_program(ProgramTile tile, int from, int to, float* gradient) {
  for (int number = from; number < to; number++) {
    const ProgramStep& step = tile.program->table.steps[number];
    switch (step.kind) {
      case ProgramStepKind::LOAD: program_move(tile, step, step.result, true); break;
      case ProgramStepKind::STORE: program_move(tile, step, step.first, false); break;
      case ProgramStepKind::PRODUCT:
      case ProgramStepKind::PRODUCT_TRANSPOSED: program_product(tile, step, tile.program->packed_at[number]); break;
      case ProgramStepKind::WEIGHT_GRADIENT: program_gradient(tile, step, gradient); break;
      case ProgramStepKind::SEGMENT_SUM: program_segment_sum(tile, step); break;
      case ProgramStepKind::ROW_SUM: program_row_sum(tile, step); break;
      case ProgramStepKind::MAP: program_map(tile, step); break;
    }
    __syncthreads();
  }
}

SF_NAMESPACE_END
