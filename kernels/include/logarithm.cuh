// The natural logarithm. The normals use its kernel; so it is made of correctly rounded operations only.
#pragma once
#include "portable.cuh"

SF_NAMESPACE_BEGIN

// A positive normal u = (1 + f) 2^exponent with 1 + f in [sqrt(1/2), sqrt(2)).
template <class F>
SF_INLINE F split(F u, F& exponent) {
  WordOf<F> bits = bits_of(u);
  WordOf<F> e = shift_signed(bits - 0x3F3504F3u, 23);
  exponent = signed_to_float(e);
  return float_of(bits - (e << 23)) - 1.0f;
}

// ln((1 + f) 2^exponent): ln(1 + f) = f - f^2/2 + f^3 P(f), minimax to 6e-9.
template <class F>
SF_INLINE F logarithm_of_split(F f, F exponent) {
  F p = fused(f, all<F>(-0.07634429633617401f), all<F>(0.12761549651622772f));
  p = fused(f, p, all<F>(-0.131601944565773f));
  p = fused(f, p, all<F>(0.14201761782169342f));
  p = fused(f, p, all<F>(-0.16623356938362122f));
  p = fused(f, p, all<F>(0.20001226663589478f));
  p = fused(f, p, all<F>(-0.250008225440979f));
  p = fused(f, p, all<F>(0.3333333134651184f));
  F f2 = f * f;
  F tail = f2 * fused(f, p, all<F>(-0.5f));
  tail = fused(exponent, all<F>(1.428606765330187e-06f), tail);
  return fused(exponent, all<F>(0.693145751953125f), f + tail);
}

SF_NAMESPACE_END
