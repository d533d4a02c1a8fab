// The constraint of a tile: losses of a tape's residuals, their gradients, and the projection.
#pragma once
#include "simd.h"
#include "model.h"
#include "step_row.cuh"
#include "tape.cuh"
#include "tile.h"

SF_NAMESPACE_BEGIN

// The same sweeps as io.scorefield.physics.TapeRunner, for the lanes of a tile.
class TilePhysics {
 public:
  TilePhysics(const Constraint& physics, int dimension, int vectors, const TileMemory& memory)
      : physics_(physics), dimension_(dimension), vectors_(vectors), stride_(memory.stride), memory_(memory) {}

  // The gradient of residual factor * loss + objective factor * objective at x [D] and, unless null, the value itself
  // (one row). factors(v, residual, limit, objective) tells the factors of vector v; where the limit is positive, a
  // residual beyond it counts as the limit.
  template <class Factors>
  void gradient(PhysicsLoss loss, Factors factors, const float* x, float* gradient, float* losses) const {
    Vector objective[MOST_VECTORS];
    forward(x, objective);
    Vector objective_seeds[MOST_VECTORS];
    for (int v = 0; v < vectors_; v++) {
      Vector residual_factor;
      Vector limit;
      factors(v, residual_factor, limit, objective_seeds[v]);
      Vector squares = {};
      Vector absolutes = {};
      for (int j = 0; j < physics_.residual_count; j++) {
        Vector r = limited(load(at(memory_.residuals, j, v)), limit);
        squares = multiply_add(r, r, squares);
        absolutes = absolutes + absolute(r);
      }
      Vector norm = square_root(squares);
      for (int j = 0; j < physics_.residual_count; j++) {
        Vector r = load(at(memory_.residuals, j, v));
        Vector seed = select(beyond(r, limit), Vector{}, r);
        if (loss == PhysicsLoss::ABSOLUTE) {
          seed = sign(r);
        } else if (loss == PhysicsLoss::NORM) {
          seed = select(norm == 0.0f, Vector{}, r / norm);
        }
        store(at(memory_.residuals, j, v), residual_factor * seed);
      }
      if (losses != nullptr) {
        Vector value = loss == PhysicsLoss::ABSOLUTE ? absolutes
                       : loss == PhysicsLoss::NORM   ? norm
                                                     : 0.5f * squares;
        store(losses + v * SF_LANES, multiply_add(objective_seeds[v], objective[v], residual_factor * value));
      }
    }
    reverse(x, objective_seeds, gradient);
  }

  // The gradient of a likelihood; io.scorefield.engine.StepRow has the equation. through(g) replaces g [D] by K^T g.
  // Returns in how many of the first `count` lanes it fell back.
  template <class Through>
  int solve(const StepRow& row, const float* x, float* gradient, int count, Through through) const {
    VectorInt lost[MOST_VECTORS] = {};
    bool flat = (row.uses & FLAT) != 0;
    conjugate_gradients(row, row.spread, flat, x, gradient, through, lost);
    int fallen = row.fallback > 0.0f && !flat ? lanes_of(lost, count) : 0;
    if (fallen > 0) {
      VectorInt none[MOST_VECTORS] = {};
      copy(memory_.solution, memory_.kept, physics_.residual_count);
      conjugate_gradients(row, row.fallback, true, x, gradient, through, none);
      for (int j = 0; j < physics_.residual_count; j++) {
        for (int v = 0; v < vectors_; v++) {
          float* solution = at(memory_.solution, j, v);
          store(solution, select(lost[v], load(solution), load(at(memory_.kept, j, v))));
        }
      }
    }
    seed_with(memory_.solution);
    objective_gradient(row, x, gradient);
    through(gradient);
    return fallen;
  }

