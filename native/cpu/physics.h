// Where the laws of a tile of samples work: the tile's memory as rows, for the control that both engines share.
#pragma once
#include "rows.h"
#include "example_losses.cuh"
#include "likelihood.cuh"
#include "model.h"
#include "projection.cuh"
#include "tile.h"

SF_NAMESPACE_BEGIN

struct TilePhysics {
  const PhysicsTerm& physics;
  const TileMemory& memory;
  int dimension;
  int vectors;

  TileRows rows(float* at) const { return TileRows{at, memory.stride, vectors}; }

  TapeMemory<TileRows> tape() const {
    return TapeMemory<TileRows>{rows(memory.slots), rows(memory.adjoints), rows(memory.residuals)};
  }

  LikelihoodSolver<TileRows> solver() const {
    return LikelihoodSolver<TileRows>{
        physics,
        dimension,
        rows(memory.x0hat),
        rows(memory.gradient),
        tape(),
        rows(memory.solution),
        rows(memory.rest),
        rows(memory.conjugate),
        rows(memory.along),
        rows(memory.gamma),
        rows(memory.start),
        rows(memory.lost),
        rows(memory.kept)};
  }

  // Moves x0hat onto the laws; `step` [D] is for intermediate results.
  void project_estimate(float* step) const {
    project(
        physics, dimension, rows(memory.x0hat), tape(),
        ProjectionMemory<TileRows>{rows(step), rows(memory.slope), rows(memory.direction), rows(memory.along)});
  }
};

SF_NAMESPACE_END
