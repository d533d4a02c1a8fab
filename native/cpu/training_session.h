// A training: its memory, and how its steps are shared out between threads.
//
// What moves between the caches of two processors decides the speed; so how a step is shared out depends on the
// shape:
//
//   by groups  (narrow networks) examples form fixed groups. A thread takes its groups through the network and
//              back and sums their gradient; the groups are added up row by row, where Adam follows.
//   by layers  (wide networks, small batches) a thread computes some rows of every layer for the whole batch,
//              forward, backward and in Adam: weights stay in its caches, activations are exchanged.
//   by rows    (everything else) the batch is shared out by examples on the way through the network and back,
//              by rows of the weights when gradients are summed and applied.
//
// In each the order of every sum is fixed by shape and batch alone: results do not depend on how many threads
// there are.
#pragma once
#include "scorefield_cpu.h"
#include "steps.h"

namespace scorefield {

// Memory that a chunk of a batch may take up. Larger batches are cut into chunks.
constexpr size_t CHUNK_BYTES = 64u << 20;
constexpr int32_t LARGEST_CHUNK = 4096;

// Gradients are summed by groups of so many examples, in at most so many groups, up to so many parameters:
// beyond, moving the gradients of all groups costs more than moving activations.
constexpr int32_t GROUP = 64;
constexpr int32_t MOST_GROUPS = MOST_PARTS;
constexpr size_t GROUPED_PARAMETERS = 1 << 16;

// A step is shared out by layers up to so many examples. The rows of every layer are in PARTS parts, of which a
// thread has some.
constexpr int32_t LAYERED_BATCH = 256;
constexpr int32_t PARTS = 8;
static_assert(PARTS <= MOST_PARTS);

// Two numbers, and room to keep the groups of two threads off one cache line.
constexpr int32_t GROUP_LOSSES = 16;

// How a chunk of a given size is cut into tiles.
struct ChunkPlan {
  int32_t size = 0;
  ExampleTile* tiles = nullptr;
  int32_t* begin = nullptr;  // [threads + 1], the tiles of a thread
};

// The groups of a batch (by groups) or the parts of a layer's rows (by layers) are added pairwise, over distances 1, 2,
// 4, ...: this order is the sum's, whoever does which pair. visit(a, b, end): what has been added up at b is added to
// that at a, which then is the sum of groups a .. end - 1.
template <class Visit>
void for_each_pair(int32_t groups, Visit visit) {
  for (int32_t distance = 1; distance < groups; distance *= 2) {
    for (int32_t a = 0; a + distance < groups; a += 2 * distance) {
      int32_t end = a + 2 * distance < groups ? a + 2 * distance : groups;
      visit(a, a + distance, end);
    }
  }
}

struct TrainingSession : Steps {
  int32_t chunk = 0;
  ChunkPlan plans[2];  // of full chunks and of the last
  int32_t groups = 0;              // 0: gradients are summed by rows
  float* group_gradient = nullptr; // [groups][group_floats], weights in the layout of the parameters,
  size_t group_floats = 0;         // then the partial sums of the biases
  size_t group_bias_at = 0;
  SumTree tree = {};               // how what the threads have added up of their groups is added
  double* group_losses = nullptr;  // [groups][GROUP_LOSSES], of the data and of physics
  // Where the gradients of the data and of physics are combined: those of the data, and row by row the scalar products
  // of data with data, data with physics, physics with physics.
  float* data_gradient = nullptr;
  float* data_bias_sums = nullptr;
  double* row_products = nullptr;  // [all outputs][3]
  // Of the second evaluations, which are added when those of the first are complete: the order of the sums then does
  // not depend on how examples are cut into tiles and chunks.
  float* second_gradient = nullptr;
  float* second_bias_sums = nullptr;
  bool layered = false;
  ExampleTile* layered_tiles = nullptr;  // [threads], the whole batch each
  float* layered_sums[2] = {};            // [PARTS][widest][stride], of alternate layers
  size_t layered_apart = 0;
  RowBlock* blocks = nullptr;
  int32_t* block_begin = nullptr;  // [threads + 1]
  float** scratch = nullptr;       // [threads], the gradient of one block

  int threads() const { return engine->pool->threads(); }
  bool whole() const { return chunk >= training.batch; }

  void lay_out(Carver& carver);
  void lay_out_tiles(Carver& carver, ChunkPlan& plan, int32_t size, Carver tile_memory) const;
  size_t tile_floats() const;
  void lay_out_blocks(Carver& carver);
  void plant_tree();
  void lay_out_layered(Carver& carver);
  // The groups, or parts of the rows, that a thread begins with.
  int32_t group_begin(int thread) const { return tree_parts() * thread / threads(); }
  int32_t tree_parts() const { return layered ? PARTS : groups; }
  // Rows of a layer in parts [from, to).
  RowBlock part_rows(int layer, int32_t from, int32_t to) const {
    int64_t out = training.shape.out(layer);
    return RowBlock{layer, (int32_t)(out * from / PARTS), (int32_t)(out * to / PARTS)};
  }
  RowBlock own_rows(int layer, int thread) const {
    return part_rows(layer, group_begin(thread), group_begin(thread + 1));
  }
};

}  // namespace scorefield
