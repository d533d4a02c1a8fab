// The one matrix product of the engine: C[m][n] = start + sum over p of A(m, p) B[p][n].
//
// Columns n are lanes. A is read one number at a time and multiplied into whole vectors of B; so A may lie in
// memory in any order (Packed, Strided), and neither a forward pass, a data gradient nor a weight gradient
// needs its weights transposed. Every C[m][n] is one chain of multiply-adds in ascending p, whatever the block
// it is computed in: results depend neither on tiles nor on threads.
#pragma once
#include "simd.h"

SF_NAMESPACE_BEGIN

#if SF_LANES == 16
constexpr int BLOCK_ROWS = 6;      // 6 x 4 accumulators of 32 registers
constexpr int BLOCK_VECTORS = 4;
constexpr int BLOCK_DEPTH = 128;   // of B: 128 x 64 floats stay in a first-level cache
#elif SF_LANES == 8
constexpr int BLOCK_ROWS = 4;      // 4 x 3 accumulators of 16 registers
constexpr int BLOCK_VECTORS = 3;
constexpr int BLOCK_DEPTH = 256;
#else
constexpr int BLOCK_ROWS = 4;
constexpr int BLOCK_VECTORS = 2;
constexpr int BLOCK_DEPTH = 256;
#endif

// Columns of a tile.
constexpr int TILE = BLOCK_VECTORS * SF_LANES;

// Where a sum begins.
enum class Start { ZERO, BIAS, SUM };

// Element (m, p) of a block of A lies at p * rows_of_the_block + m.
template <int ROWS>
struct PackedBlock {
  const float* at;
  SF_INLINE Vector factor(int m, ptrdiff_t p) const { return all<Vector>(at[p * ROWS + m]); }
  static SF_INLINE Vector add(Vector factor, Vector column, Vector sum) { return multiply_add(factor, column, sum); }
};

struct StridedBlock {
  const float* at;
  ptrdiff_t row;
  ptrdiff_t column;
  SF_INLINE Vector factor(int m, ptrdiff_t p) const { return all<Vector>(at[m * row + p * column]); }
  static SF_INLINE Vector add(Vector factor, Vector column, Vector sum) { return multiply_add(factor, column, sum); }
};

template <int ROWS, int VECTORS, class Block>
SF_INLINE void product_block(
    Block a, const float* b, ptrdiff_t b_row, int depth, Start start, const float* bias, float* c,
    ptrdiff_t c_row) {
  Vector sum[ROWS][VECTORS];
#pragma GCC unroll 8
  for (int m = 0; m < ROWS; m++) {
#pragma GCC unroll 8
    for (int n = 0; n < VECTORS; n++) {
      if (start == Start::BIAS) {
        sum[m][n] = all<Vector>(bias[m]);
      } else if (start == Start::SUM) {
        sum[m][n] = load(c + m * c_row + n * SF_LANES);
      } else {
        sum[m][n] = Vector{};
      }
    }
  }
#pragma GCC unroll 2
  for (int p = 0; p < depth; p++) {
    Vector column[VECTORS];
#pragma GCC unroll 8
    for (int n = 0; n < VECTORS; n++) {
      column[n] = load(b + p * b_row + n * SF_LANES);
    }
#pragma GCC unroll 8
    for (int m = 0; m < ROWS; m++) {
      Vector factor = a.factor(m, p);
#pragma GCC unroll 8
      for (int n = 0; n < VECTORS; n++) {
        sum[m][n] = Block::add(factor, column[n], sum[m][n]);
      }
    }
  }
#pragma GCC unroll 8
  for (int m = 0; m < ROWS; m++) {
#pragma GCC unroll 8
    for (int n = 0; n < VECTORS; n++) {
      store(c + m * c_row + n * SF_LANES, sum[m][n]);
    }
  }
}

// A matrix in memory with any strides.
struct Strided {
  const float* at;
  ptrdiff_t row;
  ptrdiff_t column;

  SF_INLINE float element(int m, int p, int) const { return at[m * row + p * column]; }

  template <int ROWS>
  SF_INLINE StridedBlock block(int m, int p, int) const {
    return StridedBlock{at + m * row + p * column, row, column};
  }
};

// A matrix of `rows` rows that pack() has put into the order in which it is read: depths of BLOCK_DEPTH,
// in each blocks of BLOCK_ROWS rows (the last may have fewer), in each column after column.
struct Packed {
  const float* at;
  int rows;

