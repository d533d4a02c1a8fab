// Reverse sampling of two components whose rows only combine (device/affine_sampler.cuh), for networks with hidden
// layers of 32 or 64 and this activation.
//
//   affine_half_W_S_softplus, affine_mixed_W_S_softplus   widths W, S samples a warp
// half: activations and weights rounded to half precision. mixed: weights as two halves.
// Launch: 128 threads, as many blocks as fit the device.
// Bound: the special functions, two an activation.
#include "device/affine_sampler.cuh"

using namespace scorefield;

SF_AFFINE_KERNELS(SOFTPLUS, softplus, 2)
