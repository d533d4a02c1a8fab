// Elementary functions in float32, from multiply, fused multiply-add, divide and select alone, so that they
// are vectorised on a CPU and give the same bits on every machine with a fused multiply-add.
//
// Largest errors over all 2^32 floats, in units of the last place of the result, against double precision, on a
// machine with a fused multiply-add (`driver exhaustive` of native/cpu/test measures them; ElementaryFunctionTest
// holds every 997th float to them):
//
//   exponential 1.02   natural_logarithm 1.00   hyperbolic_tangent 7.09   sine 1.76   cosine 1.80
//   softplus 2.80      logistic 2.41
//
// Coefficients: minimax fits of ours (least squares, reweighted until the error is level).
#pragma once
#include "logarithm.cuh"

SF_NAMESPACE_BEGIN

// The nearest integer of |x| < 2^22, as a float and as a word.
template <class F>
SF_INLINE F nearest(F x, WordOf<F>& integer) {
  F shifted = x + 12582912.0f;  // 1.5 * 2^23
  integer = bits_of(shifted) - 0x4B400000u;
  return shifted - 12582912.0f;
}

// e^x; infinity from 88.73 on, subnormal below -87.34.
template <class F>
SF_INLINE F exponential(F x) {
  x = at_least(at_most(x, 89.0f), -104.0f);
  WordOf<F> n;
  F k = nearest(x * 1.4426950408889634f, n);
  F r = multiply_add(k, all<F>(-0.693145751953125f), x);
  r = multiply_add(k, all<F>(-1.428606765330187e-06f), r);
  F q = multiply_add(r, all<F>(0.0013814610429108143f), all<F>(0.008368710987269878f));
  q = multiply_add(r, q, all<F>(0.04166838899254799f));
  q = multiply_add(r, q, all<F>(0.1666652113199234f));
  q = multiply_add(r, q, all<F>(0.4999999403953552f));
  F p = multiply_add(r * r, q, r) + 1.0f;
  // 2^n in two factors, so that neither leaves the normal range.
  WordOf<F> half = shift_signed(n, 1);
  F first = float_of((half + 127u) << 23);
  F second = float_of((n - half + 127u) << 23);
  return p * first * second;
}

// ln x; -infinity at 0, NaN below.
template <class F>
SF_INLINE F natural_logarithm(F x) {
  auto tiny = x < 1.17549435e-38f;
  F scaled = select(tiny, x * 8388608.0f, x);  // subnormals times 2^23
  F exponent;
  F f = split(scaled, exponent);
  exponent = exponent - select(tiny, all<F>(23.0f), all<F>(0.0f));
  F y = logarithm_of_split(f, exponent);
  y = select(x == 0.0f, all<F>(-INFINITY), y);
  y = select(x < 0.0f, all<F>(NAN), y);
  // Infinity and NaN are their own logarithm.
  return select(x < INFINITY, y, x);
}

// An odd rational function of degrees 7 and 8 up to |x| = 7.85, from where on it stays (2e-7 before rounding). The
// denominator begins with 1 and the numerator ends as it does: one operation less, and small x are their own tangent.
template <class F>
SF_INLINE F hyperbolic_tangent(F x) {
  x = at_least(at_most(x, 7.85f), -7.85f);
  F y = x * x;
  F p = multiply_add(y, all<F>(46.585247f), all<F>(12063.0615f));
  F q = y + 974.541321f;
  p = multiply_add(y, p, all<F>(528911.5f));
  q = multiply_add(y, q, all<F>(97416.5703f));
  p = multiply_add(y, p, all<F>(4092967.5f));
  q = multiply_add(y, q, all<F>(1893230.5f));
  q = multiply_add(y, q, all<F>(4092967.5f));
  return tame_quotient(x * p, q);
}

// 1 / (1 + e^-x), from e^-|x| so that nothing overflows.
template <class F>
SF_INLINE F logistic(F x) {
  F e = exponential(-float_of(bits_of(x) & 0x7FFFFFFFu));
  return tame_quotient(select(x < 0.0f, e, all<F>(1.0f)), 1.0f + e);
}

// The same for |x| <= 87, where one factor of two is enough: relative error 4e-7 + 2e-8 |x|.
template <class F>
SF_INLINE F logistic_within(F x) {
  // e^-x = 2^n 2^r.
  F shifted = multiply_add(x, all<F>(-1.4426950408889634f), all<F>(12582912.0f));  // n + 1.5 * 2^23
  F r = multiply_add(x, all<F>(-1.4426950408889634f), 12582912.0f - shifted);
  F p = multiply_add(r, all<F>(0.00132647273f), all<F>(0.00967151299f));
  p = multiply_add(r, p, all<F>(0.0555073358f));
  p = multiply_add(r, p, all<F>(0.240222424f));
  p = multiply_add(r, p, all<F>(0.693147004f));
  p = multiply_add(r, p, all<F>(1.0f));
  F e = float_of(bits_of(p) + (bits_of(shifted) << 23));
  return tame_quotient(all<F>(1.0f), 1.0f + e);
}

