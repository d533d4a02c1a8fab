// A sampling kernel whose network runs on warpgroups: two take a tile of samples through all rows of the program, as in
// tensor_sampler.cuh; one thread of a third brings the weights.
#pragma once
#include "sampler.cuh"
#include "streamed_network.cuh"
#include "warpgroup_product.cuh"

SF_NAMESPACE_BEGIN

template <int W, bool LOW, bool BACK>
SF_DEVICE void sample_by_warpgroups(const SamplingCall& call, const TensorNetwork& network) {
  SF_SWIZZLED_SHARED(float, shared);
  using Product = WarpgroupProduct<W, LOW, BACK ? 3 : 5>;
  using Net = StreamedNetwork<Product, BACK>;
  constexpr int WORKERS = Net::THREADS;
  typename Net::Group group{
      {shared + Net::words(network.dimension, network.count + 1), call.scratch, call.places.scratch_rows}};
  Net net(group, network, call.places, shared);
  if (threadIdx.x == 0) {
    net.product.ring.start();
  }
  cluster_sync();
  if (uniform(threadIdx.x / WARPGROUP) >= WORKERS / WARPGROUP) {
    keep_registers<24>();
    if (threadIdx.x == WORKERS) {
      net.product.ring.serve(network);
    }
  } else {
    take_registers<240>();
    TileSampler<typename Net::Group> sampler(group, call);
    // As many tiles as the first block of the cluster has: its last one may be empty.
    for (int tile = group.index(); (int64_t)(tile - cluster_rank()) * Product::SAMPLES < call.count; tile += group.groups()) {
      sampler.run(tile, net);
    }
    if (threadIdx.x == 0) {
      net.product.ring.ask(Product::Ring::END);
    }
  }
  // Until then the other block writes here.
  cluster_sync();
}

SF_NAMESPACE_END
