#include "common.cuh"

// What factorisations need around those of cuSOLVER, which are column-major: a row-major matrix is the transpose there.
// One matrix a run.

// target [columns, rows] of source [rows, columns], both of one matrix a run, by tiles of 32 x 32; 8 warps a block.
extern "C" __global__ void __launch_bounds__(256, 2)
    transpose(int rows, int columns, View<const REAL> source, View<REAL> target) {
  __shared__ REAL tile[WARP][WARP + 1];
  int firstRow = blockIdx.z * WARP;
  int firstColumn = blockIdx.x * WARP;
  for (int i = warpIndex(); i < WARP; i += warpCount()) {
    if (firstRow + i < rows && firstColumn + laneIndex() < columns) {
      tile[i][laneIndex()] = source.row(firstRow + i)[firstColumn + laneIndex()];
    }
  }
  __syncthreads();
  for (int i = warpIndex(); i < WARP; i += warpCount()) {
    if (firstColumn + i < columns && firstRow + laneIndex() < rows) {
      target.row(firstColumn + i)[firstRow + laneIndex()] = tile[laneIndex()][i];
    }
  }
}

// The upper triangle of source's transpose, and zeros below; one block a row.
extern "C" __global__ void __launch_bounds__(256, 2)
    upperTriangle(int order, View<const REAL> source, View<REAL> target) {
  int row = blockIdx.x;
  for (int column = threadIdx.x; column < order; column += blockDim.x) {
    target.row(row)[column] = column < row ? static_cast<REAL>(0) : source.row(column)[row];
  }
}

// The rows of source in reverse order; one block a row.
extern "C" __global__ void __launch_bounds__(256, 2)
    reverseRows(int rows, int columns, View<const REAL> source, View<REAL> target) {
  int row = blockIdx.x;
  for (int column = threadIdx.x; column < columns; column += blockDim.x) {
    target.row(row)[column] = source.row(rows - 1 - row)[column];
  }
}
