// Matrix products, whose bits this file defines for every instruction set:
//
//     y[t,n] = sum over k of x[t,k] * w[n,k]
//
// is cut into blocks of 256 k's. A block is one chain of fused multiply-adds over its k's in order, from +0; the blocks' sums are added in
// order, to what y held before where a product accumulates. An element depends on its row of x and its row of w alone: not on the other rows
// and outputs of the call, nor on how they are cut into tiles, nor on the width of the processor's vectors.
#ifndef EMPO_PRODUCT_H
#define EMPO_PRODUCT_H

#include "bfloat16.h"

enum {
  PRODUCT_DEPTH = 256,  // k's of a block
  PANEL = EMPO_PANEL,   // outputs that lie side by side
};

// Tiles whose sums fill the registers: tall ones, and wide ones for few rows, which need as many chains to keep the processor busy.
#if EMPO_REGISTERS >= 32
enum { TALL_ROWS = 8, TALL_VECTORS = 2, WIDE_ROWS = 4, WIDE_VECTORS = 4 };
#else
enum { TALL_ROWS = 6, TALL_VECTORS = 1, WIDE_ROWS = 2, WIDE_VECTORS = 2 };
#endif

typedef uint32_t u32x8u __attribute__((vector_size(32), aligned(2)));

EMPO_INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// A panel holds 64 outputs. In float32 it is [K][64]; in bfloat16 [K/2][64][2], so that a vector has two neighbouring k's of 16 outputs, which
// a shift and a mask widen. The last k of an odd width has a zero beside it.
//
// One block: y[rows, columns] (+)= x * panel over at most 256 k's. x[t,k] lies at x + t * x_stride + k * x_step.
typedef struct {
  float *y;
  int64_t y_stride;
  const float *x;
  int64_t x_stride, x_step;
  const void *panel;
  int64_t depth, rows, columns;
  int accumulate;
  const void *following;  // where the next block's panel lies in memory; NULL where nobody waits for it
} Block;

// What a tall tile fetches of the following block while it computes its own: without it, products of few rows wait for memory at every block.
// Each tile has an equal part, up to a quarter, so that four tiles or fewer have fetched all of it. A wide tile reads a block once, and only
// looks a little ahead.
typedef struct {
  const char *from;
  int64_t quarter;  // bytes
  int lines;        // cache lines a step
} Ahead;

EMPO_INLINE Ahead ahead_of(Block b, int64_t r, int64_t c, int vectors, int64_t bytes) {
  int64_t down = (b.rows + TALL_ROWS - 1) / TALL_ROWS, across = (b.columns + 16 * vectors - 1) / (16 * vectors), tiles = down * across;
  int64_t tile = c / (16 * vectors) * down + r / TALL_ROWS;
  Ahead ahead = {b.following, bytes / 4, 0};
  if (b.following == NULL || tile >= 4 || b.rows <= WIDE_ROWS) return ahead;
  ahead.lines = tiles >= 4 ? 1 : tiles >= 2 ? 2 : 4;
  ahead.from += tile * ahead.lines % 4 * ahead.quarter;
  return ahead;
}

EMPO_INLINE void fetch(Ahead ahead, int64_t step) {
  const char *line = ahead.from + 64 * step;
  if (ahead.lines > 0) __builtin_prefetch(line, 0, 2);
  if (ahead.lines > 1) __builtin_prefetch(line + ahead.quarter, 0, 2);
  if (ahead.lines > 2) __builtin_prefetch(line + 2 * ahead.quarter, 0, 2);
  if (ahead.lines > 2) __builtin_prefetch(line + 3 * ahead.quarter, 0, 2);
}

// y[r, c...] (+)= a block's sums of one row and at most sixteen outputs.
EMPO_INLINE void store_sum(Block b, int64_t r, int64_t c, int accumulate, v16 sum) {
  float *to = b.y + r * b.y_stride + c;
  int64_t n = b.columns - c;
  if (n >= 16)
    empo_store(to, accumulate ? empo_load(to) + sum : sum);
  else if (n > 0)
    empo_store_part(to, (int)n, accumulate ? empo_load_part(to, (int)n, 0) + sum : sum);
}

