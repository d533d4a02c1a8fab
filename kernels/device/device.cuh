// What kernels use of CUDA, and the same for the emulator that runs them on a CPU (native/emulator).
#pragma once
#include <cstdint>

#if defined(__CUDACC__)
#define SF_EXPORT(kernel)
#define SF_DYNAMIC_SHARED(type, name) extern __shared__ __align__(16) type name[]
// Where addresses decide in which bank something lies (warpgroup.cuh).
#define SF_SWIZZLED_SHARED(type, name) extern __shared__ __align__(1024) type name[]
#else
#include "cuda_on_cpu.h"
#endif

#define SF_KERNEL extern "C" __global__ void
#define SF_DEVICE __device__ __forceinline__
// For long code that is rarely run, so that it costs the callers no registers.
#define SF_DEVICE_CALL static __device__ __noinline__

namespace scorefield {

// Number of the thread in the grid.
SF_DEVICE int64_t grid_rank() { return (int64_t)blockIdx.x * blockDim.x + threadIdx.x; }
SF_DEVICE int64_t grid_size() { return (int64_t)gridDim.x * blockDim.x; }

// Number of the thread in the block, read anew: else the compiler works out all that follows from it once, and keeps that in
// registers in the place of what needs them more.
SF_DEVICE int fresh_thread() {
#if defined(__CUDA_ARCH__)
  int number;
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(number));
  return number;
#else
  return (int)threadIdx.x;
#endif
}

SF_DEVICE float4 load4(const float* from) { return *(const float4*)from; }
SF_DEVICE void store4(float* to, float4 x) { *(float4*)to = x; }

// Reads what another block wrote during this launch: past the cache of this multiprocessor, and not earlier.
SF_DEVICE float load_fresh(const float* from) {
#if defined(__CUDA_ARCH__)
  float x;
  asm volatile("ld.global.cg.f32 %0, [%1];" : "=f"(x) : "l"(from) : "memory");
  return x;
#else
  return *(volatile const float*)from;
#endif
}
SF_DEVICE float4 load4_fresh(const float* from) {
#if defined(__CUDA_ARCH__)
  float4 x;
  asm volatile("ld.global.cg.v4.f32 {%0,%1,%2,%3}, [%4];"
               : "=f"(x.x), "=f"(x.y), "=f"(x.z), "=f"(x.w)
               : "l"(from)
               : "memory");
  return x;
#else
  const volatile float* x = from;
  return make_float4(x[0], x[1], x[2], x[3]);
#endif
}
SF_DEVICE double load_fresh(const double* from) {
#if defined(__CUDA_ARCH__)
  double x;
  asm volatile("ld.global.cg.f64 %0, [%1];" : "=d"(x) : "l"(from) : "memory");
  return x;
#else
  return *(volatile const double*)from;
#endif
}

// Waits for all blocks of a cooperative launch. The counter starts at 0 and only grows.
SF_DEVICE void grid_barrier(unsigned* counter) {
  __syncthreads();
  if (threadIdx.x == 0) {
    __threadfence();
    unsigned blocks = gridDim.x;
    unsigned arrived = atomicAdd(counter, 1u);
    unsigned wanted = (arrived / blocks + 1) * blocks;
    while (*(volatile unsigned*)counter < wanted) {
#if !defined(__CUDA_ARCH__)
      std::this_thread::yield();
#endif
    }
    __threadfence();
  }
  __syncthreads();
}

}  // namespace scorefield
