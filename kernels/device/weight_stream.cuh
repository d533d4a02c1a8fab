// The weights of a wide network on their way to a warp. A warp wants each tile of weights once, and it comes from far:
// so it is asked for some steps ahead and waits in a ring in shared memory, which is the warp's own.
#pragma once
#include "device.cuh"
#include "model.cuh"

SF_NAMESPACE_BEGIN

// Starts to copy 16 bytes from device to shared memory.
SF_DEVICE void copy_ahead(uint4* to, const uint4* from) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"((unsigned)__cvta_generic_to_shared(to)), "l"(from)
               : "memory");
#elif defined(__CUDA_ARCH__)
  *to = *from;
#else
  cuda_on_cpu::copy_ahead(to, from, sizeof *to);
#endif
}

// Ends a group of copies of the thread.
SF_DEVICE void end_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" ::: "memory");
#elif !defined(__CUDA_ARCH__)
  cuda_on_cpu::end_copies();
#endif
}

// Waits until at most `groups` of the thread's last groups are under way.
template <int GROUPS>
SF_DEVICE void await_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(GROUPS) : "memory");
#elif !defined(__CUDA_ARCH__)
  cuda_on_cpu::await_copies(GROUPS);
#endif
}

// The tiles of a warp's 32 outputs for 16 inputs: 4 B tiles side by side, after them where LOW their rests.
// The order is that of use: [layer][pass][k tile], layers ascending, or descending on the way back.
template <int W, int PASSES, int WARPS, bool LOW, int STAGES>
struct WeightStream {
  static constexpr int KT = W / 16;
  static constexpr int PART = 4 * 32 / 2;  // uint4 of four tiles
  static constexpr int CHUNK = (LOW ? 2 : 1) * PART;
  static constexpr int RING = STAGES * CHUNK;

  const TensorNetwork& network;
  uint4* ring;
  bool backward;
  unsigned asked;  // chunks that were asked for
  unsigned used;

  SF_DEVICE WeightStream(const TensorNetwork& n, uint4* own) : network(n), ring(own), backward(false), asked(0), used(0) {}

  static SF_DEVICE int lane() { return (int)threadIdx.x % 32; }
  static SF_DEVICE int warp() { return (int)threadIdx.x / 32; }

  // Asks for the first chunks.
  SF_DEVICE void begin(bool back) {
    backward = back;
    asked = used = 0;
#pragma unroll
    for (int i = 0; i < STAGES - 1; i++) {
      ask();
    }
  }

  SF_DEVICE void ask() {
    int layer = (int)(asked / (PASSES * KT));
    if (layer < network.count) {
      int pass = (int)(asked / KT % PASSES);
      int at = ((int)(asked % KT) * (W / 8) + (pass * WARPS + warp()) * 4) * (32 / 2) + lane();
      const TensorLayer& from = network.layers[backward ? network.count - 1 - layer : layer];
      uint4* to = ring + asked % STAGES * CHUNK + lane();
      copy(to, (const uint4*)(backward ? from.backward : from.forward) + at);
      if (LOW) {
        copy(to + PART, (const uint4*)(backward ? from.backward_low : from.forward_low) + at);
      }
    }
    asked++;
    end_copies();
  }

  static SF_DEVICE void copy(uint4* to, const uint4* from) {
    copy_ahead(to, from);
    copy_ahead(to + 32, from + 32);
  }

  // The next chunk's tiles; what was used before makes room for one more.
  SF_DEVICE void next(uint2 (&b)[4], uint2 (&b_rest)[4]) {
    await_copies<STAGES - 2>();
    __syncwarp();
    const uint2* chunk = (const uint2*)(ring + used % STAGES * CHUNK) + lane();
#pragma unroll
    for (int n = 0; n < 4; n++) {
      b[n] = chunk[32 * n];
      if (LOW) {
        b_rest[n] = chunk[32 * n + 2 * PART];
      }
    }
    used++;
    ask();
  }
};

SF_NAMESPACE_END
