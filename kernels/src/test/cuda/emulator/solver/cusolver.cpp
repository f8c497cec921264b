// cuSOLVER: handles and dense factorizations. Their workspace is overwritten with NaN, so that nobody keeps data in it.
#include <algorithm>
#include <cstring>

#include "../core/api.h"
#include "../core/machine.h"
#include "../core/settings.h"
#include "../declarations/solver.h"
#include "dense.h"

struct cusolverDnContext {
  cudaStream_t stream = nullptr;
};

struct cusolverDnParams {
  char unused;
};

struct gesvdjInfo {
  double tolerance = 0;
  int maximumSweeps = 100;
  int sweeps = 0;
  double residual = 0;
};

using emulator::inContext;
using emulator::Matrix;
using emulator::requireDeviceMemory;

namespace {

cusolverStatus_t statusOf(CUresult result) {
  switch (result) {
    case CUDA_SUCCESS:
      return CUSOLVER_STATUS_SUCCESS;
    case CUDA_ERROR_NOT_INITIALIZED:
    case CUDA_ERROR_INVALID_CONTEXT:
      return CUSOLVER_STATUS_NOT_INITIALIZED;
    default:
      return CUSOLVER_STATUS_INTERNAL_ERROR;
  }
}

// The solvers wait for the device in places: a capture does not survive them.
template <class Work>
cusolverStatus_t enqueue(cusolverDnHandle_t handle, Work work) {
  return statusOf(inContext([&] {
    CUresult refused = emulator::refusedByCapture(handle->stream);
    return refused != CUDA_SUCCESS ? refused : emulator::enqueue(handle->stream, CU_GRAPH_NODE_TYPE_KERNEL, work);
  }));
}

// A matrix in device memory.
template <class Real>
struct Stored {
  const char* name;
  Real* data;
  int rows;
  int columns;
  int leadingDimension;

  bool isShaped() const {
    return rows >= 0 && columns >= 0 && leadingDimension >= std::max(1, rows) && data != nullptr;
  }

  void require() const {
    if (rows > 0 && columns > 0) {
      size_t elements = static_cast<size_t>(columns - 1) * static_cast<size_t>(leadingDimension) +
          static_cast<size_t>(rows);
      requireDeviceMemory(data, elements * sizeof(Real), name);
    }
  }

  Real& at(int i, int j) const {
    return data[static_cast<size_t>(i) + static_cast<size_t>(j) * static_cast<size_t>(leadingDimension)];
  }

  Matrix read() const {
    require();
    Matrix a(rows, columns);
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        a(i, j) = at(i, j);
      }
    }
    return a;
  }

  // The symmetric matrix of which one triangle is stored.
  Matrix readTriangle(cublasFillMode_t triangle) const {
    Matrix a = read();
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < j; i++) {
        double value = triangle == CUBLAS_FILL_MODE_UPPER ? a(i, j) : a(j, i);
        a(i, j) = value;
        a(j, i) = value;
      }
    }
    return a;
  }

  void write(const Matrix& a) const {
    require();
    for (int j = 0; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        at(i, j) = static_cast<Real>(a(i, j));
      }
    }
  }
};

template <class Real>
void writeVector(const char* name, Real* target, const std::vector<double>& values) {
  requireDeviceMemory(target, values.size() * sizeof(Real), name);
  for (size_t i = 0; i < values.size(); i++) {
    target[i] = static_cast<Real>(values[i]);
  }
}

void poison(void* workspace, size_t bytes) {
  requireDeviceMemory(workspace, bytes, "cuSOLVER workspace");
  std::memset(workspace, 0xff, bytes);
}

void succeed(int* info) {
  requireDeviceMemory(info, sizeof *info, "cuSOLVER info");
  *info = 0;
}

int workspaceElements(int m, int n) {
  return 64 + 2 * std::max(m, n);
}

template <class Real>
void eigen(const Stored<Real>& a, Real* values, cusolverEigMode_t mode, cublasFillMode_t triangle) {
  Matrix matrix = a.readTriangle(triangle);
  writeVector("cuSOLVER eigenvalues", values, emulator::symmetricEigen(matrix));
  if (mode == CUSOLVER_EIG_MODE_VECTOR) {
    a.write(matrix);
  } else {
    std::fill(matrix.values.begin(), matrix.values.end(), __builtin_nan("")); // A is destroyed
    a.write(matrix);
  }
}