  // Moves x onto the constraint by conjugate gradients on least squares; io.scorefield.engine.PhysicsTerm says how.
  // `step` [D] is for intermediate results.
  void project(float* x, float* step) const {
    const Vector none[MOST_VECTORS] = {};
    float* slope = memory_.slope;
    float* direction = memory_.direction;
    for (int sweep = 0; sweep < physics_.sweeps; sweep++) {
      Vector objective[MOST_VECTORS];
      forward(x, objective);
      clear(step, dimension_);
      reverse(x, none, slope);
      Vector gamma[MOST_VECTORS];
      for (int v = 0; v < vectors_; v++) {
        gamma[v] = Vector{};
        for (int d = 0; d < dimension_; d++) {
          Vector s = load(at(slope, d, v));
          store(at(direction, d, v), s);
          gamma[v] = multiply_add(s, s, gamma[v]);
        }
      }
      for (int k = 0; k < physics_.iterations; k++) {
        along(x, direction);
        for (int v = 0; v < vectors_; v++) {
          Vector length = {};
          for (int j = 0; j < physics_.residual_count; j++) {
            Vector q = load(at(memory_.along, j, v));
            length = multiply_add(q, q, length);
          }
          // Where there is no direction to go, or none that is a number, nothing moves.
          auto moves = (length > 0.0f) & (gamma[v] > 0.0f);
          Vector alpha = select(moves, gamma[v] / length, Vector{});
          for (int d = 0; d < dimension_; d++) {
            Vector so_far = load(at(step, d, v));
            store(at(step, d, v), select(moves, multiply_add(alpha, load(at(direction, d, v)), so_far), so_far));
          }
          for (int j = 0; j < physics_.residual_count; j++) {
            float* r = at(memory_.residuals, j, v);
            store(r, multiply_add(-alpha, load(at(memory_.along, j, v)), load(r)));
          }
        }
        if (k == physics_.iterations - 1) {
          break;
        }
        reverse(x, none, slope);
        for (int v = 0; v < vectors_; v++) {
          Vector next = {};
          for (int d = 0; d < dimension_; d++) {
            Vector s = load(at(slope, d, v));
            next = multiply_add(s, s, next);
          }
          Vector beta = select(gamma[v] > 0.0f, next / gamma[v], Vector{});
          for (int d = 0; d < dimension_; d++) {
            float* p = at(direction, d, v);
            store(p, multiply_add(beta, load(p), load(at(slope, d, v))));
          }
          gamma[v] = next;
        }
      }
      for (int d = 0; d < dimension_; d++) {
        for (int v = 0; v < vectors_; v++) {
          store(at(x, d, v), load(at(x, d, v)) - load(at(step, d, v)));
        }
      }
    }
  }

 private:
  // Vectors of a row at most: a whole batch that is shared out layer by layer.
  static constexpr int MOST_VECTORS = 64;

  template <class Float>
  Float* at(Float* rows, int row, int v) const {
    return rows + (ptrdiff_t)row * stride_ + v * SF_LANES;
  }
  float* slot(int number, int v) const { return at(memory_.slots, number, v); }
  float* adjoint(int number, int v) const { return at(memory_.adjoints, number, v); }

  static void add(float* to, Vector x) { store(to, load(to) + x); }

  void copy(const float* from, float* to, int count) const {
    for (int row = 0; row < count; row++) {
      for (int v = 0; v < vectors_; v++) {
        store(at(to, row, v), load(at(from, row, v)));
      }
    }
  }

  int lanes_of(const VectorInt* mask, int count) const {
    int lanes = 0;
    for (int s = 0; s < count; s++) {
      lanes += mask[s / SF_LANES][s % SF_LANES] != 0;
    }
    return lanes;
  }

  Vector square(const float* rows, int count, int v) const {
    Vector sum = {};
    for (int i = 0; i < count; i++) {
      Vector a = load(at(rows, i, v));
      sum = multiply_add(a, a, sum);
    }
    return sum;
  }

  // The seeds lie where the residuals were; the objective has the row's weight.
  void objective_gradient(const StepRow& row, const float* x, float* gradient) const {
    Vector seeds[MOST_VECTORS];
    for (int v = 0; v < vectors_; v++) {
      seeds[v] = all<Vector>(row.objective);
    }
    reverse(x, seeds, gradient);
  }

