// The whole network in one launch, at points with the same time features: its output and, where asked for, the
// vector-Jacobian product with respect to x. (Sampling and training run the same functions, device/network.cuh, inside
// their own launches; the product with respect to the weights is that of training.cu.)
//
// Versions, all with the same bits:
//   evaluate_plain     one thread a point, everything in device memory; the on-GPU reference
//   evaluate_fused_S   one block a tile of S points, activations in shared memory, float32 multiply-adds
// Launch: any grid of plain threads, or of blocks of 256 threads with the shared memory that the places say.
// Bound: multiply-adds of the products; the weights come from the cache.
#include "device/evaluation.cuh"
#include "device/network.cuh"

using namespace scorefield;

template <class Group>
SF_DEVICE void evaluate(const Group& group, const EvaluationCall& call) {
  evaluate(group, call, TileNetwork<Group>(group, call.network, call.places));
}

template <int S>
SF_DEVICE void evaluate_in_blocks(const EvaluationCall& call) {
  SF_DYNAMIC_SHARED(float, shared);
  evaluate(BlockGroup<S>{shared, call.scratch, call.places.scratch_rows}, call);
}

SF_KERNEL evaluate_plain(EvaluationCall call) { evaluate(ThreadGroup{call.scratch}, call); }
SF_EXPORT(evaluate_plain)

SF_KERNEL __launch_bounds__(256, 1) evaluate_fused_16(EvaluationCall call) { evaluate_in_blocks<16>(call); }
SF_EXPORT(evaluate_fused_16)
SF_KERNEL __launch_bounds__(256, 1) evaluate_fused_32(EvaluationCall call) { evaluate_in_blocks<32>(call); }
SF_EXPORT(evaluate_fused_32)
SF_KERNEL __launch_bounds__(256, 1) evaluate_fused_64(EvaluationCall call) { evaluate_in_blocks<64>(call); }
SF_EXPORT(evaluate_fused_64)
