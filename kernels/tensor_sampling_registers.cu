// Reverse sampling on tensor cores, for networks of equally wide hidden layers: a warp a tile,
// activations in registers (register_network.cuh).
//
//   sample_half_W_S, sample_split_W_S   widths W of 32 and 64, tiles of S samples
// half: operands rounded to half precision, rough tanh. split: each operand as two halves, float32-like.
// Launch: 128 threads, as many blocks as fit the device.
// Bound: for tanh the special functions (one or two an activation), else the tensor cores.
#include "device/tensor_sampler.cuh"

using namespace scorefield;

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
