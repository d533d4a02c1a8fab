// A sampling kernel on tensor cores: a tile of samples goes through all rows of the program in one launch, as in
// reverse_sampling.cu; the network is another.
#pragma once
#include "register_network.cuh"
#include "sampler.cuh"
#include "streamed_network.cuh"
#include "streamed_product.cuh"
#include "wide_network.cuh"

SF_NAMESPACE_BEGIN

template <int W, int MT, bool SPLIT>
SF_DEVICE void sample_in_registers(const SamplingCall& call, const TensorNetwork& network) {
  SF_DYNAMIC_SHARED(float, shared);
  constexpr int S = 16 * MT;
  float* own = shared + (int)threadIdx.x / 32 * network.shared_rows * S;
  WarpGroup<S> group{own, call.scratch, call.places.scratch_rows};
  RegisterNetwork<W, MT, SPLIT> net(group, network, call.places);
  TileSampler<WarpGroup<S>> sampler(group, call);
  for (int tile = group.index(); (int64_t)tile * S < call.count; tile += group.groups()) {
    sampler.run(tile, net);
  }
}

template <int W, int S, bool SPLIT>
SF_DEVICE void sample_wide(const SamplingCall& call, const TensorNetwork& network) {
  SF_DYNAMIC_SHARED(float, shared);
  using Net = WideNetwork<W, S, SPLIT>;
  typename Net::Group group{shared + Net::words(network.dimension), call.scratch, call.places.scratch_rows};
  Net net(group, network, call.places, shared);
  TileSampler<typename Net::Group> sampler(group, call);
  for (int tile = group.index(); (int64_t)tile * S < call.count; tile += group.groups()) {
    sampler.run(tile, net);
  }
}

template <int W, int S, bool LOW, bool BACK>
SF_DEVICE void sample_streamed(const SamplingCall& call, const TensorNetwork& network) {
  SF_DYNAMIC_SHARED(float, shared);
  using Net = StreamedNetwork<StreamedProduct<W, S, LOW>, BACK>;
  typename Net::Group group{
      shared + Net::words(network.dimension, network.count + 1), call.scratch, call.places.scratch_rows};
  Net net(group, network, call.places, shared);
  TileSampler<typename Net::Group> sampler(group, call);
  for (int tile = group.index(); (int64_t)tile * S < call.count; tile += group.groups()) {
    sampler.run(tile, net);
  }
}

SF_NAMESPACE_END
