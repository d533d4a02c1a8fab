// A tile of samples through all rows of a program.
#pragma once
#include "boundary.cuh"
#include "divergence.cuh"
#include "half.h"
#include "metropolis.cuh"
#include "noise_row.cuh"
#include "physics.h"
#include "program_net.h"
#include "step_row.cuh"
#include "tile.h"

SF_NAMESPACE_BEGIN

// The packed weights of a sampling call. The first layer sees x only: the share of the time features is
// the same for all samples and lies in the bias of the row.
struct SamplingWeights {
  const Sampling& sampling;
  const float* first_bias;

  int inputs(int layer) const { return layer == 0 ? sampling.shape.dimension : sampling.shape.in(layer); }
  const float* packed(int layer) const { return sampling.weights[layer]; }
  Packed forward(int layer) const { return Packed{packed(layer), sampling.shape.out(layer)}; }
  Packed backward(int layer) const { return Packed{sampling.transposed[layer], inputs(layer)}; }
  const float* bias(int layer) const { return layer == 0 ? first_bias : sampling.bias[layer]; }
};

// The network in the precision of this code; slopes may be null.
inline void evaluate_mlp(const SamplingWeights& weights, const TileMemory& memory, int vectors, float* slopes) {
#if SF_HALF
  forward_half(weights, weights.sampling.shape, memory, memory.input, vectors, slopes, memory.output);
#else
  forward(
      weights, weights.sampling.shape, memory, memory.input, vectors, slopes, memory.output, [](int, const float*) {});
#endif
}

// A perceptron as the rows of a sampler see it.
class MlpNet {
 public:
  MlpNet(const Sampling& sampling, Carver&) : sampling_(sampling), weights_{sampling, nullptr} {}

  // input -> output for a row of the sampler; keeps what the way back needs where asked for.
  void evaluate(int row, const TileMemory& memory, int vectors, bool keep) {
    weights_.first_bias =
        sampling_.row_bias + (ptrdiff_t)sampling_.bias_of_row[row] * sampling_.shape.out(0);
    evaluate_mlp(weights_, memory, vectors, keep ? memory.slopes : nullptr);
  }

  // Where the gradient with respect to the output is to be put.
  float* seed(const TileMemory& memory) const { return memory.deltas[(sampling_.shape.layers - 1) & 1]; }

  // The gradient with respect to x as the network sees it, from the seed.
  void back(const TileMemory& memory, int vectors, float* input_gradient) const {
    const Shape& shape = sampling_.shape;
    auto delta = [&](int layer) { return memory.deltas[layer & 1]; };
    backward(weights_, shape, TILE, vectors, memory.slopes, delta);
    product(
        weights_.backward(0), 0, shape.dimension, shape.out(0), delta(0), TILE, vectors, Start::ZERO, nullptr,
        input_gradient, TILE);
  }

 private:
  const Sampling& sampling_;
  SamplingWeights weights_;
};

// The registers that only some programs have.
struct FurtherRegisters {
  float* earlier;  // [D], where a row uses it or shifts
  float* kept;     // [D], where a row keeps or combines
  size_t floats;   // of either

  static FurtherRegisters carve(Carver& carver, const Sampling& sampling) {
    const size_t state = (size_t)sampling.shape.dimension * TILE;
    FurtherRegisters registers;
    registers.earlier = carver.take<float>(sampling.uses & (USES_EARLIER | SHIFTS) ? state : 0);
    registers.kept = carver.take<float>(sampling.uses & (KEEPS | COMBINES) ? state : 0);
    registers.floats = state;
    return registers;
  }
};

template <class Net>
class SampleTile {
 public:
  SampleTile(
      const Sampling& sampling, const SampleBlock& block, int64_t offset, int count, char* memory)
      : sampling_(sampling),
        block_(block),
        offset_(offset),
        count_(count),
        vectors_(vectors_of(count)),
        dimension_(sampling.shape.dimension),
        carver_{memory, 0},
        memory_(TileMemory::carve(carver_, sampling.shape, sampling.physics, TILE, true)),
        net_(sampling, carver_),
        further_(FurtherRegisters::carve(carver_, sampling)),
        physics_{sampling.physics, memory_, dimension_, vectors_},
        noise_(sampling.seed, block.first + (uint64_t)offset, vectors_, memory_.block, TILE) {}

