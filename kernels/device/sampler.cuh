// The rows of a step program on a tile of samples; io.scorefield.engine.StepRow defines every line of it.
#pragma once
#include "boundary.cuh"
#include "divergence.cuh"
#include "noise.cuh"
#include "sample_laws.cuh"
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
    return call.count - offset < group.samples() ? call.count - offset : group.samples();
  }

  SF_DEVICE Rows at(int place) const { return group.rows(place); }

  // Behind the slots of the tape are the residuals, behind the adjoints room for projections and solvers.
  SF_DEVICE SampleLaws laws(int s) const {
    const Rows slots = at(call.places.slots);
    const Rows adjoints = at(call.places.adjoints);
    const int behind = call.physics.slots;
    return SampleLaws{
        dimension(), at(call.places.estimate).column(s), at(call.places.gradient).column(s),
        TapeMemory<Column>{slots.column(s), adjoints.column(s), slots.from(behind).column(s)},
        adjoints.from(behind).column(s)};
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
        net.forward(row_bias, keeps(r));
        row_bias += net.bias_stride();
        finish_output(r);
        if constexpr (Net::DIVERGES) {
          if (has(r, DIVERGES)) {
            diverge(r, net);
          }
        }
      }
      draw(r);
      if (has(r, USES_ESTIMATE)) {
        guide(*this, r, [&] { take_through(r, net); });
      }
      group.sync();
      update(r);
      group.sync();
      snapshot(r);
    }
    write(call.samples);
    write_divergence();
    group.sync();
  }

  // l += divergence * sum_d do_d/dx_d, a direction at a time. The group is in step before and after.
  template <class Net>
  SF_DEVICE void diverge(int number, const Net& net) {
    for (int p = 0; p < directions_of(call.rows[number], dimension()); p++) {
      seed_direction(number, p);
      group.sync();
      net.backward();
      add_divergence(number, p);
      group.sync();
    }
  }

  // Calls body(d, component d of direction p) for all components of a sample.
  template <class Body>
  SF_DEVICE void each_of_direction(const StepRow& row, int p, int s, Body body) const {
    const uint64_t sample = call.first + offset + s;
    each_component_of_direction<float>(
        row, p, dimension(),
        [&](uint64_t block) { return philox(call.seed, sample, (uint32_t)block, (uint32_t)NoiseStream::PROBE); }, body);
  }

  // Direction p of the row's divergence, to go back through the network. One thread a sample.
  SF_DEVICE void seed_direction(int number, int p) {
    const StepRow row = call.rows[number];
    const Rows seed = at(call.places.seed);
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      each_of_direction(row, p, s, [&](int d, float v) { seed(d, s) = v; });
    }
  }

  // What has come back adds to l. One thread a sample.
  SF_DEVICE void add_divergence(int number, int p) {
    const StepRow row = call.rows[number];
    const Rows input = at(call.places.input);
    const Rows l = at(call.places.level);
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      float sum = 0;
      each_of_direction(row, p, s, [&](int d, float v) { sum = multiply_add(v, input(d, s), sum); });
      l(0, s) = multiply_add(divergence_factor(row), sum, l(0, s));
      if (!(absolute(l(0, s)) < INFINITY) && s < count()) {
        atomicMin(call.failure, (unsigned long long)(offset + s) << 32 | (unsigned)number);
      }
    }
  }

  SF_DEVICE void write_divergence() {
    const Rows l = at(call.places.level);
    for (int s = group.rank(); call.divergence != nullptr && s < count(); s += group.size()) {
      call.divergence[offset + s] = l(0, s);
    }
  }

  // K^T g of the gradient g that the samples' threads have left.
  template <class Net>
  SF_DEVICE void take_through(int r, const Net& net) {
    group.sync();
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

  // Whether the row goes back through the network.
  SF_DEVICE bool keeps(int number) const { return goes_through(number) || has(number, DIVERGES); }

  // Takes a tile up, whose arrays may be filled already.
  SF_DEVICE void take(int tile) {
    offset = tile * group.samples();
  }

  SF_DEVICE void start(int tile) {
    const Rows x = at(call.places.x);
    const Rows saved = at(call.places.saved);
    const Rows memory = at(call.places.memory);
    take(tile);
    if (call.initial == nullptr) {
      draw_normals(group, call.seed, call.first + offset, NoiseStream::PRIOR, 0, dimension(), x);
      group.sync();
    }
    each(group, dimension(), [&](int d, int s) {
      int condition = d - dimension() + call.given_count;
      float start = call.initial == nullptr ? (condition < 0 ? call.prior_scale * x(d, s) : call.given[condition])
                    : s < count()             ? call.initial[(int64_t)(offset + s) * dimension() + d]
                                            : 0.0f;
      x(d, s) = start;
      saved(d, s) = start;
      memory(d, s) = 0.0f;
    });
    clear(FURTHER_EARLIER, call.places.earlier);
    clear(FURTHER_KEPT, call.places.kept_output);
    const Rows l = at(call.places.level);
    each(group, 1, [&](int row, int s) { l(row, s) = 0.0f; });
    group.sync();
  }

  // A register of the tile, where the program has it, before the first row.
  SF_DEVICE void clear(uint32_t which, int place) {
    if (call.further & which) {
      const Rows values = at(place);
      each(group, dimension(), [&](int d, int s) { values(d, s) = 0.0f; });
    }
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
    each(group, dimension(), [&](int d, int s) {
      input(d, s) = (changes(row, d, dimension()) ? row.input_scale : row.condition) * x(d, s);
    });
  }

  // o of the network's output.
  SF_DEVICE void finish_output(int number) {
    if (call.rows[number].uses & (COMBINES | KEEPS)) {
      combine_outputs(number);
    }
    clip(number);
  }

  SF_DEVICE void combine_outputs(int number) {
    const StepRow row = call.rows[number];
    const Rows output = at(call.places.output);
    const Rows kept = at(call.places.kept_output);
    each(group, dimension(), [&](int d, int s) { output(d, s) = combine_output(row, output(d, s), kept(d, s)); });
    group.sync();
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
      float x0 = x(d, s);
      if (changes(row, d, dimension)) {
        x0 = clip_estimate(row, x0, o, bounds[d], bounds[dimension + d]);
      }
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
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      make_estimate(row, s);
      if (row.uses & USES_GRADIENT) {
        sample_loss(call.physics, laws(s), row.loss, row.objective);
        if (row.uses & ESTIMATES_BY_NETWORK) {
          seed_network(row, s);
        }
      }
      if (row.uses & USES_PROJECTION) {
        sample_projection(call.physics, laws(s));
      }
    }
  }

  SF_DEVICE int iterations(int number) const {
    return LikelihoodSolver<Column>::iterations(call.physics, call.rows[number]);
  }

  SF_DEVICE bool couples(int number) const {
    return LikelihoodSolver<Column>::couples(call.physics, call.rows[number]);
  }

  SF_DEVICE bool has_bound(int number) const { return has(number, USES_GRADIENT) && call.rows[number].bound > 0.0f; }

  // The parts of a solver (likelihood.cuh), with what goes back through the network to `seed`. One thread a sample.
  SF_DEVICE void solve_couple(int number) {
    const StepRow row = call.rows[number];
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      make_estimate(row, s);
      sample_couple(call.physics, laws(s), call.rows + number);
      if (goes_through(number) && !(row.uses & ISOTROPIC)) {
        seed_network(row, s);
      }
    }
  }

  SF_DEVICE void solve_start(int number) {
    const StepRow row = call.rows[number];
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      make_estimate(row, s);
      sample_begin(call.physics, laws(s), call.rows + number);
      if (goes_through(number) && !(row.uses & ISOTROPIC)) {
        seed_network(row, s);
      }
    }
  }

  SF_DEVICE void solve_update(int number, bool last) {
    const StepRow row = call.rows[number];
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      if (sample_advance(call.physics, laws(s), call.rows + number, last) && s < count()) {
        atomicAdd(call.failure + 1, 1ull);
      }
      if (goes_through(number) && (last || !(row.uses & ISOTROPIC))) {
        seed_network(row, s);
      }
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
      estimate(d, s) = changes(row, d, dimension()) ? scorefield::estimate(row, x(d, s), &o) : x(d, s);
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
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      float before = 0;
      for (int d = 0; d < dimension(); d++) {
        float g = seed(d, s) / row.x0_from_output;
        before = multiply_add(g, g, before);
      }
      float factor = bounding_factor(row.bound, before, square(gradient.column(s), dimension(), 0));
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
        gradient(d, s) = changes(row, d, dimension()) ? g : 0.0f;
      });
    }
  }

  // Accepts or rejects the proposals of the row. One thread a sample.
  SF_DEVICE void test(int number) {
    const StepRow row = call.rows[number];
    const Rows x = at(call.places.x);
    const Rows saved = at(call.places.saved);
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      float ratio = sample_ratio(call.physics, laws(s), call.rows + number, x.column(s), saved.column(s));
      Words words = philox(call.seed, call.first + offset + s, row.noise_step / 4, (uint32_t)row.stream);
      if (uniform_logarithm<float>(words.r[row.noise_step % 4]) < ratio) {
        continue;
      }
      for (int d = row.from; d < row_end(row, dimension()); d++) {
        x(d, s) = saved(d, s);
      }
      if (s < count()) {
        atomicAdd(call.failure + 1, 1ull);
      }
    }
  }

  // Whether a sample has left through an absorbing boundary.
  SF_DEVICE bool is_absorbed(int s) const {
    const Rows x = at(call.places.x);
    for (int d = 0; d < dimension(); d++) {
      if (absorbed(Boundary::of(call.bounds, dimension(), d), x(d, s))) {
        return true;
      }
    }
    return false;
  }

  // The update where the row confines. One thread a sample.
  SF_DEVICE void update_confined(int number) {
    const StepRow row = call.rows[number];
    for (int s = group.rank(); s < group.samples(); s += group.size()) {
      for (int d = is_absorbed(s) ? dimension() : 0; d < dimension(); d++) {
        update_component(row, number, d, s);
      }
    }
  }

  SF_DEVICE void update(int number) {
    const StepRow row = call.rows[number];
    if (row.uses & TESTS) {
      test(number);
    } else if (row.uses & CONFINES) {
      update_confined(number);
    } else {
      each(group, dimension(), [&](int d, int s) { update_component(row, number, d, s); });
    }
  }

  SF_DEVICE void update_component(const StepRow& row, int number, int d, int s) {
    const Rows x = at(call.places.x);
    const Rows saved = at(call.places.saved);
    const Rows memory = at(call.places.memory);
    const Rows output = at(call.places.output);
    const Rows noise = at(call.places.noise);
    const Rows estimate = at(call.places.estimate);
    const Rows gradient = at(call.places.gradient);
    if (!changes(row, d, dimension())) {
      saved(d, s) = row.uses & SAVES ? x(d, s) : saved(d, s);
      return;
    }
    State<float> before{x(d, s), saved(d, s), memory(d, s)};
    State<float> after = step(row, before, &output(d, s), &noise(d, s), &estimate(d, s), &gradient(d, s));
    if (row.uses & (USES_EARLIER | REMEMBERS | SHIFTS)) {
      after = step_with_earlier(row, before, after, d, s);
    }
    if (row.uses & CONFINES) {
      after.x = confine(Boundary::of(call.bounds, dimension(), d), after.x);
    }
    x(d, s) = after.x;
    saved(d, s) = after.saved;
    memory(d, s) = after.memory;
    if (!(absolute(after.x) < INFINITY) && s < count()) {
      atomicMin(call.failure, (unsigned long long)(offset + s) << 32 | (unsigned)number);
    }
  }

  SF_DEVICE State<float> step_with_earlier(
      const StepRow& row, const State<float>& before, const State<float>& after, int d, int s) {
    if (!(row.uses & (USES_EARLIER | SHIFTS))) {
      float none = 0.0f;
      return step_further(row, before, after, none);
    }
    const Rows earlier = at(call.places.earlier);
    return step_further(row, before, after, earlier(d, s));
  }

  SF_DEVICE void write(float* states) {
    const Rows x = at(call.places.x);
    for (int i = group.rank(); i < count() * dimension(); i += group.size()) {
      states[(int64_t)offset * dimension() + i] = x(i % dimension(), i / dimension());
    }
  }
};

SF_NAMESPACE_END
