// All of kernels/include on a device: it must compile.
#include "activation.cuh"
#include "adam.cuh"
#include "conflict_free.cuh"
#include "example_losses.cuh"
#include "likelihood.cuh"
#include "noise_row.cuh"
#include "normals.cuh"
#include "projection.cuh"
#include "step_row.cuh"
#include "tape.cuh"

using namespace scorefield;

// Rows of one number each.
struct Single {
  using Lane = float;
  static constexpr int MOST = 1;
  float* at;

  SF_INLINE constexpr int vectors() const { return 1; }
  SF_INLINE float get(int row, int) const { return at[row]; }
  SF_INLINE void set(int row, int, float x) const { at[row] = x; }
  SF_INLINE Single from(int row) const { return Single{at + row}; }
};

extern "C" __global__ void laws(PhysicsTerm physics, const StepRow* row, ExampleLevel<float> level, Single x) {
  TapeMemory<Single> tape{x.from(2), x.from(100), x.from(200)};
  ProjectionMemory<Single> projection{x.from(300), x.from(302), x.from(304), x.from(306)};
  project(physics, 2, x, tape, projection);
  LikelihoodSolver<Single> solver{
      physics,     2,           x,           x.from(300), tape,        x.from(400), x.from(410),
      x.from(420), x.from(430), x.from(440), x.from(441), x.from(442), x.from(400)};
  solver.couple(*row);
  solver.begin(*row);
  solver.advance(*row, true);
  auto levels = [&](int) { return level; };
  begin_second_evaluation(levels, 2, 1, x, x.from(500), x.from(502), x.from(504));
  Factors factors = conflict_free(x.get(0, 0), x.get(1, 0), data_losses(levels, 2, 1, 1.0f, x, x.from(500), x.from(506))[0]);
  x.set(0, 0, (float)(factors.data + factors.physics));
  physics_losses(
      physics, levels, true, 2, 1, 1.0f, x, x.from(500), tape, x.from(502), x.from(508), x.from(506), x.from(510));
}

extern "C" __global__ void everything(
    const StepRow* row, const NoiseRow* level, const TapeRow* tape, AdamStep adam_step, uint64_t seed, float* x) {
  uint64_t i = blockIdx.x * (uint64_t)blockDim.x + threadIdx.x;
  Normals z = normals(seed, i, 0, 1);
  float xt = forward_noise(level->alpha, level->sigma, x[i], z.z[0]);
  float wanted = target(level->target_x0, level->target_eps, x[i], z.z[0]);
  float slope;
  float o = activate<Activation::TANH>(xt, slope) + activate<Activation::SILU>(xt, slope) +
            activate<Activation::SOFTPLUS>(xt, slope) + activate<Activation::RELU>(xt, slope) +
            activate<Activation::LEAKY_RELU>(xt, slope);
  float to_a;
  float to_b;
  float value = tape_value(tape->operation, xt, o);
  tape_adjoint(tape->operation, 1.0f, xt, o, value, to_a, to_b);
  State<float> state = step(*row, State<float>{xt, o, value}, &o, &z.z[1], &to_a, &to_b);
  float first = 0;
  float second = 0;
  float average = 0;
  adam(adam_step, slope, state.x, first, second, average);
  x[i] = state.x + state.memory + state.saved + average + wanted + estimate(*row, xt, &o);
}
