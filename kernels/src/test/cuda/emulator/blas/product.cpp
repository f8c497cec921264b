#include "product.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "../core/machine.h"

namespace emulator {

namespace {

constexpr int tileRows = 8;
constexpr int tileColumns = 8;

template <class Real>
struct Tile {
  typedef Real Column __attribute__((vector_size(tileRows * sizeof(Real))));
};

// In which order the terms of a sum are added: in parts one behind the other, each in so many partial sums of every n-th term.
struct SumOrder {
  int parts;
  int partialSums;
};

size_t bytesOf(cudaDataType type) {
  return type == CUDA_R_64F ? 8 : type == CUDA_R_32F ? 4 : 2;
}

float fromBfloat16(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

// To nearest, ties to even.
uint16_t toBfloat16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (std::isnan(value)) {
    return static_cast<uint16_t>(bits >> 16 | 0x40);
  }
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Ten bits of mantissa, to nearest, ties to even.
float toTf32(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (!std::isfinite(value)) {
    return value;
  }
  bits = (bits + 0xfff + (bits >> 13 & 1)) & ~0x1fffu;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

double element(const void* data, cudaDataType type, long long index) {
  switch (type) {
    case CUDA_R_64F:
      return static_cast<const double*>(data)[index];
    case CUDA_R_32F:
      return static_cast<const float*>(data)[index];
    default:
      return fromBfloat16(static_cast<const uint16_t*>(data)[index]);
  }
}

void setElement(void* data, cudaDataType type, long long index, double value) {
  switch (type) {
    case CUDA_R_64F:
      static_cast<double*>(data)[index] = value;
      break;
    case CUDA_R_32F:
      static_cast<float*>(data)[index] = static_cast<float>(value);
      break;
    default:
      static_cast<uint16_t*>(data)[index] = toBfloat16(static_cast<float>(value));
  }
}

const void* at(const Operand& operand, int batch) {
  return static_cast<const char*>(operand.data) +
      static_cast<long long>(bytesOf(operand.type)) * operand.stride * batch;
}

unsigned alignmentOf(const Operand& x, int batch) {
  uintptr_t bits = reinterpret_cast<uintptr_t>(x.data) | bytesOf(x.type) * static_cast<uintptr_t>(x.leadingDimension);
  if (batch > 1) {
    bits |= bytesOf(x.type) * static_cast<uintptr_t>(x.stride);
  }
  return static_cast<unsigned>(std::min<uintptr_t>(bits & -bits, 16));
}

SumOrder orderOf(const Product& p) {
  uint64_t hash = 14695981039346656037ull;
  for (uint64_t value :
       {static_cast<uint64_t>(p.m), static_cast<uint64_t>(p.n), static_cast<uint64_t>(p.k),
        static_cast<uint64_t>(p.a.transposed), static_cast<uint64_t>(p.b.transposed),
        static_cast<uint64_t>(alignmentOf(p.a, p.batch)), static_cast<uint64_t>(alignmentOf(p.b, p.batch)),
        static_cast<uint64_t>(alignmentOf(p.c, p.batch)), static_cast<uint64_t>(p.math)}) {
    hash = (hash ^ value) * 1099511628211ull;
    hash ^= hash >> 29;
  }
  return {static_cast<int>(1 + hash % 3), 1 << (hash / 3 % 3)};
}

// Copies op(X) [outer, inner] as panels of `width` outer indices, each stored inner-major; the rest of the last is zero.
template <class Real>
std::vector<Real> panels(
    const void* data, const Operand& x, bool outerIsContiguous, long long outer, long long inner, int width, bool tf32) {
  long long count = (outer + width - 1) / width;
  std::vector<Real> packed(static_cast<size_t>(count * width * inner), 0);
  for (long long i = 0; i < outer; i++) {
    Real* target = &packed[static_cast<size_t>(i / width * width * inner + i % width)];
    for (long long l = 0; l < inner; l++) {
      double value = element(
          data, x.type, outerIsContiguous ? i + l * x.leadingDimension : l + i * x.leadingDimension);
      target[l * width] = static_cast<Real>(tf32 ? toTf32(static_cast<float>(value)) : value);
    }
  }
  return packed;
}

template <class Real>
void multiplyTile(long long k, const Real* a, const Real* b, SumOrder order, typename Tile<Real>::Column* sums) {
  using Column = typename Tile<Real>::Column;
  for (int j = 0; j < tileColumns; j++) {
    sums[j] = Column{};
  }
  for (int part = 0; part < order.parts; part++) {
    long long end = k * (part + 1) / order.parts;
    for (int first = 0; first < order.partialSums; first++) {
      Column partial[tileColumns] = {};
      for (long long l = k * part / order.parts + first; l < end; l += order.partialSums) {
        Column column;
        std::memcpy(&column, a + l * tileRows, sizeof column);
        for (int j = 0; j < tileColumns; j++) {
          partial[j] += column * b[l * tileColumns + j];
        }
      }
      for (int j = 0; j < tileColumns; j++) {
        sums[j] += partial[j];
      }
    }
  }
}

void requireMatrix(const Product& product, const char* which, const void* data, const Operand& x, long long rows,
                   long long columns) {
  if (rows > 0 && columns > 0) {
    size_t elements = static_cast<size_t>((columns - 1) * x.leadingDimension + rows);
    requireDeviceMemory(data, elements * bytesOf(x.type), product.name + ", matrix " + which);
  }
}

template <class Real>
void multiplyOne(const Product& p, int batch, double alpha, double beta) {
  const void* a = at(p.a, batch);
  const void* b = at(p.b, batch);
  const void* c = at(p.c, batch);
  void* d = const_cast<void*>(at(p.d, batch));
  bool multiplies = alpha != 0 && p.k > 0;
  if (multiplies) {
    requireMatrix(p, "A", a, p.a, p.a.transposed ? p.k : p.m, p.a.transposed ? p.m : p.k);
    requireMatrix(p, "B", b, p.b, p.b.transposed ? p.n : p.k, p.b.transposed ? p.k : p.n);
  }
  if (beta != 0) {
    requireMatrix(p, "C", c, p.c, p.m, p.n);
  }
  requireMatrix(p, p.d.data == p.c.data ? "C" : "D", d, p.d, p.m, p.n);
  const char* bias = nullptr;
  if (p.bias != nullptr) {
    bias = static_cast<const char*>(p.bias) + static_cast<long long>(bytesOf(p.d.type)) * p.biasStride * batch;
    requireDeviceMemory(bias, static_cast<size_t>(p.m) * bytesOf(p.d.type), p.name + ", bias");
  }
  long long inner = multiplies ? p.k : 0;
  SumOrder order = orderOf(p);
  std::vector<Real> packedA = panels<Real>(a, p.a, !p.a.transposed, p.m, inner, tileRows, p.tf32);
  std::vector<Real> packedB = panels<Real>(b, p.b, p.b.transposed, p.n, inner, tileColumns, p.tf32);
  for (long long j0 = 0; j0 < p.n; j0 += tileColumns) {
    for (long long i0 = 0; i0 < p.m; i0 += tileRows) {
      typename Tile<Real>::Column sums[tileColumns];
      multiplyTile(inner, packedA.data() + i0 * inner, packedB.data() + j0 * inner, order, sums);
      for (long long j = j0; j < std::min(p.n, j0 + tileColumns); j++) {
        for (long long i = i0; i < std::min(p.m, i0 + tileRows); i++) {
          double value = multiplies ? alpha * sums[j - j0][i - i0] : 0;
          if (beta != 0) {
            value += beta * element(c, p.c.type, i + j * p.c.leadingDimension);
          }
          if (bias != nullptr) {
            value += element(bias, p.d.type, i);
          }
          setElement(d, p.d.type, i + j * p.d.leadingDimension, value);
        }
      }
    }
  }
}

bool isKnown(cudaDataType type) {
  return type == CUDA_R_32F || type == CUDA_R_64F || type == CUDA_R_16BF;
}

} // namespace

double number(const void* value, cudaDataType type) {
  return element(value, type, 0);
}

cublasStatus_t check(const Product& p) {
  if (!isKnown(p.a.type) || p.b.type != p.a.type || !isKnown(p.c.type) || p.d.type != p.c.type) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  bool wide = p.a.type == CUDA_R_64F;
  bool wideScale = p.scaleType == CUDA_R_64F;
  bool wideResult = p.c.type == CUDA_R_64F;
  if (wide != wideScale || wide != wideResult || (p.a.type == CUDA_R_32F && p.c.type == CUDA_R_16BF)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  if (p.m < 0 || p.n < 0 || p.k < 0 || p.batch < 0) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  if (p.a.leadingDimension < std::max(1ll, p.a.transposed ? p.k : p.m) ||
      p.b.leadingDimension < std::max(1ll, p.b.transposed ? p.n : p.k) ||
      p.c.leadingDimension < std::max(1ll, p.m) || p.d.leadingDimension < std::max(1ll, p.m)) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  return CUBLAS_STATUS_SUCCESS;
}

void multiply(const Product& product) {
  double alpha = product.alpha;
  double beta = product.beta;
  if (product.alphaOnDevice != nullptr) {
    requireDeviceMemory(product.alphaOnDevice, bytesOf(product.scaleType), product.name + ", alpha");
    requireDeviceMemory(product.betaOnDevice, bytesOf(product.scaleType), product.name + ", beta");
    alpha = number(product.alphaOnDevice, product.scaleType);
    beta = number(product.betaOnDevice, product.scaleType);
  }
  if (product.m == 0 || product.n == 0) {
    return;
  }
  for (int batch = 0; batch < product.batch; batch++) {
    if (product.a.type == CUDA_R_64F) {
      multiplyOne<double>(product, batch, alpha, beta);
    } else {
      multiplyOne<float>(product, batch, alpha, beta);
    }
  }
}

} // namespace emulator
