// The engine's C interface, which io.scorefield.engine.nativecpu calls. Arrays belong to the caller and must
// live as long as the object made from them; the caller has checked sizes and ranges.
#pragma once
#include <cstdint>
#include "program.cuh"
#include "tables.cuh"

#if defined(_WIN32)
#define SF_EXPORT extern "C" __declspec(dllexport)
#else
#define SF_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace scorefield {
struct Engine;
struct SamplingCall;
struct TrainingSession;
struct ProgramSession;
}  // namespace scorefield

// Changes whenever a signature or a table does.
constexpr int32_t SF_INTERFACE = 9;

SF_EXPORT int32_t sf_interface();
// Bytes of a NoiseRow (0), StepRow (1), TapeRow (2), PhysicsTerm (3), ProgramStep (4), MapOperand (5), MapCompute (6),
// LinkTable (7) or ProgramTable (8).
SF_EXPORT int32_t sf_row_bytes(int32_t table);

// An engine with its threads; target may be null for the best. Null when the processor lacks the target or
// the system has no more threads or memory.
SF_EXPORT scorefield::Engine* sf_engine_create(int32_t threads, const char* target);
SF_EXPORT void sf_engine_destroy(scorefield::Engine* engine);
SF_EXPORT const char* sf_engine_target(const scorefield::Engine* engine);
SF_EXPORT int32_t sf_engine_tile(const scorefield::Engine* engine);

// A network is a perceptron of a shape (D, E, activation, number of hidden layers, their widths), or a program; the
// other of the two is null.
// x0, xt: [count, dimension]; the last `conditions` components are not noised.
SF_EXPORT void sf_forward_noise(
    scorefield::Engine* engine, const scorefield::NoiseRow* table, const int32_t* rows, const float* x0,
    uint64_t seed, uint64_t first, int64_t count, int32_t dimension, int32_t conditions, float* xt);

// first_bias: of the first layer, with the share of the time features; for a program the time features. Returns 0, or 1 when there is not enough memory.
SF_EXPORT int32_t sf_evaluate(
    scorefield::Engine* engine, const int32_t* shape, const scorefield::ProgramTable* program, const float* parameters,
    const float* first_bias, const float* x, int64_t count, float* output);

// row_bias: the same for the rows that use the network, [.][out of layer 0]; for a program [.][E]. A program's plan has a
// way back to the state where a row needs a gradient through the network. bounds: [2][D] of x0hat or of the state, lowest
// and highest, and where rows confine [D] boundaries, or null. given: what the last
// components start from instead of the prior, [given_count]. Null when there is not enough memory.
SF_EXPORT scorefield::SamplingCall* sf_sampling_create(
    scorefield::Engine* engine, const int32_t* shape, const scorefield::ProgramTable* program, const float* parameters,
    const scorefield::StepRow* rows, int32_t row_count, const float* row_bias, float prior_scale,
    const float* given, int32_t given_count, uint64_t seed, const scorefield::PhysicsTerm* physics, const float* bounds);
// Returns -1, or the row at which a sample stopped being finite; *failed is then its number. *fallen is in how many rows of
// how many samples a likelihood fell back. divergence: [count], or null where no row has one.
SF_EXPORT int32_t sf_sampling_run(
    scorefield::SamplingCall* call, uint64_t first, int64_t count, const float* initial,
    const int32_t* snapshot_rows, int32_t snapshot_count, float* snapshots, float* samples,
    float* divergence, uint64_t* failed, int64_t* fallen);
SF_EXPORT void sf_sampling_destroy(scorefield::SamplingCall* call);

// max_gradient_norm: infinity where gradients are not clipped. averages: whether an average of the parameters is kept.
// conditions: the last components of the state, which are not noised. paired: data is [N, 2, D], the noise of each point behind
// it; otherwise it is [N, D] and noise is drawn. part_points, part_rows: a point draws among the rows of its part. conflict_free: how the gradients of the data and of physics are combined. The four arrays of the state have the order of the flat parameters and are copied.
SF_EXPORT scorefield::TrainingSession* sf_training_create(
    scorefield::Engine* engine, const int32_t* shape, const scorefield::NoiseRow* table, int32_t table_rows,
    const float* features, const float* data, int32_t conditions, int32_t paired, int32_t part_points, int32_t part_rows,
    int32_t batch, uint64_t seed, double max_gradient_norm,
    int32_t averages, int64_t step,
    const float* parameters, const float* average, const float* first_moment, const float* second_moment,
    const scorefield::PhysicsTerm* physics, int32_t conflict_free);
// adam: the numbers of every step, their gradient_scale aside. Runs up to `steps` steps and returns how many losses it wrote: where a loss is not finite it is the last,
// and the step is not done.
SF_EXPORT int32_t sf_training_advance(
    scorefield::TrainingSession* session, int32_t steps, const int32_t* examples, const scorefield::AdamStep* adam,
    double* data_losses, double* physics_losses);
SF_EXPORT int64_t sf_training_step(const scorefield::TrainingSession* session);
SF_EXPORT void sf_training_state(
    const scorefield::TrainingSession* session, float* parameters, float* average, float* first_moment,
    float* second_moment);
SF_EXPORT void sf_training_destroy(scorefield::TrainingSession* session);

// The same for a network program, whose plan has a way back to the parameters, and to the state where the table has
// second evaluations.
SF_EXPORT scorefield::ProgramSession* sf_program_training_create(
    scorefield::Engine* engine, const scorefield::ProgramTable* program, const scorefield::NoiseRow* table,
    int32_t table_rows, const float* features, const float* data, int32_t conditions, int32_t paired, int32_t part_points,
    int32_t part_rows, int32_t batch, uint64_t seed, double max_gradient_norm,
    int32_t averages, int64_t step, const float* parameters, const float* average, const float* first_moment,
    const float* second_moment, const scorefield::PhysicsTerm* physics, int32_t conflict_free);
SF_EXPORT int32_t sf_program_training_advance(
    scorefield::ProgramSession* session, int32_t steps, const int32_t* examples, const scorefield::AdamStep* adam,
    double* data_losses, double* physics_losses);
SF_EXPORT int64_t sf_program_training_step(const scorefield::ProgramSession* session);
SF_EXPORT void sf_program_training_state(
    const scorefield::ProgramSession* session, float* parameters, float* average, float* first_moment,
    float* second_moment);
SF_EXPORT void sf_program_training_destroy(scorefield::ProgramSession* session);

// For tests: exponential 0, natural logarithm 1, tanh 2, sine 3, cosine 4, softplus 5, logistic 6, the quick logistic 7.
SF_EXPORT void sf_elementary(
    const scorefield::Engine* engine, int32_t function, const float* x, float* y, int64_t count);
// z [count, 4]: the normals of one block for consecutive samples.
SF_EXPORT void sf_normals(
    const scorefield::Engine* engine, uint64_t seed, uint64_t first, int64_t count, uint32_t block,
    uint32_t stream, float* z);
// Multiply-adds on the registers of all threads at once, for about `seconds`; operations a second.
SF_EXPORT double sf_peak(scorefield::Engine* engine, double seconds);