template <class Real>
cusolverStatus_t syevd(
    cusolverDnHandle_t handle, cusolverEigMode_t mode, cublasFillMode_t triangle, int n, Real* data, int lda,
    Real* values, Real* workspace, int elements, int* info) {
  Stored<Real> a{"cusolverDnXsyevd, A", data, n, n, lda};
  if (handle == nullptr || !a.isShaped() || elements < workspaceElements(n, n)) {
    return handle == nullptr ? CUSOLVER_STATUS_NOT_INITIALIZED : CUSOLVER_STATUS_INVALID_VALUE;
  }
  return enqueue(handle, [=] {
    poison(workspace, static_cast<size_t>(elements) * sizeof(Real));
    eigen(a, values, mode, triangle);
    succeed(info);
  });
}

template <class Real>
cusolverStatus_t geqrf(
    cusolverDnHandle_t handle, int m, int n, Real* data, int lda, Real* tau, Real* workspace, int elements, int* info) {
  Stored<Real> a{"cusolverDnXgeqrf, A", data, m, n, lda};
  if (handle == nullptr || !a.isShaped() || elements < workspaceElements(m, n)) {
    return handle == nullptr ? CUSOLVER_STATUS_NOT_INITIALIZED : CUSOLVER_STATUS_INVALID_VALUE;
  }
  return enqueue(handle, [=] {
    poison(workspace, static_cast<size_t>(elements) * sizeof(Real));
    Matrix matrix = a.read();
    writeVector("cusolverDnXgeqrf, tau", tau, emulator::householderQr(matrix));
    a.write(matrix);
    succeed(info);
  });
}

template <class Real>
cusolverStatus_t orgqr(
    cusolverDnHandle_t handle, int m, int n, int k, Real* data, int lda, const Real* tau, Real* workspace, int elements,
    int* info) {
  Stored<Real> a{"cusolverDnXorgqr, A", data, m, n, lda};
  if (handle == nullptr || !a.isShaped() || n > m || k < 0 || k > n || elements < workspaceElements(m, n)) {
    return handle == nullptr ? CUSOLVER_STATUS_NOT_INITIALIZED : CUSOLVER_STATUS_INVALID_VALUE;
  }
  return enqueue(handle, [=] {
    poison(workspace, static_cast<size_t>(elements) * sizeof(Real));
    requireDeviceMemory(tau, static_cast<size_t>(k) * sizeof(Real), "cusolverDnXorgqr, tau");
    a.write(emulator::householderQ(a.read(), std::vector<double>(tau, tau + k)));
    succeed(info);
  });
}

template <class Real>
void writeVectors(const Stored<Real>& target, Matrix vectors) {
  int known = vectors.columns;
  Matrix all(vectors.rows, target.columns);
  std::copy_n(vectors.values.begin(), vectors.values.size(), all.values.begin());
  emulator::completeBasis(all, known);
  target.write(all);
}

template <class Real>
cusolverStatus_t gesvdj(
    cusolverDnHandle_t handle, cusolverEigMode_t mode, int economical, int m, int n, Real* data, int lda, Real* values,
    Real* u, int ldu, Real* v, int ldv, Real* workspace, int elements, int* info, gesvdjInfo_t parameters) {
  bool vectors = mode == CUSOLVER_EIG_MODE_VECTOR;
  int rank = std::min(m, n);
  Stored<Real> a{"cusolverDnXgesvdj, A", data, m, n, lda};
  Stored<Real> left{"cusolverDnXgesvdj, U", u, m, economical != 0 ? rank : m, ldu};
  Stored<Real> right{"cusolverDnXgesvdj, V", v, n, economical != 0 ? rank : n, ldv};
  if (handle == nullptr || parameters == nullptr) {
    return CUSOLVER_STATUS_NOT_INITIALIZED;
  }
  if (!a.isShaped() || (vectors && (!left.isShaped() || !right.isShaped())) || elements < workspaceElements(m, n)) {
    return CUSOLVER_STATUS_INVALID_VALUE;
  }
  return enqueue(handle, [=] {
    poison(workspace, static_cast<size_t>(elements) * sizeof(Real));
    Matrix matrix = a.read();
    emulator::Svd found = emulator::svd(matrix, parameters->tolerance, parameters->maximumSweeps);
    writeVector("cusolverDnXgesvdj, S", values, found.values);
    if (vectors) {
      writeVectors(left, found.u);
      writeVectors(right, found.v);
    }
    Matrix destroyed(m, n);
    std::fill(destroyed.values.begin(), destroyed.values.end(), __builtin_nan(""));
    a.write(destroyed);
    parameters->sweeps = found.sweeps;
    parameters->residual = emulator::residual(matrix, found);
    succeed(info);
    *info = found.converged ? 0 : rank + 1;
  });
}

