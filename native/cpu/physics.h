// The constraint of a tile: losses of a tape's residuals, their gradients, and the projection.
#pragma once
#include "simd.h"
#include "model.h"
#include "tape.cuh"
#include "tile.h"

SF_NAMESPACE_BEGIN

class TilePhysics {
 public:
  TilePhysics(const Physics& physics, int dimension, int vectors, const TileMemory& memory)
      : physics_(physics),
        dimension_(dimension),
        vectors_(vectors),
        stride_(memory.stride),
        slots_(memory.slots),
        adjoints_(memory.adjoints) {}

  // The gradient of the loss at x [D] and, unless null, the loss itself (one row).
  void gradient(PhysicsLoss loss, const float* x, float* gradient, float* losses) const {
    values(x);
    clear(adjoints_, physics_.slots);
    for (int v = 0; v < vectors_; v++) {
      Vector squares = {};
      Vector absolutes = {};
      for (int j = 0; j < physics_.residual_count; j++) {
        Vector r = load(slot(physics_.residuals[j], v));
        squares = multiply_add(r, r, squares);
        absolutes = absolutes + absolute(r);
      }
      Vector norm = square_root(squares);
      for (int j = 0; j < physics_.residual_count; j++) {
        Vector r = load(slot(physics_.residuals[j], v));
        Vector seed = r;
        if (loss == PhysicsLoss::ABSOLUTE) {
          seed = sign(r);
        } else if (loss == PhysicsLoss::NORM) {
          seed = select(norm == 0.0f, Vector{}, r / norm);
        }
        add(adjoint(physics_.residuals[j], v), seed);
      }
      if (losses != nullptr) {
        Vector value = loss == PhysicsLoss::ABSOLUTE ? absolutes
                       : loss == PhysicsLoss::NORM   ? norm
                                                     : 0.5f * squares;
        store(losses + v * SF_LANES, value);
      }
    }
    reverse(gradient);
  }

  // Moves x onto the constraint: per sweep and residual, x -= r grad r / |grad r|^2.
  void project(float* x, float* gradient) const {
    for (int sweep = 0; sweep < physics_.sweeps; sweep++) {
      for (int j = 0; j < physics_.residual_count; j++) {
        int residual = physics_.residuals[j];
        values(x);
        clear(adjoints_, physics_.slots);
        for (int v = 0; v < vectors_; v++) {
          store(adjoint(residual, v), all<Vector>(1.0f));
        }
        reverse(gradient);
        for (int v = 0; v < vectors_; v++) {
          Vector squared = {};
          for (int d = 0; d < dimension_; d++) {
            Vector g = load(gradient + d * stride_ + v * SF_LANES);
            squared = multiply_add(g, g, squared);
          }
          Vector length = load(slot(residual, v)) / squared;
          auto moves = squared > 0.0f;
          for (int d = 0; d < dimension_; d++) {
            ptrdiff_t at = d * stride_ + v * SF_LANES;
            Vector moved = multiply_add(-length, load(gradient + at), load(x + at));
            store(x + at, select(moves, moved, load(x + at)));
          }
        }
      }
    }
  }

 private:
  float* slot(int number, int v) const { return slots_ + number * stride_ + v * SF_LANES; }
  float* adjoint(int number, int v) const { return adjoints_ + number * stride_ + v * SF_LANES; }

  static void add(float* to, Vector x) { store(to, load(to) + x); }

  void clear(float* rows, int count) const {
    for (ptrdiff_t row = 0; row < count; row++) {
      for (int v = 0; v < vectors_; v++) {
        store(rows + row * stride_ + v * SF_LANES, Vector{});
      }
    }
  }

  // Fills the slots.
  void values(const float* x) const {
    for (int i = 0; i < physics_.slots; i++) {
      TapeRow row = physics_.tape[i];
      for (int v = 0; v < vectors_; v++) {
        Vector value;
        if (row.operation == TapeOperation::INPUT) {
          value = load(x + row.first * stride_ + v * SF_LANES);
        } else if (row.operation == TapeOperation::CONSTANT) {
          value = all<Vector>(row.immediate);
        } else {
          value = tape_value(row.operation, load(slot(row.first, v)), load(slot(row.second, v)));
        }
        store(slot(i, v), value);
      }
    }
  }

  // Runs the adjoints backwards; the gradient with respect to x goes to `gradient` [D].
  void reverse(float* gradient) const {
    clear(gradient, dimension_);
    for (int i = physics_.slots - 1; i >= 0; i--) {
      TapeRow row = physics_.tape[i];
      for (int v = 0; v < vectors_; v++) {
        Vector d = load(adjoint(i, v));
        if (row.operation == TapeOperation::INPUT) {
          add(gradient + row.first * stride_ + v * SF_LANES, d);
        } else if (row.operation != TapeOperation::CONSTANT) {
          Vector to_first;
          Vector to_second;
          tape_adjoint(
              row.operation, d, load(slot(row.first, v)), load(slot(row.second, v)), load(slot(i, v)),
              to_first, to_second);
          add(adjoint(row.first, v), to_first);
          add(adjoint(row.second, v), to_second);
        }
      }
    }
  }

  const Physics& physics_;
  int dimension_;
  int vectors_;
  ptrdiff_t stride_;
  float* slots_;
  float* adjoints_;
};

SF_NAMESPACE_END
