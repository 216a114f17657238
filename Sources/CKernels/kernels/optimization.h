// Loops over all parameters.
#ifndef EMPO_OPTIMIZATION_H
#define EMPO_OPTIMIZATION_H

#include "bfloat16.h"

// The square of a float32 is exact in double precision: to fuse it with its sum changes nothing.
double EMPO_VARIANT(empo_square_sum)(const float *x, int64_t count) {
  double lanes[16] = {0};
  int64_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (int lane = 0; lane < 16; lane++) lanes[lane] += (double)x[i + lane] * (double)x[i + lane];
  for (; i < count; i++) lanes[i & 15] += (double)x[i] * (double)x[i];
  double sum = 0;
  for (int lane = 0; lane < 16; lane++) sum += lanes[lane];
  return sum;
}

void EMPO_VARIANT(empo_adamw)(float *restrict parameters, float *restrict first, float *restrict second, const float *restrict gradients,
                              uint16_t *restrict rounded, int64_t count, float scale, float rate, float beta1, float beta2,
                              float epsilon, float decay, float correction1, float correction2) {
  v16 keep = empo_splat(__builtin_elementwise_fma(-rate, decay, 1.0f)), step = empo_splat(rate / correction1);
  v16 root = empo_splat(1.0f / __builtin_elementwise_sqrt(correction2));
  v16 share1 = empo_splat(1.0f - beta1), share2 = empo_splat(1.0f - beta2);
  for (int64_t i = 0; i < count; i += 16) {
    int n = count - i < 16 ? (int)(count - i) : 16;
    v16 g = empo_load_columns(gradients + i, n) * empo_splat(scale);
    v16 m = __builtin_elementwise_fma(empo_splat(beta1), empo_load_columns(first + i, n), share1 * g);
    v16 v = __builtin_elementwise_fma(empo_splat(beta2), empo_load_columns(second + i, n), share2 * g * g);
    v16 deviation = __builtin_elementwise_fma(__builtin_elementwise_sqrt(v), root, empo_splat(epsilon));
    v16 p = __builtin_elementwise_fma(empo_load_columns(parameters + i, n), keep, -(step * m / deviation));
    empo_store_columns(first + i, n, m);
    empo_store_columns(second + i, n, v);
    empo_store_columns(parameters + i, n, p);
    if (rounded) empo_store_bf16(rounded + i, n, p);
  }
}

#endif