// Rows r... and the vectors from column c on, of which there may be less than `vectors`.
EMPO_INLINE void product_tile(Block b, int64_t r, int64_t c, int is_bf16, int accumulate, int rows, int vectors) {
  v16 sum[TALL_ROWS][WIDE_VECTORS];
  const float *x = b.x + r * b.x_stride;
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectors; v++) sum[i][v] = empo_splat(0);
  if (is_bf16) {
    const uint16_t *w = (const uint16_t *)b.panel + 2 * c;
    Ahead ahead = ahead_of(b, r, c, vectors, 2 * PANEL * b.depth);
    int64_t k = 0;
    for (; k + 2 <= b.depth; k += 2) {
      fetch(ahead, k / 2);
      v16 even[WIDE_VECTORS], odd[WIDE_VECTORS];
      for (int v = 0; v < vectors; v++) {
        const uint16_t *from = w + k * PANEL + 32 * v;
        u32x16 pairs = *(const u32x16 *)from;
        if (rows <= WIDE_ROWS) __builtin_prefetch(from + 2048);
        even[v] = (v16)(pairs << 16);
        odd[v] = (v16)(pairs & 0xffff0000u);
      }
      for (int i = 0; i < rows; i++) {
        v16 value = empo_splat(x[i * b.x_stride + k]);
        for (int v = 0; v < vectors; v++) sum[i][v] = __builtin_elementwise_fma(value, even[v], sum[i][v]);
      }
      for (int i = 0; i < rows; i++) {
        v16 value = empo_splat(x[i * b.x_stride + k + 1]);
        for (int v = 0; v < vectors; v++) sum[i][v] = __builtin_elementwise_fma(value, odd[v], sum[i][v]);
      }
    }
    if (k < b.depth)
      for (int v = 0; v < vectors; v++) {
        v16 weight = (v16)(*(const u32x16 *)(w + k * PANEL + 32 * v) << 16);
        for (int i = 0; i < rows; i++) sum[i][v] = __builtin_elementwise_fma(empo_splat(x[i * b.x_stride + k]), weight, sum[i][v]);
      }
  } else {
    const float *w = (const float *)b.panel + c;
    Ahead ahead = ahead_of(b, r, c, vectors, 4 * PANEL * b.depth);
    for (int64_t k = 0; k < b.depth; k++) {
      fetch(ahead, k);
      v16 weight[WIDE_VECTORS];
      for (int v = 0; v < vectors; v++) weight[v] = empo_load(w + k * PANEL + 16 * v);
      for (int i = 0; i < rows; i++) {
        v16 value = empo_splat(x[i * b.x_stride + k * b.x_step]);
        for (int v = 0; v < vectors; v++) sum[i][v] = __builtin_elementwise_fma(value, weight[v], sum[i][v]);
      }
    }
  }
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectors; v++) store_sum(b, r + i, c + 16 * v, accumulate, sum[i][v]);
}

// The tile of as many rows, whose sums the compiler keeps in registers.
#define TILE_CASE(b, rows, vectors, TILE, ...)                   \
  case rows:                                                     \
    if ((b).accumulate)                                          \
      TILE(b, r, c, __VA_ARGS__ 1, rows, vectors);               \
    else                                                         \
      TILE(b, r, c, __VA_ARGS__ 0, rows, vectors);               \
    break;
#if EMPO_REGISTERS >= 32
#define TALL_TILE(b, rows, TILE, ...)                 \
  switch (rows) {                                     \
    TILE_CASE(b, 1, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 2, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 3, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 4, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 5, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 6, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 7, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 8, TALL_VECTORS, TILE, __VA_ARGS__)  \
  }
#define WIDE_TILE(b, rows, TILE, ...)                 \
  switch (rows) {                                     \
    TILE_CASE(b, 1, WIDE_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 2, WIDE_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 3, WIDE_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 4, WIDE_VECTORS, TILE, __VA_ARGS__)  \
  }
#else
#define TALL_TILE(b, rows, TILE, ...)                 \
  switch (rows) {                                     \
    TILE_CASE(b, 1, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 2, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 3, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 4, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 5, TALL_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 6, TALL_VECTORS, TILE, __VA_ARGS__)  \
  }
