// What the tensor cores of compute capability 9.0 make of a product that is known, through everything that the kernels of
// hopper_sampling.cu multiply with: the order of operands in shared memory, the ring of weights, the places of sums.
//
//   check_products_half, check_products_mixed   weights rounded or as two halves
// Launch: one cluster of two blocks of 384 threads. io.scorefield.engine.cuda.sampling.WarpgroupCheck knows the product.
#include "device/warpgroup_product.cuh"

using namespace scorefield;

namespace {

SF_DEVICE float activation(int sample, int unit) { return (float)((73 * sample + 179 * unit + sample * unit) % 3 - 1); }

// sums [256][512] of 256 samples through the network's first layer between hidden layers.
template <bool LOW>
SF_DEVICE void check_products(const TensorNetwork& network, float* sums) {
  SF_SWIZZLED_SHARED(float, shared);
  using Product = WarpgroupProduct<512, LOW, 5>;
  WarpgroupsGroup group{{nullptr, nullptr, 0}};
  Product product(group, network, shared);
  if (threadIdx.x == 0) {
    product.ring.start();
  }
  cluster_sync();
  if (uniform(threadIdx.x / WARPGROUP) >= Product::WARPS * 32 / WARPGROUP) {
    if (threadIdx.x == Product::WARPS * 32) {
      product.ring.serve(network);
    }
  } else {
    product.begin(false);
    const int sample = cluster_rank() * Product::SAMPLES + product.row();
#pragma unroll
    for (int pass = 0; pass < Product::PASSES; pass++) {
      typename Product::Rounded tiles;
#pragma unroll
      for (int i = 0; i < 2 * Product::NT; i++) {
        const int unit = product.first_column(pass) + 8 * (i / 2);
        const int of = sample + 8 * (i % 2);
        tiles[0][i / 2][i % 2] = pack_halves(activation(of, unit), activation(of, unit + 1));
      }
      product.publish(pass, tiles);
    }
    product.published();
    product.sync();
#pragma unroll
    for (int pass = 0; pass < Product::PASSES; pass++) {
      typename Product::Tiles c;
      product.multiply(c, pass, network.layers[0].bias, network.layers[0].scale);
#pragma unroll
      for (int i = 0; i < 4 * Product::NT; i++) {
        const int unit = product.first_column(pass) + 8 * (i / 4) + i % 2;
        sums[(sample + i % 4 / 2 * 8) * Product::WIDTH + unit] = c[0][i / 4][i % 4] * network.layers[0].inverse_scale;
      }
    }
    if (threadIdx.x == 0) {
      product.ring.ask(Product::Ring::END);
    }
  }
  cluster_sync();
}

}  // namespace

SF_KERNEL SF_CLUSTER(2) __launch_bounds__(384, 1) check_products_half(TensorNetwork network, float* sums) {
  check_products<false>(network, sums);
}
SF_EXPORT_CLUSTER(check_products_half, 2)
SF_KERNEL SF_CLUSTER(2) __launch_bounds__(384, 1) check_products_mixed(TensorNetwork network, float* sums) {
  check_products<true>(network, sums);
}
SF_EXPORT_CLUSTER(check_products_mixed, 2)
