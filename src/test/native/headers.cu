// All of kernels/include on a device: it must compile.
#include "activation.cuh"
#include "adam.cuh"
#include "noise_row.cuh"
#include "normals.cuh"
#include "step_row.cuh"
#include "tape.cuh"

using namespace scorefield;

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
