// OpenBLAS, loaded by hand: the products of kernels/product.h are compared with its own. Nothing else is computed with it, because its sums
// depend on its release, its kernels and the processor.
#define _GNU_SOURCE
#include "CKernels.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

static sgemm_function sgemm;
static char *(*core_name)(void);
static char *(*configuration)(void);

// The library, its buffers and the stack of a thread, with room to spare. Its releases have buffers of 32 to 128 MiB.
static const size_t room = (size_t)320 << 20;

// Whether the process may map so much. Where it may not, the library's constructor asks for its buffer again and again, without end.
static int has_room(void) {
  void *trial = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (trial == MAP_FAILED) return 0;
  munmap(trial, room);
  return 1;
}

const char *empo_blas_load(const char *path) {
  if (sgemm) return NULL;
  if (!has_room()) return "it takes 320 MiB of address space, which a limit of this process refuses: raise ulimit -v and ulimit -d";
  // Its constructor starts a thread with a buffer for every processor, unless it is told otherwise. One is enough.
  const char *chosen = getenv("OPENBLAS_NUM_THREADS");
  if (!chosen) setenv("OPENBLAS_NUM_THREADS", "1", 0);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  // The processes that this one starts have the environment that it was given.
  if (!chosen) unsetenv("OPENBLAS_NUM_THREADS");
  if (!library) return dlerror();
  core_name = (char *(*)(void))dlsym(library, "openblas_get_corename");
  configuration = (char *(*)(void))dlsym(library, "openblas_get_config");
  void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  sgemm_function product = (sgemm_function)dlsym(library, "cblas_sgemm");
  if (!core_name || !configuration || !set_threads || !product)
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

const char *empo_blas_configuration(void) { return sgemm ? configuration() : ""; }

void empo_sgemm(int transpose_a, int transpose_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb,
                float *c, int64_t ldc) {
  enum { row_major = 101, no_transpose = 111, transpose = 112 };
  sgemm(row_major, transpose_a ? transpose : no_transpose, transpose_b ? transpose : no_transpose, (int)m, (int)n, (int)k, 1, a, (int)lda, b,
        (int)ldb, 0, c, (int)ldc);
}
