// The rows of a step program on a tile of samples; io.scorefield.engine.StepRow defines every line of it.
#pragma once
#include "constraint.cuh"
#include "noise.cuh"
#include "step_row.cuh"

SF_NAMESPACE_BEGIN

// The arrays of a tile, and what a row does with them. The network is not its affair: `run` is given one.
//
// Where arrays lie is worked out where they are used, from the arguments: kept, the addresses would take the registers
// that the network needs.
template <class Group>
struct TileSampler {
  const Group& group;
  const SamplingCall& call;
  int offset;  // of the tile in the call

  SF_DEVICE TileSampler(const Group& g, const SamplingCall& c)
      : group(g), call(c), offset(0) {}

  SF_DEVICE int dimension() const { return call.network.dimension; }

  // Samples of the tile that are asked for.
  SF_DEVICE int count() const {
    return call.count - offset < Group::SAMPLES ? call.count - offset : Group::SAMPLES;
  }

  SF_DEVICE Rows at(int place) const { return group.rows(place); }

  SF_DEVICE TapeMemory tape() const {
    Rows slots = at(call.places.slots);
    Rows adjoints = at(call.places.adjoints);
    return TapeMemory{slots, adjoints, slots.from(call.constraint.slots), adjoints.from(call.constraint.slots)};
  }

  // Runs the whole program. net.forward(row bias, keep) reads `input` and writes `output`; net.backward() reads
  // `seed`, the gradient at the output, and writes the gradient at the input to `input`. Both leave the group in step.
  // A network that has no registers left for going backward says so; the host gives it no program that needs it.
  template <class Net>
  SF_DEVICE void run(int tile, const Net& net) {
    start(tile);
    const float* row_bias = call.row_bias;
    snapshot(-1);
    for (int r = 0; r < call.row_count; r++) {
      if (has(r, USES_NETWORK)) {
        scale_input(r);
        group.sync();
        net.forward(row_bias, goes_through(r));
        row_bias += net.bias_stride();
      }
      draw(r);
      if (has(r, USES_ESTIMATE)) {
        // Once for the gradient of a loss, and once more for every iteration of a solver. What the row says is read
        // where it is asked for: kept, it would take registers.
        for (int k = 0; k <= iterations(r); k++) {
          if (k > 0) {
            solve_update(r, k == iterations(r));
          } else if (iterations(r) > 0) {
            solve_start(r);
          } else {
            loss_gradient(r);
          }
          group.sync();
          if (k == iterations(r) || !has(r, FLAT)) {
            if constexpr (Net::BACKWARD) {
              if (goes_through(r)) {
                net.backward();
              }
            }
            combine(r);
            group.sync();
          }
        }
      }
      group.sync();
      update(r);
      group.sync();
      snapshot(r);
    }
    write(call.samples);
    group.sync();
  }

  // Writes the states after a row that is asked for (-1: those at the start).
  SF_DEVICE void snapshot(int row) {
    for (int i = 0; i < call.snapshot_count; i++) {
      if (call.snapshot_rows[i] == row) {
        write(call.snapshots + (int64_t)i * call.count * dimension());
      }
    }
  }

  SF_DEVICE bool has(int number, uint32_t use) const { return (call.rows[number].uses & use) != 0; }

  // Whether the row's gradient goes back through the network.
  SF_DEVICE bool goes_through(int number) const { return has(number, USES_GRADIENT) && has(number, ESTIMATES_BY_NETWORK); }

  // Takes a tile up, whose arrays may be filled already.
  SF_DEVICE void take(int tile) {
    offset = tile * Group::SAMPLES;
  }

