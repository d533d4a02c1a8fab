// Runs CUDA kernels on a CPU, for tests: blocks, threads, barriers, warp shuffles, shared memory and matrix tiles.
//
// A CUDA thread is a fibre; the fibres of a block share one thread of the system and are switched only where they
// wait for each other. A kernel that never waits is a plain loop. Blocks are spread over threads of the system; those
// of a cooperative launch each have one, so that they can wait for each other. The blocks of a cluster share one thread of
// the system: each runs until all of its threads wait for the others, so that what one does too early shows every time.
//
// What kernels must keep to: dynamic shared memory through SF_DYNAMIC_SHARED; shuffles by whole warps; PTX assembly
// only under __CUDA_ARCH__, with a version for the CPU beside it.
//
// CUDA_ON_CPU_ORDER=1 runs the threads of a block in reverse: a missing barrier shows as a wrong result.
// CUDA_ON_CPU_THREADS limits the threads of the system.
#pragma once
#if !defined(__x86_64__)
#error "the emulator switches fibres with x86-64 assembly"
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
// One copy a thread of the system, and so one a running block.
#define __shared__ static thread_local
#define __cluster_dims__(...)

struct dim3 {
  unsigned x, y, z;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

namespace cuda_on_cpu {

constexpr int WARP = 32;
constexpr size_t STACK = 128 << 10;

// A copy that a thread has begun, and the group that it belongs to.
struct Copy {
  void* to;
  const void* from;
  size_t bytes;
  unsigned group;
};

// A product of a warpgroup that a thread has begun: its sums [n tile][4], descriptors of the operands, and the group.
struct Product {
  float* sums;
  uint64_t a, b;
  unsigned group;
};

struct Fibre {
  void* stack_pointer;
  char* stack;
  dim3 thread;
  int number;
  bool done;
  const unsigned* waits_for;  // runs again when *waits_for is not `old` any more
  unsigned old;
  std::vector<Copy> copies;  // not done yet
  unsigned groups;           // that have been ended
  std::vector<Product> products;  // not done yet
  unsigned product_groups;
  bool at_cluster;           // has arrived at the cluster's barrier and not waited
  unsigned cluster_generation;
};

// A copy that tells a barrier in shared memory when it is done; without `from`, of the value.
struct BulkCopy {
  void* to;
  const void* from;
  size_t bytes;
  uint64_t* barrier;
  char value[16];
};

// A barrier of some threads of a block.
struct Meeting {
  unsigned generation, arrived;
};

// Values of shuffles go through slots; two sets in turn, so that one wait a shuffle is enough.
struct Warp {
  unsigned generation, arrived, alive;
  alignas(16) char slots[2][WARP][64];
};

struct Free {
  void operator()(void* memory) const { free(memory); }
};

// Memory of just so many bytes, so that a sanitizer knows where it ends.
inline void* aligned(size_t alignment, size_t bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, std::max<size_t>(bytes, 1)) != 0) {
    abort();
  }
  return memory;
}

struct Block;

// Blocks that see each other's shared memory.
struct Cluster {
  std::vector<Block> blocks;
  int alive, arrived;  // threads
  unsigned generation;
  unsigned turn;  // counts how often all blocks have run
};

struct Block {
  dim3 index, size, grid;
  int threads;
  std::vector<Fibre> fibres;
  std::vector<Warp> warps;
  std::vector<char*> stacks;  // not in use, the block's until its launch has ended
  std::unique_ptr<char, Free> dynamic_shared;
  size_t shared_bytes;
  std::vector<BulkCopy> copies;  // not done yet
  Meeting meetings[16];
  unsigned signals;  // changes at barriers in its shared memory
  void* scheduler;
  Fibre* current;
  int started, alive, arrived;
  unsigned generation;
  const std::function<void()>* kernel;
  bool reverse;
  Cluster* cluster;
  int rank;  // in the cluster
};

inline thread_local Block* running = nullptr;

// Stacks of launches that have ended: the system's pages come once, not with every launch. They are never given back.
struct Stacks {
  std::mutex lock;
  std::vector<char*> free;

  char* take() {
    std::lock_guard<std::mutex> held(lock);
    if (free.empty()) {
      return (char*)aligned_alloc(64, STACK);
    }
    char* last = free.back();
    free.pop_back();
    return last;
  }
  void give(const std::vector<char*>& some) {
    std::lock_guard<std::mutex> held(lock);
    free.insert(free.end(), some.begin(), some.end());
  }
};

inline Stacks& stacks() {
  static Stacks* all = new Stacks;
  return *all;
}

