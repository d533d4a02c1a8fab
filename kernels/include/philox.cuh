// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011); io.scorefield.rng.Philox is its twin in Java.
#pragma once
#include "portable.cuh"

SF_NAMESPACE_BEGIN

template <class W>
struct WordsOf {
  W r[4];
};
using Words = WordsOf<uint32_t>;

// Counter = {sample low, sample high, block, stream}, key = the 64-bit seed.
template <class W>
SF_INLINE WordsOf<W> philox(uint64_t seed, W sample_low, W sample_high, W block, W stream) {
  W c0 = sample_low;
  W c1 = sample_high;
  W c2 = block;
  W c3 = stream;
  uint32_t k0 = (uint32_t)seed;
  uint32_t k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    W high0, low0, high1, low1;
    wide_product(c0, 0xD2511F53u, high0, low0);
    wide_product(c2, 0xCD9E8D57u, high1, low1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return WordsOf<W>{{c0, c1, c2, c3}};
}

SF_INLINE Words philox(uint64_t seed, uint64_t sample, uint32_t block, uint32_t stream) {
  return philox<uint32_t>(seed, (uint32_t)sample, (uint32_t)(sample >> 32), block, stream);
}

// Maps a word to 0 .. bound - 1: the high half of word * bound (Lemire).
SF_INLINE uint32_t to_index(uint32_t word, uint32_t bound) {
  return (uint32_t)(((uint64_t)word * bound) >> 32);
}

SF_NAMESPACE_END
