// A hidden layer's product for a tile of 128 samples by wgmma: two warpgroups, each with 64 samples of its own, compute 256
// outputs at a time; a third brings the weights (weight_ring.cuh), for the two blocks of a cluster together. Activations lie
// rounded in shared memory, in place.
// Where tensor cores sum alike, the bits are those of streamed_product.cuh.
#pragma once
#include "weight_ring.cuh"
#include "wide_sums.cuh"

SF_NAMESPACE_BEGIN

// The threads of the products, who are not the whole block.
struct WarpgroupsGroup : BlockGroup<2 * 64, 2 * WARPGROUP> {
  SF_DEVICE void sync() const { meet<1>(THREADS); }
};

template <int W, bool LOW, int STAGES>
struct WarpgroupProduct {
  static constexpr int SAMPLES = 2 * 64;
  static constexpr int WIDTH = W;
  static constexpr int PASSES = W / 256;
  static constexpr int WARPS = 8;
  static constexpr int BLOCKS = 2;            // of a cluster
  static constexpr int MT = 1;
  static constexpr int NT = 256 / 8;
  static constexpr int TILE = 64 * 128;       // bytes of 64 samples' activations of 64 units
  static constexpr int OWN = W / 64 * TILE;   // bytes of a warpgroup
  using Group = WarpgroupsGroup;
  using Ring = WeightRing<W, LOW, STAGES, WARPS, BLOCKS>;
  using Tiles = float[MT][NT][4];
  using Rounded = unsigned[MT][NT][2];

  const Group& group;
  const TensorNetwork& network;
  unsigned char* memory;  // activations [warpgroup][units / 64][samples] of 128 bytes, stages, barriers, sums [8][D][S]
  mutable Ring ring;

  SF_DEVICE WarpgroupProduct(const Group& g, const TensorNetwork& n, float* shared)
      : group(g), network(n), memory((unsigned char*)shared), ring(memory + 2 * OWN, memory + BARRIERS) {}

  static constexpr int BARRIERS = 2 * OWN + STAGES * Ring::BYTES;  // where they begin
  static constexpr int SUMS = BARRIERS + 8 * Ring::BARRIERS;

  // Words of shared memory; io.scorefield.engine.cuda.sampling.SamplingPlan computes the same.
  static SF_DEVICE constexpr int words(int dimension) { return SUMS / 4 + WARPS * dimension * SAMPLES; }

  // Not kept in registers: worked out again where they are used.
  static SF_DEVICE int lane() { return fresh_thread() % 32; }
  static SF_DEVICE int warp() { return fresh_thread() / 32; }
  static SF_DEVICE int warpgroup() { return uniform(fresh_thread() / WARPGROUP); }
  static SF_DEVICE int row() { return 16 * warp() + lane() / 4; }
  static SF_DEVICE int first_column(int pass) { return 256 * pass + 2 * (lane() % 4); }

  SF_DEVICE float* sums() const { return (float*)(memory + SUMS); }

  // Those who share activations are in step.
  SF_DEVICE void sync() const {
    if (warpgroup() == 0) {
      meet<2>(WARPGROUP);
    } else {
      meet<3>(WARPGROUP);
    }
  }

  SF_DEVICE void begin(bool back) const {
    if (threadIdx.x == 0 && network.count > 0) {
      ring.ask(back ? Ring::BACKWARD : Ring::FORWARD);
    }
    __syncwarp();
  }

  // The activations of a pass; published() after the last.
  SF_DEVICE void publish(int pass, const Rounded& tiles) const {
    unsigned char* own = memory + warpgroup() * OWN + row() % 64 * 128 + lane() % 4 * 4;
#pragma unroll
    for (int n = 0; n < NT; n++) {
      // swizzled<128>: the row within eight is lane() / 4.
      unsigned char* at = own + (4 * pass + n / 8) * TILE + ((n % 8) ^ (lane() / 4)) * 16;
      *(unsigned*)at = tiles[0][n][0];
      *(unsigned*)(at + 8 * 128) = tiles[0][n][1];
    }
  }
  SF_DEVICE void published() const { publish_shared(); }

  // c = scale start + A B for the A in shared memory.
  SF_DEVICE void multiply(Tiles& c, int pass, const float* start, float scale) const {
    start_tiles(c, start == nullptr ? nullptr : start + first_column(pass), scale);
    const unsigned activations = shared_address(memory + warpgroup() * OWN);
#pragma unroll 1
    for (int k = 0; k < W; k += Ring::K) {
      const unsigned weights = ring.next();
      begin_products(c);
#pragma unroll
      for (int i = 0; i < Ring::K; i += 16) {
        const uint64_t a = operand<128>(activations + (k + i) / 64 * TILE + (k + i) % 64 * 2);
        multiply_later(c, a, operand<Ring::ROW>(weights + 2 * i));
        if (LOW) {
          multiply_later(c, a, operand<Ring::ROW>(weights + Ring::PART + 2 * i));
        }
      }
      end_products();
      if (k > 0) {
        await_products_before();
        ring.release();
      }
    }
    await_products(c);
    ring.release();
  }

  // Adds w c to sums(), [32 columns of a pass][D][S]; in the first pass they begin.
  SF_DEVICE void collect(const Tiles& c, int pass, const float* w) const {
#pragma unroll
    for (int part = 0; part < WARPS; part++) {
      float columns[1][4][4];
#pragma unroll
      for (int i = 0; i < 16; i++) {
        columns[0][i / 4][i % 4] = c[0][4 * part + i / 4][i % 4];
      }
      collect_columns<W, SAMPLES>(
          columns, pass == 0, network.dimension, lane(), w + first_column(pass) + 32 * part,
          sums() + part * network.dimension * SAMPLES + 16 * warp());
    }
  }
};

SF_NAMESPACE_END
