// The solver of a likelihood; io.scorefield.engine.StepRow has the equation. It is in parts: between them the caller takes
// `gradient` through the network and back, g -> K^T g, where C = K.
#pragma once
#include "step_row.cuh"
#include "tape_sweeps.cuh"

SF_NAMESPACE_BEGIN

// Conjugate gradients for (noise variance I + spread A C A^T) v = r - spread A C g.
template <class R>
struct LikelihoodSolver {
  using F = LaneOf<R>;

  const PhysicsTerm& physics;
  int dimension;
  R estimate;   // x0hat [D]
  R gradient;   // [D]
  TapeMemory<R> memory;
  R solution;   // v [residuals], and likewise the next three
  R rest;
  R conjugate;
  R image;
  R gamma;      // [1], the square of the rest, now and at the start
  R start;
  R lost;       // [1], not 0 where C turned out not to be a covariance
  R kept;       // [residuals], for solutions that stay; not used where a vector is one sample

  // Iterations of the row's solver; 0 where it has none.
  static SF_INLINE int iterations(const PhysicsTerm& physics, const StepRow& row) {
    int most = row.uses & USES_GRADIENT ? row.iterations : 0;
    return most < physics.residual_count ? most : physics.residual_count;
  }

  // Whether the solver has to know what the objective does to the residuals.
  static SF_INLINE bool couples(const PhysicsTerm& physics, const StepRow& row) {
    return iterations(physics, row) > 0 && physics.has_objective != 0 && row.objective != 0.0f;
  }

  // The gradient of the objective, whose K^T g the start has to know.
  SF_INLINE void couple(const StepRow& row) const {
    tape_forward(physics, estimate, memory);
    clear(memory.residuals, physics.residual_count);
    tape_reverse(physics, dimension, estimate, everywhere(estimate, row.objective), memory, gradient);
  }

  // Leaves the gradient of the first direction.
  SF_INLINE void begin(const StepRow& row) const {
    clear(lost, 1);
    start_solution(couples(physics, row) ? row.spread : 0.0f);
    seed(conjugate, 0.0f);
  }

  // An iteration. Leaves the gradient of the next direction, after the last iteration that of the solution. Returns
  // whether a sample fell back: `lost` then tells which.
  SF_INLINE bool advance(const StepRow& row, bool last) const {
    bool checks = row.fallback > 0.0f && !(row.uses & ISOTROPIC);
    iterate(row, row.spread, checks);
    bool falls = last && checks && loses();
    if (falls) {
      fall_back(row);
    }
    seed(last ? solution : conjugate, last ? row.objective : 0.0f);
    return falls;
  }

 private:
  // The gradient of seeds . residuals and of the objective.
  SF_INLINE void seed(R seeds, float objective) const {
    copy(seeds, memory.residuals, physics.residual_count);
    tape_reverse(physics, dimension, estimate, everywhere(estimate, objective), memory, gradient);
  }

  // The rest at the solution 0: r - coupling A gradient.
  SF_INLINE void start_solution(float coupling) const {
    if (coupling != 0.0f) {
      tape_along(physics, estimate, gradient, memory, image);
    }
    tape_forward(physics, estimate, memory);
    clear(solution, physics.residual_count);
    for (int v = 0; v < estimate.vectors(); v++) {
      F squares = all<F>(0.0f);
      for (int j = 0; j < physics.residual_count; j++) {
        F r = memory.residuals.get(j, v);
        if (coupling != 0.0f) {
          r = multiply_add(all<F>(-coupling), image.get(j, v), r);
        }
        rest.set(j, v, r);
        conjugate.set(j, v, r);
        squares = multiply_add(r, r, squares);
      }
      gamma.set(0, v, squares);
      start.set(0, v, squares);
    }
  }