// Saves the registers that a call keeps, changes the stack, restores them.
extern "C" void cuda_on_cpu_switch(void** from, void* to);
__asm__(
    ".text\n.weak cuda_on_cpu_switch\n.type cuda_on_cpu_switch,@function\ncuda_on_cpu_switch:\n"
    " pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
    " movq %rsp,(%rdi)\n movq %rsi,%rsp\n"
    " popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n ret\n");

[[noreturn]] inline void stop(const Block& block, const char* why) {
  fprintf(stderr, "cuda_on_cpu: block %u,%u,%u: %s\n", block.index.x, block.index.y, block.index.z, why);
  abort();
}

inline char* dynamic_shared(Block& block) { return block.dynamic_shared.get(); }
inline void* dynamic_shared() { return dynamic_shared(*running); }

inline int lane() { return running->current->number % WARP; }

inline void wait_for_change(const unsigned* word, unsigned old) {
  Fibre* self = running->current;
  self->waits_for = word;
  self->old = old;
  cuda_on_cpu_switch(&self->stack_pointer, running->scheduler);
}

inline int in_order(int i) { return running->reverse ? running->threads - 1 - i : i; }
inline int block_in_order(const Cluster& cluster, int i) {
  return cluster.blocks[0].reverse ? (int)cluster.blocks.size() - 1 - i : i;
}

// The cluster's barrier is open once all threads that have not ended are there.
inline void open_cluster(Cluster& cluster) {
  if (cluster.arrived != 0 && cluster.arrived == cluster.alive) {
    cluster.arrived = 0;
    cluster.generation++;
  }
}

// A fibre runs one thread after another until one has to wait.
inline void fibre_main() {
  for (;;) {
    Block& block = *running;
    (*block.kernel)();
    Fibre* self = block.current;
    self->done = true;
    // A thread that has ended holds up nobody.
    Warp& warp = block.warps[self->number / WARP];
    warp.alive &= ~(1u << (self->number % WARP));
    block.alive--;
    if (warp.arrived != 0 && warp.arrived == warp.alive) {
      warp.arrived = 0;
      warp.generation++;
    }
    if (block.arrived != 0 && block.arrived == block.alive) {
      block.arrived = 0;
      block.generation++;
    }
    if (block.cluster != nullptr) {
      if (self->at_cluster) {
        stop(block, "a thread ended between arriving at the cluster's barrier and waiting there");
      }
      block.cluster->alive--;
      open_cluster(*block.cluster);
    }
    if (block.started == block.threads) {
      cuda_on_cpu_switch(&self->stack_pointer, block.scheduler);
    }
    Fibre& next = block.fibres[in_order(block.started++)];
    next.stack = self->stack;
    self->stack = nullptr;
    block.current = &next;
  }
}

inline void start(Block& block, Fibre& fibre) {
  if (block.stacks.empty()) {
    block.stacks.push_back(stacks().take());
  }
  fibre.stack = block.stacks.back();
  block.stacks.pop_back();
#if defined(__SANITIZE_ADDRESS__)
  // Its last fibre returned from all frames but that of fibre_main, which is at the top.
  constexpr size_t TOP = 8 << 10;
  __asan_unpoison_memory_region(fibre.stack + STACK - TOP, TOP);
#endif
  // Stacks that begin at different cache lines, fibre_main as the return address, six registers.
  void** top = (void**)(fibre.stack + STACK - 64 - (fibre.number % 16) * 192);
  *--top = nullptr;
  *--top = (void*)fibre_main;
  for (int i = 0; i < 6; i++) {
    *--top = nullptr;
  }
  fibre.stack_pointer = top;
  block.current = &fibre;
  cuda_on_cpu_switch(&block.scheduler, fibre.stack_pointer);
}

inline void begin_block(Block& block) {
  int n = block.threads;
  block.alive = n;
  block.arrived = block.started = 0;
  block.generation = 0;
  std::fill(std::begin(block.meetings), std::end(block.meetings), Meeting{});
  block.copies.clear();
  block.signals = 0;
  for (int i = 0; i < n; i++) {
    Fibre& fibre = block.fibres[i];
    fibre = Fibre{};
    fibre.number = i;
    fibre.thread = {i % block.size.x, i / block.size.x % block.size.y, i / (block.size.x * block.size.y)};
  }
  for (size_t w = 0; w < block.warps.size(); w++) {
    Warp& warp = block.warps[w];
    warp.generation = warp.arrived = 0;
    int lanes = std::min(n - (int)w * WARP, WARP);
    warp.alive = lanes == WARP ? ~0u : (1u << lanes) - 1;
  }
}