  SF_DEVICE void start(int tile) {
    const Rows x = at(call.places.x);
    const Rows saved = at(call.places.saved);
    const Rows memory = at(call.places.memory);
    take(tile);
    if (call.initial == nullptr) {
      draw_normals(group, call.seed, call.first + offset, 0, 0, dimension(), x);
      group.sync();
    }
    each(group, dimension(), [&](int d, int s) {
      float start = call.initial == nullptr ? call.prior_scale * x(d, s)
                    : s < count()             ? call.initial[(int64_t)(offset + s) * dimension() + d]
                                            : 0.0f;
      x(d, s) = start;
      saved(d, s) = start;
      memory(d, s) = 0.0f;
    });
    group.sync();
  }

  // The row's noise, where it has some. The group is not in step afterwards.
  SF_DEVICE void draw(int number) {
    if (call.rows[number].uses & USES_NOISE) {
      draw_normals(
          group, call.seed, call.first + offset, call.rows[number].stream, call.rows[number].noise_step, dimension(),
          at(call.places.noise));
    }
  }

  SF_DEVICE void scale_input(int number) {
    const StepRow row = call.rows[number];
    const Rows x = at(call.places.x);
    const Rows input = at(call.places.input);
    each(group, dimension(), [&](int d, int s) { input(d, s) = row.input_scale * x(d, s); });
  }