  // Of a matrix of at most BLOCK_DEPTH columns.
  SF_INLINE float element(int m, int p, int depth) const {
    int block = m / BLOCK_ROWS * BLOCK_ROWS;
    int height = rows - block < BLOCK_ROWS ? rows - block : BLOCK_ROWS;
    return at[(ptrdiff_t)block * depth + p * height + m - block];
  }

  template <int ROWS>
  SF_INLINE PackedBlock<ROWS> block(int m, int p, int depth) const {
    return PackedBlock<ROWS>{at + (ptrdiff_t)p * rows + (ptrdiff_t)m * depth};
  }
};

// Puts a rows x depth matrix into the order of Packed: element(m, p), four bytes.
template <class Element>
inline void pack_elements(int rows, int depth, float* packed, Element element) {
  for (int p0 = 0; p0 < depth; p0 += BLOCK_DEPTH) {
    int p1 = p0 + BLOCK_DEPTH < depth ? p0 + BLOCK_DEPTH : depth;
    for (int m0 = 0; m0 < rows; m0 += BLOCK_ROWS) {
      int m1 = m0 + BLOCK_ROWS < rows ? m0 + BLOCK_ROWS : rows;
      for (int p = p0; p < p1; p++) {
        for (int m = m0; m < m1; m++) {
          auto number = element(m, p);
          static_assert(sizeof number == sizeof *packed);
          memcpy(packed++, &number, sizeof number);
        }
      }
    }
  }
}

inline void pack(Strided matrix, int rows, int depth, float* packed) {
  pack_elements(rows, depth, packed, [=](int m, int p) { return matrix.element(m, p, depth); });
}

template <int VECTORS, class Matrix>
inline void product_columns(
    const Matrix& a, int from, int to, int depth, const float* b, ptrdiff_t b_row, Start start,
    const float* bias, float* c, ptrdiff_t c_row) {
  // At depth 0, too, C is what it starts from.
  int p = 0;
  do {
    int stretch = p + BLOCK_DEPTH < depth ? BLOCK_DEPTH : depth - p;
    Start here = p == 0 ? start : Start::SUM;
    const float* rows = b + p * b_row;
    for (int m = from; m < to; m += BLOCK_ROWS) {
      float* out = c + m * c_row;
      const float* first = bias + (here == Start::BIAS ? m : 0);
#define SF_ROWS(R) \
  product_block<R, VECTORS>(a.template block<R>(m, p, stretch), rows, b_row, stretch, here, first, out, c_row)
      switch (to - m) {
        case 1: SF_ROWS(1); break;
        case 2: SF_ROWS(2); break;
        case 3: SF_ROWS(3); break;
#if SF_LANES == 16
        case 4: SF_ROWS(4); break;
        case 5: SF_ROWS(5); break;
#endif
        default: SF_ROWS(BLOCK_ROWS);
      }
#undef SF_ROWS
    }
    p += BLOCK_DEPTH;
  } while (p < depth);
}

// Rows [from, to) of C for `vectors` vectors of columns. `from` must be a multiple of BLOCK_ROWS where A is
// Packed, and `to` a multiple too or the number of rows.
template <class Matrix>
inline void product(
    const Matrix& a, int from, int to, int depth, const float* b, ptrdiff_t b_row, int vectors, Start start,
    const float* bias, float* c, ptrdiff_t c_row) {
  // Parts as equal as can be: 4 vectors are 2 + 2, not 3 + 1.
  int parts = (vectors + BLOCK_VECTORS - 1) / BLOCK_VECTORS;
  int done = 0;
  for (int part = 0; part < parts; part++) {
    int here = (vectors - done + parts - part - 1) / (parts - part);
    const float* columns = b + done * SF_LANES;
    float* out = c + done * SF_LANES;
    switch (here) {
      case 1: product_columns<1>(a, from, to, depth, columns, b_row, start, bias, out, c_row); break;
      case 2: product_columns<2>(a, from, to, depth, columns, b_row, start, bias, out, c_row); break;
      case 3: product_columns<3>(a, from, to, depth, columns, b_row, start, bias, out, c_row); break;
      default:
        product_columns<BLOCK_VECTORS>(a, from, to, depth, columns, b_row, start, bias, out, c_row);
    }
    done += here;
  }
}

SF_NAMESPACE_END