#define WIDE_TILE(b, rows, TILE, ...)                 \
  switch (rows) {                                     \
    TILE_CASE(b, 1, WIDE_VECTORS, TILE, __VA_ARGS__)  \
    TILE_CASE(b, 2, WIDE_VECTORS, TILE, __VA_ARGS__)  \
  }
#endif

// A whole block, in tall tiles and one row of wide ones where few rows are left over. A vector beyond `columns` must be there in the panel.
#define BLOCK_TILES(b, TILE, ...)                                                                                     \
  do {                                                                                                                \
    int64_t rest = (b).rows % TALL_ROWS, tall = rest <= WIDE_ROWS ? (b).rows - rest : (b).rows;                       \
    for (int64_t c = 0; c < (b).columns; c += 16 * TALL_VECTORS)                                                      \
      for (int64_t r = 0; r < tall; r += TALL_ROWS) TALL_TILE(b, least(tall - r, TALL_ROWS), TILE, __VA_ARGS__)       \
    for (int64_t r = tall, c = 0; r < (b).rows && c < (b).columns; c += 16 * WIDE_VECTORS)                            \
      WIDE_TILE(b, rest, TILE, __VA_ARGS__)                                                                           \
  } while (0)

static void EMPO_VARIANT(product_block)(Block b) { BLOCK_TILES(b, product_tile, 0, ); }
static void EMPO_VARIANT(product_block_bf16)(Block b) { BLOCK_TILES(b, product_tile, 1, ); }

// panel[depth][64] of at most 64 rows of w and at most 256 of their values, transposed and widened; what is beyond the rows is 0.
static void EMPO_VARIANT(fill_transposed)(float *panel, const float *w, int64_t w_stride, int64_t outputs, int64_t depth) {
  if (outputs < PANEL) memset(panel, 0, sizeof(float) * PANEL * (size_t)depth);
  empo_transpose(panel, PANEL, w, w_stride, outputs, depth);
}

// pairs[8 k's][8 outputs] of pairs of values, transposed: rows of w are `stride` values apart.
EMPO_INLINE void transpose_pairs(u32x8 to[8], const uint16_t *w, int64_t stride) {
  u32x8 a[8];
  for (int i = 0; i < 8; i++) a[i] = *(const u32x8u *)(w + i * stride);
  empo_transpose_words(to, a);
}

static void EMPO_VARIANT(fill_transposed_bf16)(float *panel, const uint16_t *w, int64_t w_stride, int64_t outputs, int64_t depth) {
  if (outputs < PANEL) memset(panel, 0, sizeof(float) * PANEL * (size_t)depth);
  int64_t n = 0;
  for (; n + 8 <= outputs; n += 8) {
    int64_t k = 0;
    for (; k + 16 <= depth; k += 16) {
      u32x8 pairs[8];
      transpose_pairs(pairs, w + n * w_stride + k, w_stride);
      for (int i = 0; i < 8; i++) {
        *(u32x8u *)(panel + (k + 2 * i) * PANEL + n) = pairs[i] << 16;
        *(u32x8u *)(panel + (k + 2 * i + 1) * PANEL + n) = pairs[i] & 0xffff0000u;
      }
    }
    for (; k < depth; k++)
      for (int64_t i = n; i < n + 8; i++) panel[k * PANEL + i] = empo_widen(w[i * w_stride + k]);
  }
  for (; n < outputs; n++)
    for (int64_t k = 0; k < depth; k++) panel[k * PANEL + n] = empo_widen(w[n * w_stride + k]);
}

// panel[depth][64] of as many rows of w and at most 64 of their values, as they are or widened; what is beyond the columns is 0.
static void EMPO_VARIANT(fill_rows)(float *panel, const float *w, int64_t w_stride, int64_t columns, int64_t depth) {
  if (columns < PANEL) memset(panel, 0, sizeof(float) * PANEL * (size_t)depth);
  for (int64_t k = 0; k < depth; k++) empo_copy(panel + k * PANEL, w + k * w_stride, columns);
}

