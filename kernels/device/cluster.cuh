// Clusters: blocks that run beside each other, wait for each other and see each other's shared memory. For files that are
// compiled for compute capability 9.0 (kernels/hopper_*.cu).
//
//   SF_KERNEL SF_CLUSTER(8) __launch_bounds__(256, 1) name(...) { ... }
//   SF_EXPORT_CLUSTER(name, 8)
//
// The grid is a multiple of the cluster. No block may end while another one still reads or writes its shared memory: the
// last thing they do is wait for each other.
#pragma once
#include "device.cuh"

#define SF_CLUSTER(blocks) __cluster_dims__(blocks, 1, 1)
#if defined(__CUDACC__)
#define SF_EXPORT_CLUSTER(kernel, blocks)
#endif

namespace scorefield {

// Number of the block in its cluster.
SF_DEVICE int cluster_rank() {
#if defined(__CUDA_ARCH__)
  unsigned rank;
  asm("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  return (int)rank;
#else
  return cuda_on_cpu::running->rank;
#endif
}

// Blocks of the cluster.
SF_DEVICE int cluster_size() {
#if defined(__CUDA_ARCH__)
  unsigned size;
  asm("mov.u32 %0, %%cluster_nctarank;" : "=r"(size));
  return (int)size;
#else
  return (int)cuda_on_cpu::running->cluster->blocks.size();
#endif
}

// All threads of the cluster meet, in two halves: what a thread wrote before it arrived, in whatever shared memory of the
// cluster, is seen by every thread that has waited. Whole warps come at a time, and arrive and wait in turn; a thread that was
// busy alone is waited for.
SF_DEVICE void cluster_arrive() {
#if defined(__CUDA_ARCH__)
  __syncwarp();
  asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
#else
  cuda_on_cpu::arrive_at_cluster();
#endif
}
SF_DEVICE void cluster_wait() {
#if defined(__CUDA_ARCH__)
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
#else
  cuda_on_cpu::wait_for_cluster();
#endif
}
SF_DEVICE void cluster_sync() {
  cluster_arrive();
  cluster_wait();
}

// The same place in the shared memory of a block of the cluster, to be read and written like any other.
template <class T>
SF_DEVICE T* peer(T* own, int rank) {
#if defined(__CUDA_ARCH__)
  uint64_t address;
  asm("mapa.u64 %0, %1, %2;" : "=l"(address) : "l"(own), "r"(rank));
  return (T*)address;
#else
  return (T*)cuda_on_cpu::of_peer(own, rank);
#endif
}

}  // namespace scorefield
