// Reverse sampling on tensor cores, for networks of equally wide hidden layers: a block a tile,
// activations in shared memory (wide_network.cuh).
//
//   sample_split_W_S   widths W of 128 to 512, tiles of S samples (of 64 the sums of width 512 would not fit)
// half: operands rounded to half precision, rough tanh. split: each operand as two halves, float32-like.
// Launch: W threads, 256 at most, as many blocks as fit the device.
// Bound: for tanh the special functions (one or two an activation), else the tensor cores.
#include "device/tensor_sampler.cuh"

using namespace scorefield;

SF_KERNEL __launch_bounds__(128, 1) sample_split_128_64(SamplingCall call, TensorNetwork network) {
  sample_wide<128, 64, true>(call, network);
}
SF_EXPORT(sample_split_128_64)
SF_KERNEL __launch_bounds__(256, 1) sample_split_256_64(SamplingCall call, TensorNetwork network) {
  sample_wide<256, 64, true>(call, network);
}
SF_EXPORT(sample_split_256_64)
SF_KERNEL __launch_bounds__(256, 1) sample_split_256_32(SamplingCall call, TensorNetwork network) {
  sample_wide<256, 32, true>(call, network);
}
SF_EXPORT(sample_split_256_32)
SF_KERNEL __launch_bounds__(256, 1) sample_split_512_32(SamplingCall call, TensorNetwork network) {
  sample_wide<512, 32, true>(call, network);
}
SF_EXPORT(sample_split_512_32)
