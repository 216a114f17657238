// Every numeric loop. Arrays are dense, row-major float32; the shape stands behind each one.
// Legend: T rows (tokens), C width, F feed-forward width, V vocabulary, H query heads, G key/value heads, D head width.
// Every function's result for a row depends on that row alone, in an order fixed by its width, and has the same bits with every instruction
// set.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdint.h>

// The instruction set whose kernels run: "avx512bf16", "avx512", "avx2", "neon" or "baseline". The best one that the processor has, or the one that
// EMPO_KERNELS names in the environment (x86-64 only), if it has that.
const char *empo_kernel_set(void);

// -- Products (product.h) ---------------------------------------------------------------------------------------------

// In these, rows of every matrix are `stride` apart, and a product is added to its target where `accumulate`. A sum is cut into blocks of
// 256 terms, each a chain of fused multiply-adds from +0; the blocks' sums are added in order. So an element depends on its own operands
// alone, and has the same bits with every instruction set. Weights are float32, or bfloat16 that is widened.

// y[T,N] = x[T,K] * w[N,K]^T.
void empo_linear(float *y, const float *x, const float *w, int64_t rows, int64_t outputs, int64_t width, int64_t y_stride, int64_t x_stride,
                 int64_t w_stride, int accumulate);
void empo_linear_bf16(float *y, const float *x, const uint16_t *w, int64_t rows, int64_t outputs, int64_t width, int64_t y_stride,
                      int64_t x_stride, int64_t w_stride, int accumulate);
// dx[T,K] = dy[T,N] * w[N,K].
void empo_linear_input_gradient(float *dx, const float *dy, const float *w, int64_t rows, int64_t outputs, int64_t width, int64_t dx_stride,
                                int64_t dy_stride, int64_t w_stride, int accumulate);
void empo_linear_input_gradient_bf16(float *dx, const float *dy, const uint16_t *w, int64_t rows, int64_t outputs, int64_t width,
                                     int64_t dx_stride, int64_t dy_stride, int64_t w_stride, int accumulate);
// dw[N,K] = dy[T,N]^T * x[T,K], summed over the rows; scratch holds 256 * (N + 8) floats.
void empo_linear_weight_gradient(float *dw, const float *dy, const float *x, int64_t rows, int64_t outputs, int64_t width, int64_t dw_stride,
                                 int64_t dy_stride, int64_t x_stride, int accumulate, float *scratch);

// Panels hold w[N,K] as products of few rows read it: 64 outputs side by side, those beyond N being 0, aligned to 64 bytes. In float32
// [N/64][K][64]; in bfloat16 [N/64][K/2][64][2], K rounded up to an even number.
#define EMPO_PANEL 64
void empo_pack_panels(float *panels, const float *w, int64_t outputs, int64_t width, int64_t w_stride);
void empo_pack_panels_bf16(uint16_t *panels, const uint16_t *w, int64_t outputs, int64_t width, int64_t w_stride);
// The same product as empo_linear, bit for bit, from panels.
void empo_linear_packed(float *y, const float *x, const float *panels, int64_t rows, int64_t outputs, int64_t width, int64_t y_stride,
                        int64_t x_stride, int accumulate);
void empo_linear_packed_bf16(float *y, const float *x, const uint16_t *panels, int64_t rows, int64_t outputs, int64_t width,
                             int64_t y_stride, int64_t x_stride, int accumulate);

// -- Products of pairs (pairs.h) ------------------------------------------------------------------------------------------

// The same products of bfloat16 weights with activations rounded to bfloat16, two terms at a time: the lower one last. Numbers below 2^-126
// count as 0. Processors with dot products of bfloat16 pairs are twice as fast here; others give the same bits.

// Rounded rows are as each instruction set likes them; empo_rounded_stride(width) floats a row.
int64_t empo_rounded_stride(int64_t width);
void empo_round_rows(float *to, const float *x, int64_t rows, int64_t width, int64_t x_stride);
// y[T,N] = x[T,K] * w[N,K]^T, of rounded rows x.
void empo_pairs_linear(float *y, const float *x, const uint16_t *w, int64_t rows, int64_t outputs, int64_t width, int64_t y_stride,
                       int64_t w_stride, int accumulate);
void empo_pairs_linear_packed(float *y, const float *x, const uint16_t *panels, int64_t rows, int64_t outputs, int64_t width,
                              int64_t y_stride, int accumulate);
// dx[T,K] = dy[T,N] * w[N,K], of rounded rows dy.
void empo_pairs_input_gradient(float *dx, const float *dy, const uint16_t *w, int64_t rows, int64_t outputs, int64_t width,
                               int64_t dx_stride, int64_t w_stride, int accumulate);
// dw[N,K] = dy[T,N]^T * x[T,K], both rounded here; scratch holds 256 * (N + 8) floats.
void empo_pairs_weight_gradient(float *dw, const float *dy, const float *x, int64_t rows, int64_t outputs, int64_t width, int64_t dw_stride,
                                int64_t dy_stride, int64_t x_stride, int accumulate, float *scratch);

