// Whole trajectories of rows that only combine: x' is a sum of the state, its registers, the network's output (of an
// x0hat within its bounds where the row clips) and noise, each times a number of the row. Nearly all of sampling is such
// rows, and here they cost little beside the network: a sample stays with the lane that has it (affine_network.cuh).
// Other rows have the interpreter of sampler.cuh; io.scorefield.engine.cuda.sampling.AffineRows says which are which.
#pragma once
#include "affine_network.cuh"
#include "normals.cuh"
#include "step_row.cuh"

SF_NAMESPACE_BEGIN

// What a thread keeps in shared memory, as the network leaves few registers: a float4 each, [KEPT][threads].
struct Kept {
  enum { NORMALS, OTHER_NORMALS, SAVED, MEMORY, COUNT };
  float4* at;

  SF_DEVICE float4& operator[](int what) const { return at[what * (int)blockDim.x]; }
  // The normals of an even step and of the next lie behind each other.
  SF_DEVICE float2 normals(int sample, int step) const { return ((const float2*)&(*this)[NORMALS + sample])[step]; }
};

// The samples of a lane: 16 t + g and 16 t + g + 8 of the warp's, for lane (g, t). Numbers of both are sample by sample,
// component by component.
template <class Net, int TILES>
struct AffineSampler {
  static constexpr int AT_ONCE = TILES < 2 ? TILES : 2;
  static constexpr uint32_t USES = USES_NETWORK | USES_NOISE | SAVES | CLIPS | ESTIMATES_BY_NETWORK;
  static constexpr int SAMPLES = 16 * TILES;

  const SamplingCall& call;
  const Net& net;
  const Kept kept;
  int offset;  // of the warp's samples in the call
  float x[4];
  uint32_t block;  // of the normals at hand
  NoiseStream stream;

  SF_DEVICE AffineSampler(const SamplingCall& c, const Net& n, Kept k, int first)
      : call(c), net(n), kept(k), offset(first) {}

  SF_DEVICE int sample(int i) const { return offset + 16 * Net::own_tile() + Net::group() + 8 * i; }
  // Whether a sample is the lane's and asked for.
  SF_DEVICE bool wanted(int i) const { return Net::own_tile() < TILES && sample(i) < call.count; }

  // A step has two normals of each sample, half a block; a block is made once for both of its steps.
  SF_DEVICE void draw(NoiseStream from, uint32_t step, float (&z)[4]) {
    if (stream != from || block != step / 2) {
      stream = from;
      block = step / 2;
#pragma unroll
      for (int i = 0; i < 2; i++) {
        Normals four = normals(call.seed, call.first + (uint64_t)sample(i), block, (uint32_t)stream);
        kept[Kept::NORMALS + i] = make_float4(four.z[0], four.z[1], four.z[2], four.z[3]);
      }
    }
#pragma unroll
    for (int i = 0; i < 2; i++) {
      float2 two = kept.normals(i, step % 2);
      z[2 * i] = two.x;
      z[2 * i + 1] = two.y;
    }
  }

  SF_DEVICE void start() {
    stream = NoiseStream::PRIOR;
    block = ~0u;
    draw(NoiseStream::PRIOR, 0, x);
#pragma unroll
    for (int i = 0; i < 2; i++) {
      float2 given{call.prior_scale * x[2 * i], call.prior_scale * x[2 * i + 1]};
      if (call.initial != nullptr) {
        given = wanted(i) ? ((const float2*)call.initial)[sample(i)] : float2{0.0f, 0.0f};
      }
      x[2 * i] = given.x;
      x[2 * i + 1] = given.y;
    }
    kept[Kept::SAVED] = make_float4(x[0], x[1], x[2], x[3]);
    kept[Kept::MEMORY] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  }

  SF_DEVICE void evaluate(const StepRow& row, const uint4* first_layer, float (&output)[4]) const {
    const float input[2][2] = {
        {row.input_scale * x[0], row.input_scale * x[1]}, {row.input_scale * x[2], row.input_scale * x[3]}};
    const typename Net::State state = Net::state(input);
    net.start(output);
#pragma unroll 1
    for (int tile = 0; tile < TILES; tile += AT_ONCE) {
      net.template add<AT_ONCE>(state, first_layer, tile, output);
    }
  }

