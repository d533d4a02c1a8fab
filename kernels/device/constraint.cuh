// The constraint of one sample: losses of a tape's residuals, their gradient, and the projection. A tape is
// interpreted: one operation a slot, forward and in reverse.
#pragma once
#include "group.cuh"
#include "tape.cuh"

SF_NAMESPACE_BEGIN

struct TapeMemory {
  Rows slots;
  Rows adjoints;
};

SF_DEVICE_CALL void tape_forward(Constraint constraint, Rows x, TapeMemory memory, int s) {
  for (int i = 0; i < constraint.slots; i++) {
    TapeRow row = constraint.tape[i];
    float value;
    if (row.operation == TapeOperation::INPUT) {
      value = x(row.first, s);
    } else if (row.operation == TapeOperation::CONSTANT) {
      value = row.immediate;
    } else {
      value = tape_value(row.operation, memory.slots(row.first, s), memory.slots(row.second, s));
    }
    memory.slots(i, s) = value;
    memory.adjoints(i, s) = 0.0f;
  }
}

// The gradient with respect to x goes to `gradient`.
SF_DEVICE_CALL void tape_reverse(Constraint constraint, int dimension, TapeMemory memory, Rows gradient, int s) {
  for (int d = 0; d < dimension; d++) {
    gradient(d, s) = 0.0f;
  }
  for (int i = constraint.slots - 1; i >= 0; i--) {
    TapeRow row = constraint.tape[i];
    float adjoint = memory.adjoints(i, s);
    if (row.operation == TapeOperation::INPUT) {
      gradient(row.first, s) += adjoint;
    } else if (row.operation != TapeOperation::CONSTANT) {
      float to_first;
      float to_second;
      tape_adjoint(
          row.operation, adjoint, memory.slots(row.first, s), memory.slots(row.second, s), memory.slots(i, s), to_first,
          to_second);
      memory.adjoints(row.first, s) += to_first;
      memory.adjoints(row.second, s) += to_second;
    }
  }
}

// Returns the loss at x and writes its gradient.
SF_DEVICE float constraint_gradient(
    Constraint constraint, PhysicsLoss loss, int dimension, Rows x, TapeMemory memory, Rows gradient, int s) {
  tape_forward(constraint, x, memory, s);
  float squares = 0;
  float absolutes = 0;
  for (int j = 0; j < constraint.residual_count; j++) {
    float r = memory.slots(constraint.residuals[j], s);
    squares = multiply_add(r, r, squares);
    absolutes += absolute(r);
  }
  float norm = square_root(squares);
  for (int j = 0; j < constraint.residual_count; j++) {
    int slot = constraint.residuals[j];
    float r = memory.slots(slot, s);
    float seed = r;
    if (loss == PhysicsLoss::ABSOLUTE) {
      seed = sign(r);
    } else if (loss == PhysicsLoss::NORM) {
      seed = norm == 0.0f ? 0.0f : r / norm;
    }
    memory.adjoints(slot, s) += seed;
  }
  tape_reverse(constraint, dimension, memory, gradient, s);
  return loss == PhysicsLoss::ABSOLUTE ? absolutes : loss == PhysicsLoss::NORM ? norm : 0.5f * squares;
}

// Moves x onto the constraint: per sweep and residual, x -= r grad r / |grad r|^2.
SF_DEVICE void constraint_project(
    Constraint constraint, int dimension, Rows x, TapeMemory memory, Rows gradient, int s) {
  for (int sweep = 0; sweep < constraint.sweeps; sweep++) {
    for (int j = 0; j < constraint.residual_count; j++) {
      int slot = constraint.residuals[j];
      tape_forward(constraint, x, memory, s);
      memory.adjoints(slot, s) = 1.0f;
      tape_reverse(constraint, dimension, memory, gradient, s);
      float squared = 0;
      for (int d = 0; d < dimension; d++) {
        squared = multiply_add(gradient(d, s), gradient(d, s), squared);
      }
      if (squared > 0.0f) {
        float length = memory.slots(slot, s) / squared;
        for (int d = 0; d < dimension; d++) {
          x(d, s) = multiply_add(-length, gradient(d, s), x(d, s));
        }
      }
    }
  }
}

SF_NAMESPACE_END
