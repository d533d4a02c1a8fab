// What the library hands to the code of an instruction set: plain data, the same for every copy of it.
#pragma once
#include <cstddef>
#include <cstdint>
#include "portable.cuh"
#include "program.cuh"
#include "tables.cuh"

namespace scorefield {

constexpr int MAX_LAYERS = 64;

// A multilayer perceptron; io.scorefield.network.Mlp defines it.
struct Shape {
  int32_t dimension;  // D
  int32_t features;   // E
  Activation activation;
  int32_t layers;
  int32_t width[MAX_LAYERS + 1];  // width[0] = D + E, the last is D

  SF_INLINE int in(int layer) const { return width[layer]; }
  SF_INLINE int out(int layer) const { return width[layer + 1]; }
  // Whether a layer takes what one hidden layer gives to the next.
  SF_INLINE bool between_hidden(int layer) const { return layer > 0 && layer < layers - 1; }
  // The widest result of a layer.
  SF_INLINE int widest() const {
    int most = 0;
    for (int layer = 0; layer < layers; layer++) {
      most = out(layer) > most ? out(layer) : most;
    }
    return most;
  }
  SF_INLINE size_t hidden_total() const {
    size_t total = 0;
    for (int layer = 0; layer + 1 < layers; layer++) {
      total += (size_t)out(layer);
    }
    return total;
  }
};

// A sampler ready to run: the weights packed.
struct Sampling {
  Shape shape;                          // of a program: no layers
  const ProgramTable* program;          // null: a perceptron
  const float* parameters;              // of a program
  const float* row_features;            // of a program, [network rows][E]
  const float* weights[MAX_LAYERS];     // packed [out, in]; of layer 0 the columns of x only; see pack_hidden
  const float* transposed[MAX_LAYERS];  // packed [in, out]; where gradients pass through the network
  const float* bias[MAX_LAYERS];        // [out]; of layer 0 unused
  const float* row_bias;                // of layer 0 with the time features' share, [network rows][out]
  const int32_t* bias_of_row;           // which of these, or of the features, a row uses
  const StepRow* rows;
  int32_t row_count;
  uint32_t uses;                        // those of all rows together
  bool has_gradients;                   // some row needs one through the network
  PhysicsTerm physics;
  const float* bounds;                  // of x0hat or of the state: lowest, highest [2][D], where rows confine
                                        // boundaries [D]; null where no row does either
  float prior_scale;
  const float* given;                   // [given_count]: what the last components start from instead
  int32_t given_count;
  uint64_t seed;
};

// Which samples to make, and where to put them.
struct SampleBlock {
  uint64_t first;
  int64_t count;
  const float* initial;  // [count, D], or null: the prior
  const int32_t* snapshot_rows;
  int32_t snapshot_count;
  float* snapshots;      // [snapshots][count, D]
  float* samples;        // [count, D]
  float* divergence;     // [count], or null
};

// The first row at which a sample was not finite; row < 0: there is none.
struct Failure {
  int32_t row;
  uint64_t sample;
};

// Part of the rows of a layer: the unit in which weight gradients and updates are shared out.
struct RowBlock {
  int32_t layer;
  int32_t from;
  int32_t to;
};

// Consecutive examples of a batch that go through the network together.
struct ExampleTile {
  const ExampleTile* second;  // the second evaluations of the same examples; null where there are none
  int32_t from;  // column in the chunk
  int32_t count;
  int32_t group; // where gradients are summed by groups
  float* delta[MAX_LAYERS];   // [out][stride], the gradient with respect to what the layer adds up
  float* inputs[MAX_LAYERS];  // [example][in_stride], transposed
  int32_t stride;             // of the rows of delta
  float* data_loss;           // [count]
  float* physics_loss;        // [count]
};

constexpr int32_t MOST_PARTS = 16;

// In which order parts are added: the given ones are read, then each pair (a, b) does a += b, and the sum is
// that of the first part.
struct SumTree {
  int32_t part_count;
  int32_t parts[MOST_PARTS];
  int32_t pair_count;
  int32_t pairs[MOST_PARTS][2];
};

// The terms of the loss that a gradient is of.
enum class Term { BOTH, DATA, PHYSICS };

struct Training {
  Shape shape;
  const ProgramTable* program;  // null: a perceptron; of a program parameters and moments are flat
  const NoiseRow* table;
  const float* features;  // [R, E]
  int32_t table_rows;
  const float* data;      // [N, D]
  int32_t batch;
  uint64_t seed;
  PhysicsTerm physics;
  bool twice;             // some noise level has a second evaluation
  int32_t conditions;     // the last components of the state, which have no noise
  bool paired;            // the noise of each data point stands behind it: data [N, 2, D]
  int32_t part_points;    // points of a part, which has rows of its own
  int32_t part_rows;
  // Parameters and moments, in one layout: rows of weights, each padded to in_stride, then the biases.
  float* parameters;
  float* first_moment;
  float* second_moment;
  float* average;
  size_t weight_at[MAX_LAYERS];
  size_t bias_at[MAX_LAYERS];
  int32_t in_stride[MAX_LAYERS];
  float* gradient;        // in the same layout; null where it is used up block by block
  float* bias_sums;       // [all outputs][4], partial sums of the biases' gradients
  size_t bias_sum_at[MAX_LAYERS];
  double* row_squares;    // [all outputs], for clipping
  // Where a step is shared out layer by layer: results of hidden layers, [out][layered_stride] each.
  int32_t layered_stride;
  float* layered_values[MAX_LAYERS];
  float* layered_slopes[MAX_LAYERS];
  // Losses of the examples of a chunk.
  float* data_loss;
  float* physics_loss;

