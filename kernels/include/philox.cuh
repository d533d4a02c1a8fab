// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011); io.scorefield.rng.Philox is its twin in Java.
#pragma once
#include "portable.cuh"

namespace scorefield {

struct Words {
  uint32_t r[4];
};

// Counter = {sample low, sample high, block, stream}, key = the 64-bit seed.
SF_INLINE Words philox(uint64_t seed, uint64_t sample, uint32_t block, uint32_t stream) {
  uint32_t c0 = (uint32_t)sample;
  uint32_t c1 = (uint32_t)(sample >> 32);
  uint32_t c2 = block;
  uint32_t c3 = stream;
  uint32_t k0 = (uint32_t)seed;
  uint32_t k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t product0 = (uint64_t)0xD2511F53u * c0;
    uint64_t product1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)product1;
    c2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)product0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return Words{{c0, c1, c2, c3}};
}

}  // namespace scorefield
