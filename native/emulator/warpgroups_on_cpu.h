// What compute capability 9.0 has beside the threads: barriers in shared memory, bulk copies, products of warpgroups
// (kernels/device/warpgroup.cuh). A part of cuda_on_cpu.h, which includes it.
#pragma once

namespace cuda_on_cpu {

// What goes on beside the threads may be done as early or as late as it may be. Where threads run in order it is late: who
// reads results too early sees it. In reverse order it is early: who overwrites operands too early sees that.
inline bool late() { return !running->reverse; }

inline void meet(int barrier, int threads) {
  Meeting& meeting = running->meetings[barrier];
  unsigned generation = meeting.generation;
  if ((int)(meeting.arrived += 1) == threads) {
    meeting.arrived = 0;
    meeting.generation++;
  } else {
    wait_for_change(&meeting.generation, generation);
  }
}

inline unsigned shared_address(const void* pointer) {
  size_t at = (const char*)pointer - dynamic_shared(*running);
  if (at > running->shared_bytes) {
    stop(*running, "not an address in its dynamic shared memory");
  }
  return (unsigned)at;
}

// A barrier in shared memory (mbarrier): bytes that are missing (which may come before they are expected), arrivals that
// are, those of a phase, and whether the phase is an odd one.
struct Mbarrier {
  int32_t bytes;
  uint16_t missing;
  uint16_t arrivals : 15;
  uint16_t phase : 1;

  static Mbarrier& of(uint64_t* state) {
    static_assert(sizeof(Mbarrier) == sizeof *state);
    return *(Mbarrier*)state;
  }
  void advance() {
    if (missing == 0 && bytes == 0) {
      missing = arrivals;
      phase ^= 1;
    }
  }
};

inline void start(uint64_t* barrier, int arrivals) {
  Mbarrier::of(barrier) = Mbarrier{0, (uint16_t)arrivals, (uint16_t)(arrivals & 0x7FFF), 0};
}

// Block `rank` of the cluster; without one, the block itself.
inline Block& member(int rank) { return running->cluster == nullptr ? *running : running->cluster->blocks[rank]; }

// At the barrier in this place of a block of the cluster.
inline void arrive(uint64_t* barrier, int bytes, int rank) {
  Mbarrier& of = Mbarrier::of(rank == running->rank ? barrier : (uint64_t*)of_peer(barrier, rank));
  if (of.missing == 0) {
    stop(*running, "more arrivals at a barrier than it was started for");
  }
  of.bytes += bytes;
  of.missing--;
  of.advance();
  member(rank).signals++;
}
inline void arrive(uint64_t* barrier, int bytes) { arrive(barrier, bytes, running->rank); }

inline void finish(const BulkCopy& copy, Block& in) {
  memcpy(copy.to, copy.from != nullptr ? copy.from : copy.value, copy.bytes);
  Mbarrier& of = Mbarrier::of(copy.barrier);
  of.bytes -= (int32_t)copy.bytes;
  of.advance();
  in.signals++;
}

inline void begin(const BulkCopy& copy, Block& in) {
  if (late()) {
    in.copies.push_back(copy);
    in.signals++;
  } else {
    finish(copy, in);
  }
}

// For the first blocks of the cluster, in the same places.
inline void copy_in_bulk(void* to, const void* from, size_t bytes, uint64_t* barrier, int blocks) {
  if (bytes % 16 != 0 || (uintptr_t)from % 16 != 0 || shared_address(to) % 16 != 0) {
    stop(*running, "a bulk copy that is not of pieces of 16 bytes");
  }
  for (int rank = 0; rank < blocks; rank++) {
    begin(BulkCopy{of_peer(to, rank), from, bytes, (uint64_t*)of_peer(barrier, rank), {}}, member(rank));
  }
}

// A number, of 4, 8 or 16 bytes, to this place of a block of the cluster.
inline void send(void* place, int rank, const void* value, size_t bytes, uint64_t* barrier) {
  if (shared_address(place) % bytes != 0) {
    stop(*running, "a number is sent to a place that is not a multiple of its size");
  }
  BulkCopy copy{of_peer(place, rank), nullptr, bytes, (uint64_t*)of_peer(barrier, rank), {}};
  memcpy(copy.value, value, bytes);
  begin(copy, member(rank));
}

// Waits until the phase of this parity has ended.
inline void await(uint64_t* barrier, unsigned parity) {
  Mbarrier& own = Mbarrier::of(barrier);
  while (own.phase == parity) {
    // What is under way to it, in one go.
    std::vector<BulkCopy>& copies = running->copies;
    size_t left = 0;
    bool any = false;
    for (size_t i = 0; i < copies.size(); i++) {
      if (copies[i].barrier == barrier && own.missing == 0 && own.phase == parity) {
        finish(copies[i], *running);
        any = true;
      } else {
        copies[left++] = copies[i];
      }
    }
    copies.resize(left);
    if (!any) {
      wait_for_change(&running->signals, running->signals);
    }
  }
}

// An operand of a warpgroup's product in shared memory, of 64 or 256 rows: [row][k] of 16 k as a descriptor says.
struct Operand {
  unsigned start, eight, row;  // bytes: where it begins, from eight rows to the next, a row

