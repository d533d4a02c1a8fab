// One operation of the laws' tape, forward and in reverse; io.scorefield.physics.Tape is the twin in Java.
#pragma once
#include "elementary.cuh"
#include "tables.cuh"

SF_NAMESPACE_BEGIN

template <class F>
SF_INLINE F absolute(F x) {
  return float_of(bits_of(x) & 0x7FFFFFFFu);
}

// -1, 0 or 1; a NaN stays one.
template <class F>
SF_INLINE F sign(F x) {
  return select(x > 0.0f, all<F>(1.0f), select(x < 0.0f, all<F>(-1.0f), x));
}

// The value of an operation that has operands a and b.
template <class F>
SF_INLINE F tape_value(TapeOperation operation, F a, F b) {
  switch (operation) {
    case TapeOperation::ADD: return a + b;
    case TapeOperation::SUBTRACT: return a - b;
    case TapeOperation::MULTIPLY: return a * b;
    case TapeOperation::DIVIDE: return a / b;
    case TapeOperation::SQUARE: return a * a;
    case TapeOperation::SQRT: return square_root(a);
    case TapeOperation::EXP: return exponential(a);
    case TapeOperation::LOG: return natural_logarithm(a);
    case TapeOperation::SIN: return sine(a);
    case TapeOperation::COS: return cosine(a);
    case TapeOperation::TANH: return hyperbolic_tangent(a);
    case TapeOperation::ABS: return absolute(a);
    // Unordered operands give NaN, as in Java.
    case TapeOperation::MIN: return select(a <= b, a, select(b < a, b, a + b));
    case TapeOperation::MAX: return select(a >= b, a, select(b > a, b, a + b));
    default: return a;
  }
}

// What the adjoint d of a slot adds to those of its operands; `value` is the slot's own value.
template <class F>
SF_INLINE void tape_adjoint(TapeOperation operation, F d, F a, F b, F value, F& to_a, F& to_b) {
  const F zero = all<F>(0.0f);
  to_a = zero;
  to_b = zero;
  switch (operation) {
    case TapeOperation::ADD: to_a = d; to_b = d; break;
    case TapeOperation::SUBTRACT: to_a = d; to_b = -d; break;
    case TapeOperation::MULTIPLY: to_a = d * b; to_b = d * a; break;
    case TapeOperation::DIVIDE:
      to_a = select(b == 0.0f, zero, d / b);
      to_b = select(b == 0.0f, zero, -d * value / b);
      break;
    case TapeOperation::SQUARE: to_a = d * 2.0f * a; break;
    case TapeOperation::SQRT: to_a = select(value == 0.0f, zero, d * 0.5f / value); break;
    case TapeOperation::EXP: to_a = d * value; break;
    case TapeOperation::LOG: to_a = d / a; break;
    case TapeOperation::SIN: to_a = d * cosine(a); break;
    case TapeOperation::COS: to_a = -d * sine(a); break;
    case TapeOperation::TANH: to_a = d * multiply_add(-value, value, all<F>(1.0f)); break;
    case TapeOperation::ABS: to_a = d * sign(a); break;
    case TapeOperation::MIN: to_a = select(a <= b, d, zero); to_b = select(a <= b, zero, d); break;
    case TapeOperation::MAX: to_a = select(a >= b, d, zero); to_b = select(a >= b, zero, d); break;
    default: break;
  }
  // An adjoint of 0 adds nothing, whatever the derivative.
  to_a = select(d == 0.0f, zero, to_a);
  to_b = select(d == 0.0f, zero, to_b);
}

// Whether a residual is beyond a limit; there is none where the limit is 0.
template <class F>
SF_INLINE auto beyond(F r, F limit) {
  return (limit > 0.0f) & (absolute(r) > limit);
}

template <class F>
SF_INLINE F limited(F r, F limit) {
  return select(beyond(r, limit), limit, r);
}

// Whether a row collects something over the iterations of a loop.
SF_INLINE bool collects(TapeOperation operation) {
  return operation == TapeOperation::TOTAL || operation == TapeOperation::LEAST || operation == TapeOperation::LARGEST;
}

// Whether a row computes a number from numbers of earlier rows.
SF_INLINE bool computes(TapeOperation operation) {
  return operation >= TapeOperation::ADD && operation <= TapeOperation::HOLD;
}

// What a collecting row begins with.
template <class F>
SF_INLINE F collected_start(TapeOperation operation) {
  return all<F>(operation == TapeOperation::TOTAL ? 0.0f : operation == TapeOperation::LEAST ? INFINITY : -INFINITY);
}

// What it has after the value a of one more iteration.
template <class F>
SF_INLINE F collected(TapeOperation operation, F so_far, F a) {
  return operation == TapeOperation::TOTAL ? so_far + a
         : operation == TapeOperation::LEAST ? tape_value(TapeOperation::MIN, so_far, a)
                                             : tape_value(TapeOperation::MAX, so_far, a);
}

SF_NAMESPACE_END
