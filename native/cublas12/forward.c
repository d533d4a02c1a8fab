/* A libcublas.so.12 that passes its calls on to another cuBLAS, so that JCublas 12 runs where only CUDA 13 is installed.
 *
 * JCublas links to libcublas.so.12. The functions that this project calls have the same arguments in version 13. Each is
 * a jump through a table, so that arguments pass untouched in registers and on the stack. */
#include <dlfcn.h>
#include <stddef.h>

#if !defined(__x86_64__)
#error "the forwarder is written for x86-64"
#endif

#define FUNCTIONS(F)      \
  F(0, cublasCreate_v2)   \
  F(1, cublasDestroy_v2)  \
  F(2, cublasSetStream_v2) \
  F(3, cublasGetVersion_v2) \
  F(4, cublasSetMathMode) \
  F(5, cublasSgemm_v2)    \
  F(6, cublasSetWorkspace_v2)

#define COUNT(number, name) +1
enum { FUNCTION_COUNT = 0 FUNCTIONS(COUNT) };

#define NAME(number, name) #name,
static const char* const names[] = {FUNCTIONS(NAME)};

/* CUBLAS_STATUS_NOT_SUPPORTED, until there is something to jump to. */
static int missing(void) { return 15; }
#define MISSING(number, name) (void*)missing,
__attribute__((visibility("hidden"))) void* cublas_forward_table[FUNCTION_COUNT] = {FUNCTIONS(MISSING)};

#define JUMP(number, name)                                                     \
  __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n" \
          "  jmp *cublas_forward_table+8*" #number "(%rip)\n");
FUNCTIONS(JUMP)

/* Loads the cuBLAS to pass calls on to; returns how many functions it lacks, or -1 where it cannot be loaded. */
int cublas_forward_to(const char* library) {
  void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    return -1;
  }
  int lacking = 0;
  for (int i = 0; i < FUNCTION_COUNT; i++) {
    void* function = dlsym(handle, names[i]);
    if (function == NULL) {
      lacking++;
    } else {
      cublas_forward_table[i] = function;
    }
  }
  return lacking;
}
