// Attention over blocks of 16 positions. Scores are computed 16 keys at a time from keys that lie transposed within their
// block, so no sum ever crosses a lane; values are added in two sums, of the even and of the odd positions. A query's result
// therefore depends on its own keys and values alone: decoding one token at a time and training on whole sequences give the same
// bits. Query heads that share their keys go through them together, which changes how often keys are loaded and no sum.

// Heads that go together: their sums fill the registers.
#if EMPO_REGISTERS >= 32
enum { ATTEND_HEADS = 4 };
#else
enum { ATTEND_HEADS = 2 };
#endif

void EMPO_VARIANT(empo_store_keys_values)(float *pool, int64_t block_stride, const int32_t *tables, int64_t table_stride,
                                        const float *qkv, const int32_t *positions, int64_t rows, int64_t heads,
                                        int64_t kv_heads, int64_t head_width) {
  int64_t D = head_width, row_width = (heads + 2 * kv_heads) * D;
  for (int64_t t = 0; t < rows; t++) {
    int32_t position = positions[t];
    float *block = pool + tables[t * table_stride + position / EMPO_BLOCK] * block_stride;
    const float *k = qkv + t * row_width + heads * D, *v = k + kv_heads * D;
    int lane = position % EMPO_BLOCK;
    for (int64_t i = 0; i < kv_heads * D; i++) block[i * EMPO_BLOCK + lane] = k[i];
    float *values = block + kv_heads * D * EMPO_BLOCK;
    for (int64_t g = 0; g < kv_heads; g++)
      empo_copy(values + (g * EMPO_BLOCK + lane) * D, v + g * D, D);
  }
}

// One sequence's blocks of one key and value head.
typedef struct {
  const float *pool;  // the head's part of block 0
  int64_t stride;
  const int32_t *table;
  int64_t count;  // positions
} KeyBlocks;

EMPO_INLINE int64_t block_count(const KeyBlocks *blocks) { return (blocks->count + EMPO_BLOCK - 1) / EMPO_BLOCK; }

EMPO_INLINE const float *block_at(const KeyBlocks *blocks, int64_t b) { return blocks->pool + blocks->table[b] * blocks->stride; }

// Positions that block b holds.
EMPO_INLINE int block_size(const KeyBlocks *blocks, int64_t b) {
  int64_t rest = blocks->count - b * EMPO_BLOCK;
  return rest < EMPO_BLOCK ? (int)rest : EMPO_BLOCK;
}

// exp(scale * q . k - maximum) of N queries (neighbouring rows of D) at every position, in weights[N][stride]; the maxima and the
// sums of the exponentials. Decoding waits for memory more than for arithmetic, so the values that will be weighted are fetched
// meanwhile.
EMPO_INLINE void attention_weights(float *weights, int64_t stride, float *maxima, float *sums, const float *q, const KeyBlocks *keys,
                                   const KeyBlocks *values, int64_t D, float scale, int N) {
  v16 maximum[ATTEND_HEADS], sum[ATTEND_HEADS];
  for (int h = 0; h < N; h++) maximum[h] = empo_splat(-3.0e38f);
  int64_t blocks = block_count(keys);
  for (int64_t b = 0; b < blocks; b++) {
    const float *k = block_at(keys, b), *v = block_at(values, b), *next = b + 1 < blocks ? block_at(keys, b + 1) : k;
    v16 even[ATTEND_HEADS], odd[ATTEND_HEADS];
    for (int h = 0; h < N; h++) even[h] = odd[h] = empo_splat(0);
    int64_t d = 0;
    for (; d + 2 <= D; d += 2) {
      v16 x = empo_load(k + d * EMPO_BLOCK), y = empo_load(k + (d + 1) * EMPO_BLOCK);
      __builtin_prefetch(next + d * EMPO_BLOCK);
      __builtin_prefetch(next + (d + 1) * EMPO_BLOCK);
      __builtin_prefetch(v + d * EMPO_BLOCK);
      __builtin_prefetch(v + (d + 1) * EMPO_BLOCK);
      for (int h = 0; h < N; h++) {
        even[h] = __builtin_elementwise_fma(empo_splat(q[h * D + d]), x, even[h]);
        odd[h] = __builtin_elementwise_fma(empo_splat(q[h * D + d + 1]), y, odd[h]);
      }
    }
    for (int h = 0; h < N; h++) {
      if (d < D) even[h] = __builtin_elementwise_fma(empo_splat(q[h * D + d]), empo_load(k + d * EMPO_BLOCK), even[h]);
      v16 s = empo_first((even[h] + odd[h]) * empo_splat(scale), block_size(keys, b), -3.0e38f);
      empo_store(weights + h * stride + b * EMPO_BLOCK, s);
      maximum[h] = empo_maximum(maximum[h], s);
    }
  }
  for (int h = 0; h < N; h++) {
    maxima[h] = empo_max16(maximum[h]);
    sum[h] = empo_splat(0);
    for (int64_t b = 0; b < blocks; b++) {
      float *w = weights + h * stride + b * EMPO_BLOCK;
      v16 p = empo_exp16(empo_load(w) - empo_splat(maxima[h]));
      empo_store(w, p);
      sum[h] += p;
    }
    sums[h] = empo_sum16(sum[h]);
  }
}

