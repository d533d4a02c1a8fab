// What control that both engines share is written for: rows of numbers, one number for every sample of a tile.
//
// An engine has a type R of them. A thread sees the samples that are its own, in vectors of a lane type: on a GPU one
// vector of one sample (device/group.cuh), in the CPU engine the vectors of a whole tile (native/cpu/rows.h).
//   R::Lane                       the lane type of a vector
//   R::MOST                       vectors of a row at most
//   vectors()                     how many a row has; where it is one, the compiler knows it and no loop is left
//   get(row, v), set(row, v, x)   a vector of a row
//   from(row)                     the rows from there on
#pragma once
#include "portable.cuh"

SF_NAMESPACE_BEGIN

template <class R>
using LaneOf = typename R::Lane;

// Something for every vector of a row.
template <class T, int MOST>
struct Each {
  T of[MOST];

  SF_INLINE T& operator[](int v) { return of[v]; }
  SF_INLINE const T& operator[](int v) const { return of[v]; }
};
template <class R>
using Numbers = Each<LaneOf<R>, R::MOST>;
template <class R>
using Masks = Each<MaskOf<LaneOf<R>>, R::MOST>;

// How they are handed over: one number in a register, many by their address.
template <class T>
struct Handed {
  using Type = const T&;
};
template <class T>
struct Handed<Each<T, 1>> {
  using Type = Each<T, 1>;
};
template <class R>
using GivenNumbers = typename Handed<Numbers<R>>::Type;

// The same number for every sample.
template <class R>
SF_INLINE Numbers<R> everywhere(R rows, float x) {
  Numbers<R> numbers;
  for (int v = 0; v < rows.vectors(); v++) {
    numbers[v] = all<LaneOf<R>>(x);
  }
  return numbers;
}

template <class R>
SF_INLINE void add(R rows, int row, int v, LaneOf<R> x) {
  rows.set(row, v, rows.get(row, v) + x);
}

template <class R>
SF_INLINE void clear(R rows, int count) {
  for (int row = 0; row < count; row++) {
    for (int v = 0; v < rows.vectors(); v++) {
      rows.set(row, v, all<LaneOf<R>>(0.0f));
    }
  }
}

template <class R>
SF_INLINE void copy(R from, R to, int count) {
  for (int row = 0; row < count; row++) {
    for (int v = 0; v < from.vectors(); v++) {
      to.set(row, v, from.get(row, v));
    }
  }
}

// The square of a column, in ascending order of the rows.
template <class R>
SF_INLINE LaneOf<R> square(R rows, int count, int v) {
  LaneOf<R> sum = all<LaneOf<R>>(0.0f);
  for (int row = 0; row < count; row++) {
    LaneOf<R> x = rows.get(row, v);
    sum = multiply_add(x, x, sum);
  }
  return sum;
}

// Whether a mask has a lane in some vector.
template <class R>
SF_INLINE bool somewhere(R rows, const Masks<R>& masks) {
  bool some = false;
  for (int v = 0; v < rows.vectors(); v++) {
    some = some || any(masks[v]);
  }
  return some;
}

SF_NAMESPACE_END