  explicit Operand(uint64_t descriptor) {
    start = (unsigned)(descriptor & 0x3FFF) << 4;
    eight = (unsigned)(descriptor >> 32 & 0x3FFF) << 4;
    row = 256u >> (descriptor >> 62);  // 128, 64, 32; without exchanged pieces (0) we have none
    if (descriptor >> 62 == 0 || (descriptor >> 49 & 7) != 0 || start % row > row - 32) {
      stop(*running, "an operand of a product that is not known");
    }
  }

  // 16 numbers of row r.
  void read(int r, float (&to)[16]) const {
    for (unsigned piece = 0; piece < 2; piece++) {
      unsigned at = start + (unsigned)r / 8 * eight + (unsigned)r % 8 * row + 16 * piece;
      at ^= (at >> 7 & (row / 16 - 1)) << 4;
      if (at + 16 > running->shared_bytes) {
        stop(*running, "an operand of a product beyond its shared memory");
      }
      _Float16 halves[8];
      memcpy(halves, dynamic_shared(*running) + at, sizeof halves);
      for (int i = 0; i < 8; i++) {
        to[8 * piece + i] = halves[i];
      }
    }
  }
};

// The thread's part of a product of a warpgroup (wgmma), m64n256k16. Sums as in multiply_tile.
inline void finish(const Product& product) {
  int number = running->current->number % 128;
  Operand of_a(product.a);
  Operand of_b(product.b);
  float a[2][16];
  of_a.read(number / 32 * 16 + number % 32 / 4, a[0]);
  of_a.read(number / 32 * 16 + number % 32 / 4 + 8, a[1]);
  for (int n = 0; n < 32; n++) {
    float b[2][16];
    of_b.read(8 * n + 2 * (number % 4), b[0]);
    of_b.read(8 * n + 2 * (number % 4) + 1, b[1]);
    float* c = product.sums + 4 * n;
    double sum[4] = {c[0], c[1], c[2], c[3]};
    for (int i = 0; i < 16; i++) {
      int k = i / 4 * 2 + i / 2 % 2 * 8 + i % 2;
      for (int at = 0; at < 4; at++) {
        sum[at] += (double)a[at / 2][k] * b[at % 2][k];
      }
    }
    for (int at = 0; at < 4; at++) {
      c[at] = toward_zero(sum[at]);
    }
  }
}

inline void multiply_later(float (&c)[1][32][4], uint64_t a, uint64_t b) {
  Fibre& self = *running->current;
  Product product{&c[0][0][0], a, b, self.product_groups};
  if (late()) {
    self.products.push_back(product);
  } else {
    // The operands are read by the whole warpgroup, whose warps are in step with none but themselves.
    exchange(0);
    finish(product);
  }
}
inline void end_products() { running->current->product_groups++; }
inline void await_products(unsigned groups) {
  Fibre& self = *running->current;
  size_t done = 0;
  while (done < self.products.size() && self.products[done].group + groups < self.product_groups) {
    finish(self.products[done]);
    done++;
  }
  self.products.erase(self.products.begin(), self.products.begin() + (long)done);
  exchange(0);
}

}  // namespace cuda_on_cpu