  // x0hat; the gradient of the loss there goes to `gradient`, times x0FromOutput to `seed`. One thread a sample.
  SF_DEVICE void loss_gradient(int number) {
    const StepRow row = call.rows[number];
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    const Rows seed = at(call.places.seed);
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      make_estimate(row, s);
      if (row.uses & USES_GRADIENT) {
        constraint_gradient(
            call.constraint, call.constraint.loss, 1.0f, 0.0f, row.objective, dimension(), estimate, tape(), gradient, s);
        for (int d = 0; d < dimension(); d++) {
          seed(d, s) = row.x0_from_output * gradient(d, s);
        }
      }
      if (row.uses & USES_PROJECTION) {
        constraint_project(call.constraint, dimension(), estimate, tape(), s);
      }
    }
  }

  // Iterations of the row's solver; 0 where it has none.
  SF_DEVICE int iterations(int number) const {
    int solve = has(number, USES_GRADIENT) ? call.rows[number].solve : 0;
    return solve < call.constraint.residual_count ? solve : call.constraint.residual_count;
  }

  // The solver of a likelihood; StepRow in Java has the equation. Its vectors
  // [residuals] and gamma are in the tape's room. One thread a sample.
  struct Solver {
    Rows solution, rest, conjugate, image, gamma;
  };

  SF_DEVICE Solver solver() const {
    Rows room = tape().room;
    int n = call.constraint.residual_count;
    return Solver{room, room.from(n), room.from(2 * n), room.from(3 * n), room.from(4 * n)};
  }

  SF_DEVICE void solve_start(int number) {
    const StepRow row = call.rows[number];
    const Rows estimate = at(call.places.estimate);
    const TapeMemory memory = tape();
    const Solver own = solver();
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      make_estimate(row, s);
      tape_forward(call.constraint, estimate, memory, s);
      float gamma = 0;
      for (int j = 0; j < call.constraint.residual_count; j++) {
        float r = memory.residuals(j, s);
        own.solution(j, s) = 0.0f;
        own.rest(j, s) = r;
        own.conjugate(j, s) = r;
        gamma = multiply_add(r, r, gamma);
      }
      own.gamma(0, s) = gamma;
      solve_seed(row, own.conjugate, 0.0f, s);
    }
  }

  // The gradient of seeds . residuals goes to `gradient`, times x0FromOutput to `seed`.
  SF_DEVICE void solve_seed(const StepRow& row, Rows seeds, float objective, int s) {
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    const Rows seed = at(call.places.seed);
    const TapeMemory memory = tape();
    for (int j = 0; j < call.constraint.residual_count; j++) {
      memory.residuals(j, s) = seeds(j, s);
    }
    tape_reverse(call.constraint, dimension(), estimate, objective, memory, gradient, s);
    if (row.uses & ESTIMATES_BY_NETWORK) {
      for (int d = 0; d < dimension(); d++) {
        seed(d, s) = row.x0_from_output * gradient(d, s);
      }
    }
  }

  // One iteration, when `gradient` is C A^T of the conjugate direction; after the last it seeds the solution.
  SF_DEVICE void solve_update(int number, bool last) {
    const StepRow row = call.rows[number];
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    const TapeMemory memory = tape();
    const Solver own = solver();
    int n = call.constraint.residual_count;
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      tape_along(call.constraint, estimate, gradient, memory, own.image, s);
      float curvature = 0;
      for (int j = 0; j < n; j++) {
        float p = own.conjugate(j, s);
        float q = multiply_add(row.spread, own.image(j, s), row.noise_variance * p);
        own.image(j, s) = q;
        curvature = multiply_add(p, q, curvature);
      }
      float gamma = own.gamma(0, s);
      float alpha = curvature > 0.0f ? gamma / curvature : 0.0f;
      float next = 0;
      for (int j = 0; j < n; j++) {
        own.solution(j, s) = multiply_add(alpha, own.conjugate(j, s), own.solution(j, s));
        float rest = multiply_add(-alpha, own.image(j, s), own.rest(j, s));
        own.rest(j, s) = rest;
        next = multiply_add(rest, rest, next);
      }
      float beta = gamma > 0.0f ? next / gamma : 0.0f;
      for (int j = 0; j < n; j++) {
        own.conjugate(j, s) = multiply_add(beta, own.conjugate(j, s), own.rest(j, s));
      }
      own.gamma(0, s) = next;
      solve_seed(row, last ? own.solution : own.conjugate, last ? row.objective : 0.0f, s);
    }
  }

  SF_DEVICE void make_estimate(const StepRow& row, int s) {
    const Rows x = at(call.places.x);
    const Rows output = at(call.places.output);
    const Rows estimate = at(call.places.estimate);
    for (int d = 0; d < dimension(); d++) {
      float o = row.uses & ESTIMATES_BY_NETWORK ? output(d, s) : 0.0f;
      estimate(d, s) = scorefield::estimate(row, x(d, s), &o);
    }
  }

  // G = x0FromX g + inputScale (x0FromOutput J^T g).
  SF_DEVICE void combine(int number) {
    const StepRow row = call.rows[number];
    const Rows gradient = at(call.places.gradient);
    const Rows input = at(call.places.input);
    if (row.uses & USES_GRADIENT) {
      each(group, dimension(), [&](int d, int s) {
        float g = row.x0_from_x * gradient(d, s);
        if (row.uses & ESTIMATES_BY_NETWORK) {
          g = multiply_add(row.input_scale, input(d, s), g);
        }
        gradient(d, s) = g;
      });
    }
  }

  SF_DEVICE void update(int number) {
    const StepRow row = call.rows[number];
    const Rows x = at(call.places.x);
    const Rows saved = at(call.places.saved);
    const Rows memory = at(call.places.memory);
    const Rows output = at(call.places.output);
    const Rows noise = at(call.places.noise);
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    each(group, dimension(), [&](int d, int s) {
      State<float> before{x(d, s), saved(d, s), memory(d, s)};
      State<float> after = step(row, before, &output(d, s), &noise(d, s), &estimate(d, s), &gradient(d, s));
      x(d, s) = after.x;
      saved(d, s) = after.saved;
      memory(d, s) = after.memory;
      if (!(absolute(after.x) < INFINITY) && s < count()) {
        atomicMin(call.failure, (unsigned long long)(offset + s) << 32 | (unsigned)number);
      }
    });
  }

  SF_DEVICE void write(float* states) {
    const Rows x = at(call.places.x);
    for (int i = group.rank(); i < count() * dimension(); i += group.size()) {
      states[(int64_t)offset * dimension() + i] = x(i % dimension(), i / dimension());
    }
  }
};

SF_NAMESPACE_END
