// Reverse sampling: a tile of samples goes through all rows of the step program in one launch, from its start to the
// finished sample. DDPM, Euler-Maruyama and all the others are tables (step_row.cuh); guidance and projection included.
//
// Versions, all with the same bits:
//   sample_plain     one thread a sample, everything in device memory; the on-GPU reference
//   sample_fused_S   one block a tile of S samples; state and activations stay in shared memory
// Launch: as many groups as fit the device; each takes one tile after another. The plain one is launched for some of the
// samples at a time, so that none takes longer than a display's watchdog allows.
// Bound: multiply-adds of the products; device memory sees a sample once.
#include "device/network.cuh"
#include "device/sampler.cuh"

using namespace scorefield;

// From a tile on, up to a sample.
template <class Group>
SF_DEVICE void sample(const Group& group, const SamplingCall& call, int first, int end) {
  TileNetwork<Group> net(group, call.network, call.places);
  TileSampler<Group> sampler(group, call);
  for (int tile = first + group.index(); (int64_t)tile * Group::SAMPLES < end; tile += group.groups()) {
    sampler.run(tile, net);
  }
}

template <int S>
SF_DEVICE void sample_in_blocks(const SamplingCall& call) {
  SF_DYNAMIC_SHARED(float, shared);
  sample(BlockGroup<S>{shared, call.scratch, call.places.scratch_rows}, call, 0, call.count);
}

SF_KERNEL sample_plain(SamplingCall call, int32_t first, int32_t end) {
  sample(ThreadGroup{call.scratch}, call, first, end);
}
SF_EXPORT(sample_plain)

SF_KERNEL __launch_bounds__(256, 1) sample_fused_16(SamplingCall call) { sample_in_blocks<16>(call); }
SF_EXPORT(sample_fused_16)
SF_KERNEL __launch_bounds__(256, 1) sample_fused_32(SamplingCall call) { sample_in_blocks<32>(call); }
SF_EXPORT(sample_fused_32)
SF_KERNEL __launch_bounds__(256, 1) sample_fused_64(SamplingCall call) { sample_in_blocks<64>(call); }
SF_EXPORT(sample_fused_64)

// The parts of a row, for networks that are run one layer at a time: a thread a sample, one thread a column of the
// call's arrays, 64 a block.
SF_KERNEL sample_start(SamplingCall call) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.start(group.index());
}
SF_EXPORT(sample_start)

SF_KERNEL sample_input(SamplingCall call, int32_t row) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup>(group, call).scale_input(row);
}
SF_EXPORT(sample_input)

// What the row makes of the network's output.
SF_KERNEL sample_output(SamplingCall call, int32_t row) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup>(group, call).finish_output(row);
}
SF_EXPORT(sample_output)

// Direction `p` of the row's divergence, and what it adds to l.
SF_KERNEL sample_direction(SamplingCall call, int32_t row, int32_t p) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.take(group.index());
  sampler.seed_direction(row, p);
}
SF_EXPORT(sample_direction)

SF_KERNEL sample_diverge(SamplingCall call, int32_t row, int32_t p) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.take(group.index());
  sampler.add_divergence(row, p);
}
SF_EXPORT(sample_diverge)

SF_KERNEL sample_write_divergence(SamplingCall call) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.take(group.index());
  sampler.write_divergence();
}
SF_EXPORT(sample_write_divergence)

SF_KERNEL sample_step(SamplingCall call, int32_t row) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.take(group.index());
  sampler.draw(row);
  sampler.update(row);
}
SF_EXPORT(sample_step)

SF_KERNEL sample_write(SamplingCall call, float* states) {
  ThreadGroup group{call.scratch};
  TileSampler<ThreadGroup> sampler(group, call);
  sampler.take(group.index());
  sampler.write(states);
}
SF_EXPORT(sample_write)
