// The products of pairs for x86-64 with AVX-512 and its dot products of bfloat16 pairs.
#if defined(__x86_64__)
#include "CKernels.h"

#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma,bmi2"), min_vector_width(512))), apply_to = function)
#define EMPO_VARIANT(name) name##_avx512bf16
#define EMPO_DOTS 1
#define EMPO_REGISTERS 32
#include "kernels/vector.h"

#include "kernels/pairs.h"
#include "kernels/peak.h"
#pragma clang attribute pop
#endif