// Runs every thread until it waits; false: none could go on.
inline bool advance(Block& block) {
  running = &block;
  bool progress = block.started < block.threads;
  while (block.started < block.threads) {
    start(block, block.fibres[in_order(block.started++)]);
  }
  for (int i = 0; i < block.threads; i++) {
    Fibre& fibre = block.fibres[in_order(i)];
    if (!fibre.done && *fibre.waits_for != fibre.old) {
      progress = true;
      block.current = &fibre;
      cuda_on_cpu_switch(&block.scheduler, fibre.stack_pointer);
    }
  }
  return progress;
}

inline void end_block(Block& block) {
  for (Fibre& fibre : block.fibres) {
    if (fibre.stack != nullptr) {
      block.stacks.push_back(fibre.stack);
    }
  }
}

inline void run_block(Block& block) {
  begin_block(block);
  while (block.alive > 0) {
    if (!advance(block)) {
      stop(block, "a barrier or shuffle is not reached by all threads");
    }
  }
  end_block(block);
}

inline void run_cluster(Cluster& cluster) {
  int size = (int)cluster.blocks.size();
  cluster.arrived = cluster.alive = 0;
  cluster.generation = cluster.turn = 0;
  for (Block& block : cluster.blocks) {
    begin_block(block);
    cluster.alive += block.threads;
  }
  while (cluster.alive > 0) {
    bool progress = false;
    cluster.turn++;
    for (int i = 0; i < size; i++) {
      Block& block = cluster.blocks[block_in_order(cluster, i)];
      if (block.alive == 0) {
        continue;
      }
      while (block.alive > 0 && advance(block)) {
        progress = true;
      }
      if (block.alive == 0 && cluster.alive > 0) {
        // The shared memory of a block that has ended may be another's already.
        memset(dynamic_shared(block), 0xA5, block.shared_bytes);
      }
    }
    if (!progress) {
      stop(cluster.blocks[0], "in its cluster, a barrier or shuffle is not reached by all threads");
    }
  }
  for (Block& block : cluster.blocks) {
    end_block(block);
  }
}

inline void barrier() {
  Block& block = *running;
  unsigned generation = block.generation;
  if (++block.arrived == block.alive) {
    block.arrived = 0;
    block.generation++;
  } else {
    wait_for_change(&block.generation, generation);
  }
}

// The two halves of the cluster's barrier. A thread that has arrived lets the other blocks run before it goes on: what it
// should have done before shows.
inline void arrive_at_cluster() {
  Block& block = *running;
  Fibre& self = *block.current;
  if (block.cluster == nullptr || self.at_cluster) {
    stop(block, "a thread arrives at the cluster's barrier, and has no cluster or has not waited there before");
  }
  self.at_cluster = true;
  self.cluster_generation = block.cluster->generation;
  block.cluster->arrived++;
  open_cluster(*block.cluster);
  wait_for_change(&block.cluster->turn, block.cluster->turn);
}
inline void wait_for_cluster() {
  Block& block = *running;
  Fibre& self = *block.current;
  if (!self.at_cluster) {
    stop(block, "a thread waits at the cluster's barrier and has not arrived there");
  }
  if (block.cluster->generation == self.cluster_generation) {
    wait_for_change(&block.cluster->generation, self.cluster_generation);
  }
  self.at_cluster = false;
}

// The same place in the dynamic shared memory of another block of the cluster.
inline void* of_peer(const void* own, int rank) {
  Block& block = *running;
  ptrdiff_t offset = (const char*)own - dynamic_shared(block);
  if (block.cluster == nullptr || rank < 0 || rank >= (int)block.cluster->blocks.size() || offset < 0 ||
      offset >= (ptrdiff_t)block.shared_bytes) {
    stop(block, "no place in the shared memory of a block of its cluster");
  }
  return dynamic_shared(block.cluster->blocks[rank]) + offset;
}

using Slots = char (*)[64];

// Every lane of the warp hands in a value; all can be read when it returns.
template <class T>
Slots exchange(const T& value) {
  static_assert(sizeof(T) <= 64, "too large for a slot");
  Block& block = *running;
  int number = block.current->number;
  Warp& warp = block.warps[number / WARP];
  unsigned generation = warp.generation;
  Slots slots = warp.slots[generation & 1];
  memcpy(slots[number % WARP], &value, sizeof value);
  warp.arrived |= 1u << (number % WARP);
  if (warp.arrived == warp.alive) {
    warp.arrived = 0;
    warp.generation++;
  } else {
    wait_for_change(&warp.generation, generation);
  }
  return slots;
}