  SF_DEVICE void clip(const StepRow& row, float (&output)[4]) const {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      clip_estimate(row, x[i], output[i], call.bounds[i % 2], call.bounds[2 + i % 2]);
    }
  }

  SF_DEVICE void update(const StepRow& row, const float (&output)[4], const float (&noise)[4]) {
    const float none = 0.0f;
    const float4 s = kept[Kept::SAVED];
    const float4 m = kept[Kept::MEMORY];
    float saved[4] = {s.x, s.y, s.z, s.w};
    float memory[4] = {m.x, m.y, m.z, m.w};
#pragma unroll
    for (int i = 0; i < 4; i++) {
      State<float> after = step(row, State<float>{x[i], saved[i], memory[i]}, &output[i], &noise[i], &none, &none);
      x[i] = after.x;
      saved[i] = after.saved;
      memory[i] = after.memory;
    }
    kept[Kept::SAVED] = make_float4(saved[0], saved[1], saved[2], saved[3]);
    kept[Kept::MEMORY] = make_float4(memory[0], memory[1], memory[2], memory[3]);
  }

  // The sum of four that are finite is finite, or so large that it is worth a look.
  SF_DEVICE void check(int number) const {
    if (!(fabsf(x[0]) + fabsf(x[1]) + fabsf(x[2]) + fabsf(x[3]) < INFINITY)) {
#pragma unroll
      for (int i = 0; i < 2; i++) {
        if (wanted(i) && !(fabsf(x[2 * i]) < INFINITY && fabsf(x[2 * i + 1]) < INFINITY)) {
          atomicMin(call.failure, (unsigned long long)sample(i) << 32 | (unsigned)number);
        }
      }
    }
  }

  SF_DEVICE void write(float* to) const {
#pragma unroll
    for (int i = 0; i < 2; i++) {
      if (wanted(i)) {
        ((float2*)to)[sample(i)] = float2{x[2 * i], x[2 * i + 1]};
      }
    }
  }

  SF_DEVICE void snapshot(int row) const {
    for (int i = 0; i < call.snapshot_count; i++) {
      if (call.snapshot_rows[i] == row) {
        write(call.snapshots + (int64_t)i * call.count * 2);
      }
    }
  }

  SF_DEVICE void run() {
    start();
    snapshot(-1);
    const uint4* first_layer = net.rows;
#pragma unroll 1
    for (int r = 0; r < call.row_count; r++) {
      StepRow row = call.rows[r];
      row.uses &= USES;
      float output[4] = {};
      float noise[4] = {};
      if (row.uses & USES_NETWORK) {
        evaluate(row, first_layer, output);
        first_layer += Net::FIRST;
        if (row.uses & CLIPS) {
          clip(row, output);
        }
      }
      if (row.uses & USES_NOISE) {
        draw(row.stream, row.noise_step, noise);
      }
      update(row, output, noise);
      check(r);
      snapshot(r);
    }
    write(call.samples);
  }
};

// A block brings the network into shared memory, then every warp takes one 16 TILES samples after another.
template <int W, Activation KIND, bool LOW, int TILES>
SF_DEVICE void sample_affine(const SamplingCall& call, const AffineNetwork& network) {
  SF_DYNAMIC_SHARED(uint4, shared);
  for (int i = (int)threadIdx.x; i < network.size; i += (int)blockDim.x) {
    shared[i] = network.image[i];
  }
  __syncthreads();
  using Net = TwoComponentNetwork<W, KIND, LOW>;
  Net net{shared, network.rows, network.layers};
  const Kept kept{(float4*)(shared + network.size) + threadIdx.x};
  constexpr int SAMPLES = AffineSampler<Net, TILES>::SAMPLES;
  int warps = (int)(grid_size() / 32);
  for (int tile = (int)(grid_rank() / 32); (int64_t)tile * SAMPLES < call.count; tile += warps) {
    AffineSampler<Net, TILES> sampler(call, net, kept, tile * SAMPLES);
    sampler.run();
  }
}

SF_NAMESPACE_END

// The kernels of an activation: widths 32 and 64, both ways to round, for many samples and for few. BLOCKS of 128 threads
// have registers beside each other.
#define SF_AFFINE_KERNEL(name, W, KIND, LOW, TILES, BLOCKS)                                  \
  SF_KERNEL __launch_bounds__(128, BLOCKS) name(SamplingCall call, AffineNetwork network) {  \
    scorefield::sample_affine<W, Activation::KIND, LOW, TILES>(call, network);               \
  }                                                                                          \
  SF_EXPORT(name)
#define SF_AFFINE_KERNELS(KIND, name, BLOCKS)                              \
  SF_AFFINE_KERNEL(affine_half_32_64_##name, 32, KIND, false, 4, BLOCKS)   \
  SF_AFFINE_KERNEL(affine_half_32_16_##name, 32, KIND, false, 1, BLOCKS)   \
  SF_AFFINE_KERNEL(affine_half_64_64_##name, 64, KIND, false, 4, BLOCKS)   \
  SF_AFFINE_KERNEL(affine_half_64_16_##name, 64, KIND, false, 1, BLOCKS)   \
  SF_AFFINE_KERNEL(affine_mixed_32_64_##name, 32, KIND, true, 4, BLOCKS)   \
  SF_AFFINE_KERNEL(affine_mixed_32_16_##name, 32, KIND, true, 1, BLOCKS)   \
  SF_AFFINE_KERNEL(affine_mixed_64_64_##name, 64, KIND, true, 4, BLOCKS)   \
  SF_AFFINE_KERNEL(affine_mixed_64_16_##name, 64, KIND, true, 1, BLOCKS)
