// Products with one narrow side, as adapters of low rank have them. An element is one chain of fused sums whose order its widths fix, so
// it is the same whatever other rows and columns share the call.
#ifndef EMPO_ADAPTERS_H
#define EMPO_ADAPTERS_H

#include "vector.h"

// Rows and vectors (or outputs) of one block: their sums fill the registers.
#if EMPO_REGISTERS >= 32
enum { ADAPTER_ROWS = 6, ADAPTER_OUTPUTS = 4 };
#else
enum { ADAPTER_ROWS = 3, ADAPTER_OUTPUTS = 2 };
#endif

// Rows whose products are one chain of a gradient's sum; the chains are added in order.
enum { GRADIENT_ROWS = 256 };

// sum[rows][outputs] += x * w of n columns.
EMPO_INLINE void narrow_step(v16 sum[ADAPTER_ROWS][ADAPTER_OUTPUTS], const float *x, int64_t x_stride, const float *w, int64_t w_stride,
                             int n, int rows, int outputs) {
  v16 weight[ADAPTER_OUTPUTS];
  for (int o = 0; o < outputs; o++) weight[o] = empo_load_columns(w + o * w_stride, n);
  for (int r = 0; r < rows; r++) {
    v16 value = empo_load_columns(x + r * x_stride, n);
    for (int o = 0; o < outputs; o++) sum[r][o] = __builtin_elementwise_fma(value, weight[o], sum[r][o]);
  }
}

// y[rows, outputs] of one block: sixteen chains over the width, then their sum.
EMPO_INLINE void narrow_block(float *y, int64_t y_stride, const float *x, int64_t x_stride, const float *w, int64_t w_stride, int64_t width,
                              float scale, int rows, int outputs) {
  v16 sum[ADAPTER_ROWS][ADAPTER_OUTPUTS];
  for (int r = 0; r < rows; r++)
    for (int o = 0; o < outputs; o++) sum[r][o] = empo_splat(0);
  int64_t k = 0;
  for (; k + 16 <= width; k += 16) narrow_step(sum, x + k, x_stride, w + k, w_stride, 16, rows, outputs);
  if (k < width) narrow_step(sum, x + k, x_stride, w + k, w_stride, (int)(width - k), rows, outputs);
  for (int r = 0; r < rows; r++)
    for (int o = 0; o < outputs; o++) y[r * y_stride + o] = scale * empo_sum16(sum[r][o]);
}