  // In how many rows of how many samples a likelihood fell back or a proposal was rejected.
  int64_t fallen() const { return fallen_; }

  Failure run() {
    start();
    int taken = 0;
    if (taken < block_.snapshot_count && block_.snapshot_rows[taken] < 0) {
      snapshot(taken++);
    }
    for (int number = 0; number < sampling_.row_count; number++) {
      uint64_t failed = step_row(number);
      if (failed != 0) {
        return Failure{number, block_.first + (uint64_t)offset_ + failed - 1};
      }
      if (taken < block_.snapshot_count && block_.snapshot_rows[taken] == number) {
        snapshot(taken++);
      }
    }
    write(block_.samples);
    for (int s = 0; block_.divergence != nullptr && s < count_; s++) {
      block_.divergence[offset_ + s] = divergence_[s];
    }
    return Failure{-1, 0};
  }

  // What a row's guidance is made of (likelihood.cuh).
  bool has(int row, uint32_t use) const { return (sampling_.rows[row].uses & use) != 0; }
  int iterations(int row) const {
    return LikelihoodSolver<TileRows>::iterations(sampling_.physics, sampling_.rows[row]);
  }
  bool couples(int row) const { return LikelihoodSolver<TileRows>::couples(sampling_.physics, sampling_.rows[row]); }

  void solve_couple(int row) { physics_.solver().couple(sampling_.rows[row]); }
  void solve_start(int row) { physics_.solver().begin(sampling_.rows[row]); }
  void solve_update(int row, bool last) {
    if (physics_.solver().advance(sampling_.rows[row], last)) {
      for (int s = 0; s < count_; s++) {
        fallen_ += memory_.lost[s] != 0.0f;
      }
    }
  }
  void loss_gradient(int row) {
    Vector loss = all<Vector>(sampling_.rows[row].loss);
    Vector objective = all<Vector>(sampling_.rows[row].objective);
    physics_loss(
        sampling_.physics, sampling_.physics.loss,
        [&](int) { return LossFactors<Vector>{loss, Vector{}, objective}; }, dimension_,
        physics_.rows(memory_.x0hat), physics_.tape(), physics_.rows(memory_.gradient));
  }

 private:
  void start() {
    memset(divergence_, 0, sizeof divergence_);
    if (sampling_.uses & (USES_EARLIER | SHIFTS)) {
      memset(further_.earlier, 0, further_.floats * sizeof(float));
    }
    if (sampling_.uses & (KEEPS | COMBINES)) {
      memset(further_.kept, 0, further_.floats * sizeof(float));
    }
    if (block_.initial != nullptr) {
      const float* from = block_.initial + offset_ * dimension_;
      for (int s = 0; s < vectors_ * SF_LANES; s++) {
        for (int d = 0; d < dimension_; d++) {
          memory_.x[d * TILE + s] = s < count_ ? from[s * (ptrdiff_t)dimension_ + d] : 0.0f;
        }
      }
    } else {
      noise_.draw(NoiseStream::PRIOR, 0, dimension_, memory_.x);
    }
    each([&](int at) {
      Vector x = load(memory_.x + at);
      if (block_.initial == nullptr) {
        x = sampling_.prior_scale * x;
      }
      store(memory_.x + at, x);
      store(memory_.saved + at, x);
      store(memory_.memory + at, Vector{});
    });
    for (int d = dimension_ - sampling_.given_count; block_.initial == nullptr && d < dimension_; d++) {
      Vector condition = all<Vector>(sampling_.given[d - dimension_ + sampling_.given_count]);
      for (int v = 0; v < vectors_; v++) {
        store(memory_.x + d * TILE + v * SF_LANES, condition);
        store(memory_.saved + d * TILE + v * SF_LANES, condition);
      }
    }
  }

  // Whether the row changes the component whose vector is at an index.
  bool changed(const StepRow& row, int at) const { return changes(row, at / TILE, dimension_); }

  // Calls body(index) for every vector of a state.
  template <class Body>
  void each(Body body) const {
    for (int d = 0; d < dimension_; d++) {
      for (int v = 0; v < vectors_; v++) {
        body(d * TILE + v * SF_LANES);
      }
    }
  }