static void EMPO_VARIANT(fill_rows_bf16)(float *panel, const uint16_t *w, int64_t w_stride, int64_t columns, int64_t depth) {
  if (columns < PANEL) memset(panel, 0, sizeof(float) * PANEL * (size_t)depth);
  EMPO_VARIANT(empo_widen_bf16)(panel, w, depth, columns, PANEL, w_stride);
}

// One panel of the size of a block, on the stack.
#define BLOCK_SCRATCH(name) float name[PRODUCT_DEPTH * PANEL] __attribute__((aligned(64)))

// y (+)= x * w^T, or x * w: outputs and terms are w's rows and columns or the other way round, and lie `output` and `term` values apart.
#define PRODUCT(name, type, outputs, terms, fill, output, term)                                                                              \
  void EMPO_VARIANT(name)(float *y, const float *x, const type *w, int64_t rows, int64_t w_rows, int64_t w_columns, int64_t y_stride,        \
                          int64_t x_stride, int64_t w_stride, int accumulate) {                                                             \
    BLOCK_SCRATCH(panel);                                                                                                                    \
    for (int64_t n = 0; n < outputs; n += PANEL)                                                                                             \
      for (int64_t k = 0; k < terms; k += PRODUCT_DEPTH) {                                                                                   \
        int64_t columns = least(outputs - n, PANEL), depth = least(terms - k, PRODUCT_DEPTH);                                                \
        EMPO_VARIANT(fill)(panel, w + n * output + k * term, w_stride, columns, depth);                                                      \
        EMPO_VARIANT(product_block)((Block){y + n, y_stride, x + k, x_stride, 1, panel, depth, rows, columns, accumulate || k > 0});         \
      }                                                                                                                                      \
  }

PRODUCT(empo_linear, float, w_rows, w_columns, fill_transposed, w_stride, 1)
PRODUCT(empo_linear_bf16, uint16_t, w_rows, w_columns, fill_transposed_bf16, w_stride, 1)
PRODUCT(empo_linear_input_gradient, float, w_columns, w_rows, fill_rows, 1, w_stride)
PRODUCT(empo_linear_input_gradient_bf16, uint16_t, w_columns, w_rows, fill_rows_bf16, 1, w_stride)
#undef PRODUCT

// Panels of all outputs, each whole.
void EMPO_VARIANT(empo_pack_panels)(float *panels, const float *w, int64_t outputs, int64_t width, int64_t w_stride) {
  for (int64_t n = 0; n < outputs; n += PANEL)
    EMPO_VARIANT(fill_transposed)(panels + n * width, w + n * w_stride, w_stride, least(outputs - n, PANEL), width);
}

void EMPO_VARIANT(empo_pack_panels_bf16)(uint16_t *panels, const uint16_t *w, int64_t outputs, int64_t width, int64_t w_stride) {
  int64_t even = width + width % 2;
  for (int64_t n = 0; n < outputs; n += PANEL) {
    uint16_t *panel = panels + n * even;
    const uint16_t *from = w + n * w_stride;
    int64_t count = least(outputs - n, PANEL), i = 0;
    if (count < PANEL || even > width) memset(panel, 0, sizeof(uint16_t) * PANEL * (size_t)even);
    for (; i + 8 <= count; i += 8) {
      int64_t k = 0;
      for (; k + 16 <= width; k += 16) {
        u32x8 pairs[8];
        transpose_pairs(pairs, from + i * w_stride + k, w_stride);
        for (int p = 0; p < 8; p++) *(u32x8u *)(panel + (k + 2 * p) * PANEL + 2 * i) = pairs[p];
      }
      for (; k < width; k++)
        for (int64_t j = i; j < i + 8; j++) panel[k / 2 * 2 * PANEL + 2 * j + k % 2] = from[j * w_stride + k];
    }
    for (; i < count; i++)
      for (int64_t k = 0; k < width; k++) panel[k / 2 * 2 * PANEL + 2 * i + k % 2] = from[i * w_stride + k];
  }
}

