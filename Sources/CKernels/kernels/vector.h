// Sixteen floats at a time, in portable vector extensions: one zmm, two ymm or four NEON registers.
//
// A result has the same bits with every set of instructions:
// - A sum over lanes goes through empo_sum16, empo_sum8 or empo_max16, so its order is fixed by this file.
// - A product that is added is fused where __builtin_elementwise_fma says so and nowhere else: contraction is off, and where the
//   processor has no fused instruction, the call of fmaf in its place rounds once too.
// - What falls outside whole vectors is computed as within them.
// - Division and square root are rounded correctly everywhere; exponential and logarithm are this file's own.
// Only the sign and the payload of what is not a number may differ.
#ifndef EMPO_VECTOR_H
#define EMPO_VECTOR_H

#include <stddef.h>
#include <stdint.h>

#define EMPO_INLINE static inline __attribute__((always_inline))

#pragma clang fp reassociate(off) contract(off)

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

// The first n floats (n <= 16), the rest zero.
EMPO_INLINE v16 empo_load_columns(const float *p, int n) { return n == 16 ? empo_load(p) : empo_load_part(p, n, 0); }

EMPO_INLINE void empo_store_columns(float *p, int n, v16 x) {
  if (n == 16)
    empo_store(p, x);
  else
    empo_store_part(p, n, x);
}

// Eight at a time, where sixteen would go beyond a row.
typedef float v8 __attribute__((vector_size(32)));
typedef float v8u __attribute__((vector_size(32), aligned(4)));

EMPO_INLINE v8 empo_splat8(float x) { return (v8){x, x, x, x, x, x, x, x}; }
EMPO_INLINE v8 empo_load8(const float *p) { return *(const v8u *)p; }
EMPO_INLINE void empo_store8(float *p, v8 x) { *(v8u *)p = x; }

EMPO_INLINE v16 empo_select(i16 mask, v16 a, v16 b) {
  return (v16)(((i16)a & mask) | ((i16)b & ~mask));
}

EMPO_INLINE v16 empo_maximum(v16 a, v16 b) { return empo_select(a > b, a, b); }

// The first n lanes, the rest filled with `fill`; n may be beyond the lanes on either side.
EMPO_INLINE v16 empo_first(v16 x, int64_t n, float fill) {
  const i16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  int32_t limit = n < 0 ? 0 : n > 16 ? 16 : (int32_t)n;
  return empo_select(lanes < limit, x, empo_splat(fill));
}

EMPO_INLINE v8 empo_low8(v16 x) { return __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7); }
EMPO_INLINE v8 empo_high8(v16 x) { return __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15); }

EMPO_INLINE float empo_sum8(v8 x) {
  typedef float v4 __attribute__((vector_size(16)));
  v4 a = __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
  return (a[0] + a[2]) + (a[1] + a[3]);
}

EMPO_INLINE float empo_sum16(v16 x) { return empo_sum8(empo_low8(x) + empo_high8(x)); }

EMPO_INLINE float empo_max16(v16 x) {
  typedef float v4 __attribute__((vector_size(16)));
  typedef int32_t i8 __attribute__((vector_size(32)));
  typedef int32_t i4 __attribute__((vector_size(16)));
  v8 a = empo_low8(x), b = empo_high8(x);
  i8 m = a > b;
  a = (v8)(((i8)a & m) | ((i8)b & ~m));
  v4 c = __builtin_shufflevector(a, a, 0, 1, 2, 3), d = __builtin_shufflevector(a, a, 4, 5, 6, 7);
  i4 n = c > d;
  c = (v4)(((i4)c & n) | ((i4)d & ~n));
  float e = c[0] > c[2] ? c[0] : c[2], f = c[1] > c[3] ? c[1] : c[3];
  return e > f ? e : f;
}

// sum of a[i] * b[i]
EMPO_INLINE float empo_dot(const float *a, const float *b, int64_t count) {
  v16 sum = empo_splat(0);
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) sum = __builtin_elementwise_fma(empo_load(a + i), empo_load(b + i), sum);
  float total = empo_sum16(sum);
  if (i + 8 <= count) {
    total += empo_sum8(empo_load8(a + i) * empo_load8(b + i));
    i += 8;
  }
  for (; i < count; i++) total = __builtin_elementwise_fma(a[i], b[i], total);
  return total;
}

