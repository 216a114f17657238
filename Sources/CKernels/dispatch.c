// Leads each kernel's plain name to its variant for this processor, so that one binary runs on every x86-64 host. The variants give the
// same bits (kernels/vector.h): the choice changes the speed alone, and EMPO_KERNELS=avx512, =avx2 or =baseline tries a smaller set.
#include "CKernels.h"

#if defined(__x86_64__)
#include <stdlib.h>
#include <string.h>

// Those that have a variant of their own for dot products of bfloat16 pairs.
#define EMPO_EACH_PRODUCT_OF_PAIRS(DO)  \
  DO(empo_pairs_input_gradient)         \
  DO(empo_pairs_linear)                 \
  DO(empo_pairs_linear_packed)          \
  DO(empo_pairs_weight_gradient)        \
  DO(empo_peak_pairs)                   \
  DO(empo_round_rows)                   \
  DO(empo_rounded_stride)               

#define EMPO_EACH_KERNEL(DO)            \
  EMPO_EACH_PRODUCT_OF_PAIRS(DO)        \
  DO(empo_adamw)                        \
  DO(empo_adapter_gradient)             \
  DO(empo_adapter_narrow)               \
  DO(empo_adapter_widen)                \
  DO(empo_add)                          \
  DO(empo_add_bias)                     \
  DO(empo_add_column_sums)              \
  DO(empo_argmax_row)                   \
  DO(empo_attention)                    \
  DO(empo_attention_backward)           \
  DO(empo_gather_rows)                  \
  DO(empo_gather_rows_bf16)             \
  DO(empo_gelu)                         \
  DO(empo_layer_norm)                   \
  DO(empo_linear)                       \
  DO(empo_linear_bf16)                  \
  DO(empo_linear_input_gradient)        \
  DO(empo_linear_input_gradient_bf16)   \
  DO(empo_linear_packed)                \
  DO(empo_linear_packed_bf16)           \
  DO(empo_linear_weight_gradient)       \
  DO(empo_log_softmax_gather)           \
  DO(empo_log_softmax_gather_backward)  \
  DO(empo_log_softmax_top)              \
  DO(empo_pack_panels)                  \
  DO(empo_pack_panels_bf16)             \
  DO(empo_peak_multiply_adds)           \
  DO(empo_peak_read)                    \
  DO(empo_rms_norm)                     \
  DO(empo_rms_norm_backward)            \
  DO(empo_rotary)                       \
  DO(empo_round_bf16)                   \
  DO(empo_sample_row)                   \
  DO(empo_scatter_add_rows)             \
  DO(empo_square_sum)                   \
  DO(empo_store_keys_values)            \
  DO(empo_swiglu)                       \
  DO(empo_swiglu_backward)              \
  DO(empo_widen_bf16)                   

// What the linker calls a C symbol.
#define EMPO_STRING(text) #text
#define EMPO_SYMBOL_OF(prefix, name) EMPO_STRING(prefix) name
#define EMPO_SYMBOL(name) EMPO_SYMBOL_OF(__USER_LABEL_PREFIX__, #name)

#if defined(__ELF__)
#define EMPO_FUNCTION(name) ".type " EMPO_SYMBOL(name) ", @function\n.size " EMPO_SYMBOL(name) ", . - " EMPO_SYMBOL(name) "\n"
#else
#define EMPO_FUNCTION(name) ""
#endif

// A kernel is a jump to where its pointer leads: to the baseline until the set is chosen. An indirect function (ifunc) would be resolved
// before the C library can read the environment, and musl has none.
#define EMPO_JUMP(name)                                                                                    \
  extern __typeof__(name) name##_baseline, name##_avx2, name##_avx512;                                     \
  __attribute__((visibility("hidden"), used)) __typeof__(name) *name##_variant = name##_baseline;          \
  __asm__(".text\n.globl " EMPO_SYMBOL(name) "\n.p2align 4\n" EMPO_SYMBOL(name) ":\n"                      \
          ".cfi_startproc\njmp *" EMPO_SYMBOL(name##_variant) "(%rip)\n.cfi_endproc\n" EMPO_FUNCTION(name));

EMPO_EACH_KERNEL(EMPO_JUMP)

static const char *kernel_set = "baseline";

static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"); }

static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

// Intel's dot products take twice as long as the multiplications and additions that they stand for.
static int has_fast_dots(void) { return has_avx512() && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_is("amd"); }

#define EMPO_DECLARE_DOTS(name) extern __typeof__(name) name##_avx512bf16;
EMPO_EACH_PRODUCT_OF_PAIRS(EMPO_DECLARE_DOTS)

#define EMPO_USE_DOTS(name) name##_variant = name##_avx512bf16;
#define EMPO_USE_AVX2(name) name##_variant = name##_avx2;
#define EMPO_USE_AVX512(name) name##_variant = name##_avx512;

// Before main, when there is one thread and the environment is there.
__attribute__((constructor)) static void choose_kernels(void) {
  __builtin_cpu_init();
  const char *wanted = getenv("EMPO_KERNELS");
  if (wanted && strcmp(wanted, "baseline") == 0) return;
  if (has_avx512() && !(wanted && strcmp(wanted, "avx2") == 0)) {
    kernel_set = "avx512";
    EMPO_EACH_KERNEL(EMPO_USE_AVX512)
    if (has_fast_dots() && !(wanted && strcmp(wanted, "avx512") == 0)) {
      kernel_set = "avx512bf16";
      EMPO_EACH_PRODUCT_OF_PAIRS(EMPO_USE_DOTS)
    }
  } else if (has_avx2()) {
    kernel_set = "avx2";
    EMPO_EACH_KERNEL(EMPO_USE_AVX2)
  }
}

const char *empo_kernel_set(void) { return kernel_set; }

#else

const char *empo_kernel_set(void) {
#if defined(__ARM_NEON)
  return "neon";
#else
  return "baseline";
#endif
}

#endif
