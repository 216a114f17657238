// The kernels for x86-64 with AVX-512.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,bmi2"), min_vector_width(512))), apply_to = function)
#define EMPO_VARIANT(name) name##_avx512
#define EMPO_DOTS 0
#define EMPO_REGISTERS 32
#include "kernels/all.h"
#pragma clang attribute pop
#endif