bool isBatchedType(cudaDataType a, cudaDataType w, cudaDataType compute) {
  return (a == CUDA_R_32F || a == CUDA_R_64F) && w == a && compute == a;
}

template <class Real>
void eigenBatched(
    cusolverEigMode_t mode, cublasFillMode_t triangle, int n, Real* a, int lda, Real* values, int* info, int batch) {
  for (int i = 0; i < batch; i++) {
    Real* own = a + static_cast<size_t>(i) * static_cast<size_t>(n) * static_cast<size_t>(lda);
    eigen(Stored<Real>{"cusolverDnXsyevBatched, A", own, n, n, lda}, values + static_cast<size_t>(i) * n, mode,
          triangle);
    succeed(info + i);
  }
}

} // namespace

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverGetVersion(int* version) {
  *version = 12000;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnCreate(cusolverDnHandle_t* handle) {
  if (emulator::settings().solverCreateStatus != 0) {
    return static_cast<cusolverStatus_t>(emulator::settings().solverCreateStatus);
  }
  return statusOf(inContext([&] { // the real one allocates
    CUresult refused = emulator::refusedByCapture();
    if (refused == CUDA_SUCCESS) {
      *handle = new cusolverDnContext;
    }
    return refused;
  }));
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnDestroy(cusolverDnHandle_t handle) {
  delete handle;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnSetStream(cusolverDnHandle_t handle, cudaStream_t stream) {
  if (handle == nullptr) {
    return CUSOLVER_STATUS_NOT_INITIALIZED;
  }
  handle->stream = stream;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI
cusolverDnSetDeterministicMode(cusolverDnHandle_t handle, cusolverDeterministicMode_t) {
  return handle == nullptr ? CUSOLVER_STATUS_NOT_INITIALIZED : CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnCreateParams(cusolverDnParams_t* parameters) {
  *parameters = new cusolverDnParams;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnDestroyParams(cusolverDnParams_t parameters) {
  delete parameters;
  return CUSOLVER_STATUS_SUCCESS;
}

#define EMULATOR_SOLVERS(letter, Real) \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##geqrf_bufferSize( \
      cusolverDnHandle_t, int m, int n, Real*, int, int* elements) { \
    *elements = workspaceElements(m, n); \
    return CUSOLVER_STATUS_SUCCESS; \
  } \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##geqrf( \
      cusolverDnHandle_t handle, int m, int n, Real* a, int lda, Real* tau, Real* workspace, int elements, int* info) { \
    return geqrf(handle, m, n, a, lda, tau, workspace, elements, info); \
  } \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##orgqr_bufferSize( \
      cusolverDnHandle_t, int m, int n, int, const Real*, int, const Real*, int* elements) { \
    *elements = workspaceElements(m, n); \
    return CUSOLVER_STATUS_SUCCESS; \
  } \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##orgqr( \
      cusolverDnHandle_t handle, int m, int n, int k, Real* a, int lda, const Real* tau, Real* workspace, int elements, \
      int* info) { \
    return orgqr(handle, m, n, k, a, lda, tau, workspace, elements, info); \
  } \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##syevd_bufferSize( \
      cusolverDnHandle_t, cusolverEigMode_t, cublasFillMode_t, int n, const Real*, int, const Real*, int* elements) { \
    *elements = workspaceElements(n, n); \
    return CUSOLVER_STATUS_SUCCESS; \
  } \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##syevd( \
      cusolverDnHandle_t handle, cusolverEigMode_t mode, cublasFillMode_t triangle, int n, Real* a, int lda, \
      Real* values, Real* workspace, int elements, int* info) { \
    return syevd(handle, mode, triangle, n, a, lda, values, workspace, elements, info); \
  } \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##gesvdj_bufferSize( \
      cusolverDnHandle_t, cusolverEigMode_t, int, int m, int n, const Real*, int, const Real*, const Real*, int, \
      const Real*, int, int* elements, gesvdjInfo_t) { \
    *elements = workspaceElements(m, n); \
    return CUSOLVER_STATUS_SUCCESS; \
  } \
  EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDn##letter##gesvdj( \
      cusolverDnHandle_t handle, cusolverEigMode_t mode, int economical, int m, int n, Real* a, int lda, Real* values, \
      Real* u, int ldu, Real* v, int ldv, Real* workspace, int elements, int* info, gesvdjInfo_t parameters) { \
    return gesvdj( \
        handle, mode, economical, m, n, a, lda, values, u, ldu, v, ldv, workspace, elements, info, parameters); \
  }