// ln(1 + u) for 0 <= u <= 1: 2 artanh(s) with s = u / (2 + u).
template <class F>
SF_INLINE F logarithm_one_plus(F u) {
  F s = tame_quotient(u, 2.0f + u);
  F y = s * s;
  F r = multiply_add(y, all<F>(0.24289557337760925f), all<F>(0.21430741250514984f));
  r = multiply_add(y, r, all<F>(0.2861659526824951f));
  r = multiply_add(y, r, all<F>(0.39998888969421387f));
  r = multiply_add(y, r, all<F>(0.6666667461395264f));
  return multiply_add(s * y, r, s + s);
}

// ln(1 + e^x).
template <class F>
SF_INLINE F softplus(F x) {
  F magnitude = float_of(bits_of(x) & 0x7FFFFFFFu);
  F positive = select(x < 0.0f, all<F>(0.0f), x);
  return positive + logarithm_one_plus(exponential(-magnitude));
}

// x - quadrant * pi/2 for |x| > 30000, by exact integer arithmetic with the bits of 2/pi that matter.
SF_INLINE float reduce_large(float x, uint32_t& quadrant) {
  // 32 zero bits, then the first 256 bits of 2/pi.
  const uint32_t digits[9] = {0u,          0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u,
                              0xDB629599u, 0x3C439041u, 0xFE5163ABu, 0xDEBBC561u};
  uint32_t bits = bits_of(x) & 0x7FFFFFFFu;
  uint64_t mantissa = (bits & 0x7FFFFFu) | 0x800000u;
  // x = mantissa 2^e. Digits of weight above 2 in the product are multiples of 4 quadrants: skip them.
  int from = (int)(bits >> 23) - 150 - 2 + 32;
  int word = from >> 5;
  int shift = from & 31;
  uint32_t window[3];
  for (int i = 0; i < 3; i++) {
    uint64_t pair = (uint64_t)digits[word + i] << 32 | digits[word + i + 1];
    window[i] = (uint32_t)(pair >> (32 - shift));
  }
  // The upper 64 of the lower 96 bits of mantissa * window: 2 bits of quadrants, 62 of fraction.
  uint64_t low = mantissa * window[2];
  uint64_t middle = mantissa * window[1] + (low >> 32);
  uint64_t turns = ((mantissa * window[0]) << 32) + middle;
  uint64_t whole = (turns + 0x2000000000000000u) >> 62;
  double fraction = (double)(int64_t)(turns - (whole << 62)) * 0x1.0p-62;
  float r = (float)(fraction * 1.5707963267948966);
  quadrant = (uint32_t)whole;
  if (x < 0) {
    quadrant = 0u - quadrant;
    r = -r;
  }
  return r;
}

// The sine (turned by `ahead` quadrants) of r + quadrant * pi/2, |r| <= pi/4.
template <class F>
SF_INLINE F sine_of_reduced(F r, WordOf<F> quadrant) {
  F y = r * r;
  F s = multiply_add(y, all<F>(-0.00019514957966748625f), all<F>(0.00833215843886137f));
  s = multiply_add(y, s, all<F>(-0.16666655242443085f));
  s = multiply_add(r * y, s, r);
  F c = multiply_add(y, all<F>(2.4432785721728578e-05f), all<F>(-0.0013887312961742282f));
  c = multiply_add(y, c, all<F>(0.04166664555668831f));
  c = multiply_add(y * y, c, multiply_add(y, all<F>(-0.5f), all<F>(1.0f)));
  F value = select((quadrant & 1u) != 0u, c, s);
  return float_of(bits_of(value) ^ ((quadrant << 30) & 0x80000000u));
}

SF_INLINE float sine_large(float x, uint32_t ahead) {
  if (!(x - x == 0.0f)) {
    return NAN;
  }
  uint32_t quadrant = 0;
  float r = reduce_large(x, quadrant);
  return sine_of_reduced(r, quadrant + ahead);
}

template <class F>
SF_INLINE F sine_ahead(F x, uint32_t ahead) {
  // pi/2 in three parts: exact enough while |quadrant| < 2^15.
  WordOf<F> quadrant;
  F k = nearest(x * 0.63661977236758134f, quadrant);
  F r = fused(k, all<F>(-1.5707963705062866f), x);
  r = fused(k, all<F>(4.371138828673793e-08f), r);
  r = fused(k, all<F>(1.7151245100058819e-15f), r);
  F value = sine_of_reduced(r, quadrant + ahead);
  F magnitude = float_of(bits_of(x) & 0x7FFFFFFFu);
  auto large = !(magnitude <= 30000.0f);
  if (any(large)) {
    value = select(large, each_lane(x, [=](float lane) { return sine_large(lane, ahead); }), value);
  }
  return value;
}

template <class F>
SF_INLINE F sine(F x) {
  return sine_ahead(x, 0u);
}

template <class F>
SF_INLINE F cosine(F x) {
  return sine_ahead(x, 1u);
}

SF_NAMESPACE_END