  // (noise variance I + spread A C A^T) v = r - spread A C g, v to memory_.solution. Where the row falls back, `lost` tells
  // the lanes for which C is no covariance.
  template <class Through>
  void conjugate_gradients(
      const StepRow& row, float spread, bool flat, const float* x, float* gradient, Through through,
      VectorInt* lost) const {
    Vector objective[MOST_VECTORS];
    int count = physics_.residual_count;
    bool couples = physics_.has_objective != 0 && row.objective != 0.0f && count > 0;
    if (couples) {
      forward(x, objective);
      clear(memory_.residuals, count);
      objective_gradient(row, x, gradient);
      if (!flat) {
        through(gradient);
      }
      along(x, gradient);
    }
    forward(x, objective);
    Vector gamma[MOST_VECTORS];
    Vector start[MOST_VECTORS];
    const Vector none[MOST_VECTORS] = {};
    bool checks = row.fallback > 0.0f && !flat;
    clear(memory_.solution, count);
    for (int v = 0; v < vectors_; v++) {
      gamma[v] = Vector{};
      for (int j = 0; j < count; j++) {
        Vector r = load(at(memory_.residuals, j, v));
        if (couples) {
          r = multiply_add(all<Vector>(-spread), load(at(memory_.along, j, v)), r);
        }
        store(at(memory_.rest, j, v), r);
        store(at(memory_.conjugate, j, v), r);
        gamma[v] = multiply_add(r, r, gamma[v]);
      }
      start[v] = gamma[v];
    }
    for (int k = 0; k < row.solve && k < count; k++) {
      seed_with(memory_.conjugate);
      reverse(x, none, gradient);
      if (!flat) {
        through(gradient);
      }
      along(x, gradient);
      for (int v = 0; v < vectors_; v++) {
        Vector curvature = {};
        Vector product = {};
        for (int j = 0; j < count; j++) {
          Vector p = load(at(memory_.conjugate, j, v));
          float* q = at(memory_.along, j, v);
          product = multiply_add(p, load(q), product);
          store(q, multiply_add(all<Vector>(spread), load(q), row.noise_variance * p));
          curvature = multiply_add(p, load(q), curvature);
        }
        if (checks) {
          lost[v] |= ~(product >= 0.0f);
          if (row.bound > 0.0f) {
            lost[v] |= ~(square(gradient, dimension_, v) <= (COVARIANCE_SLACK * row.bound) * product);
          }
        }
        // Beyond the range of numbers there is no step: that is said, not passed over.
        Vector alpha = select(curvature > 0.0f, multiply_add(Vector{}, curvature, gamma[v] / curvature), Vector{});
        Vector next = {};
        for (int j = 0; j < count; j++) {
          float* solution = at(memory_.solution, j, v);
          float* rest = at(memory_.rest, j, v);
          store(solution, multiply_add(alpha, load(at(memory_.conjugate, j, v)), load(solution)));
          store(rest, multiply_add(-alpha, load(at(memory_.along, j, v)), load(rest)));
          next = multiply_add(load(rest), load(rest), next);
        }
        Vector beta = select(gamma[v] > 0.0f, next / gamma[v], Vector{});
        for (int j = 0; j < count; j++) {
          float* p = at(memory_.conjugate, j, v);
          store(p, multiply_add(beta, load(p), load(at(memory_.rest, j, v))));
        }
        gamma[v] = next;
      }
    }
    for (int v = 0; checks && v < vectors_; v++) {
      lost[v] |= ~(gamma[v] <= start[v]);
    }
  }

  void clear(float* rows, int count) const {
    for (int row = 0; row < count; row++) {
      for (int v = 0; v < vectors_; v++) {
        store(at(rows, row, v), Vector{});
      }
    }
  }

  Vector component(const float* x, int index, int v) const {
    return multiply_add(all<Vector>(physics_.scale[index]), load(at(x, index, v)), all<Vector>(physics_.shift[index]));
  }

