// What kernels are given: networks and the calls, as structs that classes of io.scorefield.engine.cuda
// write. Pointers are addresses of device memory.
#pragma once
#include "device.cuh"
#include "tables.cuh"

namespace scorefield {

// One linear layer. Both copies of the weights have the sums' index first, so that threads that compute
// neighbouring results read neighbouring weights; rows are padded with zeros to a multiple of 8.
struct Layer {
  const float* forward;   // [in][out padded]
  const float* backward;  // [out][in padded]
  const float* bias;      // [out padded]
  int32_t in, out;
  int32_t in_padded, out_padded;
  int32_t input_row;      // of its inputs among those of all layers
  int32_t delta_row;      // of its outputs among those of all layers
  int32_t parameter;      // of its first weight in the flat parameters
  int32_t place;          // of its weights in shared memory, where a kernel has them there (cluster_trainer.cuh)
};

struct Network {
  const Layer* layers;
  int32_t count;
  int32_t dimension;
  int32_t features;
  Activation activation;
};

// A layer between hidden layers as tensor cores want it: tiles of 16 inputs x 8 outputs, a pair of words a lane,
// [k tile][n tile][lane] (tensor.cuh); weights times `scale`, a power of two, rounded, and what rounding left. For warpgroups
// they are stages (weight_ring.cuh) that have their rests within.
struct TensorLayer {
  const uint2* forward;
  const uint2* forward_low;
  const uint2* backward;
  const uint2* backward_low;
  const float* bias;
  float scale, inverse_scale;
};

// A network of equally wide hidden layers.
struct TensorNetwork {
  const TensorLayer* layers;  // between hidden layers
  const float* first;         // [D][width], of the state's components
  const float* last;          // [D][width]
  const float* last_bias;     // [D]
  int32_t count;              // of those layers
  int32_t dimension;
  Activation activation;
  int32_t shared_rows;        // of a group
};

// A network of two components and equally wide hidden layers of 32 or 64, as affine_network.cuh wants it in shared memory.
struct AffineNetwork {
  const uint4* image;
  const uint4* rows;  // the first layer with the time features of every row that uses the network
  int32_t size;    // of the image, in uint4
  int32_t layers;  // between hidden layers
};

// Where the arrays of a group lie: the row in shared memory, or the complement of the row in scratch memory.
struct Places {
  int32_t x, saved, memory, noise, estimate, gradient;
  int32_t input, output;
  int32_t ping, pong;
  int32_t kept;            // derivatives of all hidden layers; behind them those of a second evaluation
  int32_t seed;            // gradient at the network's output
  int32_t slots, adjoints; // of the tape; behind the slots the residuals, behind the adjoints room for projections
  int32_t level;           // noise level of an example; of a sampler l
  int32_t earlier, kept_output;  // registers of samplers that have them
  int32_t scratch_rows;    // of one group
};

// Registers that only some programs have.
enum Further : uint32_t { FURTHER_EARLIER = 1, FURTHER_KEPT = 2 };

struct SamplingCall {
  Network network;
  PhysicsTerm physics;
  Places places;
  const StepRow* rows;
  const float* row_bias;  // of the first layer, for every row that uses the network [.][out padded]; of a network
                          // program the time features [.][E]
  const float* initial;   // [count][D] or null
  const int32_t* snapshot_rows;
  float* snapshots;       // [snapshots][count][D]
  float* samples;         // [count][D]
  float* divergence;      // l [count] or null
  unsigned long long* failure;  // the least (sample of the call) << 32 | row that is not finite; and -1 + the number of
                                // rows of samples together in which a likelihood fell back or a
                                // proposal was rejected
  float* scratch;
  const float* bounds;    // of x0hat or of the state: lowest, highest [2][D], where rows confine boundaries [D]; or null
  const float* given;     // [given_count]: what the last components start from instead of the prior
  uint64_t seed;
  uint64_t first;
  int32_t count;
  int32_t row_count;
  int32_t snapshot_count;
  float prior_scale;
  int32_t given_count;
  uint32_t further;       // which registers there are beside those that all have: FURTHER_EARLIER, FURTHER_KEPT
};

struct EvaluationCall {
  Network network;
  Places places;
  const float* first_bias;  // of the first layer, with the time features' part [out padded]; else the time features [E]
  const float* x;           // [count][D]
  float* output;            // [count][D]
  const float* output_gradient;  // [count][D], or null: no products with the Jacobian
  float* input_gradient;    // [count][D]: the Jacobian's transpose times output_gradient
  float* scratch;
  int32_t count;
  int32_t unused;
};

// Where a training stands; kernels change it.
struct Clock {
  int64_t step;             // optimiser steps done
  int32_t index;            // steps accounted for in this call
  int32_t stopped;          // a loss was not finite
  float gradient_scale;     // clipping, of the current step
  int32_t unused;
  double data_factor;       // of the gradients where they are combined
  double physics_factor;
};

// The terms of the loss that a gradient is of.
enum class Term : int32_t { BOTH, DATA, PHYSICS };

struct TrainingCall {
  Network network;
  PhysicsTerm physics;
  Places places;
  const NoiseRow* table;
  const float* features;    // [R][E]
  const float* data;        // [N][D]
  const int32_t* examples;  // [steps][B]
  const AdamStep* adam;     // [steps]
  Clock* clock;
  float* parameters;        // flat, and likewise the next three
  float* average;
  float* first_moment;
  float* second_moment;
  float* inputs;            // of all layers [rows][stride]
  float* deltas;            // gradients at the outputs of all layers [rows][stride]
  float* losses;            // data, then physics [2][B]
  float* partial;           // gradient of each chunk [chunks][parameters]
  float* data_gradient;     // [parameters] where gradients are combined, else null
  double* products;         // of the two gradients: data with data, with physics, physics with physics [norm_blocks][3]
  double* squares;          // of the gradient, a sum a block of training_norm
  double* data_losses;      // [steps]
  double* physics_losses;   // [steps]
  float* scratch;
  unsigned* barrier;
  uint64_t seed;
  int32_t rows;
  int32_t batch;
  int32_t stride;           // of inputs and deltas: examples of one pass, padded
  int32_t chunk;            // examples whose gradients are summed in one go
  int32_t chunks;
  int32_t parameter_count;
  int32_t norm_blocks;
  int32_t steps;
  float max_gradient_norm;  // 0: no clipping
  Term term;
  int32_t twice;            // some noise level has a second evaluation
  int32_t input_rows;       // of the records of an evaluation; those of the second follow
  int32_t delta_rows;
  int32_t conditions;       // the last components of the state, which have no noise
  int32_t paired;           // the noise of each data point stands behind it
  int32_t part_points;      // points of a part, which has rows of its own
  int32_t part_rows;
};

}  // namespace scorefield
