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
        clip(r);
      }
      draw(r);
      if (has(r, USES_ESTIMATE)) {
        // Once for the gradient of a loss, and once more for every iteration of a solver; once before it where it has to
        // know what the objective does. What the row says is read where it is asked for: kept, it would take registers.
        for (int k = couples(r) ? -1 : 0; k <= iterations(r); k++) {
          if (k < 0) {
            solve_couple(r);
          } else if (k > 0) {
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
            if (has_bound(r)) {
              keep_within(r);
              group.sync();
            }
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

  // Where the row clips, the output becomes the one that belongs to x0hat within its bounds.
  SF_DEVICE void clip(int number) {
    if (!has(number, CLIPS)) {
      return;
    }
    const StepRow row = call.rows[number];
    const Rows x = at(call.places.x);
    const Rows output = at(call.places.output);
    const Rows estimate = at(call.places.estimate);
    const float* bounds = call.bounds;
    int dimension = this->dimension();
    each(group, dimension, [&](int d, int s) {
      float o = output(d, s);
      float x0 = clip_estimate(row, x(d, s), o, bounds[d], bounds[dimension + d]);
      output(d, s) = o;
      if (row.uses & USES_ESTIMATE) {
        estimate(d, s) = x0;
      }
    });
    group.sync();
  }

  // x0hat; the gradient of the loss there goes to `gradient`, times x0FromOutput to `seed`. One thread a sample.
  SF_DEVICE void loss_gradient(int number) {
    const StepRow row = call.rows[number];
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      make_estimate(row, s);
      if (row.uses & USES_GRADIENT) {
        constraint_gradient(
            call.constraint, call.constraint.loss, 1.0f, 0.0f, row.objective, dimension(), estimate, tape(), gradient, s);
        if (row.uses & ESTIMATES_BY_NETWORK) {
          seed_network(row, s);
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

  // Whether the row's solver has to know what the objective does to the residuals.
  SF_DEVICE bool couples(int number) const {
    return iterations(number) > 0 && call.constraint.has_objective != 0 && call.rows[number].objective != 0.0f;
  }

  SF_DEVICE bool has_bound(int number) const { return has(number, USES_GRADIENT) && call.rows[number].bound > 0.0f; }

  // The solver of a likelihood; StepRow in Java has the equation. Its vectors [residuals], the squares of the remainder now
  // and at the start, and whether the sample has no covariance are in the tape's room. One thread a sample.
  struct Solver {
    Rows solution, rest, conjugate, image, gamma, start, lost;
  };

  SF_DEVICE Solver solver() const {
    Rows room = tape().room;
    int n = call.constraint.residual_count;
    return Solver{room,           room.from(n),         room.from(2 * n),    room.from(3 * n),
                  room.from(4 * n), room.from(4 * n + 1), room.from(4 * n + 2)};
  }

  // The objective's gradient to `gradient`, from where C of it is wanted.
  SF_DEVICE void solve_couple(int number) {
    const StepRow row = call.rows[number];
    const Rows estimate = at(call.places.estimate);
    const TapeMemory memory = tape();
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      make_estimate(row, s);
      tape_forward(call.constraint, estimate, memory, s);
      for (int j = 0; j < call.constraint.residual_count; j++) {
        memory.residuals(j, s) = 0.0f;
      }
      tape_reverse(call.constraint, dimension(), estimate, row.objective, memory, at(call.places.gradient), s);
      if (goes_through(number) && !(row.uses & FLAT)) {
        seed_network(row, s);
      }
    }
  }

  SF_DEVICE void solve_start(int number) {
    const StepRow row = call.rows[number];
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      make_estimate(row, s);
      start_solution(couples(number) ? row.spread : 0.0f, s);
      solver().lost(0, s) = 0.0f;
      solve_seed(row, solver().conjugate, 0.0f, !(row.uses & FLAT), s);
    }
  }

  // The remainder at the solution 0: r - coupling A gradient.
  SF_DEVICE void start_solution(float coupling, int s) {
    const Rows estimate = at(call.places.estimate);
    const TapeMemory memory = tape();
    const Solver own = solver();
    if (coupling != 0.0f) {
      tape_along(call.constraint, estimate, at(call.places.gradient), memory, own.image, s);
    }
    tape_forward(call.constraint, estimate, memory, s);
    float gamma = 0;
    for (int j = 0; j < call.constraint.residual_count; j++) {
      float r = memory.residuals(j, s);
      if (coupling != 0.0f) {
        r = multiply_add(-coupling, own.image(j, s), r);
      }
      own.solution(j, s) = 0.0f;
      own.rest(j, s) = r;
      own.conjugate(j, s) = r;
      gamma = multiply_add(r, r, gamma);
    }
    own.gamma(0, s) = gamma;
    own.start(0, s) = gamma;
  }

  // The gradient of seeds . residuals goes to `gradient`, and what goes back through the network to `seed`.
  SF_DEVICE void solve_seed(const StepRow& row, Rows seeds, float objective, bool through, int s) {
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    const TapeMemory memory = tape();
    for (int j = 0; j < call.constraint.residual_count; j++) {
      memory.residuals(j, s) = seeds(j, s);
    }
    tape_reverse(call.constraint, dimension(), estimate, objective, memory, gradient, s);
    if (through && (row.uses & ESTIMATES_BY_NETWORK)) {
      seed_network(row, s);
    }
  }

  // What goes back through the network for `gradient`; a component of x0hat at a bound of its has no part in it.
  SF_DEVICE void seed_network(const StepRow& row, int s) {
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    const Rows seed = at(call.places.seed);
    for (int d = 0; d < dimension(); d++) {
      float g = gradient(d, s);
      if (row.uses & CLIPS) {
        float x0 = estimate(d, s);
        g = x0 > call.bounds[d] && x0 < call.bounds[dimension() + d] ? g : 0.0f;
        gradient(d, s) = g;
      }
      seed(d, s) = row.x0_from_output * g;
    }
  }

  // An iteration of conjugate gradients, when `gradient` is C A^T of the conjugate direction.
  SF_DEVICE void iterate(const StepRow& row, float spread, bool checks, int s) {
    const TapeMemory memory = tape();
    const Solver own = solver();
    int n = call.constraint.residual_count;
    tape_along(call.constraint, at(call.places.estimate), at(call.places.gradient), memory, own.image, s);
    float curvature = 0;
    float product = 0;
    for (int j = 0; j < n; j++) {
      float p = own.conjugate(j, s);
      product = multiply_add(p, own.image(j, s), product);
      float q = multiply_add(spread, own.image(j, s), row.noise_variance * p);
      own.image(j, s) = q;
      curvature = multiply_add(p, q, curvature);
    }
    if (checks) {
      float square = row.bound > 0.0f ? dot_rows(at(call.places.gradient), dimension(), s) : 0.0f;
      if (!(product >= 0.0f && square <= COVARIANCE_SLACK * row.bound * product)) {
        own.lost(0, s) = 1.0f;
      }
    }
    float gamma = own.gamma(0, s);
    // Beyond the range of numbers there is no step: that is said, not passed over.
    float alpha = curvature > 0.0f ? multiply_add(0.0f, curvature, gamma / curvature) : 0.0f;
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
  }

  // After an iteration the next direction is seeded, after the last the solution.
  SF_DEVICE void solve_update(int number, bool last) {
    const StepRow row = call.rows[number];
    const Solver own = solver();
    bool flat = (row.uses & FLAT) != 0;
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      iterate(row, row.spread, row.fallback > 0.0f && !flat, s);
      if (last && row.fallback > 0.0f && !flat && (own.lost(0, s) != 0.0f || !(own.gamma(0, s) <= own.start(0, s)))) {
        fall_back(row, s);
      }
      solve_seed(row, last ? own.solution : own.conjugate, last ? row.objective : 0.0f, last || !flat, s);
    }
  }

  // Solves once more with the unit matrix for C.
  SF_DEVICE void fall_back(const StepRow& row, int s) {
    const Rows estimate = at(call.places.estimate);
    const TapeMemory memory = tape();
    int n = call.constraint.residual_count;
    bool couples = call.constraint.has_objective != 0 && row.objective != 0.0f;
    if (couples) {
      tape_forward(call.constraint, estimate, memory, s);
      for (int j = 0; j < n; j++) {
        memory.residuals(j, s) = 0.0f;
      }
      tape_reverse(call.constraint, dimension(), estimate, row.objective, memory, at(call.places.gradient), s);
    }
    start_solution(couples ? row.fallback : 0.0f, s);
    for (int k = 0; k < row.solve && k < n; k++) {
      solve_seed(row, solver().conjugate, 0.0f, false, s);
      iterate(row, row.fallback, false, s);
    }
    if (s < count()) {
      atomicAdd(call.failure + 1, 1ull);
    }
  }

  // Where the row clips, clip() has made it.
  SF_DEVICE void make_estimate(const StepRow& row, int s) {
    if (row.uses & CLIPS) {
      return;
    }
    const Rows x = at(call.places.x);
    const Rows output = at(call.places.output);
    const Rows estimate = at(call.places.estimate);
    for (int d = 0; d < dimension(); d++) {
      float o = row.uses & ESTIMATES_BY_NETWORK ? output(d, s) : 0.0f;
      estimate(d, s) = scorefield::estimate(row, x(d, s), &o);
    }
  }

  // K^T g, which combine() has made of g, within the row's bound. One thread a sample.
  SF_DEVICE void keep_within(int number) {
    const StepRow row = call.rows[number];
    const Rows gradient = at(call.places.gradient);
    const Rows seed = at(call.places.seed);
    if (!(row.uses & ESTIMATES_BY_NETWORK)) {
      return;
    }
    for (int s = group.rank(); s < Group::SAMPLES; s += group.size()) {
      float before = 0;
      for (int d = 0; d < dimension(); d++) {
        float g = seed(d, s) / row.x0_from_output;
        before = multiply_add(g, g, before);
      }
      float factor = bounding_factor(row.bound, before, dot_rows(gradient, dimension(), s));
      for (int d = 0; d < dimension(); d++) {
        gradient(d, s) *= factor;
      }
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
