#include "common.cuh"
#include "philox.cuh"

// [low, high), without a fused multiply-add, which the host does not use either; rounding never gives `high` itself.

__device__ inline void between(double uniform, double low, double high, double* to) {
  double value = __dadd_rn(low, __dmul_rn(__dsub_rn(high, low), uniform));
  *to = value < high ? value : nextafter(high, -__longlong_as_double(0x7ff0000000000000ll));
}

__device__ inline void between(double uniform, double low, double high, float* to) {
  float value = static_cast<float>(__dadd_rn(low, __dmul_rn(__dsub_rn(high, low), uniform)));
  float limit = static_cast<float>(high);
  *to = static_cast<double>(value) < high ? value
      : static_cast<double>(limit) < high ? limit
                                          : nextafterf(limit, -static_cast<float>(__longlong_as_double(0x7ff0000000000000ll)));
}

// Each thread takes a block of the stream, two numbers.

extern "C" __global__ void __launch_bounds__(256, 2) uniform(long n, PhiloxKey key, double low, double high, REAL* out) {
  for (long pair = firstElement(); 2 * pair < n; pair += elementStep()) {
    PhiloxBlock block = philox(key, pair);
    between(block.unit(0), low, high, out + 2 * pair);
    if (2 * pair + 1 < n) {
      between(block.unit(1), low, high, out + 2 * pair + 1);
    }
  }
}

extern "C" __global__ void __launch_bounds__(256, 2)
    normal(long n, PhiloxKey key, double mean, double standardDeviation, REAL* out) {
  for (long pair = firstElement(); 2 * pair < n; pair += elementStep()) {
    double even;
    double odd;
    normals(philox(key, pair), even, odd);
    out[2 * pair] = static_cast<REAL>(__dadd_rn(mean, __dmul_rn(standardDeviation, even)));
    if (2 * pair + 1 < n) {
      out[2 * pair + 1] = static_cast<REAL>(__dadd_rn(mean, __dmul_rn(standardDeviation, odd)));
    }
  }
}
