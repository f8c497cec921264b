// cuBLASLt: descriptors that live on the host, and the product that they describe.
#include <cstring>
#include <memory>

#include "../core/api.h"
#include "../core/settings.h"
#include "library.h"
#include "product.h"

using emulator::inContext;
using emulator::Operand;
using emulator::Product;

namespace {

struct Description {
  int32_t computeType;
  int32_t scaleType;
  int32_t pointerMode = 0;
  int32_t transposeA = CUBLAS_OP_N;
  int32_t transposeB = CUBLAS_OP_N;
  uint32_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
  int64_t biasBatchStride = 0;
};

struct Layout {
  uint32_t type;
  int32_t order = CUBLASLT_ORDER_COL;
  uint64_t rows;
  uint64_t columns;
  int64_t leadingDimension;
  int32_t batchCount = 1;
  int64_t batchStride = 0;
};

struct Preference {
  uint64_t maximumWorkspace = 0;
  uint32_t alignmentA = 256;
  uint32_t alignmentB = 256;
  uint32_t alignmentC = 256;
  uint32_t alignmentD = 256;
};

// What an algorithm relies on, in the library's opaque description of it.
struct Algorithm {
  uint64_t alignmentA;
  uint64_t alignmentB;
  uint64_t alignmentC;
  uint64_t alignmentD;
};
static_assert(sizeof(Algorithm) <= sizeof(cublasLtMatmulAlgo_t), "");

bool isAligned(const void* data, uint64_t alignment) {
  return reinterpret_cast<uintptr_t>(data) % alignment == 0;
}

// For tests that have to know in which precision products of float32 were asked for.
void count(const Description& description, const Layout& a) {
  if (a.type == CUDA_R_32F) {
    const char* mode = description.computeType == CUBLAS_COMPUTE_32F_FAST_TF32 ? "tf32"
        : description.computeType == CUBLAS_COMPUTE_32F_PEDANTIC            ? "pedantic"
                                                                            : "default";
    emulator::machine().products[mode]++;
  }
}

// Where an attribute is kept; no address where there is no such attribute.
struct Field {
  void* address;
  size_t bytes;
};

template <class T>
Field field(T& value) {
  return {&value, sizeof value};
}

Field find(Description& description, cublasLtMatmulDescAttributes_t attribute) {
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_COMPUTE_TYPE:
      return field(description.computeType);
    case CUBLASLT_MATMUL_DESC_SCALE_TYPE:
      return field(description.scaleType);
    case CUBLASLT_MATMUL_DESC_POINTER_MODE:
      return field(description.pointerMode);
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return field(description.transposeA);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return field(description.transposeB);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return field(description.epilogue);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return field(description.bias);
    case CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE:
      return field(description.biasBatchStride);
    default:
      return {nullptr, 0};
  }
}

Field find(Layout& layout, cublasLtMatrixLayoutAttribute_t attribute) {
  switch (attribute) {
    case CUBLASLT_MATRIX_LAYOUT_TYPE:
      return field(layout.type);
    case CUBLASLT_MATRIX_LAYOUT_ORDER:
      return field(layout.order);
    case CUBLASLT_MATRIX_LAYOUT_ROWS:
      return field(layout.rows);
    case CUBLASLT_MATRIX_LAYOUT_COLS:
      return field(layout.columns);
    case CUBLASLT_MATRIX_LAYOUT_LD:
      return field(layout.leadingDimension);
    case CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT:
      return field(layout.batchCount);
    case CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET:
      return field(layout.batchStride);
    default:
      return {nullptr, 0};
  }
}

Field find(Preference& preference, cublasLtMatmulPreferenceAttributes_t attribute) {
  switch (attribute) {
    case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES:
      return field(preference.maximumWorkspace);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES:
      return field(preference.alignmentA);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES:
      return field(preference.alignmentB);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES:
      return field(preference.alignmentC);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES:
      return field(preference.alignmentD);
    default:
      return {nullptr, 0};
  }
}