// -- bfloat16 (bfloat16.h) --------------------------------------------------------------------------------------------

// y[rows, columns] = x, widened; exact.
void empo_widen_bf16(float *y, const uint16_t *x, int64_t rows, int64_t columns, int64_t y_stride, int64_t x_stride);
// y[n] = x[n], rounded to the nearest, ties to even.
void empo_round_bf16(uint16_t *y, const float *x, int64_t count);
// y[T,C] = table[ids[T], C], widened; ids are checked by the caller.
void empo_gather_rows_bf16(float *y, const uint16_t *table, const int32_t *ids, int64_t rows, int64_t width);

// -- Adapters of low rank (adapters.h) ------------------------------------------------------------------------------------

// In these, R is a rank; rows of every matrix are `stride` apart. No two matrices overlap.
// y[T,R] = scale * x[T,K] * w[R,K]^T.
void empo_adapter_narrow(float *y, const float *x, const float *w, int64_t rows, int64_t outputs, int64_t width, int64_t y_stride,
                         int64_t x_stride, int64_t w_stride, float scale);
// y[T,N] += scale * u[T,R] * w[R,N].
void empo_adapter_widen(float *y, const float *u, const float *w, int64_t rows, int64_t columns, int64_t rank, int64_t y_stride,
                        int64_t u_stride, int64_t w_stride, float scale);
// dw[R,N] = scale * u[T,R]^T * y[T,N], added to dw where `accumulate`; the rows in order, in chains of 256.
void empo_adapter_gradient(float *dw, const float *u, const float *y, int64_t rows, int64_t rank, int64_t columns, int64_t dw_stride,
                           int64_t u_stride, int64_t y_stride, float scale, int accumulate);

// -- Normalisation (normalization.h) ----------------------------------------------------------------------------------

// y[T,C] = x * rms[T] * w[C], rms = 1 / sqrt(mean(x^2) + epsilon). Rows of x and y are `stride` apart; y may be x; rms may be NULL.
void empo_rms_norm(float *y, float *rms, const float *x, const float *w, int64_t rows, int64_t width, int64_t y_stride,
                   int64_t x_stride, float epsilon);
// dx (+)= and dw += of the above: adds to dx where `accumulate`, else sets it; dx may be dy; dw may be NULL.
void empo_rms_norm_backward(float *dx, float *dw, const float *dy, const float *x, const float *rms, const float *w, int64_t rows,
                            int64_t width, int64_t dx_stride, int64_t dy_stride, int64_t x_stride, int accumulate);
// y[T,C] = (x - mean) / sqrt(variance + epsilon) * w[C] + bias[C], each row by its own mean and variance. Rows of x and y are `stride`
// apart; y may be x.
void empo_layer_norm(float *y, const float *x, const float *w, const float *bias, int64_t rows, int64_t width, int64_t y_stride,
                     int64_t x_stride, float epsilon);

// -- Element-wise (elementwise.h) -------------------------------------------------------------------------------------

// Rotates the heads of x[T, heads*D] (rows `stride` apart) by the angles of positions[T]; tables are [positions, D/2].
// direction 1 forward, -1 backward.
void empo_rotary(float *x, const int32_t *positions, const float *cosines, const float *sines, int64_t rows, int64_t stride,
                 int64_t heads, int64_t head_width, float direction);
// y[T,F] = silu(gate) * up with gate_up[T, 2F] = [gate | up].
void empo_swiglu(float *y, const float *gate_up, int64_t rows, int64_t width);
// d_gate_up[T,2F] from dy[T,F]; may be gate_up itself.
void empo_swiglu_backward(float *d_gate_up, const float *dy, const float *gate_up, int64_t rows, int64_t width);
// x[T,F] becomes x * P(X <= x) of a standard normal X, in place.
void empo_gelu(float *x, int64_t rows, int64_t width);
// x[T,C] += bias[C], rows `stride` apart.
void empo_add_bias(float *x, const float *bias, int64_t rows, int64_t width, int64_t stride);
// sum[C] += column sums of x[T,C], in row order.
void empo_add_column_sums(float *sum, const float *x, int64_t rows, int64_t width, int64_t stride);
// y[n] += x[n]
void empo_add(float *y, const float *x, int64_t count);
// y[T,C] = table[ids[T], C]; ids are checked by the caller.
void empo_gather_rows(float *y, const float *table, const int32_t *ids, int64_t rows, int64_t width);
// table[ids[T], C] += dy[T,C], in row order, columns [first, first + columns).
void empo_scatter_add_rows(float *table, const float *dy, const int32_t *ids, int64_t rows, int64_t width, int64_t first,
                           int64_t columns);

// -- Optimisation (optimization.h) ------------------------------------------------------------------------------------

