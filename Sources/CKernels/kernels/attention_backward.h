// With P = softmax(S), S = scale * Q K^T, O = P V and delta_i = sum_d dO_id O_id:
//   dV_j += P_ij dO_i,  dS_ij = P_ij (dO_i . V_j - delta_i) * scale,  dQ_i = sum_j dS_ij K_j,  dK_j += dS_ij Q_i.
// P is recomputed from the stored logarithms. Queries go through the blocks of 16 keys in tiles: four rows of up to two heads that
// share their keys, so that a key, a value and their gradients are loaded once a tile.
//
// Responses to one prompt attend to one copy of its full blocks, whose gradients they add to in turn; each has a copy of its own of the
// prompt's last, partly filled block. The prompt's own queries come last.
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
      s[i] = __builtin_elementwise_fma(empo_splat(tile->q[d * Q + i]), k, s[i]);
      p[i] = __builtin_elementwise_fma(empo_splat(tile->d_out[d * Q + i]), v, p[i]);  // dO . V for now
    }
  }
  float weights[8][EMPO_BLOCK];
  for (int i = 0; i < Q; i++) {
    int64_t lanes = first_lane + i % TILE_ROWS + 1;
    if (lanes > block->size) lanes = block->size;
    v16 exponent = __builtin_elementwise_fma(s[i], empo_splat(scale), empo_splat(-tile->log_sum[i]));
    v16 probability = empo_first(empo_exp16(exponent), lanes, 0);
    s[i] = empo_first(probability * (p[i] - empo_splat(tile->delta[i])) * empo_splat(scale), lanes, 0);  // dS
    p[i] = probability;
    empo_store(weights[i], s[i]);
  }
  for (int64_t d = 0; d < D; d++) {
    v16 dv = empo_load(block->d_values + d * EMPO_BLOCK), dk = empo_load(block->d_keys + d * EMPO_BLOCK);
    for (int i = 0; i < Q; i++) {
      dv = __builtin_elementwise_fma(p[i], empo_splat(tile->d_out[d * Q + i]), dv);
      dk = __builtin_elementwise_fma(s[i], empo_splat(tile->q[d * Q + i]), dk);
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
      for (int i = 0; i < Q; i++) sum[i] = __builtin_elementwise_fma(empo_splat8(weights[i][j]), k, sum[i]);
    }
    for (int i = 0; i < Q; i++) empo_store8(d_query + i * D + d, sum[i]);
  }
  for (; d < D; d++)
    for (int i = 0; i < Q; i++) {
      float sum = d_query[i * D + d];
      for (int j = 0; j < block->size; j++) sum = __builtin_elementwise_fma(weights[i][j], block->key_rows[j * D + d], sum);
      d_query[i * D + d] = sum;
    }
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

// What one key and value head of a group works on: the arrays from the group's first row on, and room for a tile.
typedef struct {
  float *d_qkv;
  const float *d_out, *out, *log_sums, *qkv;
  int64_t heads, kv_heads, head, D;
  float *d_query, *q, *go, *packed;  // [8,D], [D,8], [D,8], [16,D]
} HeadGradient;

// Consecutive blocks of one key and value head. Blocks of the arrays are 16*D apart.
typedef struct {
  const float *pool;  // the head's keys in the first block
  int64_t stride;
  float *values, *key_rows, *d_keys, *d_values;
} GradientBlocks;

// The blocks from pool on, `count` of them, with gradients of zero; the arrays lie in scratch[4 * count * 16*D].
EMPO_INLINE GradientBlocks open_blocks(const HeadGradient *head, const float *pool, int64_t stride, int64_t count, float *scratch) {
  int64_t size = head->D * EMPO_BLOCK;
  GradientBlocks blocks = {pool + head->head * size, stride, scratch, scratch + count * size, scratch + 2 * count * size,
                           scratch + 3 * count * size};
  for (int64_t b = 0; b < count; b++) {
    const float *keys = blocks.pool + b * stride;
    empo_transpose(blocks.values + b * size, EMPO_BLOCK, keys + head->kv_heads * size, head->D, EMPO_BLOCK, head->D);
    empo_transpose(blocks.key_rows + b * size, head->D, keys, EMPO_BLOCK, head->D, EMPO_BLOCK);
  }
  memset(blocks.d_keys, 0, (size_t)(2 * count * size) * sizeof(float));
  return blocks;
}

