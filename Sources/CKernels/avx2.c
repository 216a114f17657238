// The kernels for x86-64 with AVX2 and FMA.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#define EMPO_VARIANT(name) name##_avx2
#define EMPO_DOTS 0
#define EMPO_REGISTERS 16
// Vectors cross only inlined calls here, so how they would be passed does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#include "kernels/all.h"
#pragma clang attribute pop
#endif
