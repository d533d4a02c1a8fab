// fmaf for Windows, where the C library's rounds twice. A definition in the program goes before that of a library.
//
// The product of two floats is exact in a double. The sum with c is rounded to odd: what is cut off leaves its trace in the last
// bit, so that rounding to a float is right.
#if defined(_WIN32)
#include <cstdint>
#include <cstring>

extern "C" float fmaf(float a, float b, float c) {
  double product = (double)a * (double)b;
  double term = c;
  double sum = product + term;
  double part = sum - product;
  double error = (product - (sum - part)) + (term - part);
  uint64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  // An error that is not a number comes of infinite operands.
  if ((error < 0 || error > 0) && (bits & 1) == 0) {
    // Towards the exact sum, whose last bit is then odd.
    bits += ((error > 0) == (sum > 0)) ? 1 : (uint64_t)-1;
    memcpy(&sum, &bits, sizeof sum);
  }
  return (float)sum;
}
#endif
