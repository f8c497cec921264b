#include "common.cuh"
#include "philox.cuh"

// Sums of all blocks' parts [blocks, rows], in the order of the blocks.
__device__ void addParts(const double* parts, int rows, double* out) {
  for (int row = threadIdx.x; row < rows; row += blockDim.x) {
    double sum = 0;
#pragma unroll 4
    for (int block = 0; block < static_cast<int>(gridDim.x); block++) {
      sum += __ldcg(parts + static_cast<long>(block) * rows + row);
    }
    out[row] = sum;
  }
}

// Each thread takes two rows of the operator, one block of the stream for each column; a block takes every gridDim.x-th
// column, so that columns are not split.
extern "C" __global__ void __launch_bounds__(256, 2) gaussianSketch(
    long n, int rows, PhiloxKey key, View<const REAL> x, View<double> out, double* parts, unsigned* tickets) {
  const REAL* vector = x.ofRun();
  double* ofRun = parts + static_cast<long>(blockIdx.y) * gridDim.x * rows;
  double* ofBlock = ofRun + static_cast<long>(blockIdx.x) * rows;
  double scale = 1 / sqrt(static_cast<double>(rows));
  int pairs = (rows + 1) / 2;
  for (int pair = threadIdx.x; pair < pairs; pair += blockDim.x) {
    double even = 0;
    double odd = 0;
    for (long column = blockIdx.x; column < n; column += gridDim.x) {
      double first;
      double second;
      normals(philox(key, column * pairs + pair), first, second);
      even += first * scale * vector[column];
      odd += second * scale * vector[column];
    }
    ofBlock[2 * pair] = even;
    if (2 * pair + 1 < rows) {
      ofBlock[2 * pair + 1] = odd;
    }
  }
  if (isLastBlock(tickets + blockIdx.y, gridDim.x)) {
    addParts(ofRun, rows, out.ofRun());
  }
}

__device__ inline int rowOf(int entry) {
  return entry < 0 ? ~entry : entry;
}

// The rows of one column's entries, ~row where the entry is negative; a row that was drawn before is replaced by the last
// row that this draw allows (Floyd's algorithm).
__device__ void drawColumn(PhiloxKey key, int rows, int nonzeros, long column, int* entries) {
  unsigned long long first = column * static_cast<long>((nonzeros + 3) / 4);
  PhiloxBlock block = {{0, 0, 0, 0}};
  for (int entry = 0; entry < nonzeros; entry++) {
    if (entry % 4 == 0) {
      block = philox(key, first + entry / 4);
    }
    unsigned word = entry % 4 < 2 ? (entry % 4 == 0 ? block.words[0] : block.words[1])
                                  : (entry % 4 == 2 ? block.words[2] : block.words[3]);
    int last = rows - nonzeros + entry;
    int row = static_cast<int>(static_cast<unsigned long long>(word >> 1) * (last + 1ull) >> 31);
    for (int earlier = 0; earlier < entry; earlier++) {
      row = rowOf(entries[earlier]) == row ? last : row;
    }
    entries[entry] = (word & 1) == 0 ? row : ~row;
  }
}

// A block draws `columnsAtOnce` columns, one a thread, and then adds their entries row by row, one row a thread: no two
// threads add to one sum. Rows go over the shared memory [columnsAtOnce, nonzeros] of all entries.
extern "C" __global__ void __launch_bounds__(256, 2) sparseSignSketch(
    long n,
    int rows,
    int nonzeros,
    int columnsAtOnce,
    PhiloxKey key,
    View<const REAL> x,
    View<double> out,
    double* parts,
    unsigned* tickets) {
  extern __shared__ int entries[];
  const REAL* vector = x.ofRun();
  double* ofRun = parts + static_cast<long>(blockIdx.y) * gridDim.x * rows;
  double* ofBlock = ofRun + static_cast<long>(blockIdx.x) * rows;
  double magnitude = 1 / sqrt(static_cast<double>(nonzeros));
  for (int row = threadIdx.x; row < rows; row += blockDim.x) {
    ofBlock[row] = 0;
  }
  long step = static_cast<long>(gridDim.x) * columnsAtOnce;
  for (long begin = static_cast<long>(blockIdx.x) * columnsAtOnce; begin < n; begin += step) {
    int columns = static_cast<int>(min(static_cast<long>(columnsAtOnce), n - begin));
    if (static_cast<int>(threadIdx.x) < columns) {
      drawColumn(key, rows, nonzeros, begin + threadIdx.x, entries + threadIdx.x * nonzeros);
    }
    __syncthreads();
    for (int row = threadIdx.x; row < rows; row += blockDim.x) {
      double sum = 0;
      for (int column = 0; column < columns; column++) {
        for (int i = 0; i < nonzeros; i++) {
          int entry = entries[column * nonzeros + i];
          if (rowOf(entry) == row) {
            sum += (entry < 0 ? -magnitude : magnitude) * vector[begin + column];
          }
        }
      }
      ofBlock[row] += sum;
    }
    __syncthreads();
  }
  if (isLastBlock(tickets + blockIdx.y, gridDim.x)) {
    addParts(ofRun, rows, out.ofRun());
  }
}
