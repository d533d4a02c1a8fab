// Forward noising of a batch: x_t = alpha x_0 + sigma eps, the noise level of each point given. The last components
// may be conditions, which stay as they are.
//
// Launch: any grid; a thread takes one block of four normals of one point after another.
// Bound: memory, 8 bytes a number, and about 100 integer operations for four normals.
#include "device/noise.cuh"
#include "noise_row.cuh"

using namespace scorefield;

SF_KERNEL forward_noising(
    const NoiseRow* table, const int32_t* rows, const float* x0, uint64_t seed, uint64_t first, int64_t count,
    int32_t dimension, int32_t conditions, float* xt) {
  int blocks = (dimension + 3) / 4;
  for (int64_t i = grid_rank(); i < count * blocks; i += grid_size()) {
    int64_t point = i / blocks;
    uint32_t block = (uint32_t)(i % blocks);
    Normals eps = normals(seed, first + point, block, (uint32_t)NoiseStream::TRAINING_NOISE);
    NoiseRow level = table[rows[point]];
    for (int j = 0; j < 4 && (int)(4 * block) + j < dimension; j++) {
      int64_t at = point * dimension + 4 * block + j;
      float noisy = forward_noise(level.alpha, level.sigma, x0[at], eps.z[j]);
      xt[at] = (int)(4 * block) + j < dimension - conditions ? noisy : x0[at];
    }
  }
}
SF_EXPORT(forward_noising)