  // When `gradient` is C A^T of the conjugate direction.
  SF_INLINE void iterate(const StepRow& row, float spread, bool checks) const {
    tape_along(physics, estimate, gradient, memory, image);
    const F zero = all<F>(0.0f);
    for (int v = 0; v < estimate.vectors(); v++) {
      F curvature = zero;
      F product = zero;
      for (int j = 0; j < physics.residual_count; j++) {
        F p = conjugate.get(j, v);
        F through = image.get(j, v);
        product = multiply_add(p, through, product);
        F q = multiply_add(all<F>(spread), through, row.noise_variance * p);
        image.set(j, v, q);
        curvature = multiply_add(p, q, curvature);
      }
      if (checks) {
        check(row, product, v);
      }
      F before = gamma.get(0, v);
      // Beyond the range of numbers there is no step: that is said, not passed over.
      F alpha = select(curvature > 0.0f, multiply_add(zero, curvature, before / curvature), zero);
      F next = zero;
      for (int j = 0; j < physics.residual_count; j++) {
        solution.set(j, v, multiply_add(alpha, conjugate.get(j, v), solution.get(j, v)));
        F r = multiply_add(-alpha, image.get(j, v), rest.get(j, v));
        rest.set(j, v, r);
        next = multiply_add(r, r, next);
      }
      F beta = select(before > 0.0f, next / before, zero);
      for (int j = 0; j < physics.residual_count; j++) {
        conjugate.set(j, v, multiply_add(beta, conjugate.get(j, v), rest.get(j, v)));
      }
      gamma.set(0, v, next);
    }
  }

  // product = p A C A^T p, which is negative, or too small for the length of C A^T p, where C is no covariance.
  SF_INLINE void check(const StepRow& row, F product, int v) const {
    MaskOf<F> fine = product >= 0.0f;
    if (row.bound > 0.0f) {
      fine = fine & (square(gradient, dimension, v) <= (COVARIANCE_SLACK * row.bound) * product);
    }
    lost.set(0, v, select(fine, lost.get(0, v), all<F>(1.0f)));
  }

  // A solver that ends further from the solution than it began had no covariance either.
  SF_INLINE bool loses() const {
    Masks<R> without;
    for (int v = 0; v < estimate.vectors(); v++) {
      MaskOf<F> nearer = gamma.get(0, v) <= start.get(0, v);
      lost.set(0, v, select(nearer, lost.get(0, v), all<F>(1.0f)));
      without[v] = lost.get(0, v) != 0.0f;
    }
    return somewhere(estimate, without);
  }

  // Solves once more with the unit matrix for C, for the samples that are lost; others of their vector keep what they have.
  SF_INLINE void fall_back(const StepRow& row) const {
    constexpr bool KEEPS = R::MOST > 1;
    if constexpr (KEEPS) {
      copy(solution, kept, physics.residual_count);
    }
    bool coupled = couples(physics, row);
    if (coupled) {
      couple(row);
    }
    start_solution(coupled ? row.fallback : 0.0f);
    for (int k = 0; k < iterations(physics, row); k++) {
      seed(conjugate, 0.0f);
      iterate(row, row.fallback, false);
    }
    for (int j = 0; KEEPS && j < physics.residual_count; j++) {
      for (int v = 0; v < estimate.vectors(); v++) {
        solution.set(j, v, select(lost.get(0, v) != 0.0f, solution.get(j, v), kept.get(j, v)));
      }
    }
  }
};

// The gradient of a row: in one go that of a loss, or by the solver of a likelihood, part after part. Every part leaves a
// gradient g, and take_through() makes K^T g of it. What the row says is asked for where it is needed: kept, it would
// take registers.
template <class Tile, class TakeThrough>
SF_INLINE void guide(Tile& tile, int row, TakeThrough take_through) {
  for (int k = tile.couples(row) ? -1 : 0; k <= tile.iterations(row); k++) {
    if (k < 0) {
      tile.solve_couple(row);
    } else if (k > 0) {
      tile.solve_update(row, k == tile.iterations(row));
    } else if (tile.iterations(row) > 0) {
      tile.solve_start(row);
    } else {
      tile.loss_gradient(row);
    }
    if (k == tile.iterations(row) || !tile.has(row, ISOTROPIC)) {
      take_through();
    }
  }
}

SF_NAMESPACE_END
