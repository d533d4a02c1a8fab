// One layer at a time, for networks too wide for a block and for wide networks on small batches, where a layer must be
// spread over the device: activations in device memory, [neurons][samples].
//
//   layer_product          c = a b; cuBLAS can stand in for it
//   layer_activate         bias and activation in place; keeps the derivatives where asked
//   layer_derivative       gradients times the derivatives kept
//   layer_product_narrow   the three for few samples: a product, and what follows it
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

SF_DEVICE float activate_any(Activation kind, float x, float& derivative) {
  switch (kind) {
    case Activation::TANH: return activate<Activation::TANH>(x, derivative);
    case Activation::LEAKY_RELU: return activate<Activation::LEAKY_RELU>(x, derivative);
    case Activation::RELU: return activate<Activation::RELU>(x, derivative);
    case Activation::SILU: return activate<Activation::SILU>(x, derivative);
    default: return activate<Activation::SOFTPLUS>(x, derivative);
  }
}

// The same for few samples, so that many blocks share a layer. A thread has two results. Weights and inputs of 256 steps at a
// time come through shared memory: all are asked for together, and those of the next steps while these are summed.
//
// bias: null, or what layer_activate does follows, with its activation and kept. times: null, or what layer_derivative does.
//
// Grid: stride / 32 x ceil(count / 8) blocks of 128 threads; shared memory for 256 x 40 floats.
SF_KERNEL __launch_bounds__(128, 1) layer_product_narrow(
    const float* a, int32_t padded, int32_t count, int32_t length, const float* b, float* c, int32_t stride,
    const float* bias, int32_t activation, float* kept, const float* times) {
  constexpr int OUTPUTS = 8;
  constexpr int SAMPLES = 32;
  constexpr int DEPTH = 256;
  constexpr int THREADS = 128;
  constexpr int TOGETHER = 32;  // steps whose loads do not wait for each other's sums
  SF_DYNAMIC_SHARED(float, weights);           // [DEPTH][OUTPUTS]
  float* inputs = weights + DEPTH * OUTPUTS;  // [DEPTH][SAMPLES]
  int o0 = (int)blockIdx.y * OUTPUTS;
  int s0 = (int)blockIdx.x * SAMPLES;
  int o = (int)threadIdx.x / 32 * 2;
  int s = (int)threadIdx.x % 32;
  float4 w[DEPTH * OUTPUTS / 4 / THREADS];
  float4 x[DEPTH * SAMPLES / 4 / THREADS];
  auto fetch = [&](int k0) {
#pragma unroll
    for (int i = 0; i < DEPTH * OUTPUTS / 4 / THREADS; i++) {
      int at = i * THREADS + (int)threadIdx.x;
      int k = k0 + at / (OUTPUTS / 4);
      if (k < length) {
        w[i] = load4(a + (int64_t)k * padded + o0 + at % (OUTPUTS / 4) * 4);
      }
    }
#pragma unroll
    for (int i = 0; i < DEPTH * SAMPLES / 4 / THREADS; i++) {
      int at = i * THREADS + (int)threadIdx.x;
      int k = k0 + at / (SAMPLES / 4);
      if (k < length) {
        x[i] = load4(b + (int64_t)k * stride + s0 + at % (SAMPLES / 4) * 4);
      }
    }
  };
  float sum[2] = {};
  fetch(0);
  float biases[2] = {};
  float factors[2];
#pragma unroll
  for (int i = 0; i < 2; i++) {
    if (o0 + o + i < count) {
      biases[i] = bias != nullptr ? bias[o0 + o + i] : 0.0f;
      factors[i] = times != nullptr ? times[(int64_t)(o0 + o + i) * stride + s0 + s] : 1.0f;
    }
  }
  for (int k0 = 0; k0 < length; k0 += DEPTH) {
    __syncthreads();
#pragma unroll
    for (int i = 0; i < DEPTH * OUTPUTS / 4 / THREADS; i++) {
      store4(weights + 4 * (i * THREADS + (int)threadIdx.x), w[i]);
    }
#pragma unroll
    for (int i = 0; i < DEPTH * SAMPLES / 4 / THREADS; i++) {
      store4(inputs + 4 * (i * THREADS + (int)threadIdx.x), x[i]);
    }
    __syncthreads();
    fetch(k0 + DEPTH);
    auto add = [&](int k) {
      float2 two = *(const float2*)(weights + k * OUTPUTS + o);
      float value = inputs[k * SAMPLES + s];
      sum[0] = fused(two.x, value, sum[0]);
      sum[1] = fused(two.y, value, sum[1]);
    };
    int depth = length - k0 < DEPTH ? length - k0 : DEPTH;
    int k = 0;
    for (; k + TOGETHER <= depth; k += TOGETHER) {
#pragma unroll
      for (int i = 0; i < TOGETHER; i++) {
        add(k + i);
      }
    }
#pragma unroll 1
    for (; k < depth; k++) {
      add(k);
    }
  }
#pragma unroll
  for (int i = 0; i < 2; i++) {
    if (o0 + o + i < count) {
      int64_t at = (int64_t)(o0 + o + i) * stride + s0 + s;
      float x = sum[i];
      if (bias != nullptr) {
        x += biases[i];
        if (activation >= 0) {
          float derivative;
          x = activate_any((Activation)activation, x, derivative);
          if (kept != nullptr) {
            kept[at] = derivative;
          }
        }
      }
      c[at] = times != nullptr ? x * factors[i] : x;
    }
  }
}
SF_EXPORT(layer_product_narrow)


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
