// Reverse sampling on the tensor cores of compute capability 9.0, of many samples, for networks with hidden layers of 512: as
// tensor_sampling_streamed.cu, but four warps multiply together and both operands come from shared memory.
//
//   warpgroup_half_512_128, warpgroup_mixed_512_128   activations rounded, weights rounded or as two halves
//   ..._back                                          gradients go back through the network: leaky ReLU or ReLU
// Launch: 384 threads, as many blocks as multiprocessors, in clusters of two that share the weights: two warpgroups of a block
// multiply, a thread of the third has its half of the weights copied.
// Bound: the tensor cores.
#include "device/warpgroup_sampler.cuh"

using namespace scorefield;

SF_KERNEL SF_CLUSTER(2) __launch_bounds__(384, 1) warpgroup_half_512_128(SamplingCall call, TensorNetwork network) {
  sample_by_warpgroups<512, false, false>(call, network);
}
SF_EXPORT_CLUSTER(warpgroup_half_512_128, 2)
SF_KERNEL SF_CLUSTER(2) __launch_bounds__(384, 1) warpgroup_half_512_128_back(SamplingCall call, TensorNetwork network) {
  sample_by_warpgroups<512, false, true>(call, network);
}
SF_EXPORT_CLUSTER(warpgroup_half_512_128_back, 2)
SF_KERNEL SF_CLUSTER(2) __launch_bounds__(384, 1) warpgroup_mixed_512_128(SamplingCall call, TensorNetwork network) {
  sample_by_warpgroups<512, true, false>(call, network);
}
SF_EXPORT_CLUSTER(warpgroup_mixed_512_128, 2)
SF_KERNEL SF_CLUSTER(2) __launch_bounds__(384, 1) warpgroup_mixed_512_128_back(SamplingCall call, TensorNetwork network) {
  sample_by_warpgroups<512, true, true>(call, network);
}
SF_EXPORT_CLUSTER(warpgroup_mixed_512_128_back, 2)
