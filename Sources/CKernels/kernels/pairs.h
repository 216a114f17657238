// Products of bfloat16 weights with activations that are rounded to bfloat16, whose bits this file defines for every instruction set:
//
//     sum = fma(x[k], w[k], fma(x[k+1], w[k+1], sum))        for k = 0, 2, 4 ... of a block of 256
//
// which is what vdpbf16ps computes. Numbers below 2^-126 count as 0, as operands and as results. Blocks are added in order as in product.h.
#ifndef EMPO_PAIRS_H
#define EMPO_PAIRS_H

#include "product.h"

#if EMPO_DOTS
typedef __bf16 bf16x32 __attribute__((vector_size(64)));
#endif

// What rounds small numbers to 0 while it is set, and what was set before.
#if defined(__x86_64__)
EMPO_INLINE uint32_t flush_small(void) {
  uint32_t before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(before | 0x8040);
  return before;
}
EMPO_INLINE void restore_small(uint32_t before) { __builtin_ia32_ldmxcsr(before); }
#elif defined(__aarch64__)
EMPO_INLINE uint32_t flush_small(void) {
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | 1 << 24));
  return (uint32_t)before;
}
EMPO_INLINE void restore_small(uint32_t before) { __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)before)); }
#else
#error "how does this processor round small numbers to 0?"
#endif

// The upper halves of x rounded to the nearest, ties to even; of what is below 2^-126 only the sign is left.
EMPO_INLINE u32x16 round_upper(v16 x) {
  u32x16 bits = (u32x16)x, size = bits & 0x7fffffff;
  u32x16 rounded = bits + 0x7fff + (bits >> 16 & 1), quiet = bits | 0x400000;
  u32x16 is_number = (u32x16)(size <= 0x7f800000), is_small = (u32x16)(size < 0x800000);
  u32x16 y = (rounded & is_number) | (quiet & ~is_number);
  return ((y & ~is_small) | (bits & 0x80000000 & is_small)) & 0xffff0000;
}

// Rounded rows hold a word for each pair of values: the first one in its lower half. Where there are no dot products of pairs, they hold a
// float32 for each value. An odd width has a zero beside its last value.
int64_t EMPO_VARIANT(empo_rounded_stride)(int64_t width) { return EMPO_DOTS ? (width + 1) / 2 : (width + 1) / 2 * 2; }

void EMPO_VARIANT(empo_round_rows)(float *to, const float *x, int64_t rows, int64_t width, int64_t x_stride) {
  int64_t stride = EMPO_VARIANT(empo_rounded_stride)(width);
  for (int64_t r = 0; r < rows; r++) {
    const float *from = x + r * x_stride;
    float *row = to + r * stride;
    for (int64_t k = 0; k < width; k += 16) {
      int n = width - k < 16 ? (int)(width - k) : 16;
      u32x16 upper = round_upper(empo_load_columns(from + k, n));
#if EMPO_DOTS
      u32x8 even = __builtin_shufflevector(upper, upper, 0, 2, 4, 6, 8, 10, 12, 14);
      u32x8 odd = __builtin_shufflevector(upper, upper, 1, 3, 5, 7, 9, 11, 13, 15);
      u32x8 pairs = even >> 16 | odd;
      memcpy(row + k / 2, &pairs, sizeof(float) * (size_t)((n + 1) / 2));
#else
      empo_store_columns(row + k, n, (v16)upper);
      if (n % 2) row[k + n] = 0;
#endif
    }
  }
}