cublasStatus_t store(Field target, const void* value, size_t bytes) {
  if (target.address == nullptr || value == nullptr || bytes != target.bytes) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  std::memcpy(target.address, value, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t load(Field source, void* value, size_t bytes, size_t* written) {
  if (source.address == nullptr || (bytes != 0 && (value == nullptr || bytes < source.bytes))) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  if (bytes != 0) {
    std::memcpy(value, source.address, source.bytes);
  }
  if (written != nullptr) {
    *written = source.bytes;
  }
  return CUBLAS_STATUS_SUCCESS;
}

template <class Own, class Handle>
Own& own(Handle handle) {
  return *reinterpret_cast<Own*>(handle);
}

Operand operand(const void* data, const Layout& layout, bool transposed) {
  return {data, static_cast<cudaDataType>(layout.type), transposed, layout.leadingDimension, layout.batchStride};
}

// What the descriptors describe, or why they contradict each other or ask for what is not emulated.
cublasStatus_t describe(
    const Description& description, const Layout& a, const Layout& b, const Layout& c, const Layout& d,
    Product& product) {
  if (a.order != CUBLASLT_ORDER_COL || b.order != CUBLASLT_ORDER_COL || c.order != CUBLASLT_ORDER_COL ||
      d.order != CUBLASLT_ORDER_COL ||
      (description.epilogue != CUBLASLT_EPILOGUE_DEFAULT && description.epilogue != CUBLASLT_EPILOGUE_BIAS)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  bool transposeA = description.transposeA != CUBLAS_OP_N;
  bool transposeB = description.transposeB != CUBLAS_OP_N;
  uint64_t k = transposeA ? a.rows : a.columns;
  uint64_t m = transposeA ? a.columns : a.rows;
  uint64_t n = transposeB ? b.rows : b.columns;
  if (k != (transposeB ? b.columns : b.rows) || m != d.rows || n != d.columns || c.rows != m || c.columns != n ||
      a.batchCount != d.batchCount || b.batchCount != d.batchCount || c.batchCount != d.batchCount) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  product.name = "cublasLtMatmul";
  product.m = static_cast<long long>(m);
  product.n = static_cast<long long>(n);
  product.k = static_cast<long long>(k);
  product.scaleType = static_cast<cudaDataType>(description.scaleType);
  product.tf32 = description.computeType == CUBLAS_COMPUTE_32F_FAST_TF32;
  product.math = description.computeType == CUBLAS_COMPUTE_32F_PEDANTIC ? CUBLAS_PEDANTIC_MATH : CUBLAS_DEFAULT_MATH;
  product.batch = d.batchCount;
  if (description.epilogue == CUBLASLT_EPILOGUE_BIAS) {
    product.bias = description.bias;
    product.biasStride = description.biasBatchStride;
  }
  return CUBLAS_STATUS_SUCCESS;
}

} // namespace

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtCreate(cublasLtHandle_t* handle) {
  if (emulator::settings().blasCreateStatus != 0) {
    return static_cast<cublasStatus_t>(emulator::settings().blasCreateStatus);
  }
  return emulator::statusOf(inContext([&] {
    *handle = reinterpret_cast<cublasLtHandle_t>(new char);
    return CUDA_SUCCESS;
  }));
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtDestroy(cublasLtHandle_t handle) {
  delete reinterpret_cast<char*>(handle);
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT size_t CUBLASWINAPI cublasLtGetVersion() {
  return 130100;
}

EMULATOR_EXPORT const char* CUBLASWINAPI cublasLtGetStatusName(cublasStatus_t status) {
  return emulator::statusName(status);
}

EMULATOR_EXPORT const char* CUBLASWINAPI cublasLtGetStatusString(cublasStatus_t status) {
  return emulator::statusText(status);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI
cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* description, cublasComputeType_t compute, cudaDataType scale) {
  auto* created = new Description;
  created->computeType = compute;
  created->scaleType = scale;
  *description = reinterpret_cast<cublasLtMatmulDesc_t>(created);
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t description) {
  delete &own<Description>(description);
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulDescSetAttribute(
    cublasLtMatmulDesc_t description, cublasLtMatmulDescAttributes_t attribute, const void* value, size_t bytes) {
  return store(find(own<Description>(description), attribute), value, bytes);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulDescGetAttribute(
    cublasLtMatmulDesc_t description, cublasLtMatmulDescAttributes_t attribute, void* value, size_t bytes,
    size_t* written) {
  return load(find(own<Description>(description), attribute), value, bytes, written);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatrixLayoutCreate(
    cublasLtMatrixLayout_t* layout, cudaDataType type, uint64_t rows, uint64_t columns, int64_t leadingDimension) {
  auto* created = new Layout;
  created->type = type;
  created->rows = rows;
  created->columns = columns;
  created->leadingDimension = leadingDimension;
  *layout = reinterpret_cast<cublasLtMatrixLayout_t>(created);
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  delete &own<Layout>(layout);
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatrixLayoutSetAttribute(
    cublasLtMatrixLayout_t layout, cublasLtMatrixLayoutAttribute_t attribute, const void* value, size_t bytes) {
  return store(find(own<Layout>(layout), attribute), value, bytes);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatrixLayoutGetAttribute(
    cublasLtMatrixLayout_t layout, cublasLtMatrixLayoutAttribute_t attribute, void* value, size_t bytes,
    size_t* written) {
  return load(find(own<Layout>(layout), attribute), value, bytes, written);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  *preference = reinterpret_cast<cublasLtMatmulPreference_t>(new Preference);
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  delete &own<Preference>(preference);
  return CUBLAS_STATUS_SUCCESS;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulPreferenceSetAttribute(
    cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute, const void* value,
    size_t bytes) {
  return store(find(own<Preference>(preference), attribute), value, bytes);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulPreferenceGetAttribute(
    cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute, void* value, size_t bytes,
    size_t* written) {
  return load(find(own<Preference>(preference), attribute), value, bytes, written);
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmulAlgoGetHeuristic(
    cublasLtHandle_t handle, cublasLtMatmulDesc_t description, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
    cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d, cublasLtMatmulPreference_t preference, int requested,
    cublasLtMatmulHeuristicResult_t results[], int* returned) {
  *returned = 0;
  if (handle == nullptr || requested < 1 || preference == nullptr) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  Product product{};
  cublasStatus_t status =
      describe(own<Description>(description), own<Layout>(a), own<Layout>(b), own<Layout>(c), own<Layout>(d), product);
  if (status == CUBLAS_STATUS_SUCCESS) {
    std::memset(results, 0, sizeof *results);
    results[0].state = CUBLAS_STATUS_SUCCESS;
    results[0].wavesCount = 1;
    const Preference& preferred = own<Preference>(preference);
    Algorithm algorithm = {preferred.alignmentA, preferred.alignmentB, preferred.alignmentC, preferred.alignmentD};
    std::memcpy(&results[0].algo, &algorithm, sizeof algorithm);
    *returned = 1;
  }
  return status;
}

EMULATOR_EXPORT cublasStatus_t CUBLASWINAPI cublasLtMatmul(
    cublasLtHandle_t handle, cublasLtMatmulDesc_t description, const void* alpha, const void* a,
    cublasLtMatrixLayout_t layoutA, const void* b, cublasLtMatrixLayout_t layoutB, const void* beta, const void* c,
    cublasLtMatrixLayout_t layoutC, void* d, cublasLtMatrixLayout_t layoutD, const cublasLtMatmulAlgo_t* chosen,
    void* workspace, size_t workspaceBytes, cudaStream_t stream) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  const Description& described = own<Description>(description);
  Product product{};
  cublasStatus_t status = describe(
      described, own<Layout>(layoutA), own<Layout>(layoutB), own<Layout>(layoutC), own<Layout>(layoutD), product);
  if (status != CUBLAS_STATUS_SUCCESS) {
    return status;
  }
  product.a = operand(a, own<Layout>(layoutA), described.transposeA != CUBLAS_OP_N);
  product.b = operand(b, own<Layout>(layoutB), described.transposeB != CUBLAS_OP_N);
  product.c = operand(c, own<Layout>(layoutC), false);
  product.d = operand(d, own<Layout>(layoutD), false);
  if (described.pointerMode == CUBLAS_POINTER_MODE_HOST) {
    product.alpha = emulator::number(alpha, product.scaleType);
    product.beta = emulator::number(beta, product.scaleType);
  } else {
    product.alphaOnDevice = alpha;
    product.betaOnDevice = beta;
  }
  status = emulator::check(product);
  if (status != CUBLAS_STATUS_SUCCESS) {
    return status;
  }
  if (chosen != nullptr) {
    Algorithm algorithm;
    std::memcpy(&algorithm, chosen, sizeof algorithm);
    if (!isAligned(a, algorithm.alignmentA) || !isAligned(b, algorithm.alignmentB) ||
        !isAligned(c, algorithm.alignmentC) || !isAligned(d, algorithm.alignmentD)) {
      return CUBLAS_STATUS_NOT_SUPPORTED;
    }
  }
  count(described, own<Layout>(layoutA));
  return emulator::statusOf(inContext([&] {
    emulator::requireDeviceMemory(workspace, workspaceBytes, "cublasLtMatmul, workspace");
    return emulator::enqueue(stream, CU_GRAPH_NODE_TYPE_KERNEL, [product] { emulator::multiply(product); });
  }));
}
