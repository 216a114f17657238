// Picks each kernel's variant for this processor when the binary is loaded, so that one binary runs on every x86-64 host.
// Another instruction set sums in another order: that is why workers report a numeric fingerprint.
#if defined(__x86_64__)
#include "CKernels.h"

#define EMPO_DISPATCH(name)                                                                                          \
  extern __typeof__(name) name##_baseline, name##_avx2, name##_avx512;                                               \
  static __typeof__(name) *resolve_##name(void) {                                                                    \
    __builtin_cpu_init();                                                                                            \
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && \
        __builtin_cpu_supports("avx512vl"))                                                                          \
      return name##_avx512;                                                                                          \
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return name##_avx2;                         \
    return name##_baseline;                                                                                          \
  }                                                                                                                  \
  __typeof__(name) name __attribute__((ifunc("resolve_" #name)));

EMPO_DISPATCH(empo_adamw)
EMPO_DISPATCH(empo_adapter_gradient)
EMPO_DISPATCH(empo_adapter_narrow)
EMPO_DISPATCH(empo_adapter_widen)
EMPO_DISPATCH(empo_add)
EMPO_DISPATCH(empo_add_bias)
EMPO_DISPATCH(empo_add_column_sums)
EMPO_DISPATCH(empo_argmax_row)
EMPO_DISPATCH(empo_attention)
EMPO_DISPATCH(empo_attention_backward)
EMPO_DISPATCH(empo_gather_rows)
EMPO_DISPATCH(empo_gather_rows_bf16)
EMPO_DISPATCH(empo_gelu)
EMPO_DISPATCH(empo_layer_norm)
EMPO_DISPATCH(empo_linear_bf16)
EMPO_DISPATCH(empo_log_softmax_gather)
EMPO_DISPATCH(empo_log_softmax_gather_backward)
EMPO_DISPATCH(empo_log_softmax_top)
EMPO_DISPATCH(empo_rms_norm)
EMPO_DISPATCH(empo_rms_norm_backward)
EMPO_DISPATCH(empo_rotary)
EMPO_DISPATCH(empo_round_bf16)
EMPO_DISPATCH(empo_sample_row)
EMPO_DISPATCH(empo_scatter_add_rows)
EMPO_DISPATCH(empo_square_sum)
EMPO_DISPATCH(empo_store_keys_values)
EMPO_DISPATCH(empo_swiglu)
EMPO_DISPATCH(empo_swiglu_backward)
EMPO_DISPATCH(empo_widen_bf16)
#endif