  // Calls body(index, lowest, highest) likewise, with the bounds of x0hat.
  template <class Body>
  void each_component(Body body) const {
    for (int d = 0; d < dimension_; d++) {
      for (int v = 0; v < vectors_; v++) {
        body(d * TILE + v * SF_LANES, sampling_.bounds[d], sampling_.bounds[dimension_ + d]);
      }
    }
  }

  // Returns 0, or 1 + the place of the first sample that is not finite any more.
  uint64_t step_row(int number) {
    const StepRow& row = sampling_.rows[number];
    if (row.uses & TESTS) {
      test(row);
      return 0;
    }
    bool through = (row.uses & USES_GRADIENT) && (row.uses & ESTIMATES_BY_NETWORK);
    if (row.uses & USES_NETWORK) {
      each([&](int at) {
        Vector x = load(memory_.x + at);
        store(memory_.input + at, (changed(row, at) ? row.input_scale : row.condition) * x);
      });
      net_.evaluate(number, memory_, vectors_, through || (row.uses & DIVERGES));
      if (row.uses & (COMBINES | KEEPS)) {
        each([&](int at) {
          Vector kept = load(further_.kept + at);
          store(memory_.output + at, combine_output(row, load(memory_.output + at), kept));
          store(further_.kept + at, kept);
        });
      }
    }
    if (row.uses & DIVERGES) {
      diverge(row);
    }
    if (row.uses & CLIPS) {
      each_component([&](int at, float lowest, float highest) {
        if (!changed(row, at)) {
          store(memory_.x0hat + at, load(memory_.x + at));
          return;
        }
        Vector o = load(memory_.output + at);
        store(memory_.x0hat + at, clip_estimate(row, load(memory_.x + at), o, lowest, highest));
        store(memory_.output + at, o);
      });
    } else if (row.uses & USES_ESTIMATE) {
      each([&](int at) {
        Vector x = load(memory_.x + at);
        Vector o = load(memory_.output + at);
        store(memory_.x0hat + at, changed(row, at) ? estimate(row, x, &o) : x);
      });
    }
    if (row.uses & USES_GRADIENT) {
      guide(*this, number, [&] { through_estimate(row, through, memory_.gradient); });
    }
    if (row.uses & USES_PROJECTION) {
      // The network's input is no longer needed: it lends its memory.
      physics_.project_estimate(memory_.input);
    }
    if (row.uses & USES_NOISE) {
      noise_.draw(row.stream, (uint64_t)row.noise_step * (uint64_t)dimension_, dimension_, memory_.z);
    }
    uint64_t failed = 0;
    for (int v = 0; v < vectors_; v++) {
      VectorInt wrong = ~(absolute(load(divergence_ + v * SF_LANES)) <= 3.40282347e38f);
      VectorInt held = row.uses & CONFINES ? is_absorbed(v) : VectorInt{};
      for (int d = 0; d < dimension_; d++) {
        int at = d * TILE + v * SF_LANES;
        if (!changes(row, d, dimension_)) {
          if (row.uses & SAVES) {
            store(memory_.saved + at, select(held, load(memory_.saved + at), load(memory_.x + at)));
          }
          continue;
        }
        State<Vector> state{load(memory_.x + at), load(memory_.saved + at), load(memory_.memory + at)};
        Vector o = load(memory_.output + at);
        Vector z = load(memory_.z + at);
        Vector projected = load(memory_.x0hat + at);
        Vector gradient = load(memory_.gradient + at);
        State<Vector> before = state;
        state = step(row, state, &o, &z, &projected, &gradient);
        if (row.uses & (USES_EARLIER | REMEMBERS | SHIFTS)) {
          step_further_at(row, before, held, at, state);
        }
        if (row.uses & CONFINES) {
          state.x = select(held, before.x, confine(Boundary::of(sampling_.bounds, dimension_, d), state.x));
          state.saved = select(held, before.saved, state.saved);
          state.memory = select(held, before.memory, state.memory);
        }
        store(memory_.x + at, state.x);
        store(memory_.saved + at, state.saved);
        store(memory_.memory + at, state.memory);
        wrong |= ~(absolute(state.x) <= 3.40282347e38f);
      }
      if (failed == 0 && any(wrong)) {
        for (int lane = 0; lane < SF_LANES && v * SF_LANES + lane < count_; lane++) {
          if (wrong[lane] != 0) {
            failed = (uint64_t)(v * SF_LANES + lane) + 1;
            break;
          }
        }
      }
    }
    return failed;
  }

