// With P = softmax(S), S = scale * Q K^T, O = P V and delta_i = sum_d dO_id O_id:
//   dV_j += P_ij dO_i,  dS_ij = P_ij (dO_i . V_j - delta_i) * scale,  dQ_i = sum_j dS_ij K_j,  dK_j += dS_ij Q_i.
// P is recomputed from the stored logarithms. Queries go through the blocks of 16 keys in tiles: four rows of up to two heads that
// share their keys, so that a key, a value and their gradients are loaded once a tile.
enum { TILE_ROWS = 4 };

// One tile's Q queries, Q = 4 or 8: 4 rows of 1 or 2 heads. [D,Q], so that a column is one pointer's neighbours; those of rows beyond
// the sequence are zeros, with infinite logarithms.
typedef struct {
  const float *q, *d_out;
  float log_sum[8], delta[8];
} QueryTile;

// One block of one key and value head. [D,16] is transposed, [16,D] is not.
typedef struct {
  const float *keys, *values;  // [D,16]
  const float *key_rows;       // [16,D]
  float *d_keys, *d_values;    // [D,16], added to
  int size;                    // positions that the sequence has in it; what lies beyond may be anything, NaN too
} GradientBlock;

// A tile against one block: adds to the block's gradients, and dS[Q] . key_rows to d_query[Q][D]. Lanes beyond the query's own
// position, first_lane + its row, count for nothing.
EMPO_INLINE void tile_backward(float *d_query, const QueryTile *tile, const GradientBlock *block,
                               int64_t D, float scale, int64_t first_lane, int Q) {
  v16 s[8], p[8];
  for (int i = 0; i < Q; i++) s[i] = p[i] = empo_splat(0);
  for (int64_t d = 0; d < D; d++) {
    v16 k = empo_load(block->keys + d * EMPO_BLOCK), v = empo_load(block->values + d * EMPO_BLOCK);
    for (int i = 0; i < Q; i++) {
      s[i] += empo_splat(tile->q[d * Q + i]) * k;
      p[i] += empo_splat(tile->d_out[d * Q + i]) * v;  // dO . V for now
    }
  }
  float weights[8][EMPO_BLOCK];
  for (int i = 0; i < Q; i++) {
    int64_t lanes = first_lane + i % TILE_ROWS + 1;
    if (lanes > block->size) lanes = block->size;
    v16 probability = empo_first(empo_exp16(s[i] * empo_splat(scale) - empo_splat(tile->log_sum[i])), lanes, 0);
    s[i] = empo_first(probability * (p[i] - empo_splat(tile->delta[i])) * empo_splat(scale), lanes, 0);  // dS
    p[i] = probability;
    empo_store(weights[i], s[i]);
  }
  for (int64_t d = 0; d < D; d++) {
    v16 dv = empo_load(block->d_values + d * EMPO_BLOCK), dk = empo_load(block->d_keys + d * EMPO_BLOCK);
    for (int i = 0; i < Q; i++) {
      dv += p[i] * empo_splat(tile->d_out[d * Q + i]);
      dk += s[i] * empo_splat(tile->q[d * Q + i]);
    }
    empo_store(block->d_values + d * EMPO_BLOCK, dv);
    empo_store(block->d_keys + d * EMPO_BLOCK, dk);
  }
  int64_t d = 0;
  for (; d + 8 <= D; d += 8) {
    v8 sum[8];
    for (int i = 0; i < Q; i++) sum[i] = empo_load8(d_query + i * D + d);
    for (int j = 0; j < block->size; j++) {
      v8 k = empo_load8(block->key_rows + j * D + d);
      for (int i = 0; i < Q; i++) sum[i] += empo_splat8(weights[i][j]) * k;
    }
    for (int i = 0; i < Q; i++) empo_store8(d_query + i * D + d, sum[i]);
  }
  for (; d < D; d++)
    for (int i = 0; i < Q; i++)
      for (int j = 0; j < block->size; j++) d_query[i * D + d] += weights[i][j] * block->key_rows[j * D + d];
}

// to[D,Q] from Q / 4 heads of the first 4 of `rows` rows, zeros beyond them; by way of packed[Q,D].
EMPO_INLINE void pack_rows(float *to, const float *from, int64_t stride, int64_t rows, int64_t D, int queries, float *packed) {
  for (int i = 0; i < queries; i++) {
    if (i % TILE_ROWS < rows)
      empo_copy(packed + i * D, from + i % TILE_ROWS * stride + i / TILE_ROWS * D, D);
    else
      memset(packed + i * D, 0, (size_t)D * sizeof(float));
  }
  empo_transpose(to, queries, packed, D, queries, D);
}

