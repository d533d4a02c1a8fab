// Normals of a tile: number `step` D + d of each sample in a stream.
#pragma once
#include "group.cuh"
#include "normals.cuh"
#include "tables.cuh"

SF_NAMESPACE_BEGIN

// The two normals of half a block.
SF_DEVICE void half_block(const Words& words, int half, float* z) {
  box_muller<float>(half == 0 ? words.r[0] : words.r[2], half == 0 ? words.r[1] : words.r[3], z[0], z[1]);
}

// z[d][s] for the sample first + s. The group is not in step afterwards.
template <class Group, class Rows>
SF_DEVICE void draw_normals(
    const Group& group, uint64_t seed, uint64_t first, NoiseStream stream, uint32_t step, int dimension, Rows z) {
  uint64_t from = (uint64_t)step * dimension;
  uint64_t end = from + dimension;
  int blocks = (int)((end + 3) / 4 - from / 4);
  each(group, blocks, [&](int b, int s) {
    uint64_t block = from / 4 + b;
    Words words = philox(seed, first + s, (uint32_t)block, (uint32_t)stream);
    // Only the pairs that are asked for.
    for (int half = 0; half < 2; half++) {
      uint64_t n = 4 * block + 2 * half;
      if (n + 1 >= from && n < end) {
        float pair[2];
        half_block(words, half, pair);
        for (int i = 0; i < 2; i++) {
          if (n + i >= from && n + i < end) {
            z((int)(n + i - from), s) = pair[i];
          }
        }
      }
    }
  });
}

SF_NAMESPACE_END