  // The registers that only some rows have, for the vector of a component; samples that are held keep their e.
  void step_further_at(const StepRow& row, const State<Vector>& before, VectorInt held, int at, State<Vector>& after) {
    const bool has = row.uses & (USES_EARLIER | SHIFTS);
    const Vector earlier = has ? load(further_.earlier + at) : Vector{};
    Vector shifted = earlier;
    after = step_further(row, before, after, shifted);
    if (has) {
      store(further_.earlier + at, select(held, earlier, shifted));
    }
  }

  // l += divergence * sum_d do_d/dx_d, a direction at a time.
  void diverge(const StepRow& row) {
    const int directions = directions_of(row, dimension_);
    Vector sums[TILE / SF_LANES] = {};
    for (int p = 0; p < directions; p++) {
      float* seed = net_.seed(memory_);
      each_direction(row, p, [&](int at, int, Vector sign) { store(seed + at, sign); });
      net_.back(memory_, vectors_, memory_.input);
      each_direction(row, p, [&](int at, int v, Vector sign) {
        sums[v] = multiply_add(sign, load(memory_.input + at), sums[v]);
      });
    }
    for (int v = 0; v < vectors_; v++) {
      float* l = divergence_ + v * SF_LANES;
      store(l, multiply_add(all<Vector>(divergence_factor(row)), sums[v], load(l)));
    }
  }

  // Calls body(index, vector, component of direction p) for every vector of a state.
  template <class Body>
  void each_direction(const StepRow& row, int p, Body body) const {
    for (int v = 0; v < vectors_; v++) {
      each_component_of_direction<Vector>(
          row, p, dimension_, [&](uint64_t block) { return noise_.words(NoiseStream::PROBE, block, v); },
          [&](int d, Vector sign) { body(d * TILE + v * SF_LANES, v, sign); });
    }
  }

  // Which samples of a vector have left through an absorbing boundary.
  VectorInt is_absorbed(int v) const {
    VectorInt gone = {};
    for (int d = 0; d < dimension_; d++) {
      Boundary boundary = Boundary::of(sampling_.bounds, dimension_, d);
      if (boundary.may_absorb()) {
        gone |= absorbed(boundary, load(memory_.x + d * TILE + v * SF_LANES));
      }
    }
    return gone;
  }

  // Accepts or rejects the proposals of a row.
  void test(const StepRow& row) {
    Numbers<TileRows> ratio = metropolis_ratio(
        sampling_.physics, dimension_, &row, physics_.rows(memory_.x), physics_.rows(memory_.saved), physics_.tape(),
        physics_.rows(memory_.gradient));
    for (int v = 0; v < vectors_; v++) {
      VectorWord word = noise_.words(row.stream, row.noise_step / 4, v).r[row.noise_step % 4];
      VectorInt accepted = uniform_logarithm<Vector>(word) < ratio[v];
      for (int d = row.from; d < row_end(row, dimension_); d++) {
        int at = d * TILE + v * SF_LANES;
        store(memory_.x + at, select(accepted, load(memory_.x + at), load(memory_.saved + at)));
      }
      for (int lane = 0; lane < SF_LANES && v * SF_LANES + lane < count_; lane++) {
        fallen_ += accepted[lane] == 0;
      }
    }
  }

  // gradient = K^T gradient, where K = dx0hat/dx = x0FromX + x0FromOutput inputScale times the network's Jacobian, within
  // the row's bound; components of x0hat at a bound of theirs have no part in it.
  void through_estimate(const StepRow& row, bool through, float* gradient) {
    float* input_gradient = memory_.input;
    if (row.uses & CLIPS) {
      each_component([&](int at, float lowest, float highest) {
        Vector x0 = load(memory_.x0hat + at);
        VectorInt kept = (x0 > lowest) & (x0 < highest);
        store(gradient + at, select(kept, load(gradient + at), Vector{}));
      });
    }
    Vector before[TILE / SF_LANES];
    if (row.bound > 0.0f) {
      squares(gradient, before);
    }
    if (through) {
      float* seed = net_.seed(memory_);
      each([&](int at) { store(seed + at, row.x0_from_output * load(gradient + at)); });
      net_.back(memory_, vectors_, input_gradient);
    }
    each([&](int at) {
      Vector g = row.x0_from_x * load(gradient + at);
      if (through) {
        g = multiply_add(all<Vector>(row.input_scale), load(input_gradient + at), g);
      }
      store(gradient + at, changed(row, at) ? g : Vector{});
    });
    if (row.bound > 0.0f) {
      Vector after[TILE / SF_LANES];
      squares(gradient, after);
      each([&](int at) {
        int v = at % TILE / SF_LANES;
        store(gradient + at, bounding_factor(row.bound, before[v], after[v]) * load(gradient + at));
      });
    }
  }

