#include "common.cuh"

// What a product is then added to: the bias in every row, plus the residual; either may be missing. One block a row.
extern "C" __global__ void __launch_bounds__(256, 2)
    startLinear(Rows rows, int width, View<const REAL> bias, View<const REAL> residual, View<REAL> output) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  REAL* to = output.row(row);
  const REAL* added = bias.isGiven() ? bias.ofRun() : nullptr;
  const REAL* past = residual.isGiven() ? residual.row(row) : nullptr;
  eachPack(threadIdx.x, blockDim.x, width, areWide(to, added, past), [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> sum = {};
    if (added != nullptr) {
      sum = load<N>(added + column);
    }
    if (past != nullptr) {
      Pack<N> own = load<N>(past + column);
#pragma unroll
      for (int k = 0; k < N; k++) {
        sum.values[k] += own.values[k];
      }
    }
    store<N>(to + column, sum);
  });
}

// One block a row.
extern "C" __global__ void __launch_bounds__(256, 2) fillRows(Rows rows, int width, View<REAL> target, REAL value) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  REAL* to = target.row(row);
  eachPack(threadIdx.x, blockDim.x, width, areWide(to), [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> pack;
#pragma unroll
    for (int k = 0; k < N; k++) {
      pack.values[k] = value;
    }
    store<N>(to + column, pack);
  });
}

// A matrix whose columns are added up.
struct Summed {
  Rows rows;
  long width;
  View<const REAL> matrix;
  View<REAL> sums;
};

#define MOST_SUMMED 5
struct AllSummed {
  Summed matrices[MOST_SUMMED];
};

// Adds the sum of each column of each of `count` matrices (blockIdx.z). A block takes 32 columns of every parts-th stretch of
// rows, a warp every 8th row of these; the last of the blocks of a tile of columns adds up what all of them have found.
extern "C" __global__ void __launch_bounds__(256, 2) addColumnSums(
    int count, const __grid_constant__ AllSummed all, int parts, double* ofParts, unsigned* tickets) {
  __shared__ double ofWarps[WARP][WARP + 1];
  const Summed& own = all.matrices[blockIdx.z];
  int part = blockIdx.x % parts;
  int tile = blockIdx.x / parts;
  int tiles = gridDim.x / parts;
  int column = tile * WARP + laneIndex();
  bool inside = column < own.width;
  int rows = own.rows.count();
  int perPart = (rows + parts - 1) / parts;
  int end = min(rows, (part + 1) * perPart);
  double sum = 0;
  if (inside) {
#pragma unroll 4
    for (int row = part * perPart + warpIndex(); row < end; row += warpCount()) {
      sum += own.matrix.row(row)[column];
    }
  }
  ofWarps[warpIndex()][laneIndex()] = sum;
  __syncthreads();
  long index = (static_cast<long>(blockIdx.z) * gridDim.y + blockIdx.y) * tiles + tile;
  double* ofTile = ofParts + index * parts * WARP;
  if (warpIndex() == 0) {
    double total = 0;
    for (int warp = 0; warp < warpCount(); warp++) {
      total += ofWarps[warp][laneIndex()];
    }
    ofTile[part * WARP + laneIndex()] = total;
  }
  if (!isLastBlock(tickets + index, parts) || warpIndex() != 0 || !inside) {
    return;
  }
  double total = 0;
  for (int other = 0; other < parts; other++) {
    total += __ldcg(ofTile + other * WARP + laneIndex());
  }
  REAL* target = own.sums.ofRun() + column;
  *target = static_cast<REAL>(*target + total);
}

extern "C" __global__ void __launch_bounds__(256, 2) combineRows(
    long n, int windowRows, View<const REAL> window, View<const double> coefficients, View<REAL> out) {
  const double* factors = coefficients.ofRun();
  REAL* to = out.ofRun();
  for (long i = firstElement(); i < n; i += elementStep()) {
    double sum = 0;
    for (int row = 0; row < windowRows; row++) {
      sum = fma(factors[row], static_cast<double>(window.row(row)[i]), sum);
    }
    to[i] = static_cast<REAL>(sum);
  }
}

// The nearest bfloat16, ties to even, as the upper half of a float. Numbers that are not finite stay so.
__device__ inline unsigned short bfloat16(float x) {
  unsigned bits = __float_as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return static_cast<unsigned short>(bits >> 16 | 0x40u);
  }
  return static_cast<unsigned short>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

// A contiguous copy in half the size, for products. One block a row.
extern "C" __global__ void __launch_bounds__(256, 2)
    roundToBfloat16(int columns, View<const REAL> source, View<unsigned short> target) {
  const REAL* from = source.row(blockIdx.x);
  unsigned short* to = target.row(blockIdx.x);
  for (int column = threadIdx.x; column < columns; column += blockDim.x) {
    to[column] = bfloat16(static_cast<float>(from[column]));
  }
}
