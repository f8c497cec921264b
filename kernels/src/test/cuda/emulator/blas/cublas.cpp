// cuBLAS: handles and matrix products.
#include <memory>

#include "../core/api.h"
#include "../core/settings.h"
#include "library.h"
#include "product.h"

struct cublasContext {
  cudaStream_t stream = nullptr;
  cublasMath_t math = CUBLAS_DEFAULT_MATH;
  cublasPointerMode_t pointerMode = CUBLAS_POINTER_MODE_HOST;
  bool hasWorkspace = false;
};

using emulator::inContext;
using emulator::Operand;
using emulator::Product;

namespace {

struct Scalars {
  const void* alpha;
  const void* beta;
  cudaDataType type;
};

// How a product of float32 is asked for, for tests that have to know: by the handle's math mode, and whether a recording of
// it depends on memory that the library takes where it finds some.
void count(const cublasContext& handle, const Product& product) {
  if (product.a.type != CUDA_R_32F) {
    return;
  }
  const char* mode = handle.math == CUBLAS_TF32_TENSOR_OP_MATH ? "tf32"
      : handle.math == CUBLAS_PEDANTIC_MATH                     ? "pedantic"
                                                                : "default";
  emulator::machine().products[mode]++;
  if (!handle.hasWorkspace && handle.stream != nullptr && handle.stream->capture != nullptr) {
    emulator::machine().products["without-workspace"]++;
  }
}

cublasStatus_t run(cublasHandle_t handle, Product product, const Scalars& scalars) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  if (scalars.alpha == nullptr || scalars.beta == nullptr) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  product.d = product.c;
  product.math = handle->math;
  product.scaleType = scalars.type;
  product.tf32 = product.tf32 || (handle->math == CUBLAS_TF32_TENSOR_OP_MATH && product.a.type == CUDA_R_32F);
  if (handle->pointerMode == CUBLAS_POINTER_MODE_HOST) {
    product.alpha = emulator::number(scalars.alpha, scalars.type);
    product.beta = emulator::number(scalars.beta, scalars.type);
  } else {
    product.alphaOnDevice = scalars.alpha;
    product.betaOnDevice = scalars.beta;
  }
  cublasStatus_t checked = emulator::check(product);
  if (checked != CUBLAS_STATUS_SUCCESS) {
    return checked;
  }
  return emulator::statusOf(inContext([&] {
    count(*handle, product);
    return emulator::enqueue(handle->stream, CU_GRAPH_NODE_TYPE_KERNEL, [product] { emulator::multiply(product); });
  }));
}

bool transposed(cublasOperation_t operation) {
  return operation != CUBLAS_OP_N;
}

// The type in which alpha and beta come, and whether products round their inputs; false for an unknown compute type.
bool interpret(cublasComputeType_t compute, cudaDataType& scaleType, bool& tf32) {
  tf32 = compute == CUBLAS_COMPUTE_32F_FAST_TF32;
  scaleType = compute == CUBLAS_COMPUTE_64F || compute == CUBLAS_COMPUTE_64F_PEDANTIC ? CUDA_R_64F : CUDA_R_32F;
  return tf32 || scaleType == CUDA_R_64F || compute == CUBLAS_COMPUTE_32F || compute == CUBLAS_COMPUTE_32F_PEDANTIC;
}

} // namespace

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasCreate_v2(cublasHandle_t* handle) {
  if (emulator::settings().blasCreateStatus != 0) {
    return static_cast<cublasStatus_t>(emulator::settings().blasCreateStatus);
  }
  return emulator::statusOf(inContext([&] { // the real one allocates
    CUresult refused = emulator::refusedByCapture();
    if (refused == CUDA_SUCCESS) {
      *handle = new cublasContext;
    }
    return refused;
  }));
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasDestroy_v2(cublasHandle_t handle) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasGetVersion_v2(cublasHandle_t, int* version) {
  *version = 130100;
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT const char* CUBLASWINAPI cublasGetStatusName(cublasStatus_t status) {
  return emulator::statusName(status);
}

EMULATOR_EXPORT const char* CUBLASWINAPI cublasGetStatusString(cublasStatus_t status) {
  return emulator::statusText(status);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  handle->stream = stream;
  handle->hasWorkspace = false; // as the real one has it
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI
cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace, size_t bytes) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  return emulator::statusOf(inContext([&] {
    emulator::requireDeviceMemory(workspace, bytes, "cublasSetWorkspace");
    handle->hasWorkspace = bytes > 0;
    return CUDA_SUCCESS;
  }));
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  handle->math = mode;
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasSetPointerMode_v2(cublasHandle_t handle, cublasPointerMode_t mode) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  handle->pointerMode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

#define EMULATOR_GEMM(letter, real, type) \
  EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublas##letter##gemmStridedBatched( \
      cublasHandle_t handle, cublasOperation_t transposeA, cublasOperation_t transposeB, int m, int n, int k, \
      const real* alpha, const real* a, int lda, long long strideA, const real* b, int ldb, long long strideB, \
      const real* beta, real* c, int ldc, long long strideC, int batch) { \
    Product product{}; \
    product.name = "cublas" #letter "gemm"; \
    product.m = m; \
    product.n = n; \
    product.k = k; \
    product.a = {a, type, transposed(transposeA), lda, strideA}; \
    product.b = {b, type, transposed(transposeB), ldb, strideB}; \
    product.c = {c, type, false, ldc, strideC}; \
    product.batch = batch; \
    return run(handle, product, {alpha, beta, type}); \
  } \
  EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublas##letter##gemm_v2( \
      cublasHandle_t handle, cublasOperation_t transposeA, cublasOperation_t transposeB, int m, int n, int k, \
      const real* alpha, const real* a, int lda, const real* b, int ldb, const real* beta, real* c, int ldc) { \
    return cublas##letter##gemmStridedBatched( \
        handle, transposeA, transposeB, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1); \
  }
EMULATOR_GEMM(S, float, CUDA_R_32F)
EMULATOR_GEMM(D, double, CUDA_R_64F)

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasGemmStridedBatchedEx(
    cublasHandle_t handle, cublasOperation_t transposeA, cublasOperation_t transposeB, int m, int n, int k,
    const void* alpha, const void* a, cudaDataType typeA, int lda, long long strideA, const void* b, cudaDataType typeB,
    int ldb, long long strideB, const void* beta, void* c, cudaDataType typeC, int ldc, long long strideC, int batch,
    cublasComputeType_t compute, cublasGemmAlgo_t) {
  Product product{};
  cudaDataType scaleType;
  if (!interpret(compute, scaleType, product.tf32)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  product.name = "cublasGemmStridedBatchedEx";
  product.m = m;
  product.n = n;
  product.k = k;
  product.a = {a, typeA, transposed(transposeA), lda, strideA};
  product.b = {b, typeB, transposed(transposeB), ldb, strideB};
  product.c = {c, typeC, false, ldc, strideC};
  product.batch = batch;
  return run(handle, product, {alpha, beta, scaleType});
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasGemmEx(
    cublasHandle_t handle, cublasOperation_t transposeA, cublasOperation_t transposeB, int m, int n, int k,
    const void* alpha, const void* a, cudaDataType typeA, int lda, const void* b, cudaDataType typeB, int ldb,
    const void* beta, void* c, cudaDataType typeC, int ldc, cublasComputeType_t compute, cublasGemmAlgo_t algorithm) {
  return cublasGemmStridedBatchedEx(
      handle, transposeA, transposeB, m, n, k, alpha, a, typeA, lda, 0, b, typeB, ldb, 0, beta, c, typeC, ldc, 0, 1,
      compute, algorithm);
}
