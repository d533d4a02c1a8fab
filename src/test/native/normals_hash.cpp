// Prints the check value of docs/formats.md, made by kernels/include.
#include <cstdio>
#include "normals.cuh"

int main() {
  const uint64_t seed = 0x0123456789ABCDEFull;
  uint64_t hash = 0xcbf29ce484222325ull;
  for (uint64_t sample = 0; sample < 100000; sample++) {
    for (uint32_t number = 3; number < 8; number++) {
      scorefield::Normals normals = scorefield::normals(seed, sample, number / 4, 1);
      hash = (hash ^ scorefield::bits_of(normals.z[number % 4])) * 0x100000001b3ull;
    }
  }
  std::printf("%llx\n", (unsigned long long)hash);
  return 0;
}