EMULATOR_SOLVERS(S, float)
EMULATOR_SOLVERS(D, double)

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnCreateGesvdjInfo(gesvdjInfo_t* parameters) {
  *parameters = new gesvdjInfo;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnDestroyGesvdjInfo(gesvdjInfo_t parameters) {
  delete parameters;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnXgesvdjSetTolerance(gesvdjInfo_t parameters, double tolerance) {
  parameters->tolerance = tolerance;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnXgesvdjSetMaxSweeps(gesvdjInfo_t parameters, int sweeps) {
  parameters->maximumSweeps = sweeps;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI
cusolverDnXgesvdjGetResidual(cusolverDnHandle_t, gesvdjInfo_t parameters, double* residual) {
  *residual = parameters->residual;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI
cusolverDnXgesvdjGetSweeps(cusolverDnHandle_t, gesvdjInfo_t parameters, int* sweeps) {
  *sweeps = parameters->sweeps;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnXsyevBatched_bufferSize(
    cusolverDnHandle_t, cusolverDnParams_t, cusolverEigMode_t, cublasFillMode_t, int64_t n, cudaDataType typeA,
    const void*, int64_t, cudaDataType typeW, const void*, cudaDataType compute, size_t* deviceBytes, size_t* hostBytes,
    int64_t batch) {
  if (!isBatchedType(typeA, typeW, compute)) {
    return CUSOLVER_STATUS_NOT_SUPPORTED;
  }
  *deviceBytes = static_cast<size_t>(batch * n) * 16 + 256;
  *hostBytes = 0;
  return CUSOLVER_STATUS_SUCCESS;
}

EMULATOR_EXPORT cusolverStatus_t CUSOLVERAPI cusolverDnXsyevBatched(
    cusolverDnHandle_t handle, cusolverDnParams_t, cusolverEigMode_t mode, cublasFillMode_t triangle, int64_t n,
    cudaDataType typeA, void* a, int64_t lda, cudaDataType typeW, void* w, cudaDataType compute, void* workspace,
    size_t deviceBytes, void*, size_t, int* info, int64_t batch) {
  if (handle == nullptr) {
    return CUSOLVER_STATUS_NOT_INITIALIZED;
  }
  if (!isBatchedType(typeA, typeW, compute)) {
    return CUSOLVER_STATUS_NOT_SUPPORTED;
  }
  if (n < 0 || lda < std::max<int64_t>(1, n) || batch < 0 || deviceBytes < static_cast<size_t>(batch * n) * 16 + 256) {
    return CUSOLVER_STATUS_INVALID_VALUE;
  }
  int order = static_cast<int>(n);
  int stride = static_cast<int>(lda);
  int count = static_cast<int>(batch);
  return enqueue(handle, [=] {
    poison(workspace, deviceBytes);
    if (typeA == CUDA_R_32F) {
      eigenBatched(mode, triangle, order, static_cast<float*>(a), stride, static_cast<float*>(w), info, count);
    } else {
      eigenBatched(mode, triangle, order, static_cast<double*>(a), stride, static_cast<double*>(w), info, count);
    }
  });
}
