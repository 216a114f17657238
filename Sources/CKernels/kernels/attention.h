// Attention over blocks of 16 positions. Scores are computed 16 keys at a time from keys that lie transposed within their
// block, so no sum ever crosses a lane; values are added in the order of their positions. A query's result therefore depends
// on its own keys and values alone: decoding one token at a time and training on whole sequences give the same bits.
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
      memcpy(values + (g * EMPO_BLOCK + lane) * D, v + g * D, (size_t)D * sizeof(float));
  }
}

// out[D] = sum over keys of weights * values, for n <= 16 keys of one block, added to out.
EMPO_INLINE void add_values(float *out, const float *weights, const float *values, int n, int64_t D) {
  int64_t d = 0;
  for (; d + 32 <= D; d += 32) {
    v16 a = empo_load(out + d), b = empo_load(out + d + 16);
    for (int j = 0; j < n; j++) {
      v16 p = empo_splat(weights[j]);
      a += p * empo_load(values + j * D + d);
      b += p * empo_load(values + j * D + d + 16);
    }
    empo_store(out + d, a);
    empo_store(out + d + 16, b);
  }
  for (; d + 16 <= D; d += 16) {
    v16 a = empo_load(out + d);
    for (int j = 0; j < n; j++) a += empo_splat(weights[j]) * empo_load(values + j * D + d);
    empo_store(out + d, a);
  }
  typedef float v8 __attribute__((vector_size(32), aligned(4)));
  for (; d + 8 <= D; d += 8) {
    v8 a = *(const v8 *)(out + d);
    for (int j = 0; j < n; j++) {
      float w = weights[j];
      a += (v8){w, w, w, w, w, w, w, w} * *(const v8 *)(values + j * D + d);
    }
    *(v8 *)(out + d) = a;
  }
  for (; d < D; d++) {
    float a = out[d];
    for (int j = 0; j < n; j++) a += weights[j] * values[j * D + d];
    out[d] = a;
  }
}

void EMPO_VARIANT(empo_attention)(float *out, float *log_sums, const float *qkv, const float *pool, int64_t block_stride,
                                const int32_t *tables, int64_t table_stride, const int32_t *positions, int64_t rows,
                                int64_t heads, int64_t kv_heads, int64_t head_width, float *scratch) {
  int64_t D = head_width, row_width = (heads + 2 * kv_heads) * D, share = heads / kv_heads;
  float scale = 1.0f / sqrtf((float)D);
  for (int64_t t = 0; t < rows; t++) {
    int64_t count = positions[t] + 1, full = count / EMPO_BLOCK, rest = count % EMPO_BLOCK;
    int64_t blocks = full + (rest > 0);
    const int32_t *table = tables + t * table_stride;
    for (int64_t h = 0; h < heads; h++) {
      const float *q = qkv + t * row_width + h * D;
      int64_t g = h / share;
      v16 maximum = empo_splat(-3.0e38f);
      for (int64_t b = 0; b < blocks; b++) {
        const float *keys = pool + table[b] * block_stride + g * D * EMPO_BLOCK;
        v16 s = empo_splat(0);
        for (int64_t d = 0; d < D; d++) s += empo_splat(q[d]) * empo_load(keys + d * EMPO_BLOCK);
        s *= empo_splat(scale);
        if (b == full)
          for (int lane = (int)rest; lane < EMPO_BLOCK; lane++) s[lane] = -3.0e38f;
        empo_store(scratch + b * EMPO_BLOCK, s);
        maximum = empo_maximum(maximum, s);
      }
      float m = empo_max16(maximum);
      v16 sums = empo_splat(0);
      for (int64_t b = 0; b < blocks; b++) {
        v16 p = empo_exp16(empo_load(scratch + b * EMPO_BLOCK) - empo_splat(m));
        empo_store(scratch + b * EMPO_BLOCK, p);
        sums += p;
      }
      float sum = empo_sum16(sums);
      float *o = out + t * heads * D + h * D;
      memset(o, 0, (size_t)D * sizeof(float));
      for (int64_t b = 0; b < blocks; b++)
        add_values(o, scratch + b * EMPO_BLOCK,
                   pool + table[b] * block_stride + (kv_heads * D + g * D) * EMPO_BLOCK,
                   b == full ? (int)rest : EMPO_BLOCK, D);
      float inverse = 1.0f / sum;
      for (int64_t d = 0; d < D; d++) o[d] *= inverse;
      if (log_sums) log_sums[t * heads + h] = m + logf(sum);
    }
  }
}