// Rows r... and the vectors from column c on of a block whose x is rounded rows and whose panel is pairs.
EMPO_INLINE void pairs_tile(Block b, int64_t r, int64_t c, int accumulate, int rows, int vectors) {
  v16 sum[TALL_ROWS][WIDE_VECTORS];
  const float *x = b.x + r * b.x_stride;
  const uint16_t *w = (const uint16_t *)b.panel + 2 * c;
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectors; v++) sum[i][v] = empo_splat(0);
  Ahead ahead = ahead_of(b, r, c, vectors, 2 * PANEL * b.depth);
  for (int64_t p = 0; p < (b.depth + 1) / 2; p++) {
    u32x16 pairs[WIDE_VECTORS];
    fetch(ahead, p);
    for (int v = 0; v < vectors; v++) {
      const uint16_t *from = w + 2 * p * PANEL + 32 * v;
      pairs[v] = *(const u32x16 *)from;
      if (rows <= WIDE_ROWS) __builtin_prefetch(from + 2048);
    }
#if EMPO_DOTS
    for (int i = 0; i < rows; i++) {
      bf16x32 value = (bf16x32)empo_splat(x[i * b.x_stride + p * b.x_step]);
      for (int v = 0; v < vectors; v++) sum[i][v] = __builtin_ia32_dpbf16ps_512(sum[i][v], value, (bf16x32)pairs[v]);
    }
#else
    for (int i = 0; i < rows; i++) {
      v16 odd = empo_splat(x[i * b.x_stride + 2 * p * b.x_step + b.x_step]);
      for (int v = 0; v < vectors; v++) sum[i][v] = __builtin_elementwise_fma(odd, (v16)(pairs[v] & 0xffff0000u), sum[i][v]);
    }
    for (int i = 0; i < rows; i++) {
      v16 even = empo_splat(x[i * b.x_stride + 2 * p * b.x_step]);
      for (int v = 0; v < vectors; v++) sum[i][v] = __builtin_elementwise_fma(even, (v16)(pairs[v] << 16), sum[i][v]);
    }
#endif
  }
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectors; v++) store_sum(b, r + i, c + 16 * v, accumulate, sum[i][v]);
}

static void EMPO_VARIANT(pairs_block)(Block b) { BLOCK_TILES(b, pairs_tile, ); }

// pairs[depth/2][64][2] of at most 64 rows of w and at most 256 of their values.
static void EMPO_VARIANT(fill_pairs_of_columns)(uint16_t *panel, const uint16_t *w, int64_t w_stride, int64_t outputs, int64_t depth) {
  EMPO_VARIANT(empo_pack_panels_bf16)(panel, w, outputs, depth, w_stride);
}

// pairs[depth/2][64][2] of as many rows of w and at most 64 of their values: two neighbouring rows make pairs.
static void EMPO_VARIANT(fill_pairs_of_rows)(uint16_t *panel, const uint16_t *w, int64_t w_stride, int64_t columns, int64_t depth) {
  if (columns < PANEL) memset(panel, 0, sizeof(uint16_t) * PANEL * (size_t)(depth + depth % 2));
  for (int64_t k = 0; k < depth; k += 2) {
    const uint16_t *first = w + k * w_stride, *second = k + 1 < depth ? first + w_stride : NULL;
    uint16_t *to = panel + k * PANEL;
    int64_t c = 0;
    for (; c + 16 <= columns; c += 16) {
      u32x16 pairs = __builtin_convertvector(*(const u16x16u *)(first + c), u32x16);
      if (second) pairs |= __builtin_convertvector(*(const u16x16u *)(second + c), u32x16) << 16;
      *(u32x16 *)(to + 2 * c) = pairs;
    }
    for (; c < columns; c++) {
      to[2 * c] = first[c];
      to[2 * c + 1] = second ? second[c] : 0;
    }
  }
}

#define PAIRS_SCRATCH(name) uint16_t name[PRODUCT_DEPTH * PANEL] __attribute__((aligned(64)))

// A rounded row's place of a value with an even index.
#define ROUNDED(k) (EMPO_DOTS ? (k) / 2 : (k))

// As PRODUCT in product.h.
#define PRODUCT_OF_PAIRS(name, outputs, terms, fill, output, term)                                                                           \
  void EMPO_VARIANT(name)(float *y, const float *x, const uint16_t *w, int64_t rows, int64_t w_rows, int64_t w_columns, int64_t y_stride,    \
                          int64_t w_stride, int accumulate) {                                                                               \
    PAIRS_SCRATCH(panel);                                                                                                                    \
    int64_t x_stride = EMPO_VARIANT(empo_rounded_stride)(terms);                                                                             \
    uint32_t before = flush_small();                                                                                                         \
    for (int64_t n = 0; n < outputs; n += PANEL)                                                                                             \
      for (int64_t k = 0; k < terms; k += PRODUCT_DEPTH) {                                                                                   \
        int64_t columns = least(outputs - n, PANEL), depth = least(terms - k, PRODUCT_DEPTH);                                                \
        EMPO_VARIANT(fill)(panel, w + n * output + k * term, w_stride, columns, depth);                                                      \
        EMPO_VARIANT(pairs_block)((Block){y + n, y_stride, x + ROUNDED(k), x_stride, 1, panel, depth, rows, columns, accumulate || k > 0});  \
      }                                                                                                                                      \
    restore_small(before);                                                                                                                   \
  }

