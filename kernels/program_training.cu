// Training of a network program. A step is
//   train_program_chunks   the gradient of every chunk of the batch: a block takes its examples, a tile at a time and in
//                          order, through the program and back, and adds up what they have of it
//   then training.cu's kernels for flat parameters: training_keep, _products, _factors, _norm, _account
//   train_program_adam     Adam and the moving average; pack_program renews the weights as products read them
// A chunk is one block's affair: results depend neither on the grid nor on the order of blocks.
#include "device/program_network.cuh"
#include "device/trainer.cuh"

using namespace scorefield;

// Examples [first, first + count) of the batch, count at most a tile: their losses are written, their gradient is added.
SF_DEVICE void train_program(
    const ProgramGroup& group, const TrainingCall& call, const ProgramCall* program, int first, int count, float* gradient) {
  TileTrainer<ProgramGroup> tile(group, call, call.network, call.clock->step, call.clock->index);
  // The gradient at the second output is `noise`.
  ProgramNetwork net(group, program, call.places);
  ProgramNetwork second(group, program, call.places, call.places.noise, 1);
  const bool twice = evaluations(call) == 2;
  tile.gather(first, count);
  net.forward();
  tile.data_losses(first, count);
  group.sync();
  if (twice) {
    tile.begin_second();
    group.sync();
    second.forward();
  }
  if (call.physics.slots > 0 && call.term != Term::DATA) {
    tile.physics_losses(first, count);
    group.sync();
  }
  // Columns beyond the last example have no part in the gradient.
  each(group, call.network.dimension, [&](int d, int s) {
    if (s >= count) {
      tile.seed(d, s) = 0.0f;
      if (twice) {
        tile.noise(d, s) = 0.0f;
      }
    }
  });
  group.sync();
  if (twice) {
    second.backward(gradient);
    tile.end_second(tile.input);
    group.sync();
  }
  net.backward(gradient);
}

SF_KERNEL __launch_bounds__(PROGRAM_THREADS, 2) train_program_chunks(TrainingCall call, const ProgramCall* program) {
  SF_DYNAMIC_SHARED(float, shared);
  if (call.clock->stopped) {
    return;
  }
  ProgramGroup group{shared, call.scratch, call.places.scratch_rows, program->samples};
  for (int chunk = group.index(); chunk < call.chunks; chunk += group.groups()) {
    float* gradient = call.partial + (int64_t)chunk * call.parameter_count;
    for (int p = group.rank(); p < call.parameter_count; p += group.size()) {
      gradient[p] = 0.0f;
    }
    group.sync();
    int end = (chunk + 1) * call.chunk < call.batch ? (chunk + 1) * call.chunk : call.batch;
    for (int first = chunk * call.chunk; first < end; first += group.samples()) {
      int count = end - first < group.samples() ? end - first : group.samples();
      train_program(group, call, program, first, count, gradient);
    }
  }
}
SF_EXPORT(train_program_chunks)

// A thread a parameter.
SF_KERNEL train_program_adam(TrainingCall call) {
  if (call.clock->stopped) {
    return;
  }
  AdamStep adam_step = call.adam[call.clock->index - 1];
  adam_step.gradient_scale = call.clock->gradient_scale;
  for (int64_t p = grid_rank(); p < call.parameter_count; p += grid_size()) {
    update_flat(call, adam_step, (int)p);
  }
}
SF_EXPORT(train_program_adam)
