// A tile of samples through the steps of a network program, all threads of a block together and one step after another.
//
// Every number that a step computes is the same chain of operations in every tile and by every thread. Only gradients of
// parameters are sums over a tile: their order is that of its columns.
#pragma once
#include "program_gradient.cuh"
#include "program_map.cuh"
#include "program_product.cuh"

SF_NAMESPACE_BEGIN

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