PRODUCT_OF_PAIRS(empo_pairs_linear, w_rows, w_columns, fill_pairs_of_columns, w_stride, 1)
PRODUCT_OF_PAIRS(empo_pairs_input_gradient, w_columns, w_rows, fill_pairs_of_rows, 1, w_stride)
#undef PRODUCT_OF_PAIRS

void EMPO_VARIANT(empo_pairs_linear_packed)(float *y, const float *x, const uint16_t *panels, int64_t rows, int64_t outputs, int64_t width,
                                            int64_t y_stride, int accumulate) {
  int64_t x_stride = EMPO_VARIANT(empo_rounded_stride)(width), even = width + width % 2;
  uint32_t before = flush_small();
  for (int64_t n = 0; n < outputs; n += PANEL)
    for (int64_t k = 0; k < width; k += PRODUCT_DEPTH) {
      const uint16_t *panel = panels + n * even + k * PANEL;
      int64_t depth = least(width - k, PRODUCT_DEPTH);
      EMPO_VARIANT(pairs_block)((Block){y + n, y_stride, x + ROUNDED(k), x_stride, 1, panel, depth, rows, least(outputs - n, PANEL),
                                        accumulate || k > 0, panel + depth * PANEL});
    }
  restore_small(before);
}

// Pairs are those of neighbouring tokens. See empo_linear_weight_gradient.
void EMPO_VARIANT(empo_pairs_weight_gradient)(float *dw, const float *dy, const float *x, int64_t rows, int64_t outputs, int64_t width,
                                              int64_t dw_stride, int64_t dy_stride, int64_t x_stride, int accumulate, float *scratch) {
  PAIRS_SCRATCH(panel);
  uint32_t before = flush_small();
  for (int64_t t = 0; t < rows; t += PRODUCT_DEPTH) {
    int64_t depth = least(rows - t, PRODUCT_DEPTH);
    for (int64_t n = 0; n < outputs; n += 16)
      for (int64_t k = 0; k < depth; k += 2) {
        int count = (int)least(outputs - n, 16);
        u32x16 first = round_upper(empo_load_columns(dy + (t + k) * dy_stride + n, count)), second = {0};
        if (k + 1 < depth) second = round_upper(empo_load_columns(dy + (t + k + 1) * dy_stride + n, count));
        u32x16 pairs = first >> 16 | second;
        for (int i = 0; i < count; i++) {
          float *to = scratch + (n + i) / TALL_ROWS * TALL_ROWS * PRODUCT_DEPTH + (n + i) % TALL_ROWS;
#if EMPO_DOTS
          to[k / 2 * TALL_ROWS] = ((v16)pairs)[i];
#else
          (void)pairs;
          to[k * TALL_ROWS] = ((v16)first)[i];
          to[(k + 1) * TALL_ROWS] = ((v16)second)[i];
#endif
        }
      }
    for (int64_t k = 0; k < width; k += PANEL) {
      int64_t columns = least(width - k, PANEL);
      for (int64_t i = 0; i < depth; i += 2)
        for (int64_t c = 0; c < PANEL; c += 16) {
          int count = columns - c < 0 ? 0 : (int)least(columns - c, 16);
          const float *from = x + (t + i) * x_stride + k + c;
          u32x16 pairs = round_upper(empo_load_columns(from, count)) >> 16;
          if (i + 1 < depth) pairs |= round_upper(empo_load_columns(from + x_stride, count));
          *(u32x16 *)(panel + i * PANEL + 2 * c) = pairs;
        }
      for (int64_t n = 0; n < outputs; n += TALL_ROWS)
        EMPO_VARIANT(pairs_block)((Block){dw + n * dw_stride + k, dw_stride, scratch + n * PRODUCT_DEPTH, 1, TALL_ROWS, panel, depth,
                                          least(outputs - n, TALL_ROWS), columns, accumulate || t > 0});
    }
  }
  restore_small(before);
}

#undef PAIRS_SCRATCH
#undef ROUNDED

#endif
