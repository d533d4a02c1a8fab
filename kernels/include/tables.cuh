// The tables of an engine in float32, one struct a row. io.scorefield.engine.layout writes them from Java.
#pragma once
#include <cstdint>

// Not in the namespace of an instruction set: every copy of the engine sees the same tables.
namespace scorefield {

// In the order of the enums in Java.
enum class Activation : int32_t { TANH, LEAKY_RELU, RELU, SILU, SOFTPLUS };
enum class TapeOperation : int32_t {
  INPUT, CONSTANT, ADD, SUBTRACT, MULTIPLY, DIVIDE, SQUARE, SQRT, EXP, LOG, SIN, COS, TANH, ABS, MIN, MAX, HOLD,
  GATHER, COLUMN, DOT, LOOP, END, TOTAL, LEAST, LARGEST, RESIDUAL, OBJECTIVE
};
enum class Side : int32_t { OPEN, PERIODIC, REFLECTING, ABSORBING };
enum class PhysicsLoss : int32_t { ABSOLUTE, NORM, HALF_SQUARE };

// The independent random streams of one seed, as io.scorefield.rng.NoiseStream numbers them.
enum class NoiseStream : uint32_t { PRIOR, SAMPLER, TRAINING_NOISE, TRAINING_ROWS, WEIGHTS, DATA, CORRECTOR, ACCEPTANCE, PROBE };

// One training noise level; io.scorefield.engine.NoiseTable defines the columns.
struct NoiseRow {
  float alpha;
  float sigma;
  float input_scale;
  float condition;         // of conditions; 0: the example has none
  float target_x0;
  float target_eps;
  float weight;
  float x0_from_x;
  float x0_from_output;
  float physics_weight;
  float physics_limit;
  float objective_weight;
  float next_from_x;
  float next_from_output;
  int32_t next;            // the row of a second evaluation; below 0: there is none
};

// What a step row needs beside its coefficients.
enum Uses : uint32_t {
  USES_NETWORK = 1,
  USES_ESTIMATE = 2,       // x0hat
  USES_GRADIENT = 4,       // of the physics loss
  USES_PROJECTION = 8,
  USES_NOISE = 16,
  SAVES = 32,
  ESTIMATES_BY_NETWORK = 64, // x0hat depends on the network's output
  ISOTROPIC = 128,         // the covariance of x0hat is taken to be a multiple of the unit matrix
  CLIPS = 256,             // x0hat is kept within bounds
  CONFINES = 512,          // the state is kept within boundaries
  TESTS = 1024,            // the state is a proposal
  DIVERGES = 2048,         // the divergence of the network's output
  SHIFTS = 4096,           // m before the row becomes e
  KEEPS = 8192,            // o becomes `kept`
  USES_EARLIER = 16384,    // e enters the state
  REMEMBERS = 32768,       // the state enters m
  COMBINES = 65536         // o is more than the network's output
};

// One row of a sampler; io.scorefield.engine.StepRow defines what it does.
struct StepRow {
  float input_scale;
  float condition;         // of conditions; 0: the network is told none
  float gain;              // of the network's output in o
  float carry;             // of `kept` in o
  float state;
  float saved;
  float output;
  float memory;
  float earlier;           // of e in the state
  float noise;
  float projected;
  float guidance;
  float loss;
  float objective;
  float noise_variance;
  float spread;
  float bound;             // of the length of dx0hat/dx; 0: none
  float fallback;          // spread of samples without a covariance; 0: there is no falling back
  float memory_decay;
  float memory_output;
  float memory_state;      // of the state in m
  float memory_guidance;
  float x0_from_x;
  float x0_from_output;
  float inverse_temperature; // of a Metropolis test; 0: none
  float proposal_step;     // of a Langevin proposal; 0: it is symmetric
  float divergence;        // of that of the network's output
  uint32_t uses;
  uint32_t noise_step;
  NoiseStream stream;
  int32_t iterations;      // of a likelihood's solver; 0: G is the gradient of the loss
  int32_t from;            // the components that the row changes
  int32_t to;              // 0: all from there on
  int32_t probes;          // that the divergence is estimated from; 0: it is exact
};

// One operation of the laws' tape; io.scorefield.physics.TapeOperation says what the columns mean.
struct TapeRow {
  TapeOperation operation;
  int32_t first;
  int32_t second;
  int32_t count;
  float immediate;
};

// The laws of a call; there are none where slots = 0. io.scorefield.physics.Tape and engine.PhysicsTerm define it.
struct PhysicsTerm {
  const TapeRow* tape;     // [slots]
  const int32_t* indices;
  const float* numbers;
  const float* scale;      // [D]
  const float* shift;      // [D]
  int32_t slots;
  int32_t residual_count;
  PhysicsLoss loss;
  int32_t sweeps;          // of a projection
  int32_t iterations;      // of a sweep
  int32_t has_objective;
};

// The numbers of one optimiser step that are the same for all parameters.
struct AdamStep {
  float gradient_scale;  // clipping
  float beta1, one_minus_beta1;
  float beta2, one_minus_beta2;
  float rate;            // learningRate / (1 - beta1^k)
  float correction;      // 1 / (1 - beta2^k)
  float epsilon;
  float take;            // of the moving average: 1 - its decay
  uint32_t averages;     // whether one is kept
};

}  // namespace scorefield
