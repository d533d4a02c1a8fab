// One layer at a time, for networks too wide for a block and for wide networks on small batches, where a layer must be
// spread over the device: activations in device memory, [neurons][samples].
//
//   layer_product, layer_product_narrow   c = a b; cuBLAS can stand in for them
//   layer_activate                        bias and activation in place; keeps the derivatives where asked
//   layer_derivative                      gradients times the derivatives kept
// The products have the bits of the fused kernels: ascending sums.
#include "activation.cuh"
#include "device/group.cuh"

using namespace scorefield;

// c[o][s] = sum of a[k][o] b[k][s] over k < length; rows of b and c have `stride` numbers, a multiple of 64.
//
// Grid: stride / 64 x ceil(count / 128) blocks of 256 threads.
SF_KERNEL __launch_bounds__(256, 1) layer_product(
    const float* a, int32_t padded, int32_t count, int32_t length, const float* b, float* c, int32_t stride) {
  constexpr int OUTPUTS = 128;
  BlockGroup<64> group{nullptr, nullptr, 0};
  int o0 = (int)blockIdx.y * OUTPUTS;
  int64_t s0 = (int64_t)blockIdx.x * 64;
  int outputs = count - o0 < OUTPUTS ? count - o0 : OUTPUTS;
  Rows from{const_cast<float*>(b) + s0, stride};
  group.lines<8>(a + o0, padded, outputs, length, from, [&](int o, int s, float sum) {
    c[(int64_t)(o0 + o) * stride + s0 + s] = sum;
  });
}
SF_EXPORT(layer_product)

// The same for few samples: a thread a result, so that many blocks share a layer. Loads of many steps are under way
// together, for their time is what this takes.
//
// Grid: stride / 32 x ceil(count / 8) blocks of 256 threads.
SF_KERNEL __launch_bounds__(256, 1) layer_product_narrow(
    const float* a, int32_t padded, int32_t count, int32_t length, const float* b, float* c, int32_t stride) {
  int o = (int)blockIdx.y * 8 + (int)threadIdx.x / 32;
  int s = (int)blockIdx.x * 32 + (int)threadIdx.x % 32;
  if (o >= count) {
    return;
  }
  float sum = 0;
#pragma unroll 32
  for (int k = 0; k < length; k++) {
    sum = fused(a[(int64_t)k * padded + o], b[(int64_t)k * stride + s], sum);
  }
  c[(int64_t)o * stride + s] = sum;
}
SF_EXPORT(layer_product_narrow)

SF_DEVICE float activate_any(Activation kind, float x, float& derivative) {
  switch (kind) {
    case Activation::TANH: return activate<Activation::TANH>(x, derivative);
    case Activation::LEAKY_RELU: return activate<Activation::LEAKY_RELU>(x, derivative);
    case Activation::RELU: return activate<Activation::RELU>(x, derivative);
    case Activation::SILU: return activate<Activation::SILU>(x, derivative);
    default: return activate<Activation::SOFTPLUS>(x, derivative);
  }
}

// Grid: any; a thread takes one number after another. activation < 0: only the bias. kept: null or [count][stride].
SF_KERNEL layer_activate(
    float* c, const float* bias, int32_t count, int32_t stride, int32_t activation, float* kept) {
  for (int64_t i = grid_rank(); i < (int64_t)count * stride; i += grid_size()) {
    float x = c[i] + bias[i / stride];
    if (activation >= 0) {
      float derivative;
      x = activate_any((Activation)activation, x, derivative);
      if (kept != nullptr) {
        kept[i] = derivative;
      }
    }
    c[i] = x;
  }
}
SF_EXPORT(layer_activate)

SF_KERNEL layer_derivative(float* c, const float* kept, int64_t count) {
  for (int64_t i = grid_rank(); i < count; i += grid_size()) {
    c[i] *= kept[i];
  }
}
SF_EXPORT(layer_derivative)
