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

// The first n values (n < 16), the rest zero.
EMPO_INLINE v16 empo_widen_part(const uint16_t *p, int64_t n) {
  v16 x = empo_splat(0);
  for (int64_t i = 0; i < n; i++) x[i] = empo_widen(p[i]);
  return x;
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

EMPO_INLINE v16 empo_load_rest(const float *p, int64_t n) {
  v16 x = empo_splat(0);
  for (int64_t i = 0; i < n; i++) x[i] = p[i];
  return x;
}

// Rows of x and of w that are multiplied at a time: their sums fill the registers.
#if EMPO_REGISTERS >= 32
enum { EMPO_BF16_ROWS = 6, EMPO_BF16_OUTPUTS = 4 };
#else
enum { EMPO_BF16_ROWS = 3, EMPO_BF16_OUTPUTS = 2 };
#endif

// y[rows, outputs] of one block. Each element is one chain of sums over k in sixteen lanes, then the lanes' sum: the same
// whatever the block.
EMPO_INLINE void empo_bf16_block(float *y, int64_t y_stride, const float *x, int64_t x_stride, const uint16_t *w, int64_t width,
                                 int rows, int outputs, int accumulate) {
  v16 sum[EMPO_BF16_ROWS][EMPO_BF16_OUTPUTS];
  for (int r = 0; r < rows; r++)
    for (int o = 0; o < outputs; o++) sum[r][o] = empo_splat(0);
  int64_t k = 0;
  for (; k + 16 <= width; k += 16) {
    v16 weight[EMPO_BF16_OUTPUTS];
    for (int o = 0; o < outputs; o++) weight[o] = empo_widen16(w + o * width + k);
    for (int r = 0; r < rows; r++) {
      v16 value = empo_load(x + r * x_stride + k);
      for (int o = 0; o < outputs; o++) sum[r][o] += value * weight[o];
    }
  }
  if (k < width) {
    v16 weight[EMPO_BF16_OUTPUTS];
    for (int o = 0; o < outputs; o++) weight[o] = empo_widen_part(w + o * width + k, width - k);
    for (int r = 0; r < rows; r++) {
      v16 value = empo_load_rest(x + r * x_stride + k, width - k);
      for (int o = 0; o < outputs; o++) sum[r][o] += value * weight[o];
    }
  }
  for (int r = 0; r < rows; r++)
    for (int o = 0; o < outputs; o++) {
      float total = empo_sum16(sum[r][o]);
      float *to = y + r * y_stride + o;
      *to = accumulate ? *to + total : total;
    }
}

#define EMPO_BF16_CASE(r)                                                                                 \
  case r:                                                                                                 \
    if (outputs == EMPO_BF16_OUTPUTS)                                                                     \
      empo_bf16_block(y, y_stride, x, x_stride, w, width, r, EMPO_BF16_OUTPUTS, accumulate);              \
    else                                                                                                  \
      for (int o = 0; o < outputs; o++) empo_bf16_block(y + o, y_stride, x, x_stride, w + o * width, width, r, 1, accumulate); \
    break

static void EMPO_VARIANT(empo_bf16_rows)(float *y, int64_t y_stride, const float *x, int64_t x_stride, const uint16_t *w,
                                         int64_t width, int rows, int outputs, int accumulate) {
  switch (rows) {
    EMPO_BF16_CASE(1);
    EMPO_BF16_CASE(2);
    EMPO_BF16_CASE(3);
#if EMPO_REGISTERS >= 32
    EMPO_BF16_CASE(4);
    EMPO_BF16_CASE(5);
    EMPO_BF16_CASE(6);
#endif
  }
}

void EMPO_VARIANT(empo_linear_bf16)(float *y, const float *x, const uint16_t *w, int64_t rows, int64_t outputs, int64_t width,
                                    int64_t y_stride, int64_t x_stride, int accumulate) {
  // As many rows of x as stay in the second-level cache while the weights pass by.
  int64_t chunk = 98304 / width / EMPO_BF16_ROWS * EMPO_BF16_ROWS;
  if (chunk < EMPO_BF16_ROWS) chunk = EMPO_BF16_ROWS;
  for (int64_t first = 0; first < rows; first += chunk) {
    int64_t end = first + chunk < rows ? first + chunk : rows;
    for (int64_t o = 0; o < outputs; o += EMPO_BF16_OUTPUTS) {
      int count = outputs - o < EMPO_BF16_OUTPUTS ? (int)(outputs - o) : EMPO_BF16_OUTPUTS;
      for (int64_t r = first; r < end; r += EMPO_BF16_ROWS) {
        int block = end - r < EMPO_BF16_ROWS ? (int)(end - r) : EMPO_BF16_ROWS;
        EMPO_VARIANT(empo_bf16_rows)(y + r * y_stride + o, y_stride, x + r * x_stride, x_stride, w + o * width, width, block, count,
                                     accumulate);
      }
    }
  }
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