// Columns d... of out[N][D] = factors[N] * (sum over positions of weights * values): `wide` vectors of 16, then one of 8 if `half`.
EMPO_INLINE void weighted_columns(float *out, const float *weights, int64_t stride, const float *factors, const KeyBlocks *values,
                                  int64_t D, int64_t d, int N, int wide, int half) {
  v16 a[2][ATTEND_HEADS][2];  // [position & 1][query][column]
  v8 e[2][ATTEND_HEADS];
  for (int odd = 0; odd < 2; odd++)
    for (int h = 0; h < N; h++) {
      for (int c = 0; c < wide; c++) a[odd][h][c] = empo_splat(0);
      e[odd][h] = empo_splat8(0);
    }
  int64_t blocks = block_count(values);
  for (int64_t b = 0; b < blocks; b++) {
    const float *v = block_at(values, b) + d, *w = weights + b * EMPO_BLOCK;
    int n = block_size(values, b), j = 0;
    for (; j + 2 <= n; j += 2)
      for (int odd = 0; odd < 2; odd++)
        for (int h = 0; h < N; h++) {
          float p = w[h * stride + j + odd];
          const float *row = v + (j + odd) * D;
          for (int c = 0; c < wide; c++) a[odd][h][c] = __builtin_elementwise_fma(empo_splat(p), empo_load(row + 16 * c), a[odd][h][c]);
          if (half) e[odd][h] = __builtin_elementwise_fma(empo_splat8(p), empo_load8(row + 16 * wide), e[odd][h]);
        }
    if (j < n)
      for (int h = 0; h < N; h++) {
        float p = w[h * stride + j];
        const float *row = v + j * D;
        for (int c = 0; c < wide; c++) a[0][h][c] = __builtin_elementwise_fma(empo_splat(p), empo_load(row + 16 * c), a[0][h][c]);
        if (half) e[0][h] = __builtin_elementwise_fma(empo_splat8(p), empo_load8(row + 16 * wide), e[0][h]);
      }
  }
  for (int h = 0; h < N; h++) {
    float *o = out + h * D + d;
    for (int c = 0; c < wide; c++) empo_store(o + 16 * c, (a[0][h][c] + a[1][h][c]) * empo_splat(factors[h]));
    if (half) empo_store8(o + 16 * wide, (e[0][h] + e[1][h]) * empo_splat8(factors[h]));
  }
}

// All columns of the above.
EMPO_INLINE void weighted_values(float *out, const float *weights, int64_t stride, const float *factors, const KeyBlocks *values,
                                 int64_t D, int N) {
  int64_t d = 0;
  for (; d + 32 <= D; d += 32) weighted_columns(out, weights, stride, factors, values, D, d, N, 2, 0);
  if (d + 24 <= D) {
    weighted_columns(out, weights, stride, factors, values, D, d, N, 1, 1);
    d += 24;
  } else if (d + 16 <= D) {
    weighted_columns(out, weights, stride, factors, values, D, d, N, 1, 0);
    d += 16;
  } else if (d + 8 <= D) {
    weighted_columns(out, weights, stride, factors, values, D, d, N, 0, 1);
    d += 8;
  }
  for (; d < D; d++)
    for (int h = 0; h < N; h++) {
      float sum[2] = {0, 0};
      for (int64_t i = 0; i < values->count; i++)
        sum[i & 1] = __builtin_elementwise_fma(weights[h * stride + i], block_at(values, i / EMPO_BLOCK)[i % EMPO_BLOCK * D + d], sum[i & 1]);
      out[h * D + d] = (sum[0] + sum[1]) * factors[h];
    }
}

// N neighbouring query heads of one row.
EMPO_INLINE void attend(float *out, float *log_sums, const float *q, const KeyBlocks *keys, const KeyBlocks *values, int64_t D, float scale,
                        float *scratch, int N) {
  int64_t stride = block_count(keys) * EMPO_BLOCK;
  float maxima[ATTEND_HEADS], sums[ATTEND_HEADS], inverses[ATTEND_HEADS];
  attention_weights(scratch, stride, maxima, sums, q, keys, values, D, scale, N);
  for (int h = 0; h < N; h++) {
    inverses[h] = 1.0f / sums[h];
    if (log_sums) log_sums[h] = maxima[h] + empo_log(sums[h]);
  }
  weighted_values(out, scratch, stride, inverses, values, D, N);
}

void EMPO_VARIANT(empo_attention)(float *out, float *log_sums, const float *qkv, const float *pool, int64_t block_stride,
                                const int32_t *tables, int64_t table_stride, const int32_t *positions, int64_t rows,
                                int64_t heads, int64_t kv_heads, int64_t head_width, float *scratch) {
  int64_t D = head_width, row_width = (heads + 2 * kv_heads) * D, share = heads / kv_heads, tile = D * EMPO_BLOCK;
  float scale = 1.0f / __builtin_elementwise_sqrt((float)D);
  for (int64_t t = 0; t < rows; t++) {
    for (int64_t g = 0; g < kv_heads; g++) {
      KeyBlocks keys = {pool + g * tile, block_stride, tables + t * table_stride, positions[t] + 1}, values = keys;
      values.pool += kv_heads * tile;
      for (int64_t h = g * share, end = h + share; h < end; h += ATTEND_HEADS) {
        float *to = out + (t * heads + h) * D, *sums = log_sums ? log_sums + t * heads + h : NULL;
        const float *q = qkv + t * row_width + h * D;
        switch (end - h) {
          case 1: attend(to, sums, q, &keys, &values, D, scale, scratch, 1); break;
#if EMPO_REGISTERS >= 32
          case 2: attend(to, sums, q, &keys, &values, D, scale, scratch, 2); break;
          case 3: attend(to, sums, q, &keys, &values, D, scale, scratch, 3); break;
#endif
          default: attend(to, sums, q, &keys, &values, D, scale, scratch, ATTEND_HEADS);
        }
      }
    }
  }
}