  // Of every sample the square of a state.
  void squares(const float* state, Vector* sums) const {
    for (int v = 0; v < vectors_; v++) {
      sums[v] = Vector{};
      for (int d = 0; d < dimension_; d++) {
        Vector g = load(state + d * TILE + v * SF_LANES);
        sums[v] = multiply_add(g, g, sums[v]);
      }
    }
  }

  void snapshot(int index) { write(block_.snapshots + (ptrdiff_t)index * block_.count * dimension_); }

  void write(float* states) const {
    float* to = states + offset_ * dimension_;
    for (int s = 0; s < count_; s++) {
      for (int d = 0; d < dimension_; d++) {
        *to++ = memory_.x[d * TILE + s];
      }
    }
  }

  const Sampling& sampling_;
  const SampleBlock& block_;
  int64_t offset_;
  int count_;
  int vectors_;
  int dimension_;
  Carver carver_;
  TileMemory memory_;
  Net net_;
  FurtherRegisters further_;
  TilePhysics physics_;
  TileNoise noise_;
  int64_t fallen_ = 0;
  alignas(64) float divergence_[TILE];  // l
};

inline void sample_tile(
    const Sampling& sampling, const SampleBlock& block, int64_t offset, int32_t count, char* memory,
    Failure* failure, int64_t* fallen) {
  auto run = [&](auto tile) {
    *failure = tile.run();
    *fallen += tile.fallen();
  };
  if (sampling.program != nullptr) {
    run(SampleTile<ProgramNet>(sampling, block, offset, count, memory));
  } else {
    run(SampleTile<MlpNet>(sampling, block, offset, count, memory));
  }
}

// The network at `count` points [count, D] with the time features of row 0.
inline void evaluate_tile(
    const Sampling& sampling, const float* x, int32_t count, char* memory, float* output) {
  const Shape& shape = sampling.shape;
  int dimension = shape.dimension;
  Carver carver{memory, 0};
  TileMemory tile = TileMemory::carve(carver, shape, sampling.physics, TILE, true);
  int vectors = vectors_of(count);
  for (int s = 0; s < vectors * SF_LANES; s++) {
    for (int d = 0; d < dimension; d++) {
      tile.input[d * TILE + s] = s < count ? x[s * (ptrdiff_t)dimension + d] : 0.0f;
    }
  }
  if (sampling.program != nullptr) {
    ProgramNet(sampling, carver).evaluate(0, tile, vectors, false);
  } else {
    MlpNet(sampling, carver).evaluate(0, tile, vectors, false);
  }
  for (int s = 0; s < count; s++) {
    for (int d = 0; d < dimension; d++) {
      output[s * (ptrdiff_t)dimension + d] = tile.output[d * TILE + s];
    }
  }
}

// Forward noising of `count` points, at most a tile.
inline void forward_noise_tile(
    const NoiseRow* table, const int32_t* row, const float* x0, uint64_t seed, uint64_t first, int32_t count,
    int32_t dimension, int32_t conditions, float* xt) {
  alignas(64) float block[4 * TILE];
  alignas(64) float z[4 * TILE];
  TileNoise noise(seed, first, vectors_of(count), block, TILE);
  for (int d0 = 0; d0 < dimension; d0 += 4) {
    int width = dimension - d0 < 4 ? dimension - d0 : 4;
    noise.draw(NoiseStream::TRAINING_NOISE, (uint64_t)d0, width, z);
    for (int s = 0; s < count; s++) {
      NoiseRow level = table[row[s]];
      for (int d = 0; d < width; d++) {
        ptrdiff_t at = s * (ptrdiff_t)dimension + d0 + d;
        float noisy = forward_noise(level.alpha, level.sigma, x0[at], z[d * TILE + s]);
        xt[at] = d0 + d < dimension - conditions ? noisy : x0[at];
      }
    }
  }
}

SF_NAMESPACE_END