// sum of squares in double precision
double empo_square_sum(const float *x, int64_t count);
// One AdamW update of count parameters (Loshchilov & Hutter 2019, algorithm 2), gradients scaled by `scale` first.
// correction1 = 1 - beta1^t, correction2 = 1 - beta2^t. The new parameters are rounded to bfloat16 in rounded[count] where it is not NULL.
void empo_adamw(float *parameters, float *first, float *second, const float *gradients, uint16_t *rounded, int64_t count, float scale,
                float rate, float beta1, float beta2, float epsilon, float decay, float correction1, float correction2);

// -- Softmax over a vocabulary (softmax.h) ----------------------------------------------------------------------------

// log_probabilities[T] = ln softmax(logits[T,V])[targets[T]]; entropies[T] in nats where not NULL.
void empo_log_softmax_gather(float *log_probabilities, float *entropies, const float *logits, const int32_t *targets, int64_t rows,
                             int64_t vocabulary);
// logits[T,V] becomes coefficients[T] * (onehot(targets[T]) - softmax(logits)): the gradient through the above.
void empo_log_softmax_gather_backward(float *logits, const int32_t *targets, const float *coefficients, int64_t rows,
                                      int64_t vocabulary);
// The `count` largest of logits[V] in descending order, the lower index first among equals: ids[count], and the ln softmax of each
// as empo_log_softmax_gather computes it. count is at most V.
void empo_log_softmax_top(float *log_probabilities, int32_t *ids, const float *logits, int64_t vocabulary, int64_t count);
// The token at cumulative share u in [0,1) of softmax(logits * inverse_temperature)[V].
int32_t empo_sample_row(const float *logits, int64_t vocabulary, float inverse_temperature, float u);
// The index of the largest logit, the lowest one of equals.
int32_t empo_argmax_row(const float *logits, int64_t vocabulary);

// -- Attention (attention.h, attention_backward.h) -------------------------------------------------------------------------

// Keys and values live in blocks of 16 positions. A block holds keys [G, D, 16], then values [G, 16, D].
// `pool` is the first block's address for one layer; block i lies i * block_stride floats further.
#define EMPO_BLOCK 16

// Writes the keys and values of T tokens, qkv[T, (H+2G)*D], to position positions[t] of the sequence whose block table starts
// at tables[t * table_stride].
void empo_store_keys_values(float *pool, int64_t block_stride, const int32_t *tables, int64_t table_stride, const float *qkv,
                            const int32_t *positions, int64_t rows, int64_t heads, int64_t kv_heads, int64_t head_width);
// out[T, H*D] = causal attention of the queries in qkv over positions 0...positions[t]. log_sums[T,H] (may be NULL) gets the
// logarithm of each softmax's denominator. scratch holds 4 floats for each position up to the largest one's block's end.
void empo_attention(float *out, float *log_sums, const float *qkv, const float *pool, int64_t block_stride, const int32_t *tables,
                    int64_t table_stride, const int32_t *positions, int64_t rows, int64_t heads, int64_t kv_heads,
                    int64_t head_width, float *scratch);
// Gradient of one key and value head, and of the query heads that share it, for a group: P = prompt_rows >= 1 rows of a prompt, then the
// rows of each response, whose positions go on from P; all arrays begin at the group's first row. Its blocks are consecutive from `blocks`:
// ceil(P/16) of the prompt, then those of each response that has rows, from position 16*floor(P/16) on. The first one of these holds a copy
// of the prompt's partly filled block, if there is one. The head's columns of d_qkv[T, (H+2G)*D] are set from d_out[T, H*D].
// scratch holds D * (64 * blocks + 40) floats, for the blocks of the prompt and those of the longest response.
void empo_attention_backward(float *d_qkv, const float *d_out, const float *out, const float *log_sums, const float *qkv,
                             const float *blocks, int64_t block_stride, int64_t prompt_rows, const int32_t *response_rows,
                             int64_t responses, int64_t heads, int64_t kv_heads, int64_t head_width, int64_t kv_head, float *scratch);

// -- Limits of the processor (peak.h) --------------------------------------------------------------------------------------

// Multiply-adds in registers, and pairs as above; the number of floating-point operations. result[16] begins with a factor and a term, and
// gets what came out.
int64_t empo_peak_multiply_adds(float *result, int64_t rounds);
int64_t empo_peak_pairs(float *result, int64_t rounds);
// Reads x[n]; result[16] gets a sum.
void empo_peak_read(float *result, const float *x, int64_t count);

// -- OpenBLAS, to compare with (openblas.c) ---------------------------------------------------------------------------

// Loads OpenBLAS from a path, or by a name that the loader looks for. Returns NULL, or why it could not. Idempotent, not thread-safe.
const char *empo_blas_load(const char *path);
// The file of the library.
const char *empo_blas_path(void);
// The kernels that OpenBLAS runs, such as "SkylakeX".
const char *empo_blas_core(void);
// Its version and how it was built, such as "OpenBLAS 0.3.21 DYNAMIC_ARCH SkylakeX MAX_THREADS=64".
const char *empo_blas_configuration(void);
// c[M,N] = op(a) * op(b), row-major, with leading dimensions.
void empo_sgemm(int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb,
                float *c, int64_t ldc);

// A hint to the processor that this thread spins.
static inline void empo_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
