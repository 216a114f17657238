// Sixteen floats at a time, in portable vector extensions: one zmm, two ymm or four NEON registers.
// Every reduction over lanes goes through empo_sum16 / empo_max16, so that its order is fixed by this file.
#ifndef EMPO_VECTOR_H
#define EMPO_VECTOR_H

#include <stddef.h>
#include <stdint.h>

#define EMPO_INLINE static inline __attribute__((always_inline))

#pragma clang fp reassociate(off) contract(fast)

typedef float v16 __attribute__((vector_size(64)));
typedef float v16u __attribute__((vector_size(64), aligned(4)));
typedef int32_t i16 __attribute__((vector_size(64)));

EMPO_INLINE v16 empo_splat(float x) {
  return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

EMPO_INLINE v16 empo_load(const float *p) { return *(const v16u *)p; }
EMPO_INLINE void empo_store(float *p, v16 x) { *(v16u *)p = x; }

// The first n floats (n < 16), the rest filled with `fill`.
EMPO_INLINE v16 empo_load_part(const float *p, int n, float fill) {
  v16 x = empo_splat(fill);
  for (int i = 0; i < n; i++) x[i] = p[i];
  return x;
}

EMPO_INLINE void empo_store_part(float *p, int n, v16 x) {
  for (int i = 0; i < n; i++) p[i] = x[i];
}

EMPO_INLINE v16 empo_select(i16 mask, v16 a, v16 b) {
  return (v16)(((i16)a & mask) | ((i16)b & ~mask));
}

EMPO_INLINE v16 empo_maximum(v16 a, v16 b) { return empo_select(a > b, a, b); }

EMPO_INLINE float empo_sum16(v16 x) {
  typedef float v8 __attribute__((vector_size(32)));
  typedef float v4 __attribute__((vector_size(16)));
  v8 a = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) + __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  v4 b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
  return (b[0] + b[2]) + (b[1] + b[3]);
}

EMPO_INLINE float empo_max16(v16 x) {
  float m = x[0];
  for (int i = 1; i < 16; i++) m = x[i] > m ? x[i] : m;
  return m;
}

// exp(x), at most about 2 units in the last place off for -87 <= x <= 88; 0 below, clamped above.
// Range reduction by ln 2 in two parts, then the degree-6 Taylor-like polynomial of the reduced argument.
EMPO_INLINE v16 empo_exp16(v16 x) {
  const v16 shift = empo_splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  i16 underflow = x < empo_splat(-87.0f);
  x = empo_select(x > empo_splat(88.0f), empo_splat(88.0f), x);
  x = empo_select(underflow, empo_splat(0.0f), x);
  v16 shifted = x * empo_splat(1.44269504088896341f) + shift;
  v16 n = shifted - shift;
  v16 r = x - n * empo_splat(0.693359375f);
  r = r - n * empo_splat(-2.12194440e-4f);
  v16 p = empo_splat(1.3888889e-3f);
  p = p * r + empo_splat(8.3333333e-3f);
  p = p * r + empo_splat(4.1666667e-2f);
  p = p * r + empo_splat(1.6666667e-1f);
  p = p * r + empo_splat(0.5f);
  p = p * r + empo_splat(1.0f);
  p = p * r + empo_splat(1.0f);
  i16 exponent = ((i16)shifted - (i16)shift) << 23;
  v16 y = (v16)((i16)p + exponent);
  return empo_select(underflow, empo_splat(0.0f), y);
}

#endif
