// Reverse sampling on tensor cores, for networks of equally wide hidden layers. A tile of samples goes through all rows
// of the program in one launch, as in reverse_sampling.cu; the network is another.
//
//   sample_half_W_S, sample_split_W_S     tiles of S samples; widths W of 32 and 64: a warp a tile, activations in
//                                         registers (register_network); 128 to 512: a block a tile (wide_network)
// Those of width 512 in tiles of 64 do not go backward: guided programs take tiles of 32.
// half: operands rounded to half precision, rough tanh. split: each operand as two halves, float32-like.
// Launch: 128 threads for widths to 128, else 256; as many blocks as fit the device.
// Bound: for tanh the special functions (one or two an activation), else the tensor cores.
#include "device/register_network.cuh"
#include "device/sampler.cuh"
#include "device/wide_network.cuh"

using namespace scorefield;

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

SF_KERNEL __launch_bounds__(128, 2) sample_half_32_32(SamplingCall call, TensorNetwork network) {
  sample_in_registers<32, 2, false>(call, network);
}
SF_EXPORT(sample_half_32_32)
SF_KERNEL __launch_bounds__(128, 2) sample_split_32_32(SamplingCall call, TensorNetwork network) {
  sample_in_registers<32, 2, true>(call, network);
}
SF_EXPORT(sample_split_32_32)
SF_KERNEL __launch_bounds__(128, 2) sample_half_64_32(SamplingCall call, TensorNetwork network) {
  sample_in_registers<64, 2, false>(call, network);
}
SF_EXPORT(sample_half_64_32)
SF_KERNEL __launch_bounds__(128, 2) sample_split_64_16(SamplingCall call, TensorNetwork network) {
  sample_in_registers<64, 1, true>(call, network);
}
SF_EXPORT(sample_split_64_16)
SF_KERNEL __launch_bounds__(128, 1) sample_half_128_64(SamplingCall call, TensorNetwork network) {
  sample_wide<128, 64, false>(call, network);
}
SF_EXPORT(sample_half_128_64)
SF_KERNEL __launch_bounds__(128, 1) sample_split_128_64(SamplingCall call, TensorNetwork network) {
  sample_wide<128, 64, true>(call, network);
}
SF_EXPORT(sample_split_128_64)
SF_KERNEL __launch_bounds__(128, 1) sample_half_128_32(SamplingCall call, TensorNetwork network) {
  sample_wide<128, 32, false>(call, network);
}
SF_EXPORT(sample_half_128_32)
SF_KERNEL __launch_bounds__(128, 1) sample_split_128_32(SamplingCall call, TensorNetwork network) {
  sample_wide<128, 32, true>(call, network);
}
SF_EXPORT(sample_split_128_32)
SF_KERNEL __launch_bounds__(256, 1) sample_half_256_64(SamplingCall call, TensorNetwork network) {
  sample_wide<256, 64, false>(call, network);
}
SF_EXPORT(sample_half_256_64)
SF_KERNEL __launch_bounds__(256, 1) sample_split_256_64(SamplingCall call, TensorNetwork network) {
  sample_wide<256, 64, true>(call, network);
}
SF_EXPORT(sample_split_256_64)
SF_KERNEL __launch_bounds__(256, 1) sample_half_256_32(SamplingCall call, TensorNetwork network) {
  sample_wide<256, 32, false>(call, network);
}
SF_EXPORT(sample_half_256_32)
SF_KERNEL __launch_bounds__(256, 1) sample_split_256_32(SamplingCall call, TensorNetwork network) {
  sample_wide<256, 32, true>(call, network);
}
SF_EXPORT(sample_split_256_32)
SF_KERNEL __launch_bounds__(256, 1) sample_half_512_64(SamplingCall call, TensorNetwork network) {
  sample_wide<512, 64, false>(call, network);
}
SF_EXPORT(sample_half_512_64)
SF_KERNEL __launch_bounds__(256, 1) sample_split_512_64(SamplingCall call, TensorNetwork network) {
  sample_wide<512, 64, true>(call, network);
}
SF_EXPORT(sample_split_512_64)
SF_KERNEL __launch_bounds__(256, 1) sample_half_512_32(SamplingCall call, TensorNetwork network) {
  sample_wide<512, 32, false>(call, network);
}
SF_EXPORT(sample_half_512_32)
SF_KERNEL __launch_bounds__(256, 1) sample_split_512_32(SamplingCall call, TensorNetwork network) {
  sample_wide<512, 32, true>(call, network);
}
SF_EXPORT(sample_split_512_32)
