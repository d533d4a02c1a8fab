// Barriers in shared memory that count arrivals and bytes (PTX mbarrier), and what tells them that bytes are there: copies by
// the memory system itself (cp.async.bulk), and numbers that a thread sends to another block of its cluster (st.async). For
// compute capability 9.0; on the CPU the emulator stands in.
#pragma once
#include "cluster.cuh"
#include "portable.cuh"

SF_NAMESPACE_BEGIN

// An address in shared memory.
SF_DEVICE unsigned shared_address(const void* pointer) {
#if defined(__CUDA_ARCH__)
  return (unsigned)__cvta_generic_to_shared(pointer);
#else
  return cuda_on_cpu::shared_address(pointer);
#endif
}

// Waits for `threads` threads of the block, whole warps, that meet at this barrier: 1 to 15; 0 is __syncthreads().
template <int BARRIER>
SF_DEVICE void meet(int threads) {
#if defined(__CUDA_ARCH__)
  asm volatile("bar.sync %0, %1;" ::"n"(BARRIER), "r"(threads) : "memory");
#else
  cuda_on_cpu::meet(BARRIER, threads);
#endif
}

// A barrier in shared memory. A phase ends when all arrivals that it expects, and all bytes, are there.
struct Mbarrier {
  uint64_t state;

  // By one thread, before others know of it; publish_barriers() after the last.
  SF_DEVICE void start(int arrivals) {
#if defined(__CUDA_ARCH__)
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(this)), "r"(arrivals) : "memory");
#else
    cuda_on_cpu::start(&state, arrivals);
#endif
  }

  SF_DEVICE void arrive() {
#if defined(__CUDA_ARCH__)
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(this)) : "memory");
#else
    cuda_on_cpu::arrive(&state, 0);
#endif
  }

  // The same at the barrier in this place of another block of the cluster.
  SF_DEVICE void arrive_at(int rank) {
#if defined(__CUDA_ARCH__)
    asm volatile(
        "{ .reg .b32 there; mapa.shared::cluster.u32 there, %0, %1; "
        "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there]; }" ::"r"(shared_address(this)),
        "r"(rank)
        : "memory");
#else
    cuda_on_cpu::arrive(&state, 0, rank);
#endif
  }

  // Arrives, and so many bytes will.
  SF_DEVICE void arrive_for(int bytes) {
#if defined(__CUDA_ARCH__)
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(this)), "r"(bytes)
                 : "memory");
#else
    cuda_on_cpu::arrive(&state, bytes);
#endif
  }

  // Waits for the end of phase `phase`, counted from 0; at most one phase behind the barrier's own.
  SF_DEVICE void await(unsigned phase) {
#if defined(__CUDA_ARCH__)
    asm volatile(
        "{ .reg .pred done; again: mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 done, [%0], %1; @done bra over; bra again; "
        "over: }" ::"r"(shared_address(this)),
        "r"(phase & 1)
        : "memory");
#else
    cuda_on_cpu::await(&state, phase & 1);
#endif
  }
};

// Whether the phase ends before one has looked `looks` times, each of which waits a little.
SF_DEVICE bool ends(Mbarrier& barrier, unsigned phase, int looks) {
#if defined(__CUDA_ARCH__)
  unsigned done = 0;
  for (int i = 0; i < looks && done == 0; i++) {
    asm volatile(
        "{ .reg .pred ended; mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 ended, [%1], %2; "
        "selp.u32 %0, 1, 0, ended; }"
        : "=r"(done)
        : "r"(shared_address(&barrier)), "r"(phase & 1)
        : "memory");
  }
  return done != 0;
#else
  (void)looks;
  barrier.await(phase);
  return true;
#endif
}

SF_DEVICE void publish_barriers() {
#if defined(__CUDA_ARCH__)
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
#endif
}

// Copies `bytes`, a multiple of 16, from device to shared memory, and tells the barrier when they are there: all this for
// each of the first BLOCKS blocks of the cluster, in the same places.
template <int BLOCKS>
SF_DEVICE void copy_in_bulk(void* to, const void* from, int bytes, Mbarrier& arrives) {
#if defined(__CUDA_ARCH__)
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1], %2, [%3], %4;" ::"r"(
          shared_address(to)),
      "l"(from), "r"(bytes), "r"(shared_address(&arrives)), "h"((short)((1 << BLOCKS) - 1))
      : "memory");
#else
  cuda_on_cpu::copy_in_bulk(to, from, (size_t)bytes, &arrives.state, BLOCKS);
#endif
}

// Puts a number into the shared memory of a block of the cluster, in the place that it has here, and tells the barrier in
// that place of that block. The thread does not wait for it: who has waited at the barrier sees it.
#if defined(__CUDA_ARCH__)
#define SF_SEND(type, ...)                                                                                              \
  asm volatile("{ .reg .b32 there, barrier; mapa.shared::cluster.u32 there, %0, %2; mapa.shared::cluster.u32 barrier, %1, %2; " \
               "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes" type ", [barrier]; }" ::"r"(shared_address(place)), \
               "r"(shared_address(&arrives)), "r"(rank), __VA_ARGS__                                                         \
               : "memory")
#else
#define SF_SEND(type, ...) cuda_on_cpu::send(place, rank, &x, sizeof x, &arrives.state)
#endif
SF_DEVICE void send(float* place, int rank, float x, Mbarrier& arrives) { SF_SEND(".f32 [there], %3", "f"(x)); }
SF_DEVICE void send(double* place, int rank, double x, Mbarrier& arrives) { SF_SEND(".f64 [there], %3", "d"(x)); }
SF_DEVICE void send4(float* place, int rank, float4 x, Mbarrier& arrives) {
  SF_SEND(".v4.f32 [there], {%3, %4, %5, %6}", "f"(x.x), "f"(x.y), "f"(x.z), "f"(x.w));
}
#undef SF_SEND

SF_NAMESPACE_END
