// What a processor can do at most, to measure other loops by.
#ifndef EMPO_PEAK_H
#define EMPO_PEAK_H

#include "pairs.h"

// Chains that keep the multipliers busy and fit the registers.
#if EMPO_REGISTERS >= 32
enum { PEAK_CHAINS = 12 };
#else
enum { PEAK_CHAINS = 5 };
#endif

int64_t EMPO_VARIANT(empo_peak_multiply_adds)(float *result, int64_t rounds) {
  v16 sum[PEAK_CHAINS], factor = empo_splat(result[0]), term = empo_splat(result[1]);
  for (int i = 0; i < PEAK_CHAINS; i++) sum[i] = empo_splat((float)i);
  for (int64_t round = 0; round < rounds; round++)
    for (int i = 0; i < PEAK_CHAINS; i++) sum[i] = __builtin_elementwise_fma(sum[i], factor, term);
  for (int i = 1; i < PEAK_CHAINS; i++) sum[0] += sum[i];
  empo_store(result, sum[0]);
  return 2 * 16 * PEAK_CHAINS * rounds;
}

int64_t EMPO_VARIANT(empo_peak_pairs)(float *result, int64_t rounds) {
  v16 sum[PEAK_CHAINS], factor = empo_splat(result[0]), term = empo_splat(result[1]);
  for (int i = 0; i < PEAK_CHAINS; i++) sum[i] = empo_splat((float)i);
  for (int64_t round = 0; round < rounds; round++)
    for (int i = 0; i < PEAK_CHAINS; i++) {
#if EMPO_DOTS
      sum[i] = __builtin_ia32_dpbf16ps_512(sum[i], (bf16x32)factor, (bf16x32)term);
#else
      sum[i] = __builtin_elementwise_fma(factor, term, __builtin_elementwise_fma(factor, term, sum[i]));
#endif
    }
  for (int i = 1; i < PEAK_CHAINS; i++) sum[0] += sum[i];
  empo_store(result, sum[0]);
  return 4 * 16 * PEAK_CHAINS * rounds;
}

void EMPO_VARIANT(empo_peak_read)(float *result, const float *x, int64_t count) {
  v16 sum[8];
  for (int i = 0; i < 8; i++) sum[i] = empo_splat(0);
  for (int64_t i = 0; i + 128 <= count; i += 128)
    for (int j = 0; j < 8; j++) sum[j] += empo_load(x + i + 16 * j);
  for (int j = 1; j < 8; j++) sum[0] += sum[j];
  empo_store(result, sum[0]);
}

#endif
