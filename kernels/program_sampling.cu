// Reverse sampling with a network program: a block takes a tile of samples through all rows of the step program in one
// launch, as reverse_sampling.cu does. Values of the program lie in shared memory where they fit and else in scratch
// memory of the block. Tiles of all sizes give the same bits.
//
// Launch: blocks of 256 threads, as many as fit the device; each takes one tile after another.
// Bound: multiply-adds of the products, and the barrier behind every step.
#include "device/program_network.cuh"
#include "device/sampler.cuh"

using namespace scorefield;

SF_KERNEL __launch_bounds__(PROGRAM_THREADS, 2) sample_program(SamplingCall call, const ProgramCall* program) {
  SF_DYNAMIC_SHARED(float, shared);
  ProgramGroup group{shared, call.scratch, call.places.scratch_rows, program->samples};
  ProgramNetwork net(group, program, call.places);
  TileSampler<ProgramGroup> sampler(group, call);
  for (int tile = group.index(); (int64_t)tile * group.samples() < call.count; tile += group.groups()) {
    sampler.run(tile, net);
  }
}
SF_EXPORT(sample_program)