  // Numbers from a data point to the next.
  SF_INLINE int point_stride() const { return paired ? 2 * shape.dimension : shape.dimension; }
  SF_INLINE int noised() const { return shape.dimension - conditions; }
};

// Hands out parts of a block of memory, or only adds up how much is needed.
struct Carver {
  char* base;
  size_t used;

  template <class T>
  SF_INLINE T* take(size_t count) {
    T* part = base == nullptr ? nullptr : reinterpret_cast<T*>(base + used);
    used += (count * sizeof(T) + 63) / 64 * 64;
    return part;
  }
};

// The code of one instruction set.
struct Target {
  const char* name;
  int32_t lanes;
  int32_t tile;  // columns of a tile

  void (*pack)(const float* matrix, int64_t row, int64_t column, int32_t rows, int32_t depth, float* packed);
  // The same for the weights between hidden layers as sampling reads them: bfloat16 in half precision.
  void (*pack_hidden)(const float* matrix, int64_t row, int64_t column, int32_t rows, int32_t depth, float* packed);
  size_t (*tile_bytes)(const Sampling& sampling);
  // Samples that a tile of a program has.
  int32_t (*program_tile)(const ProgramTable& program);
  // The same for tiles of a training.
  size_t (*training_tile_bytes)(const Training& training);
  // Samples [offset, offset + count) of the block, count at most a tile.
  void (*sample_tile)(
      const Sampling& sampling, const SampleBlock& block, int64_t offset, int32_t count, char* memory,
      Failure* failure, int64_t* fallen);
  void (*evaluate_tile)(
      const Sampling& sampling, const float* x, int32_t count, char* memory, float* output);
  void (*forward_noise_tile)(
      const NoiseRow* table, const int32_t* row, const float* x0, uint64_t seed, uint64_t first,
      int32_t count, int32_t dimension, int32_t conditions, float* xt);
  void (*training_tile)(
      const Training& training, const ExampleTile& tile, Term term, uint64_t first_example,
      const int32_t* examples, char* memory);
  // The same for programs, whose gradient is added to a flat one.
  size_t (*program_training_bytes)(const Training& training);
  void (*program_training_tile)(
      const Training& training, const ExampleTile& tile, Term term, uint64_t first_example, const int32_t* examples,
      char* memory, float* gradient);
  void (*adam_flat)(const Training& training, const AdamStep& step, const float* gradient, int64_t from, int64_t to);
  size_t (*layered_bytes)(const Training& training);
  void (*layered_gather)(
      const Training& training, const ExampleTile& tile, uint64_t first_example, const int32_t* examples,
      char* memory);
  void (*layered_forward)(const Training& training, const ExampleTile& tile, RowBlock rows, char* memory);
  void (*layered_losses)(const Training& training, const ExampleTile& tile, char* memory);
  void (*layered_backward)(
      const Training& training, const ExampleTile& tile, RowBlock outputs, int32_t in_from, int32_t in_to,
      float* sum);
  void (*layered_slopes)(const Training& training, const ExampleTile& tile, RowBlock rows);
  // Adds the gradient of rows of a layer over the tiles; `start` says whether it begins anew.
  void (*gradient_rows)(
      const Training& training, RowBlock rows, const ExampleTile* tiles, int32_t tile_count, bool start,
      bool second, float* weights, float* bias_sums);
  // sum[i] = the parts' numbers i added up as the tree says; part p begins at first + p * apart.
  void (*add_parts)(const float* first, size_t apart, const SumTree& tree, size_t count, float* sum);
  double (*dot_of_row)(const float* a, const float* b, int32_t count);
  void (*adam_rows)(
      const Training& training, const AdamStep& step, RowBlock rows, const float* weights,
      const float* bias_sums);
  // Elementary functions over arrays, for tests.
  void (*elementary)(int32_t function, const float* x, float* y, int64_t count);
  void (*normals)(uint64_t seed, uint64_t first, int64_t count, uint32_t block, uint32_t stream, float* z);
  // Multiply-adds on registers; returns how many floating-point operations it did.
  double (*peak)(int64_t rounds, float* sink);
};

const Target* portable_target();
#if defined(__x86_64__)
const Target* avx2_target();
const Target* avx512_target();
const Target* avx512bf16_target();
#endif

}  // namespace scorefield
