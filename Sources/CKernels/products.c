// OpenBLAS, loaded by hand. Two things must be settled before its constructor runs, which a linked library would not let us do:
//
// 1. Its kernels. Rows must be independent: a row of a product has the same bits whatever other rows share the call. Measured on
//    0.3.21, this holds for the SkylakeX (AVX-512) and Sandybridge (AVX) kernels and not for the Haswell ones, which OpenBLAS
//    picks on every AMD processor that it does not know and on AVX2 machines. SkylakeX is also twice as fast there.
// 2. Its threads. Ours share out fixed tiles (Tensors/Lanes), so OpenBLAS must stay single-threaded.
//
// An OPENBLAS_CORETYPE that is already there is overruled: hosts set it to Haswell for the sake of other programs, and then a sample
// would depend on its batch, without a word.
#include "CKernels.h"

#include <dlfcn.h>
#include <stdlib.h>

typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

static sgemm_function sgemm;
static const char *core = "none";

const char *empo_blas_load(void) {
  if (sgemm) return NULL;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
  else if (__builtin_cpu_supports("avx"))
    setenv("OPENBLAS_CORETYPE", "Sandybridge", 1);
#endif
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
  char *(*name)(void) = (char *(*)(void))dlsym(library, "openblas_get_corename");
  void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  sgemm_function product = (sgemm_function)dlsym(library, "cblas_sgemm");
  if (!name || !set_threads || !product) return "libopenblas.so.0 lacks cblas_sgemm or openblas_set_num_threads";
  set_threads(1);
  core = name();
  sgemm = product;
  return NULL;
}

const char *empo_blas_core(void) { return core; }

void empo_sgemm(int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
                const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
  enum { row_major = 101, no_transpose = 111, transpose = 112 };
  sgemm(row_major, transpose_a ? transpose : no_transpose, transpose_b ? transpose : no_transpose, (int)m, (int)n, (int)k, alpha,
        a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}