// The queries of `rows` rows from `row` on, the first one at `position`, against all blocks of their past: the first `shared` of them
// belong to the prompt, the others are `own`.
EMPO_INLINE void queries_backward(const HeadGradient *head, const GradientBlocks *prompt, int64_t shared, const GradientBlocks *own,
                                  int64_t row, int64_t rows, int64_t position) {
  int64_t D = head->D, heads = head->heads, row_width = (heads + 2 * head->kv_heads) * D, size = D * EMPO_BLOCK;
  int64_t share = heads / head->kv_heads, first_head = head->head * share, end_head = first_head + share;
  float scale = 1.0f / __builtin_elementwise_sqrt((float)D);
  for (int64_t t0 = 0; t0 < rows; t0 += TILE_ROWS) {
    int64_t count = rows - t0 < TILE_ROWS ? rows - t0 : TILE_ROWS, last = position + t0 + count - 1;
    for (int64_t h0 = first_head; h0 < end_head; h0 += 2) {
      int queries = h0 + 2 <= end_head ? 2 * TILE_ROWS : TILE_ROWS;
      QueryTile tile = {head->q, head->go, {0}, {0}};
      for (int i = 0; i < queries; i++) {
        int64_t place = (row + t0 + i % TILE_ROWS) * heads + h0 + i / TILE_ROWS;
        int inside = i % TILE_ROWS < count;
        tile.log_sum[i] = inside ? head->log_sums[place] : 3.0e38f;
        tile.delta[i] = inside ? empo_dot(head->d_out + place * D, head->out + place * D, D) : 0;
      }
      pack_rows(head->q, head->qkv + (row + t0) * row_width + h0 * D, row_width, count, D, queries, head->packed);
      pack_rows(head->go, head->d_out + ((row + t0) * heads + h0) * D, heads * D, count, D, queries, head->packed);
      memset(head->d_query, 0, (size_t)(queries * D) * sizeof(float));
      for (int64_t b = 0; b <= last / EMPO_BLOCK; b++) {
        const GradientBlocks *in = b < shared ? prompt : own;
        int64_t i = b < shared ? b : b - shared, rest = position + rows - b * EMPO_BLOCK;
        GradientBlock block = {in->pool + i * in->stride, in->values + i * size,   in->key_rows + i * size,
                               in->d_keys + i * size,     in->d_values + i * size, rest < EMPO_BLOCK ? (int)rest : EMPO_BLOCK};
        int64_t first_lane = position + t0 - b * EMPO_BLOCK;
        if (queries == 2 * TILE_ROWS)
          tile_backward(head->d_query, &tile, &block, D, scale, first_lane, 2 * TILE_ROWS);
        else
          tile_backward(head->d_query, &tile, &block, D, scale, first_lane, TILE_ROWS);
      }
      for (int i = 0; i < queries; i++)
        if (i % TILE_ROWS < count)
          empo_copy(head->d_qkv + (row + t0 + i % TILE_ROWS) * row_width + (h0 + i / TILE_ROWS) * D, head->d_query + i * D, D);
    }
  }
}

// The gradients of keys and values at positions [first, end) to the rows from `row` on; the first block holds positions from `start` on.
EMPO_INLINE void close_blocks(const HeadGradient *head, const GradientBlocks *blocks, int64_t start, int64_t first, int64_t end,
                              int64_t row) {
  int64_t D = head->D, row_width = (head->heads + 2 * head->kv_heads) * D;
  for (int64_t b = start; b < end; b += EMPO_BLOCK)
    for (int part = 0; part < 2; part++) {
      empo_transpose(head->packed, D, (part ? blocks->d_values : blocks->d_keys) + (b - start) * D, EMPO_BLOCK, D, EMPO_BLOCK);
      for (int64_t p = b < first ? first : b; p < b + EMPO_BLOCK && p < end; p++)
        empo_copy(head->d_qkv + (row + p - first) * row_width + (head->heads + part * head->kv_heads + head->head) * D,
                  head->packed + (p - b) * D, D);
    }
}

void EMPO_VARIANT(empo_attention_backward)(float *d_qkv, const float *d_out, const float *out, const float *log_sums, const float *qkv,
                                           const float *blocks, int64_t block_stride, int64_t prompt_rows, const int32_t *response_rows,
                                           int64_t responses, int64_t heads, int64_t kv_heads, int64_t head_width, int64_t kv_head,
                                           float *scratch) {
  int64_t D = head_width, size = D * EMPO_BLOCK;
  int64_t count = (prompt_rows + EMPO_BLOCK - 1) / EMPO_BLOCK, shared = prompt_rows / EMPO_BLOCK, tail = prompt_rows % EMPO_BLOCK;
  HeadGradient head = {d_qkv, d_out, out, log_sums, qkv, heads, kv_heads, kv_head, D,
                       scratch, scratch + 8 * D, scratch + 16 * D, scratch + 24 * D};
  scratch += 40 * D;
  GradientBlocks prompt = open_blocks(&head, blocks, block_stride, count, scratch);
  scratch += 4 * count * size;
  int64_t row = prompt_rows, block = count;
  for (int64_t r = 0; r < responses; r++) {
    int64_t rows = response_rows[r], end = prompt_rows + rows;
    if (rows == 0) continue;
    int64_t own_count = (end + EMPO_BLOCK - 1) / EMPO_BLOCK - shared;
    GradientBlocks own = open_blocks(&head, blocks + block * block_stride, block_stride, own_count, scratch);
    queries_backward(&head, &prompt, shared, &own, row, rows, prompt_rows);
    close_blocks(&head, &own, shared * EMPO_BLOCK, prompt_rows, end, row);
    if (tail > 0)  // its copy's gradients
      for (int64_t d = 0; d < D; d++) {
        float *dk = prompt.d_keys + shared * size + d * EMPO_BLOCK, *dv = prompt.d_values + shared * size + d * EMPO_BLOCK;
        empo_store(dk, empo_load(dk) + empo_first(empo_load(own.d_keys + d * EMPO_BLOCK), tail, 0));
        empo_store(dv, empo_load(dv) + empo_first(empo_load(own.d_values + d * EMPO_BLOCK), tail, 0));
      }
    row += rows;
    block += own_count;
  }
  queries_backward(&head, &prompt, count, &prompt, 0, prompt_rows, 0);
  close_blocks(&head, &prompt, 0, 0, prompt_rows, 0);
}
