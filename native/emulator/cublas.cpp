// A stand-in for cuBLAS, for tests: the functions that this project calls, on the emulator's memory.
#include <functional>
#include <new>

#define API extern "C" __attribute__((visibility("default")))

// Runs or records an action, as cuda_driver.cpp does for kernels.
extern "C" int cuMemAlloc_v2(unsigned long long* address, unsigned long bytes);
extern "C" int cuMemFree_v2(unsigned long long address);
extern "C" int cuda_cpu_submit(void* stream, void (*action)(void*), void* data, unsigned long bytes);

namespace {
constexpr int ALLOC_FAILED = 3;

struct Handle {
  void* stream = nullptr;
  unsigned long long memory = 0;  // a real one takes some of the device's
};
struct Product {
  int transposed_a, transposed_b, m, n, k;
  float alpha, beta;
  const float *a, *b;
  float* c;
  int lda, ldb, ldc;
};

// Columns first, as cuBLAS has it.
void multiply(void* data) {
  const Product& p = *(const Product*)data;
  for (int j = 0; j < p.n; j++) {
    for (int i = 0; i < p.m; i++) {
      double sum = 0;
      for (int l = 0; l < p.k; l++) {
        float a = p.transposed_a ? p.a[l + (long)i * p.lda] : p.a[i + (long)l * p.lda];
        float b = p.transposed_b ? p.b[j + (long)l * p.ldb] : p.b[l + (long)j * p.ldb];
        sum += (double)a * b;
      }
      float& c = p.c[i + (long)j * p.ldc];
      c = (float)(p.alpha * sum) + (p.beta == 0 ? 0.0f : p.beta * c);
    }
  }
}
}  // namespace

API int cublasCreate_v2(Handle** handle) {
  *handle = new (std::nothrow) Handle();
  if (*handle == nullptr) {
    return ALLOC_FAILED;
  }
  if (cuMemAlloc_v2(&(*handle)->memory, 1 << 20) != 0) {
    delete *handle;
    return ALLOC_FAILED;
  }
  return 0;
}
API int cublasDestroy_v2(Handle* handle) {
  int failed = cuMemFree_v2(handle->memory);
  delete handle;
  return failed == 0 ? 0 : 14;
}
API int cublasSetWorkspace_v2(Handle*, void* memory, unsigned long bytes) {
  return memory != nullptr && bytes > 0 ? 0 : 7;
}
API int cublasSetStream_v2(Handle* handle, void* stream) {
  handle->stream = stream;
  return 0;
}
API int cublasGetVersion_v2(Handle*, int* version) {
  *version = CUBLAS_VERSION;
  return 0;
}
API int cublasSetMathMode(Handle*, int) { return 0; }
API int cublasSgemm_v2(
    Handle* handle, int transposed_a, int transposed_b, int m, int n, int k, const float* alpha, const float* a, int lda,
    const float* b, int ldb, const float* beta, float* c, int ldc) {
  Product product{transposed_a, transposed_b, m, n, k, *alpha, *beta, a, b, c, lda, ldb, ldc};
  return cuda_cpu_submit(handle->stream, multiply, &product, sizeof product) == 0 ? 0 : 14;
}