// With P = softmax(S), S = scale * Q K^T, O = P V and delta_i = sum_d dO_id O_id:
//   dV_j += P_ij dO_i,  dS_ij = P_ij (dO_i . V_j - delta_i) * scale,  dQ_i = sum_j dS_ij K_j,  dK_j += dS_ij Q_i.
// P is recomputed from the stored logarithms. Everything runs over the transposed blocks, 16 keys at a time; the values are
// transposed into scratch first, where the key and value gradients gather.
void EMPO_VARIANT(empo_attention_backward)(float *d_qkv, const float *d_out, const float *out, const float *log_sums,
                                         const float *qkv, const float *blocks, int64_t block_stride, int64_t rows,
                                         int64_t heads, int64_t kv_heads, int64_t head_width, float *scratch) {
  int64_t D = head_width, row_width = (heads + 2 * kv_heads) * D, share = heads / kv_heads;
  int64_t count = (rows + EMPO_BLOCK - 1) / EMPO_BLOCK, tile = D * EMPO_BLOCK;
  float scale = 1.0f / sqrtf((float)D);
  float *values = scratch, *d_keys = values + count * tile, *d_values = d_keys + count * tile, *d_query = d_values + count * tile;
  for (int64_t g = 0; g < kv_heads; g++) {
    for (int64_t b = 0; b < count; b++) {
      const float *v = blocks + b * block_stride + (kv_heads * D + g * D) * EMPO_BLOCK;
      for (int64_t d = 0; d < D; d++)
        for (int lane = 0; lane < EMPO_BLOCK; lane++) values[b * tile + d * EMPO_BLOCK + lane] = v[lane * D + d];
    }
    memset(d_keys, 0, (size_t)(2 * count * tile) * sizeof(float));
    for (int64_t t = 0; t < rows; t++) {
      int64_t full = (t + 1) / EMPO_BLOCK, rest = (t + 1) % EMPO_BLOCK, used = full + (rest > 0);
      for (int64_t h = g * share; h < (g + 1) * share; h++) {
        const float *q = qkv + t * row_width + h * D, *go = d_out + t * heads * D + h * D, *o = out + t * heads * D + h * D;
        float delta = 0;
        for (int64_t d = 0; d < D; d++) delta += go[d] * o[d];
        v16 lse = empo_splat(log_sums[t * heads + h]);
        for (int64_t d = 0; d < D; d++) empo_store(d_query + d * EMPO_BLOCK, empo_splat(0));
        for (int64_t b = 0; b < used; b++) {
          const float *keys = blocks + b * block_stride + g * tile, *v = values + b * tile;
          float *dk = d_keys + b * tile, *dv = d_values + b * tile;
          v16 s = empo_splat(0), dp = empo_splat(0);
          for (int64_t d = 0; d < D; d++) {
            s += empo_splat(q[d]) * empo_load(keys + d * EMPO_BLOCK);
            dp += empo_splat(go[d]) * empo_load(v + d * EMPO_BLOCK);
          }
          v16 p = empo_exp16(s * empo_splat(scale) - lse);
          if (b == full)
            for (int lane = (int)rest; lane < EMPO_BLOCK; lane++) p[lane] = 0;
          v16 ds = p * (dp - empo_splat(delta)) * empo_splat(scale);
          for (int64_t d = 0; d < D; d++) {
            empo_store(dv + d * EMPO_BLOCK, empo_load(dv + d * EMPO_BLOCK) + p * empo_splat(go[d]));
            empo_store(dk + d * EMPO_BLOCK, empo_load(dk + d * EMPO_BLOCK) + ds * empo_splat(q[d]));
            empo_store(d_query + d * EMPO_BLOCK,
                       empo_load(d_query + d * EMPO_BLOCK) + ds * empo_load(keys + d * EMPO_BLOCK));
          }
        }
        float *dq = d_qkv + t * row_width + h * D;
        for (int64_t d = 0; d < D; d++) dq[d] = empo_sum16(empo_load(d_query + d * EMPO_BLOCK));
      }
    }
    for (int64_t t = 0; t < rows; t++) {
      float *dk = d_qkv + t * row_width + (heads + g) * D, *dv = dk + kv_heads * D;
      int64_t base = t / EMPO_BLOCK * tile + t % EMPO_BLOCK;
      for (int64_t d = 0; d < D; d++) {
        dk[d] = d_keys[base + d * EMPO_BLOCK];
        dv[d] = d_values[base + d * EMPO_BLOCK];
      }
    }
  }
}
