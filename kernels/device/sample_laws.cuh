// What the rows of a program do with the laws of one sample: calls, so that they cost the network no registers.
#pragma once
#include "group.cuh"
#include "likelihood.cuh"
#include "metropolis.cuh"
#include "physics_loss.cuh"
#include "projection.cuh"

SF_NAMESPACE_BEGIN

struct SampleLaws {
  int dimension;
  Column estimate;
  Column gradient;
  TapeMemory<Column> tape;
  Column room;  // for projections and solvers

  SF_DEVICE LikelihoodSolver<Column> solver(const PhysicsTerm& physics) const {
    int n = physics.residual_count;
    return LikelihoodSolver<Column>{
        physics,          dimension,        estimate,
        gradient,         tape,             room,
        room.from(n),     room.from(2 * n), room.from(3 * n),
        room.from(4 * n), room.from(4 * n + 1), room.from(4 * n + 2),
        Column{}};
  }
};

SF_DEVICE_CALL void sample_loss(PhysicsTerm physics, SampleLaws own, float loss, float objective) {
  physics_loss(
      physics, physics.loss, [&](int) { return LossFactors<float>{loss, 0.0f, objective}; }, own.dimension,
      own.estimate, own.tape, own.gradient);
}

SF_DEVICE_CALL void sample_projection(PhysicsTerm physics, SampleLaws own) {
  const int dimension = own.dimension;
  project(
      physics, dimension, own.estimate, own.tape,
      ProjectionMemory<Column>{
          own.room, own.room.from(dimension), own.room.from(2 * dimension), own.room.from(3 * dimension)});
}

[[maybe_unused]] SF_DEVICE_CALL float sample_ratio(PhysicsTerm physics, SampleLaws own, const StepRow* row, Column x, Column saved) {
  return metropolis_ratio(physics, own.dimension, row, x, saved, own.tape, own.gradient)[0];
}

// The parts of the solver of a likelihood.
SF_DEVICE_CALL void sample_couple(PhysicsTerm physics, SampleLaws own, const StepRow* row) {
  own.solver(physics).couple(*row);
}
SF_DEVICE_CALL void sample_begin(PhysicsTerm physics, SampleLaws own, const StepRow* row) {
  own.solver(physics).begin(*row);
}
SF_DEVICE_CALL bool sample_advance(PhysicsTerm physics, SampleLaws own, const StepRow* row, bool last) {
  return own.solver(physics).advance(*row, last);
}

SF_NAMESPACE_END