// y[rows, 16 * vectors] of one block; the last vector has n columns.
EMPO_INLINE void widen_block(float *y, int64_t y_stride, const float *u, int64_t u_stride, const float *w, int64_t w_stride, int64_t rank,
                             float scale, int n, int rows, int vectors) {
  v16 sum[ADAPTER_ROWS][ADAPTER_OUTPUTS];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) sum[r][v] = empo_splat(0);
  for (int64_t k = 0; k < rank; k++) {
    v16 weight[ADAPTER_OUTPUTS];
    for (int v = 0; v < vectors; v++) weight[v] = empo_load_columns(w + k * w_stride + 16 * v, n);
    for (int r = 0; r < rows; r++) {
      v16 value = empo_splat(u[r * u_stride + k]);
      for (int v = 0; v < vectors; v++) sum[r][v] = __builtin_elementwise_fma(value, weight[v], sum[r][v]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) {
      float *to = y + r * y_stride + 16 * v;
      empo_store_columns(to, n, __builtin_elementwise_fma(empo_splat(scale), sum[r][v], empo_load_columns(to, n)));
    }
}

// dw[rank, 16 * vectors] of one block from at most GRADIENT_ROWS rows; the last vector has n columns.
EMPO_INLINE void gradient_block(float *dw, int64_t dw_stride, const float *u, int64_t u_stride, const float *y, int64_t y_stride,
                                int64_t rows, float scale, int accumulate, int n, int rank, int vectors) {
  v16 sum[ADAPTER_ROWS][ADAPTER_OUTPUTS];
  for (int r = 0; r < rank; r++)
    for (int v = 0; v < vectors; v++) sum[r][v] = empo_splat(0);
  for (int64_t t = 0; t < rows; t++) {
    v16 value[ADAPTER_OUTPUTS];
    for (int v = 0; v < vectors; v++) value[v] = empo_load_columns(y + t * y_stride + 16 * v, n);
    for (int r = 0; r < rank; r++) {
      v16 factor = empo_splat(u[t * u_stride + r]);
      for (int v = 0; v < vectors; v++) sum[r][v] = __builtin_elementwise_fma(factor, value[v], sum[r][v]);
    }
  }
  for (int r = 0; r < rank; r++)
    for (int v = 0; v < vectors; v++) {
      float *to = dw + r * dw_stride + 16 * v;
      v16 before = accumulate ? empo_load_columns(to, n) : empo_splat(0);
      empo_store_columns(to, n, __builtin_elementwise_fma(empo_splat(scale), sum[r][v], before));
    }
}

// CALL(rows) of the block with as many rows, at most ADAPTER_ROWS.
#if EMPO_REGISTERS >= 32
#define ADAPTER_CASES(rows, CALL) \
  switch (rows) {                 \
    case 1: CALL(1); break;       \
    case 2: CALL(2); break;       \
    case 3: CALL(3); break;       \
    case 4: CALL(4); break;       \
    case 5: CALL(5); break;       \
    case 6: CALL(6); break;       \
  }
#else
#define ADAPTER_CASES(rows, CALL) \
  switch (rows) {                 \
    case 1: CALL(1); break;       \
    case 2: CALL(2); break;       \
    case 3: CALL(3); break;       \
  }
#endif

EMPO_INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

void EMPO_VARIANT(empo_adapter_narrow)(float *y, const float *x, const float *w, int64_t rows, int64_t outputs, int64_t width,
                                       int64_t y_stride, int64_t x_stride, int64_t w_stride, float scale) {
  // As many rows of x as stay in the second-level cache while the weights pass by.
  int64_t chunk = 98304 / width / ADAPTER_ROWS * ADAPTER_ROWS;
  if (chunk < ADAPTER_ROWS) chunk = ADAPTER_ROWS;
  for (int64_t first = 0; first < rows; first += chunk) {
    int64_t end = smaller(first + chunk, rows);
    for (int64_t o = 0; o < outputs;) {
      int64_t count = outputs - o < ADAPTER_OUTPUTS ? 1 : ADAPTER_OUTPUTS;
      for (int64_t r = first; r < end; r += ADAPTER_ROWS) {
#define NARROW(block)                                                                                                             \
  if (count == 1)                                                                                                                 \
    narrow_block(y + r * y_stride + o, y_stride, x + r * x_stride, x_stride, w + o * w_stride, w_stride, width, scale, block, 1); \
  else                                                                                                                            \
    narrow_block(y + r * y_stride + o, y_stride, x + r * x_stride, x_stride, w + o * w_stride, w_stride, width, scale, block,     \
                 ADAPTER_OUTPUTS)
        ADAPTER_CASES(smaller(end - r, ADAPTER_ROWS), NARROW)
      }
      o += count;
    }
  }
}

void EMPO_VARIANT(empo_adapter_widen)(float *y, const float *u, const float *w, int64_t rows, int64_t columns, int64_t rank,
                                      int64_t y_stride, int64_t u_stride, int64_t w_stride, float scale) {
  // As many columns of w as stay in the first-level cache while the rows pass by.
  int64_t wide = 16 * ADAPTER_OUTPUTS, chunk = 6144 / rank / wide * wide;
  if (chunk < wide) chunk = wide;
  for (int64_t first = 0; first < columns; first += chunk) {
    int64_t end = smaller(first + chunk, columns);
    for (int64_t r = 0; r < rows; r += ADAPTER_ROWS)
      for (int64_t c = first; c < end;) {
        int64_t left = end - c;
#define WIDEN(block)                                                                                                         \
  if (left >= wide)                                                                                                          \
    widen_block(y + r * y_stride + c, y_stride, u + r * u_stride, u_stride, w + c, w_stride, rank, scale, 16, block,         \
                ADAPTER_OUTPUTS);                                                                                            \
  else if (left >= 16)                                                                                                       \
    widen_block(y + r * y_stride + c, y_stride, u + r * u_stride, u_stride, w + c, w_stride, rank, scale, 16, block, 1);     \
  else                                                                                                                       \
    widen_block(y + r * y_stride + c, y_stride, u + r * u_stride, u_stride, w + c, w_stride, rank, scale, (int)left, block, 1)
        ADAPTER_CASES(smaller(rows - r, ADAPTER_ROWS), WIDEN)
        c += left >= wide ? wide : smaller(left, 16);
      }
  }
}

void EMPO_VARIANT(empo_adapter_gradient)(float *dw, const float *u, const float *y, int64_t rows, int64_t rank, int64_t columns,
                                         int64_t dw_stride, int64_t u_stride, int64_t y_stride, float scale, int accumulate) {
  int64_t wide = 16 * ADAPTER_OUTPUTS;
  for (int64_t first = 0; first < rows || first == 0; first += GRADIENT_ROWS) {
    int64_t count = smaller(rows - first, GRADIENT_ROWS);
    int adds = accumulate || first > 0;
    for (int64_t c = 0; c < columns;) {
      int64_t left = columns - c;
      const float *from = y + first * y_stride + c;
      for (int64_t r = 0; r < rank; r += ADAPTER_ROWS) {
#define GRADIENT(block)                                                                                                              \
  if (left >= wide)                                                                                                                  \
    gradient_block(dw + r * dw_stride + c, dw_stride, u + first * u_stride + r, u_stride, from, y_stride, count, scale, adds, 16,    \
                   block, ADAPTER_OUTPUTS);                                                                                          \
  else if (left >= 16)                                                                                                               \
    gradient_block(dw + r * dw_stride + c, dw_stride, u + first * u_stride + r, u_stride, from, y_stride, count, scale, adds, 16,    \
                   block, 1);                                                                                                        \
  else                                                                                                                               \
    gradient_block(dw + r * dw_stride + c, dw_stride, u + first * u_stride + r, u_stride, from, y_stride, count, scale, adds,        \
                   (int)left, block, 1)
        ADAPTER_CASES(smaller(rank - r, ADAPTER_ROWS), GRADIENT)
      }
      c += left >= wide ? wide : smaller(left, 16);
    }
  }
}

#undef NARROW
#undef WIDEN
#undef GRADIENT
#undef ADAPTER_CASES

#endif
