// Standard normals that are the same to the bit everywhere: Box and Muller's transform from correctly
// rounded operations only. docs/formats.md has the recipe, io.scorefield.rng.Normals is the twin in Java.
// Compile with -ffp-contract=off (g++) or --fmad=false (nvcc).
#pragma once
#include "philox.cuh"

namespace scorefield {

struct Normals {
  float z[4];
};

// ln((r + 1/2) / 2^32).
SF_INLINE float logarithm(uint32_t r) {
  float f;
  float exponent;
  if (r >= 3037000499u) {
    f = -fused((float)~r, 0x1.0p-32f, 0x1.0p-33f);
    exponent = 0.0f;
  } else {
    float u = fused((float)r, 0x1.0p-32f, 0x1.0p-33f);
    int32_t bits = (int32_t)bits_of(u);
    int32_t e = (bits - 0x3F3504F3) >> 23;
    f = float_of((uint32_t)(bits - e * (1 << 23))) - 1.0f;
    exponent = (float)e;
  }
  float p = fused(f, -0.07634429633617401f, 0.12761549651622772f);
  p = fused(f, p, -0.131601944565773f);
  p = fused(f, p, 0.14201761782169342f);
  p = fused(f, p, -0.16623356938362122f);
  p = fused(f, p, 0.20001226663589478f);
  p = fused(f, p, -0.250008225440979f);
  p = fused(f, p, 0.3333333134651184f);
  float f2 = f * f;
  float tail = f2 * fused(f, p, -0.5f);
  tail = fused(exponent, 1.428606765330187e-06f, tail);
  return fused(exponent, 0.693145751953125f, f + tail);
}

// Two words to two normals.
SF_INLINE void box_muller(uint32_t r0, uint32_t r1, float* z) {
  float radius = sqrtf(-2.0f * logarithm(r0));
  uint32_t quadrant = (r1 + 0x20000000u) >> 30;
  float t = (float)(int32_t)(r1 - (quadrant << 30)) * 0x1.0p-32f;
  float t2 = t * t;
  float s = fused(t2, -75.4533920288086f, 81.59393310546875f);
  s = fused(t2, s, -41.3416748046875f);
  s = fused(t2, s, -1.7484555314695172e-07f);
  s = fused(t, 6.2831854820251465f, t * s);
  float c = fused(t2, 59.2459602355957f, -85.44374084472656f);
  c = fused(t2, c, 64.93932342529297f);
  c = fused(t2, c, -19.739208221435547f);
  c = fused(t2, c, 1.0f);
  float cosine = (quadrant & 1u) ? s : c;
  float sine = (quadrant & 1u) ? c : s;
  if (quadrant == 1u || quadrant == 2u) {
    cosine = -cosine;
  }
  if (quadrant >= 2u) {
    sine = -sine;
  }
  z[0] = radius * cosine;
  z[1] = radius * sine;
}

// The four normals of a block.
SF_INLINE Normals normals(uint64_t seed, uint64_t sample, uint32_t block, uint32_t stream) {
  Words words = philox(seed, sample, block, stream);
  Normals normals;
  box_muller(words.r[0], words.r[1], normals.z);
  box_muller(words.r[2], words.r[3], normals.z + 2);
  return normals;
}

}  // namespace scorefield