template <class T>
T from_lane(Slots slots, int lane) {
  T value;
  memcpy(&value, slots[lane & 31], sizeof value);
  return value;
}

inline int setting(const char* name, int otherwise) {
  const char* text = getenv(name);
  return text == nullptr ? otherwise : atoi(text);
}

// Blocks of clusters of `together` (1: there are none); the blocks of a cluster are neighbours in x.
inline void launch(
    const std::function<void()>& kernel, dim3 grid, dim3 size, size_t shared, bool cooperative, int together) {
  long clusters = (long)grid.x * grid.y * grid.z / together;
  std::atomic<long> next{0};
  bool reverse = setting("CUDA_ON_CPU_ORDER", 0) == 1;
  auto work = [&] {
    Cluster cluster{};
    cluster.blocks.resize(together);
    for (int rank = 0; rank < together; rank++) {
      Block& block = cluster.blocks[rank];
      block.size = size;
      block.grid = grid;
      block.threads = (int)(size.x * size.y * size.z);
      block.kernel = &kernel;
      block.reverse = reverse;
      block.cluster = together > 1 ? &cluster : nullptr;
      block.rank = rank;
      block.fibres.resize(block.threads);
      block.warps.resize((block.threads + WARP - 1) / WARP);
      block.shared_bytes = shared;
      block.dynamic_shared.reset((char*)aligned(1024, shared));
      // What an earlier block left there is not zero on a GPU either.
      memset(block.dynamic_shared.get(), 0xA5, shared);
    }
    for (long i; (i = next.fetch_add(1)) < clusters;) {
      for (int rank = 0; rank < together; rank++) {
        long b = i * together + rank;
        cluster.blocks[rank].index = {
            (unsigned)(b % grid.x), (unsigned)(b / grid.x % grid.y), (unsigned)(b / ((long)grid.x * grid.y))};
      }
      if (together > 1) {
        run_cluster(cluster);
      } else {
        run_block(cluster.blocks[0]);
      }
    }
    for (Block& block : cluster.blocks) {
      stacks().give(block.stacks);
    }
  };
  int most = setting("CUDA_ON_CPU_THREADS", (int)std::thread::hardware_concurrency());
  long threads = cooperative ? clusters : std::clamp<long>(clusters, 1, std::max(most, 1));
  std::vector<std::thread> others;
  for (long i = 1; i < threads; i++) {
    others.emplace_back(work);
  }
  work();
  for (std::thread& other : others) {
    other.join();
  }
}

template <class... A, size_t... I>
void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
  kernel(*(std::remove_reference_t<A>*)arguments[I]...);
}
template <class... A>
void call(void (*kernel)(A...), void** arguments) {
  call(kernel, arguments, std::index_sequence_for<A...>{});
}
template <class... A>
size_t argument_size(void (*)(A...), int number) {
  size_t sizes[] = {sizeof(A)..., 0};
  return number < (int)sizeof...(A) ? sizes[number] : 0;
}

// The float next to a number on the side of zero.
inline float toward_zero(double x) {
  float rounded = (float)x;
  if (std::fabs((double)rounded) > std::fabs(x)) {
    return std::bit_cast<float>(std::bit_cast<uint32_t>(rounded) - 1);  // one less in magnitude
  }
  return rounded;
}

// Copies to shared memory that go on beside the thread (cp.async). They are done as late as they may be, when they are
// waited for: who reads too early reads what was there before.
inline void copy_ahead(void* to, const void* from, size_t bytes) {
  Fibre& self = *running->current;
  self.copies.push_back({to, from, bytes, self.groups});
}
inline void end_copies() { running->current->groups++; }
inline void await_copies(unsigned groups) {
  Fibre& self = *running->current;
  size_t done = 0;
  while (done < self.copies.size() && self.copies[done].group + groups < self.groups) {
    memcpy(self.copies[done].to, self.copies[done].from, self.copies[done].bytes);
    done++;
  }
  self.copies.erase(self.copies.begin(), self.copies.begin() + (long)done);
}

