// OpenBLAS, loaded by hand. Two things must be settled before its constructor runs, which a linked library would not let us do:
//
// 1. Its kernels. Rows must be independent: a row of a product has the same bits whatever other rows share the call. Measured on
//    0.3.21, this holds for the SkylakeX (AVX-512) and Sandybridge (AVX) kernels and not for the Haswell ones, which OpenBLAS
//    picks on every AMD processor that it does not know and on AVX2 machines. SkylakeX is also twice as fast there.
// 2. Its threads. Ours share out fixed tiles (Tensors/Lanes), so OpenBLAS must stay single-threaded.
//
// OpenBLAS reads both from environment variables, and more that change its sums, such as OPENBLAS_BLOCK_FACTOR. Hosts set some for the sake
// of other programs; with OPENBLAS_CORETYPE=Haswell a sample would depend on its batch, without a word. So the constructor sees an
// environment made for it. The process's own stays as it was, and so does what its children inherit.
#define _GNU_SOURCE
#include "CKernels.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

static sgemm_function sgemm;
static char *(*core_name)(void);
static char *(*configuration)(void);
static int (*thread_count)(void);
static const char *requested_core;
static char **overruled;

// Whether an entry of the environment, NAME=value, is kept from OpenBLAS. It may hear that it should be verbose.
static int is_overruled(const char *entry) {
  if (strncmp(entry, "OPENBLAS_VERBOSE=", 17) == 0) return 0;
  if (strncmp(entry, "OPENBLAS_CORETYPE=", 18) == 0) return requested_core != NULL;
  return strncmp(entry, "OPENBLAS_", 9) == 0 || strncmp(entry, "GOTO_", 5) == 0 || strncmp(entry, "GOTOBLAS_", 9) == 0;
}

// An environment for OpenBLAS's constructor, never freed; NULL without memory.
static char **own_environment(void) {
  int64_t count = 0;
  while (environ && environ[count]) count++;
  char **own = calloc((size_t)count + 3, sizeof *own);
  overruled = calloc((size_t)count + 1, sizeof *overruled);
  if (!own || !overruled) return NULL;
  char **next = own, **hidden = overruled;
  *next++ = "OPENBLAS_NUM_THREADS=1";
#if defined(__x86_64__)
  if (requested_core) *next++ = strcmp(requested_core, "SkylakeX") == 0 ? "OPENBLAS_CORETYPE=SkylakeX" : "OPENBLAS_CORETYPE=Sandybridge";
#endif
  for (int64_t i = 0; i < count; i++) {
    if (is_overruled(environ[i]))
      *hidden++ = environ[i];
    else
      *next++ = environ[i];
  }
  return own;
}

const char *empo_blas_load(const char *path) {
  if (sgemm) return NULL;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    requested_core = "SkylakeX";
  else if (__builtin_cpu_supports("avx"))
    requested_core = "Sandybridge";
#endif
  char **own = own_environment();
  if (!own) return "out of memory";
  char **before = environ;
  environ = own;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  environ = before;
  if (!library) return dlerror();
  core_name = (char *(*)(void))dlsym(library, "openblas_get_corename");
  configuration = (char *(*)(void))dlsym(library, "openblas_get_config");
  thread_count = (int (*)(void))dlsym(library, "openblas_get_num_threads");
  void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  sgemm_function product = (sgemm_function)dlsym(library, "cblas_sgemm");
  if (!core_name || !configuration || !thread_count || !set_threads || !product)
    return "it is no OpenBLAS: it lacks cblas_sgemm, openblas_get_config, openblas_get_corename or openblas_set_num_threads";
  if (strstr(configuration(), "USE64BITINT")) return "it takes 64-bit integers; the build with 32-bit ones is needed";
  set_threads(1);
  sgemm = product;
  return NULL;
}

const char *empo_blas_path(void) {
  Dl_info info;
  return sgemm && dladdr((void *)sgemm, &info) && info.dli_fname ? info.dli_fname : "";
}

const char *empo_blas_core(void) { return sgemm ? core_name() : "none"; }

const char *empo_blas_requested_core(void) { return requested_core; }

const char *empo_blas_configuration(void) { return sgemm ? configuration() : ""; }

int empo_blas_threads(void) { return sgemm ? thread_count() : 0; }

const char *empo_blas_overruled(int64_t index) { return overruled ? overruled[index] : NULL; }

void empo_sgemm(int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
                const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
  enum { row_major = 101, no_transpose = 111, transpose = 112 };
  sgemm(row_major, transpose_a ? transpose : no_transpose, transpose_b ? transpose : no_transpose, (int)m, (int)n, (int)k, alpha,
        a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}

// A sum of k products, each of two float32 numbers, added to another number in float32 and in whatever order is off by less than
// (k + 2) u / (1 - (k + 2) u) times the sum of the magnitudes, u = 2^-24 (Higham, Accuracy and Stability of Numerical Algorithms, 2002,
// section 3.1). The sum here is in double precision, whose own error is 2^29 times smaller.
int64_t empo_product_differs(const float *c, const float *before, int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k,
                             const float *a, const float *b, double *expected) {
  double unit = (double)(k + 2) * 0x1p-24, bound = unit / (1 - unit);
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) {
      double sum = before[i * n + j], magnitude = sum < 0 ? -sum : sum;
      for (int64_t l = 0; l < k; l++) {
        double term = (double)a[transpose_a ? l * m + i : i * k + l] * (double)b[transpose_b ? j * k + l : l * n + j];
        sum += term;
        magnitude += term < 0 ? -term : term;
      }
      double error = c[i * n + j] - sum;
      *expected = sum;
      // Written so that what is not a number differs.
      if (!(error <= bound * magnitude && -error <= bound * magnitude)) return i * n + j;
    }
  return -1;
}
