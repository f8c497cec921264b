#include "common.cuh"

// A sum in double and the sum of its rounding errors (Ogita, Rump and Oishi 2005).
struct Compensated {
  double sum;
  double error;

  __device__ void add(double value, double errorOfValue) {
    double next = sum + value;
    double added = next - sum;
    error += (sum - (next - added)) + (value - added) + errorOfValue;
    sum = next;
  }

  // The error of an infinite sum is NaN, the sum is not.
  __device__ double result() const {
    return isfinite(sum) ? sum + error : sum;
  }
};

// Products of floats are exact in double, those of doubles have an error that is a double. Neither may be joined with the
// sum into one operation, for which the correction would not hold.

__device__ inline void addProduct(Compensated& total, float x, float y) {
  total.add(__dmul_rn(x, y), 0);
}

__device__ inline void addProduct(Compensated& total, double x, double y) {
  double product = __dmul_rn(x, y);
  total.add(product, fma(x, y, -product));
}

__device__ Compensated warpTotal(Compensated own) {
#pragma unroll
  for (int offset = WARP / 2; offset > 0; offset /= 2) {
    double sum = __shfl_xor_sync(ALL_LANES, own.sum, offset);
    double error = __shfl_xor_sync(ALL_LANES, own.error, offset);
    own.add(sum, error);
  }
  return own;
}

// The total of all threads, in warp 0.
__device__ Compensated blockTotal(Compensated own) {
  __shared__ Compensated ofWarps[WARP];
  own = warpTotal(own);
  if (laneIndex() == 0) {
    ofWarps[warpIndex()] = own;
  }
  __syncthreads();
  Compensated total = {0, 0};
  if (warpIndex() == 0) {
    total = warpTotal(laneIndex() < warpCount() ? ofWarps[laneIndex()] : total);
  }
  __syncthreads();
  return total;
}

// Adds a block's total to those of the other blocks of its run and row; the last block stores the sum of all.
__device__ void finish(const Compensated& total, Compensated* parts, unsigned* tickets, double* result) {
  long sum = static_cast<long>(blockIdx.y) * gridDim.z + blockIdx.z;
  Compensated* ofSum = parts + sum * gridDim.x;
  if (threadIdx.x == 0) {
    ofSum[blockIdx.x] = total;
  }
  if (!isLastBlock(tickets + sum, gridDim.x) || warpIndex() != 0) {
    return;
  }
  Compensated own = {0, 0};
  for (int block = laneIndex(); block < static_cast<int>(gridDim.x); block += WARP) {
    own.add(__ldcg(&ofSum[block].sum), __ldcg(&ofSum[block].error));
  }
  own = warpTotal(own);
  if (laneIndex() == 0) {
    result[blockIdx.z] = own.result();
  }
}

// Products of each row of the window with x: blockIdx.z is the row.
extern "C" __global__ void __launch_bounds__(256, 2) products(
    long n, View<const REAL> window, View<const REAL> x, View<double> result, Compensated* parts, unsigned* tickets) {
  const REAL* row = window.row(blockIdx.z);
  const REAL* vector = x.ofRun();
  Compensated own = {0, 0};
#pragma unroll 4
  for (long i = firstElement(); i < n; i += elementStep()) {
    addProduct(own, row[i], vector[i]);
  }
  finish(blockTotal(own), parts, tickets, result.ofRun());
}

// Products of each row of the window with each of `count` others, reading the window once; every product is added up as
// `products` does it.
#define BLOCK_ROWS 8
extern "C" __global__ void __launch_bounds__(256, 2) blockProducts(
    long n,
    int count,
    View<const REAL> window,
    View<const REAL> rows,
    View<double> result,
    Compensated* parts,
    unsigned* tickets) {
  const REAL* stored = window.row(blockIdx.z);
  Compensated own[BLOCK_ROWS];
#pragma unroll
  for (int row = 0; row < BLOCK_ROWS; row++) {
    own[row] = {0, 0};
  }
  for (long i = firstElement(); i < n; i += elementStep()) {
    REAL element = stored[i];
#pragma unroll
    for (int row = 0; row < BLOCK_ROWS; row++) {
      if (row < count) {
        addProduct(own[row], element, rows.row(row)[i]);
      }
    }
  }
  long sums = static_cast<long>(gridDim.y) * gridDim.z;
#pragma unroll
  for (int row = 0; row < BLOCK_ROWS; row++) {
    if (row < count) {
      Compensated total = blockTotal(own[row]);
      finish(total, parts + row * sums * gridDim.x, tickets + row * sums, result.row(row));
    }
  }
}