void EMPO_VARIANT(empo_attention_backward)(float *d_qkv, const float *d_out, const float *out, const float *log_sums,
                                         const float *qkv, const float *blocks, int64_t block_stride, int64_t rows,
                                         int64_t heads, int64_t kv_heads, int64_t head_width, float *scratch) {
  int64_t D = head_width, row_width = (heads + 2 * kv_heads) * D, share = heads / kv_heads, size = D * EMPO_BLOCK;
  int64_t count = (rows + EMPO_BLOCK - 1) / EMPO_BLOCK;
  float scale = 1.0f / sqrtf((float)D);
  float *values = scratch, *key_rows = values + count * size, *d_keys = key_rows + count * size, *d_values = d_keys + count * size;
  float *d_query = d_values + count * size, *q = d_query + 8 * D, *go = q + 8 * D, *packed = go + 8 * D;
  for (int64_t g = 0; g < kv_heads; g++) {
    for (int64_t b = 0; b < count; b++) {
      const float *block = blocks + b * block_stride;
      empo_transpose(values + b * size, EMPO_BLOCK, block + (kv_heads + g) * size, D, EMPO_BLOCK, D);
      empo_transpose(key_rows + b * size, D, block + g * size, EMPO_BLOCK, D, EMPO_BLOCK);
    }
    memset(d_keys, 0, (size_t)(2 * count * size) * sizeof(float));
    for (int64_t t0 = 0; t0 < rows; t0 += TILE_ROWS) {
      for (int64_t h0 = g * share; h0 < (g + 1) * share; h0 += 2) {
        int queries = h0 + 2 <= (g + 1) * share ? 2 * TILE_ROWS : TILE_ROWS;
        QueryTile tile = {q, go, {0}, {0}};
        for (int i = 0; i < queries; i++) {
          int64_t t = t0 + i % TILE_ROWS, h = h0 + i / TILE_ROWS;
          tile.log_sum[i] = t < rows ? log_sums[t * heads + h] : 3.0e38f;
          tile.delta[i] = t < rows ? empo_dot(d_out + (t * heads + h) * D, out + (t * heads + h) * D, D) : 0;
        }
        pack_rows(q, qkv + t0 * row_width + h0 * D, row_width, rows - t0, D, queries, packed);
        pack_rows(go, d_out + (t0 * heads + h0) * D, heads * D, rows - t0, D, queries, packed);
        memset(d_query, 0, (size_t)(queries * D) * sizeof(float));
        for (int64_t b = 0; b <= t0 / EMPO_BLOCK; b++) {
          int64_t rest = rows - b * EMPO_BLOCK;
          GradientBlock block = {blocks + b * block_stride + g * size, values + b * size,   key_rows + b * size,
                                 d_keys + b * size,                    d_values + b * size, rest < EMPO_BLOCK ? (int)rest : EMPO_BLOCK};
          int64_t first_lane = t0 - b * EMPO_BLOCK;
          if (queries == 2 * TILE_ROWS)
            tile_backward(d_query, &tile, &block, D, scale, first_lane, 2 * TILE_ROWS);
          else
            tile_backward(d_query, &tile, &block, D, scale, first_lane, TILE_ROWS);
        }
        for (int i = 0; i < queries; i++) {
          int64_t t = t0 + i % TILE_ROWS, h = h0 + i / TILE_ROWS;
          if (t < rows) empo_copy(d_qkv + t * row_width + h * D, d_query + i * D, D);
        }
      }
    }
    for (int64_t b = 0; b < count; b++) {
      int64_t rest = rows - b * EMPO_BLOCK;
      float *dk = d_qkv + b * EMPO_BLOCK * row_width + (heads + g) * D, *dv = dk + kv_heads * D;
      for (int part = 0; part < 2; part++) {
        empo_transpose(packed, D, (part ? d_values : d_keys) + b * size, EMPO_BLOCK, D, EMPO_BLOCK);
        for (int64_t j = 0; j < EMPO_BLOCK && j < rest; j++)
          empo_copy((part ? dv : dk) + j * row_width, packed + j * D, D);
      }
    }
  }
}
