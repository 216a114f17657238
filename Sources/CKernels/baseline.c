// The kernels for any processor: the only ones on arm64, where NEON is part of the baseline.
#if defined(__x86_64__)
#define EMPO_VARIANT(name) name##_baseline
#else
#define EMPO_VARIANT(name) name
#endif
#define EMPO_DOTS 0
#define EMPO_REGISTERS 16
// Vectors cross only inlined calls here, so how they would be passed does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#include "kernels/all.h"