void EMPO_VARIANT(empo_linear_packed)(float *y, const float *x, const float *panels, int64_t rows, int64_t outputs, int64_t width,
                                       int64_t y_stride, int64_t x_stride, int accumulate) {
  for (int64_t n = 0; n < outputs; n += PANEL)
    for (int64_t k = 0; k < width; k += PRODUCT_DEPTH) {
      const float *panel = panels + n * width + k * PANEL;
      int64_t depth = least(width - k, PRODUCT_DEPTH);
      EMPO_VARIANT(product_block)((Block){y + n, y_stride, x + k, x_stride, 1, panel, depth, rows, least(outputs - n, PANEL),
                                          accumulate || k > 0, panel + depth * PANEL});
    }
}

void EMPO_VARIANT(empo_linear_packed_bf16)(float *y, const float *x, const uint16_t *panels, int64_t rows, int64_t outputs, int64_t width,
                                            int64_t y_stride, int64_t x_stride, int accumulate) {
  BLOCK_SCRATCH(wide);
  int64_t even = width + width % 2;
  for (int64_t n = 0; n < outputs; n += PANEL)
    for (int64_t k = 0; k < width; k += PRODUCT_DEPTH) {
      const uint16_t *panel = panels + n * even + k * PANEL;
      int64_t depth = least(width - k, PRODUCT_DEPTH);
      Block block = {y + n, y_stride, x + k, x_stride, 1, panel, depth, rows, least(outputs - n, PANEL),
                     accumulate || k > 0, panel + depth * PANEL};
      // A panel that many rows read is widened once.
      if (rows >= 256) {
        for (int64_t i = 0; i < block.depth; i += 2)
          for (int64_t j = 0; j < PANEL; j += 16) {
            u32x16 pairs = *(const u32x16 *)(panel + i * PANEL + 2 * j);
            empo_store(wide + i * PANEL + j, (v16)(pairs << 16));
            if (i + 1 < block.depth) empo_store(wide + (i + 1) * PANEL + j, (v16)(pairs & 0xffff0000u));
          }
        block.panel = wide;
        EMPO_VARIANT(product_block)(block);
      } else {
        EMPO_VARIANT(product_block_bf16)(block);
      }
    }
}

EMPO_INLINE void gather_tile(float *to, const float *from, int64_t count) {
  if (TALL_ROWS == 8 && count >= 8)
    empo_store8(to, empo_load8(from));
  else
    for (int64_t i = 0; i < least(count, TALL_ROWS); i++) to[i] = from[i];
}

// dw[N,K] = dy^T * x: here outputs are a block's rows and tokens its k's. Both operands of a block are copied together, the outputs of a tile
// beside each other: their rows are pages apart.
void EMPO_VARIANT(empo_linear_weight_gradient)(float *dw, const float *dy, const float *x, int64_t rows, int64_t outputs, int64_t width,
                                       int64_t dw_stride, int64_t dy_stride, int64_t x_stride, int accumulate, float *scratch) {
  BLOCK_SCRATCH(panel);
  for (int64_t t = 0; t < rows; t += PRODUCT_DEPTH) {
    int64_t depth = least(rows - t, PRODUCT_DEPTH);
    for (int64_t n = 0; n < outputs; n += 8 * TALL_ROWS)
      for (int64_t k = 0; k < depth; k++) {
        const float *from = dy + (t + k) * dy_stride;
        for (int64_t i = n; i < least(outputs, n + 8 * TALL_ROWS); i += TALL_ROWS)
          gather_tile(scratch + i * PRODUCT_DEPTH + k * TALL_ROWS, from + i, outputs - i);
      }
    for (int64_t k = 0; k < width; k += PANEL) {
      int64_t columns = least(width - k, PANEL);
      EMPO_VARIANT(fill_rows)(panel, x + t * x_stride + k, x_stride, columns, depth);
      for (int64_t n = 0; n < outputs; n += TALL_ROWS)
        EMPO_VARIANT(product_block)((Block){dw + n * dw_stride + k, dw_stride, scratch + n * PRODUCT_DEPTH, 1, TALL_ROWS, panel, depth,
                                            least(outputs - n, TALL_ROWS), columns, accumulate || t > 0});
    }
  }
}

#undef BLOCK_SCRATCH

#endif