  // The number of a row that is not about a loop or a purpose.
  void value(int i, int iteration, const float* x) const {
    const TapeRow& row = physics_.tape[i];
    switch (row.operation) {
      case TapeOperation::INPUT:
        for (int v = 0; v < vectors_; v++) {
          store(slot(i, v), component(x, row.first, v));
        }
        break;
      case TapeOperation::CONSTANT: fill(i, row.immediate); break;
      case TapeOperation::COLUMN: fill(i, physics_.numbers[row.first + iteration]); break;
      case TapeOperation::GATHER: {
        int index = physics_.indices[row.first + iteration];
        if (index < 0) {
          fill(i, row.immediate);
          break;
        }
        for (int v = 0; v < vectors_; v++) {
          store(slot(i, v), component(x, index, v));
        }
        break;
      }
      case TapeOperation::DOT:
        for (int v = 0; v < vectors_; v++) {
          Vector sum = {};
          for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
            int index = physics_.indices[row.second + j];
            if (index >= 0) {
              sum = multiply_add(all<Vector>(physics_.numbers[row.first + j]), component(x, index, v), sum);
            }
          }
          store(slot(i, v), sum);
        }
        break;
      default:
        for (int v = 0; v < vectors_; v++) {
          store(slot(i, v), tape_value(row.operation, load(slot(row.first, v)), load(slot(row.second, v))));
        }
    }
  }

  void fill(int i, float number) const {
    for (int v = 0; v < vectors_; v++) {
      store(slot(i, v), all<Vector>(number));
    }
  }

  void start_collecting(int loop) const {
    for (int j = loop + 1; j < physics_.tape[loop].second; j++) {
      if (collects(physics_.tape[j].operation)) {
        for (int v = 0; v < vectors_; v++) {
          store(slot(j, v), collected_start<Vector>(physics_.tape[j].operation));
        }
      }
    }
  }

  void seed_with(const float* rows) const {
    for (int j = 0; j < physics_.residual_count; j++) {
      for (int v = 0; v < vectors_; v++) {
        store(at(memory_.residuals, j, v), load(at(rows, j, v)));
      }
    }
  }

  // Fills slots and residuals, and sums up the objective.
  void forward(const float* x, Vector* objective) const {
    for (int v = 0; v < vectors_; v++) {
      objective[v] = Vector{};
    }
    int begin = 0;
    int iteration = 0;
    for (int i = 0; i < physics_.slots; i++) {
      const TapeRow& row = physics_.tape[i];
      switch (row.operation) {
        case TapeOperation::LOOP:
          begin = i;
          iteration = 0;
          start_collecting(i);
          break;
        case TapeOperation::END:
          iteration++;
          if (iteration < physics_.tape[begin].count) {
            i = begin;
          } else {
            iteration = 0;
          }
          break;
        case TapeOperation::TOTAL:
        case TapeOperation::LEAST:
        case TapeOperation::LARGEST:
          for (int v = 0; v < vectors_; v++) {
            store(slot(i, v), collected(row.operation, load(slot(i, v)), load(slot(row.first, v))));
          }
          break;
        case TapeOperation::RESIDUAL:
          for (int v = 0; v < vectors_; v++) {
            store(at(memory_.residuals, row.second + iteration, v), row.immediate * load(slot(row.first, v)));
          }
          break;
        case TapeOperation::OBJECTIVE:
          for (int v = 0; v < vectors_; v++) {
            objective[v] = multiply_add(all<Vector>(row.immediate), load(slot(row.first, v)), objective[v]);
          }
          break;
        default: value(i, iteration, x);
      }
    }
  }

  // The gradient with respect to x of residuals . seeds, which lie where the residuals were, and of the objective.
  void reverse(const float* x, const Vector* objective_seeds, float* gradient) const {
    clear(gradient, dimension_);
    clear(memory_.adjoints, physics_.slots);
    for (int i = physics_.slots - 1; i >= 0; i--) {
      if (physics_.tape[i].operation != TapeOperation::END) {
        reverse_row(i, 0, objective_seeds, gradient);
        continue;
      }
      int begin = physics_.tape[i].first;
      for (int iteration = 0; iteration < physics_.tape[begin].count; iteration++) {
        // The numbers of the iteration are computed again: slots hold those of the last one.
        for (int j = begin + 1; j < i; j++) {
          TapeOperation operation = physics_.tape[j].operation;
          if (!collects(operation)) {
            clear(adjoint(j, 0), 1);
            if (operation < TapeOperation::RESIDUAL) {
              value(j, iteration, x);
            }
          }
        }
        for (int j = i - 1; j > begin; j--) {
          reverse_row(j, iteration, objective_seeds, gradient);
        }
      }
      i = begin;
    }
  }

  void reverse_row(int i, int iteration, const Vector* objective_seeds, float* gradient) const {
    const TapeRow& row = physics_.tape[i];
    for (int v = 0; v < vectors_; v++) {
      Vector d = load(adjoint(i, v));
      switch (row.operation) {
        case TapeOperation::INPUT: add(at(gradient, row.first, v), d * physics_.scale[row.first]); break;
        case TapeOperation::GATHER: {
          int index = physics_.indices[row.first + iteration];
          if (index >= 0) {
            add(at(gradient, index, v), d * physics_.scale[index]);
          }
          break;
        }
        case TapeOperation::DOT:
          for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
            int index = physics_.indices[row.second + j];
            if (index >= 0) {
              add(at(gradient, index, v), d * (physics_.numbers[row.first + j] * physics_.scale[index]));
            }
          }
          break;
        case TapeOperation::TOTAL: add(adjoint(row.first, v), d); break;
        case TapeOperation::LEAST:
        case TapeOperation::LARGEST: {
          // The first that attains it takes all.
          auto attains = load(slot(row.first, v)) == load(slot(i, v));
          add(adjoint(row.first, v), select(attains, d, Vector{}));
          store(adjoint(i, v), select(attains, Vector{}, d));
          break;
        }
        case TapeOperation::RESIDUAL:
          add(adjoint(row.first, v), row.immediate * load(at(memory_.residuals, row.second + iteration, v)));
          break;
        case TapeOperation::OBJECTIVE: add(adjoint(row.first, v), row.immediate * objective_seeds[v]); break;
        case TapeOperation::CONSTANT:
        case TapeOperation::COLUMN:
        case TapeOperation::LOOP:
        case TapeOperation::END: break;
        default: {
          Vector to_first;
          Vector to_second;
          tape_adjoint(
              row.operation, d, load(slot(row.first, v)), load(slot(row.second, v)), load(slot(i, v)), to_first,
              to_second);
          add(adjoint(row.first, v), to_first);
          add(adjoint(row.second, v), to_second);
        }
      }
    }
  }

  // J direction, to memory_.along.
  void along(const float* x, const float* direction) const {
    float* tangents = memory_.adjoints;
    auto tangent = [&](int i, int v) { return at(tangents, i, v); };
    auto moved = [&](int index, int v) { return load(at(direction, index, v)) * physics_.scale[index]; };
    int begin = 0;
    int iteration = 0;
    for (int i = 0; i < physics_.slots; i++) {
      const TapeRow& row = physics_.tape[i];
      switch (row.operation) {
        case TapeOperation::LOOP:
          begin = i;
          iteration = 0;
          start_collecting(i);
          clear(tangent(i, 0), row.second - i);
          continue;
        case TapeOperation::END:
          iteration++;
          if (iteration < physics_.tape[begin].count) {
            i = begin;
          } else {
            iteration = 0;
          }
          continue;
        case TapeOperation::OBJECTIVE: continue;
        case TapeOperation::RESIDUAL:
          for (int v = 0; v < vectors_; v++) {
            store(at(memory_.along, row.second + iteration, v), row.immediate * load(tangent(row.first, v)));
          }
          continue;
        case TapeOperation::TOTAL:
          for (int v = 0; v < vectors_; v++) {
            add(slot(i, v), load(slot(row.first, v)));
            add(tangent(i, v), load(tangent(row.first, v)));
          }
          continue;
        case TapeOperation::LEAST:
        case TapeOperation::LARGEST:
          for (int v = 0; v < vectors_; v++) {
            Vector a = load(slot(row.first, v));
            Vector so_far = load(slot(i, v));
            auto better = row.operation == TapeOperation::LEAST ? a < so_far : a > so_far;
            store(slot(i, v), select(better, a, so_far));
            store(tangent(i, v), select(better, load(tangent(row.first, v)), load(tangent(i, v))));
          }
          continue;
        default: break;
      }
      value(i, iteration, x);
      for (int v = 0; v < vectors_; v++) {
        Vector result = {};
        if (row.operation == TapeOperation::INPUT) {
          result = moved(row.first, v);
        } else if (row.operation == TapeOperation::GATHER) {
          int index = physics_.indices[row.first + iteration];
          result = index < 0 ? Vector{} : moved(index, v);
        } else if (row.operation == TapeOperation::DOT) {
          for (int j = iteration * row.count; j < (iteration + 1) * row.count; j++) {
            int index = physics_.indices[row.second + j];
            if (index >= 0) {
              result = multiply_add(all<Vector>(physics_.numbers[row.first + j]), moved(index, v), result);
            }
          }
        } else if (computes(row.operation)) {
          Vector slope_a;
          Vector slope_b;
          tape_adjoint(
              row.operation, all<Vector>(1.0f), load(slot(row.first, v)), load(slot(row.second, v)), load(slot(i, v)),
              slope_a, slope_b);
          Vector a = load(tangent(row.first, v));
          Vector b = load(tangent(row.second, v));
          // A tangent of 0 adds nothing, whatever the derivative.
          result = select(a == 0.0f, Vector{}, a * slope_a) + select(b == 0.0f, Vector{}, b * slope_b);
        }
        store(tangent(i, v), result);
      }
    }
  }

  const Constraint& physics_;
  int dimension_;
  int vectors_;
  ptrdiff_t stride_;
  const TileMemory& memory_;
};

SF_NAMESPACE_END
