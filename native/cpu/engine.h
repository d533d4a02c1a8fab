// An engine: an instruction set, threads, and working memory for each of them.
#pragma once
#include <cstdlib>
#include <cstring>
#include "model.h"
#include "threads.h"

namespace scorefield {

// Memory on a cache line's boundary, zeroed, for free_aligned(); null when there is none left.
inline char* allocate(size_t bytes) {
  size_t rounded = (bytes + 63) / 64 * 64 + 64;
  void* memory = allocate_aligned(rounded);
  if (memory != nullptr) {
    memset(memory, 0, rounded);
  }
  return static_cast<char*>(memory);
}

struct Engine {
  const Target* target = nullptr;
  Pool* pool = nullptr;
  char** memory = nullptr;  // [threads]
  size_t memory_bytes = 0;  // of each

  ~Engine() {
    for (int thread = 0; memory != nullptr && thread < pool->threads(); thread++) {
      free_aligned(memory[thread]);
    }
    free(memory);
    destroy_object(pool);
  }

  // Makes every thread's working memory at least so large; leaves it as it is where there is not enough.
  bool reserve(size_t bytes) {
    if (bytes <= memory_bytes) {
      return true;
    }
    int threads = pool->threads();
    char** larger = static_cast<char**>(calloc((size_t)threads, sizeof(char*)));
    bool enough = larger != nullptr;
    for (int thread = 0; enough && thread < threads; thread++) {
      larger[thread] = allocate(bytes);
      enough = larger[thread] != nullptr;
    }
    char** unused = enough ? memory : larger;
    for (int thread = 0; unused != nullptr && thread < threads; thread++) {
      free_aligned(unused[thread]);
    }
    free(unused);
    if (enough) {
      memory = larger;
      memory_bytes = bytes;
    }
    return enough;
  }
};

// Reads a shape as the C interface passes it.
inline Shape shape_of(const int32_t* numbers) {
  Shape shape = {};
  shape.dimension = numbers[0];
  shape.features = numbers[1];
  shape.activation = static_cast<Activation>(numbers[2]);
  shape.layers = numbers[3] + 1;
  shape.width[0] = shape.dimension + shape.features;
  for (int layer = 1; layer < shape.layers; layer++) {
    shape.width[layer] = numbers[3 + layer];
  }
  shape.width[shape.layers] = shape.dimension;
  return shape;
}

// The shape of a program: what is not in the shape is in the program.
inline Shape shape_of(const ProgramTable& program) {
  Shape shape = {};
  shape.dimension = program.dimension;
  shape.features = program.features;
  shape.width[0] = program.dimension + program.features;
  return shape;
}

}  // namespace scorefield
