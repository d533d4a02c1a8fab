// Tensor cores of compute capability 9.0, on which four warps multiply together and both operands may lie in shared memory
// (PTX wgmma). On the CPU the emulator stands in for them.
//
// How a product of 64 samples by 256 outputs lies in a warpgroup: warp w has samples 16 w to 16 w + 15, and in it every tile
// of 8 outputs lies as the sums of mma.sync do (tensor.cuh).
//
// Operands in shared memory are rows of numbers that follow each other in k, `bytes` of them a row: 128, 64 or 32. Eight rows
// are a block of 8 `bytes`; within it the 16-byte pieces of a row are exchanged so that the same piece of eight rows lies in
// different banks: bits 4 to 6 of an address are those of the place, exclusive or bits 7 to 9 (of 64 and 32 bytes: fewer bits).
#pragma once
#include "mbarrier.cuh"
#include "portable.cuh"

SF_NAMESPACE_BEGIN

constexpr int WARPGROUP = 128;

// Where byte `at` of such rows lies.
template <int BYTES>
SF_INLINE constexpr unsigned swizzled(unsigned at) {
  return at ^ ((at >> 7) & (BYTES / 16 - 1)) << 4;
}

// Describes an operand of rows of BYTES bytes that begins at `address`, a multiple of 8 BYTES, or some 32 bytes later within
// its rows. PTX, "matrix descriptor": start in bits 0 to 13, from eight rows to the next in bits 32 to 45, both in units of 16
// bytes; the kind of rows in bits 62 and 63. (From piece to piece of a row, bits 16 to 29, there is nothing to say: 1.)
template <int BYTES>
SF_DEVICE uint64_t operand(unsigned address) {
  constexpr uint64_t KIND = BYTES == 128 ? 1 : BYTES == 64 ? 2 : 3;
  constexpr uint64_t REST = KIND << 62 | (uint64_t)(8 * BYTES / 16) << 32 | 1ull << 16;
  return REST | (address & 0x3FFFF) >> 4;
}

// All registers of a warpgroup's sums, which an assembly statement may change.
#define SF_SUMS(n) "+f"(c[0][n][0]), "+f"(c[0][n][1]), "+f"(c[0][n][2]), "+f"(c[0][n][3])
#define SF_SUMS_8(n) \
  SF_SUMS(n), SF_SUMS(n + 1), SF_SUMS(n + 2), SF_SUMS(n + 3), SF_SUMS(n + 4), SF_SUMS(n + 5), SF_SUMS(n + 6), SF_SUMS(n + 7)
#define SF_ALL_SUMS SF_SUMS_8(0), SF_SUMS_8(8), SF_SUMS_8(16), SF_SUMS_8(24)

// c += A B for 64 samples, 16 k and 256 outputs; begun, not done. The warpgroup has called begin_products(c) since it wrote c.
SF_DEVICE void multiply_later(float (&c)[1][32][4], uint64_t a, uint64_t b) {
#if defined(__CUDA_ARCH__)
  asm volatile(
      "{ .reg .pred add; setp.ne.b32 add, %130, 0; wgmma.mma_async.sync.aligned.m64n256k16.f32.f16.f16 "
      "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,"
      "%31,%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,"
      "%60,%61,%62,%63,%64,%65,%66,%67,%68,%69,%70,%71,%72,%73,%74,%75,%76,%77,%78,%79,%80,%81,%82,%83,%84,%85,%86,%87,%88,"
      "%89,%90,%91,%92,%93,%94,%95,%96,%97,%98,%99,%100,%101,%102,%103,%104,%105,%106,%107,%108,%109,%110,%111,%112,%113,"
      "%114,%115,%116,%117,%118,%119,%120,%121,%122,%123,%124,%125,%126,%127}, %128, %129, add, 1, 1, 0, 0; }"
      : SF_ALL_SUMS
      : "l"(a), "l"(b), "r"(1));
#else
  cuda_on_cpu::multiply_later(c, a, b);
#endif
}

// What the warpgroup wrote to the sums is there for products.
SF_DEVICE void begin_products([[maybe_unused]] float (&c)[1][32][4]) {
#if defined(__CUDA_ARCH__)
  asm volatile("wgmma.fence.sync.aligned;" : SF_ALL_SUMS::"memory");
#endif
}

// Ends a group of products of the warpgroup.
SF_DEVICE void end_products() {
#if defined(__CUDA_ARCH__)
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
#else
  cuda_on_cpu::end_products();
#endif
}

// Waits until only the last group is under way.
SF_DEVICE void await_products_before() {
#if defined(__CUDA_ARCH__)
  asm volatile("wgmma.wait_group.sync.aligned 1;" ::: "memory");
#else
  cuda_on_cpu::await_products(1);
#endif
}

// Waits for all products; the sums can be read.
SF_DEVICE void await_products([[maybe_unused]] float (&c)[1][32][4]) {
#if defined(__CUDA_ARCH__)
  asm volatile("wgmma.wait_group.sync.aligned 0;" : SF_ALL_SUMS::"memory");
#else
  cuda_on_cpu::await_products(0);
#endif
}

// What the thread wrote to shared memory is there for products and for copies of the memory system, once others know of it.
SF_DEVICE void publish_shared() {
#if defined(__CUDA_ARCH__)
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
#endif
}

// A number that is the same in the whole warp, so that the compiler knows it.
SF_DEVICE int uniform(int x) { return __shfl_sync(~0u, x, 0); }

// Gives registers of the warpgroup back, or takes more: `COUNT` a thread from now on.
template <int COUNT>
SF_DEVICE void keep_registers() {
#if defined(__CUDA_ARCH__)
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(COUNT));
#endif
}
template <int COUNT>
SF_DEVICE void take_registers() {
#if defined(__CUDA_ARCH__)
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(COUNT));
#endif
}

#undef SF_ALL_SUMS
#undef SF_SUMS_8
#undef SF_SUMS

SF_NAMESPACE_END
