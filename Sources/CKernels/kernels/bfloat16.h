// Weights stored as bfloat16, the upper half of a float32: widening is a shift and exact. Everything is computed in float32.
#ifndef EMPO_BFLOAT16_H
#define EMPO_BFLOAT16_H

#include "vector.h"

typedef uint16_t u16x16 __attribute__((vector_size(32)));
typedef uint16_t u16x16u __attribute__((vector_size(32), aligned(2)));
typedef uint32_t u32x16 __attribute__((vector_size(64)));

EMPO_INLINE v16 empo_widen16(const uint16_t *p) {
  u16x16 bits = *(const u16x16u *)p;
  return (v16)(__builtin_convertvector(bits, u32x16) << 16);
}

EMPO_INLINE float empo_widen(uint16_t bits) {
  union { uint32_t bits; float value; } word = {(uint32_t)bits << 16};
  return word.value;
}

// The first n values (n <= 16), rounded to the nearest, ties to even; what is not a number stays so.
EMPO_INLINE void empo_store_bf16(uint16_t *p, int n, v16 x) {
  u32x16 bits = (u32x16)x;
  u32x16 rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16, quiet = bits >> 16 | 0x40;
  u32x16 is_number = (u32x16)((bits & 0x7fffffff) <= 0x7f800000);
  u16x16 y = __builtin_convertvector((rounded & is_number) | (quiet & ~is_number), u16x16);
  if (n == 16)
    *(u16x16u *)p = y;
  else
    for (int i = 0; i < n; i++) p[i] = y[i];
}

void EMPO_VARIANT(empo_widen_bf16)(float *y, const uint16_t *x, int64_t rows, int64_t columns, int64_t y_stride, int64_t x_stride) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t i = 0;
    for (; i + 16 <= columns; i += 16) empo_store(y + r * y_stride + i, empo_widen16(x + r * x_stride + i));
    for (; i < columns; i++) y[r * y_stride + i] = empo_widen(x[r * x_stride + i]);
  }
}

void EMPO_VARIANT(empo_round_bf16)(uint16_t *y, const float *x, int64_t count) {
  for (int64_t i = 0; i < count; i += 16) {
    int n = count - i < 16 ? (int)(count - i) : 16;
    empo_store_bf16(y + i, n, empo_load_columns(x + i, n));
  }
}

void EMPO_VARIANT(empo_gather_rows_bf16)(float *y, const uint16_t *table, const int32_t *ids, int64_t rows, int64_t width) {
  for (int64_t t = 0; t < rows; t++) EMPO_VARIANT(empo_widen_bf16)(y + t * width, table + ids[t] * width, 1, width, width, width);
}

#endif