// One mma.sync tile of half precision operands, m16n8k(8 PAIRS): a and b as the hardware wants them. Tensor cores cut
// sums off instead of rounding them; here an exact sum of the tile is cut off once, they may do so more often.
template <int PAIRS>
inline void multiply_tile(float d[4], const unsigned* a, const unsigned* b) {
  struct Operands {
    float a[4 * PAIRS], b[2 * PAIRS];
  } own;
  auto unpack = [](unsigned word, float* to) {
    to[0] = std::bit_cast<_Float16>((uint16_t)word);
    to[1] = std::bit_cast<_Float16>((uint16_t)(word >> 16));
  };
  for (int i = 0; i < 2 * PAIRS; i++) {
    unpack(a[i], own.a + 2 * i);
  }
  for (int i = 0; i < PAIRS; i++) {
    unpack(b[i], own.b + 2 * i);
  }
  Slots slots = exchange(own);
  int row = lane() >> 2;
  int column = lane() & 3;
  double sum[4] = {d[0], d[1], d[2], d[3]};
  for (int group = 0; group < 4; group++) {
    // Of eight k, lane `group` of four holds a pair.
    const Operands& rows = *(const Operands*)slots[row * 4 + group];
    const Operands& first = *(const Operands*)slots[2 * column * 4 + group];
    const Operands& second = *(const Operands*)slots[(2 * column + 1) * 4 + group];
    for (int eight = 0; eight < PAIRS; eight++) {
      for (int i = 0; i < 2; i++) {
        double low = rows.a[4 * eight + i];
        double high = rows.a[4 * eight + 2 + i];
        double b0 = first.b[2 * eight + i];
        double b1 = second.b[2 * eight + i];
        sum[0] += low * b0;
        sum[1] += low * b1;
        sum[2] += high * b0;
        sum[3] += high * b1;
      }
    }
  }
  for (int i = 0; i < 4; i++) {
    d[i] = toward_zero(sum[i]);
  }
}

}  // namespace cuda_on_cpu

#include "warpgroups_on_cpu.h"

// Makes a kernel known to the stand-in for the driver (cuda_driver.cpp); one whose blocks are in clusters of so many.
#define SF_EXPORT(kernel) SF_EXPORT_CLUSTER(kernel, 1)
#define SF_EXPORT_CLUSTER(kernel, blocks)                                                                          \
  extern "C" __attribute__((visibility("default"))) void kernel##__launch(                                        \
      const unsigned* size, size_t shared, int cooperative, void** arguments) {                                    \
    cuda_on_cpu::launch(                                                                                           \
        [=] { cuda_on_cpu::call(kernel, arguments); }, {size[0], size[1], size[2]}, {size[3], size[4], size[5]},   \
        shared, cooperative != 0, blocks);                                                                               \
  }                                                                                                                \
  extern "C" __attribute__((visibility("default"))) size_t kernel##__argument(int number) {                       \
    return cuda_on_cpu::argument_size(kernel, number);                                                             \
  }                                                                                                                \
  extern "C" __attribute__((visibility("default"))) int kernel##__cluster() { return blocks; }
#define SF_DYNAMIC_SHARED(type, name) type* name = (type*)cuda_on_cpu::dynamic_shared()
#define SF_SWIZZLED_SHARED(type, name) SF_DYNAMIC_SHARED(type, name)

#define threadIdx (cuda_on_cpu::running->current->thread)
#define blockIdx (cuda_on_cpu::running->index)
#define blockDim (cuda_on_cpu::running->size)
#define gridDim (cuda_on_cpu::running->grid)

inline void __syncthreads() { cuda_on_cpu::barrier(); }
inline void __syncwarp() { cuda_on_cpu::exchange(0); }
inline void __threadfence() { std::atomic_thread_fence(std::memory_order_seq_cst); }
template <class T>
T __shfl_sync(unsigned, T value, int lane) {
  return cuda_on_cpu::from_lane<T>(cuda_on_cpu::exchange(value), lane);
}
template <class T>
T __shfl_xor_sync(unsigned, T value, int mask) {
  int lane = cuda_on_cpu::lane();
  return cuda_on_cpu::from_lane<T>(cuda_on_cpu::exchange(value), lane ^ mask);
}
// Of whole warps.
inline int __all_sync(unsigned, int value) {
  cuda_on_cpu::Slots slots = cuda_on_cpu::exchange(value);
  bool all = true;
  for (int lane = 0; lane < cuda_on_cpu::WARP; lane++) {
    all = all && cuda_on_cpu::from_lane<int>(slots, lane) != 0;
  }
  return all;
}
template <class T>
T atomicAdd(T* word, T value) {
  return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}
template <class T>
T atomicMin(T* word, T value) {
  T old = __atomic_load_n(word, __ATOMIC_SEQ_CST);
  while (value < old && !__atomic_compare_exchange_n(word, &old, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return old;
}