// A memcpy for rows of a few dozen floats, where the call would cost more than the copy.
EMPO_INLINE void empo_copy(float *to, const float *from, int64_t count) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) empo_store(to + i, empo_load(from + i));
  if (i + 8 <= count) {
    empo_store8(to + i, empo_load8(from + i));
    i += 8;
  }
  for (; i < count; i++) to[i] = from[i];
}

typedef uint32_t u32x8 __attribute__((vector_size(32)));

// to[8][8] = a[8][8] transposed. Pairs, then quadruples, then halves change places. Words, since nothing is computed.
EMPO_INLINE void empo_transpose_words(u32x8 to[8], u32x8 a[8]) {
  u32x8 b[8];
  for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
    a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 2] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    to[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    to[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// to[8,8] = from[8,8] transposed; rows are `stride` apart.
EMPO_INLINE void empo_transpose8(float *to, int64_t to_stride, const float *from, int64_t from_stride) {
  u32x8 a[8], b[8];
  for (int i = 0; i < 8; i++) a[i] = (u32x8)empo_load8(from + i * from_stride);
  empo_transpose_words(b, a);
  for (int i = 0; i < 8; i++) empo_store8(to + i * to_stride, (v8)b[i]);
}

// to[columns, rows] = from[rows, columns] transposed; rows are `stride` apart.
EMPO_INLINE void empo_transpose(float *to, int64_t to_stride, const float *from, int64_t from_stride, int64_t rows, int64_t columns) {
  int64_t i = 0;
  for (; i + 8 <= rows; i += 8) {
    int64_t j = 0;
    for (; j + 8 <= columns; j += 8) empo_transpose8(to + j * to_stride + i, to_stride, from + i * from_stride + j, from_stride);
    for (; j < columns; j++)
      for (int64_t k = i; k < i + 8; k++) to[j * to_stride + k] = from[k * from_stride + j];
  }
  for (; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) to[j * to_stride + i] = from[i * from_stride + j];
}

// exp(x), at most about 2 units in the last place off for -87 <= x <= 88; 0 below, clamped above; what is not a number stays so.
// Range reduction by ln 2 in two parts, then the degree-6 Taylor-like polynomial of the reduced argument.
EMPO_INLINE v16 empo_exp16(v16 x) {
  const v16 shift = empo_splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  i16 underflow = x < empo_splat(-87.0f);
  x = empo_select(x > empo_splat(88.0f), empo_splat(88.0f), x);
  v16 shifted = __builtin_elementwise_fma(x, empo_splat(1.44269504088896341f), shift);
  v16 n = shifted - shift;
  v16 r = __builtin_elementwise_fma(n, empo_splat(-0.693359375f), x);
  r = __builtin_elementwise_fma(n, empo_splat(2.12194440e-4f), r);
  v16 p = empo_splat(1.3888889e-3f);
  p = __builtin_elementwise_fma(p, r, empo_splat(8.3333333e-3f));
  p = __builtin_elementwise_fma(p, r, empo_splat(4.1666667e-2f));
  p = __builtin_elementwise_fma(p, r, empo_splat(1.6666667e-1f));
  p = __builtin_elementwise_fma(p, r, empo_splat(0.5f));
  p = __builtin_elementwise_fma(p, r, empo_splat(1.0f));
  p = __builtin_elementwise_fma(p, r, empo_splat(1.0f));
  v16 power = (v16)(((i16)shifted << 23) + 0x3f800000);  // 2^n: the low bits of `shifted` are n
  return empo_select(underflow, empo_splat(0.0f), p * power);
}

// ln(x), within 0.501 units in the last place; minus infinity of 0. With x = 2^e m and m from sqrt(1/2) to sqrt(2), it is
// e ln 2 + 2 artanh((m - 1) / (m + 1)), in double precision, where every float32 is a normal number.
EMPO_INLINE float empo_log(float x) {
  if (!(x > 0)) return x == 0 ? -__builtin_inff() : __builtin_nanf("");
  if (x == __builtin_inff()) return x;
  union { double value; int64_t bits; } word = {(double)x};
  int64_t exponent = (word.bits - 0x3fe6a09e667f3bcd) >> 52;  // sqrt(1/2)
  word.bits -= exponent * ((int64_t)1 << 52);
  double s = (word.value - 1.0) / (word.value + 1.0), square = s * s, sum = 1.0 / 15.0;
  for (int k = 13; k > 0; k -= 2) sum = __builtin_elementwise_fma(sum, square, 1.0 / k);
  return (float)__builtin_elementwise_fma((double)exponent, 0x1.62e42fefa39efp-1, 2.0 * s * sum);
}

#endif
