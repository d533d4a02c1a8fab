// Lays out the memory of a training, and plans who does what.
#include "training_session.h"

namespace scorefield {

namespace {

// A multiple of 16 floats whose number of cache lines is odd: rows then spread over all sets of a cache.
int32_t padded(int32_t count) {
  int32_t lines = (count + 15) / 16;
  return 16 * (lines | 1);
}

// Columns that thread `part` of a chunk begins with: a multiple of the lanes.
int32_t share(int32_t size, int32_t lanes, int part, int parts) {
  int64_t vectors = (size + lanes - 1) / lanes;
  int64_t at = vectors * part / parts * lanes;
  return (int32_t)(at < size ? at : size);
}

}  // namespace

void TrainingSession::lay_out_tiles(Carver& carver, ChunkPlan& plan, int32_t size, Carver tile_memory) const {
  const Shape& shape = training.shape;
  const Target& target = *engine->target;
  int parts = threads();
  plan.size = size;
  int32_t most = (size + target.lanes - 1) / target.lanes + parts;
  plan.tiles = carver.take<ExampleTile>((size_t)most);
  ExampleTile* seconds = carver.take<ExampleTile>(training.twice ? (size_t)most : 0);
  plan.begin = carver.take<int32_t>((size_t)parts + 1);
  if (plan.tiles == nullptr) {
    return;
  }
  int32_t tiles = 0;
  // Columns [from, to) in tiles as equal as can be.
  auto cut = [&](int32_t from, int32_t to, int32_t group, Carver& memory) {
    int32_t vectors = (to - from + target.lanes - 1) / target.lanes;
    int32_t per_tile = target.tile / target.lanes;
    int32_t pieces = (vectors + per_tile - 1) / per_tile;
    for (int32_t piece = 0; piece < pieces; piece++) {
      int32_t a = from + vectors * piece / pieces * target.lanes;
      int32_t b = from + vectors * (piece + 1) / pieces * target.lanes;
      ExampleTile& tile = plan.tiles[tiles++];
      tile.from = a;
      tile.count = (b < to ? b : to) - a;
      tile.group = group;
      tile.stride = target.tile;
      tile.data_loss = training.data_loss + a;
      tile.physics_loss = training.physics_loss + a;
      tile.second = nullptr;
      // A tile of a group is done with before the next begins, which takes over its memory.
      Carver start = memory;
      auto take = [&](ExampleTile& of) {
        for (int layer = 0; layer < shape.layers; layer++) {
          of.delta[layer] = memory.take<float>((size_t)shape.out(layer) * (size_t)target.tile);
          of.inputs[layer] = memory.take<float>((size_t)(target.tile * training.in_stride[layer]));
        }
      };
      take(tile);
      if (training.twice) {
        ExampleTile& second = seconds[tiles - 1];
        second = tile;
        take(second);
        tile.second = &second;
      }
      if (groups > 0) {
        memory = start;
      }
    }
  };
  for (int part = 0; part < parts; part++) {
    plan.begin[part] = tiles;
    if (groups == 0) {
      cut(share(size, target.lanes, part, parts), share(size, target.lanes, part + 1, parts), 0, tile_memory);
      continue;
    }
    Carver own{tile_memory.base, (size_t)part * tile_floats() * sizeof(float)};
    for (int32_t group = group_begin(part); group < group_begin(part + 1); group++) {
      int32_t from = group * GROUP < size ? group * GROUP : size;
      int32_t to = from + GROUP < size ? from + GROUP : size;
      cut(from, to, group, own);
    }
  }
  plan.begin[parts] = tiles;
}

// Pairs whose groups all belong to one thread are added by that thread before the threads meet; the tree is what is
// left to add after that.
void TrainingSession::plant_tree() {
  bool gone[MOST_PARTS] = {};
  auto owned = [&](int32_t from, int32_t to) {
    for (int thread = 0; thread < threads(); thread++) {
      if (from >= group_begin(thread) && to <= group_begin(thread + 1)) {
        return true;
      }
    }
    return false;
  };
  tree = SumTree{};
  for_each_pair(tree_parts(), [&](int32_t a, int32_t b, int32_t end) {
    if (owned(a, end)) {
      gone[b] = true;
    } else {
      tree.pairs[tree.pair_count][0] = a;
      tree.pairs[tree.pair_count++][1] = b;
    }
  });
  for (int32_t group = 0; group < tree_parts(); group++) {
    if (!gone[group]) {
      tree.parts[tree.part_count++] = group;
    }
  }
}

// Floats of the deltas and inputs of one full tile.
size_t TrainingSession::tile_floats() const {
  size_t floats = 0;
  for (int layer = 0; layer < training.shape.layers; layer++) {
    floats += (size_t)(training.shape.out(layer) + training.in_stride[layer]) * (size_t)engine->target->tile + 32;
  }
  return training.twice ? 2 * floats : floats;
}

// Rows in blocks, shared out evenly by the work they make.
void TrainingSession::lay_out_blocks(Carver& carver) {
  const Shape& shape = training.shape;
  constexpr int32_t ROWS = 8;
  int32_t count = 0;
  int64_t work = 0;
  for (int layer = 0; layer < shape.layers; layer++) {
    count += (shape.out(layer) + ROWS - 1) / ROWS + PARTS;
    work += (int64_t)shape.out(layer) * (training.in_stride[layer] + 16);
  }
  blocks = carver.take<RowBlock>((size_t)count);
  block_begin = carver.take<int32_t>((size_t)threads() + 1);
  if (blocks == nullptr) {
    return;
  }
  int32_t at = 0;
  if (layered) {
    for (int thread = 0; thread < threads(); thread++) {
      block_begin[thread] = at;
      for (int layer = 0; layer < shape.layers; layer++) {
        RowBlock own = own_rows(layer, thread);
        for (int32_t from = own.from; from < own.to; from += ROWS) {
          blocks[at++] = RowBlock{layer, from, from + ROWS < own.to ? from + ROWS : own.to};
        }
      }
    }
    block_begin[threads()] = at;
    return;
  }
  int64_t done = 0;
  int part = 0;
  for (int layer = 0; layer < shape.layers; layer++) {
    for (int32_t from = 0; from < shape.out(layer); from += ROWS) {
      while (part < threads() && done >= work * part / threads()) {
        block_begin[part++] = at;
      }
      int32_t to = from + ROWS < shape.out(layer) ? from + ROWS : shape.out(layer);
      blocks[at++] = RowBlock{layer, from, to};
      done += (int64_t)(to - from) * (training.in_stride[layer] + 16);
    }
  }
  while (part <= threads()) {
    block_begin[part++] = at;
  }
}

void TrainingSession::lay_out_layered(Carver& carver) {
  const Shape& shape = training.shape;
  int32_t stride = (training.batch + 15) / 16 * 16;
  training.layered_stride = stride;
  size_t row = (size_t)stride;
  for (int layer = 0; layer + 1 < shape.layers; layer++) {
    training.layered_values[layer] = carver.take<float>((size_t)shape.out(layer) * row);
    training.layered_slopes[layer] = carver.take<float>((size_t)shape.out(layer) * row);
  }
  layered_apart = (size_t)shape.widest() * row;
  for (float*& sums : layered_sums) {
    sums = carver.take<float>(PARTS * layered_apart);
  }
  float* deltas[MAX_LAYERS];
  for (int layer = 0; layer + 1 < shape.layers; layer++) {
    deltas[layer] = carver.take<float>((size_t)shape.out(layer) * row);
  }
  layered_tiles = carver.take<ExampleTile>((size_t)threads());
  for (int thread = 0; thread < threads(); thread++) {
    ExampleTile tile = {};
    tile.count = training.batch;
    tile.stride = stride;
    for (int layer = 0; layer < shape.layers; layer++) {
      bool last = layer == shape.layers - 1;
      tile.delta[layer] = last ? carver.take<float>((size_t)shape.dimension * row) : deltas[layer];
      tile.inputs[layer] = carver.take<float>(row * (size_t)training.in_stride[layer]);
    }
    tile.data_loss = carver.take<float>(row);
    tile.physics_loss = carver.take<float>(row);
    if (layered_tiles != nullptr) {
      layered_tiles[thread] = tile;
    }
  }
}

void TrainingSession::lay_out(Carver& carver) {
  const Shape& shape = training.shape;
  size_t floats = 0;
  size_t outputs = 0;
  size_t widest = 0;
  for (int layer = 0; layer < shape.layers; layer++) {
    training.in_stride[layer] = padded(shape.in(layer));
    training.weight_at[layer] = floats;
    floats += (size_t)training.in_stride[layer] * (size_t)shape.out(layer);
    training.bias_at[layer] = floats;
    floats += (size_t)padded(shape.out(layer));
    training.bias_sum_at[layer] = outputs;
    outputs += (size_t)shape.out(layer);
    widest = (size_t)training.in_stride[layer] > widest ? (size_t)training.in_stride[layer] : widest;
  }
  training.parameters = carver.take<float>(floats);
  training.first_moment = carver.take<float>(floats);
  training.second_moment = carver.take<float>(floats);
  training.average = carver.take<float>(floats);
  int32_t tile = engine->target->tile;
  size_t bytes = tile_floats() * sizeof(float);
  groups = !conflict_free && !training.twice && training.batch > GROUP && floats <= GROUPED_PARAMETERS ? (training.batch + GROUP - 1) / GROUP : 0;
  groups = groups < MOST_GROUPS ? groups : MOST_GROUPS;
  int64_t tiles = (int64_t)(CHUNK_BYTES / bytes);
  int64_t fits = (tiles < threads() ? threads() : tiles) * tile;
  int64_t largest = groups > 0 ? groups * GROUP : fits < LARGEST_CHUNK ? fits : LARGEST_CHUNK;
  chunk = (int32_t)(training.batch < largest ? training.batch : largest);
  bool stored = clips || conflict_free || training.twice || (groups == 0 && !whole());
  layered = groups == 0 && !conflict_free && !training.twice && floats > GROUPED_PARAMETERS && training.batch <= LAYERED_BATCH;
  if (layered) {
    chunk = training.batch;
    stored = clips;
  }
  plant_tree();
  group_bias_at = floats;
  group_floats = floats + (4 * outputs + 15) / 16 * 16 + 16;
  group_gradient = carver.take<float>((size_t)groups * group_floats);
  group_losses = carver.take<double>(GROUP_LOSSES * (size_t)groups);
  second_gradient = training.twice ? carver.take<float>(floats) : nullptr;
  second_bias_sums = carver.take<float>(training.twice ? 4 * outputs : 0);
  training.gradient = stored ? carver.take<float>(floats) : nullptr;
  training.bias_sums = carver.take<float>(4 * outputs);
  data_gradient = conflict_free ? carver.take<float>(floats) : nullptr;
  data_bias_sums = carver.take<float>(conflict_free ? 4 * outputs : 0);
  row_products = carver.take<double>(conflict_free ? 3 * outputs : 0);
  training.row_squares = carver.take<double>(outputs);
  training.data_loss = carver.take<float>((size_t)chunk);
  training.physics_loss = carver.take<float>((size_t)chunk);
  scratch = carver.take<float*>((size_t)threads());
  for (int thread = 0; thread < threads(); thread++) {
    float* part = carver.take<float>(8 * widest);
    if (scratch != nullptr) {
      scratch[thread] = part;
    }
  }
  lay_out_blocks(carver);
  if (layered) {
    lay_out_layered(carver);
    return;
  }
  // Both plans use the same memory for their tiles, one after the other.
  size_t most = (size_t)(groups > 0 ? threads() : (chunk + tile - 1) / tile + threads());
  char* tile_memory = carver.take<char>(most * bytes);
  lay_out_tiles(carver, plans[0], chunk, Carver{tile_memory, 0});
  lay_out_tiles(carver, plans[1], (training.batch - 1) % chunk + 1, Carver{tile_memory, 0});
}

}  // namespace scorefield
