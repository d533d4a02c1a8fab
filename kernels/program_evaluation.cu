// A network program at points with the same time features: a block a tile of points; its output and, where asked for,
// the vector-Jacobian product with respect to x. And the weights of a program in the order in which products read them.
//
// Launch: any grid of blocks of 256 threads with the shared memory that the places say.
// Bound: multiply-adds of the products; the weights come from the cache.
#include "device/evaluation.cuh"
#include "device/program_network.cuh"

using namespace scorefield;

SF_KERNEL __launch_bounds__(PROGRAM_THREADS, 2) evaluate_program(EvaluationCall call, const ProgramCall* program) {
  SF_DYNAMIC_SHARED(float, shared);
  ProgramGroup group{shared, call.scratch, call.places.scratch_rows, program->samples};
  evaluate(group, call, ProgramNetwork(group, program, call.places));
}
SF_EXPORT(evaluate_program)

// packed[i] = parameter number source[i], or 0 where that is below 0. A thread a number, one after another.
SF_KERNEL pack_program(const float* parameters, const int32_t* source, float* packed, int32_t count) {
  for (int64_t i = grid_rank(); i < count; i += grid_size()) {
    packed[i] = source[i] < 0 ? 0.0f : parameters[source[i]];
  }
}
SF_EXPORT(pack_program)
