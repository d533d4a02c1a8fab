// Reverse sampling on tensor cores of many samples, for networks with hidden layers of 512: a block a tile of 128 samples,
// weights ahead of their use (streamed_network.cuh).
//
//   streamed_half_512_128, streamed_mixed_512_128   activations rounded, weights rounded or as two halves
//   ..._back                                        gradients go back through the network: leaky ReLU or ReLU
// Launch: 256 threads, as many blocks as fit the device, one a multiprocessor.
// Bound: the tensor cores; close behind, the cache that delivers the weights.
#include "device/tensor_sampler.cuh"

using namespace scorefield;

SF_KERNEL __launch_bounds__(256, 1) streamed_half_512_128(SamplingCall call, TensorNetwork network) {
  sample_streamed<512, 128, false, false>(call, network);
}
SF_EXPORT(streamed_half_512_128)
SF_KERNEL __launch_bounds__(256, 1) streamed_half_512_128_back(SamplingCall call, TensorNetwork network) {
  sample_streamed<512, 128, false, true>(call, network);
}
SF_EXPORT(streamed_half_512_128_back)
SF_KERNEL __launch_bounds__(256, 1) streamed_mixed_512_128(SamplingCall call, TensorNetwork network) {
  sample_streamed<512, 128, true, false>(call, network);
}
SF_EXPORT(streamed_mixed_512_128)
SF_KERNEL __launch_bounds__(256, 1) streamed_mixed_512_128_back(SamplingCall call, TensorNetwork network) {
  sample_streamed<512, 128, true, true>(call, network);
}
SF_EXPORT(streamed_mixed_512_128_back)
