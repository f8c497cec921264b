#include "common.cuh"

__device__ inline bool isInside(int number, int count) {
  return number >= 0 && number < count;
}

// One block a row. Without a position table this gathers rows of the token table.
extern "C" __global__ void __launch_bounds__(256, 2) embedding(
    Rows rows,
    int width,
    View<const int> tokens,
    View<const int> positions,
    View<const REAL> tokenTable,
    int tokenCount,
    View<const REAL> positionTable,
    int positionCount,
    View<REAL> output,
    Fault* fault) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  int token = tokens.ofRun()[row];
  int position = positions.isGiven() ? positions.ofRun()[row] : 0;
  bool insidePositions = !positions.isGiven() || isInside(position, positionCount);
  if (!isInside(token, tokenCount) || !insidePositions) {
    if (threadIdx.x == 0) {
      bool wrongToken = !isInside(token, tokenCount);
      report(
          fault,
          wrongToken ? FAULT_TOKEN : FAULT_POSITION,
          wrongToken ? token : position,
          row,
          wrongToken ? tokenCount : positionCount);
    }
    return;
  }
  const REAL* ofToken = tokenTable.row(token);
  const REAL* ofPosition = positions.isGiven() ? positionTable.row(position) : nullptr;
  REAL* to = output.row(row);
  for (int column = threadIdx.x; column < width; column += blockDim.x) {
    to[column] = ofPosition == nullptr ? ofToken[column] : ofToken[column] + ofPosition[column];
  }
}

// Adds the rows of the gradient whose number is `wanted`. Each warp searches every 32nd group of 32 rows, one row a lane,
// and then adds the rows that it found, one column a lane; the warps' sums are added in their order.
__device__ void addRowsOf(
    int wanted, int count, const int* numbers, const View<const REAL>& outputGradient, int width, REAL* target) {
  __shared__ double sums[WARP][WARP + 1];
  int column = blockIdx.z * WARP + laneIndex();
  bool inside = column < width;
  double sum = 0;
  for (int group = warpIndex() * WARP; group < count; group += warpCount() * WARP) {
    int row = group + laneIndex();
    unsigned found = __ballot_sync(ALL_LANES, row < count && numbers[row] == wanted);
    while (found != 0) {
      // Four rows at a time, so that their loads overlap.
      REAL values[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        int source = __ffs(found) - 1;
        values[i] = source >= 0 && inside ? outputGradient.row(group + source)[column] : static_cast<REAL>(0);
        found &= found - 1;
      }
#pragma unroll
      for (int i = 0; i < 4; i++) {
        sum += values[i];
      }
    }
  }
  sums[warpIndex()][laneIndex()] = sum;
  __syncthreads();
  if (warpIndex() == 0 && inside) {
    double total = 0;
    for (int warp = 0; warp < warpCount(); warp++) {
      total += sums[warp][laneIndex()];
    }
    target[column] = static_cast<REAL>(target[column] + total);
  }
}

// One block for each row of the two tables and each 32 columns.
extern "C" __global__ void __launch_bounds__(1024) embeddingBackward(
    Rows rows,
    int width,
    View<const int> tokens,
    View<const int> positions,
    View<const REAL> outputGradient,
    View<REAL> tokenGradient,
    int tokenCount,
    View<REAL> positionGradient,
    int positionCount,
    Fault* fault) {
  int count = rows.count();
  bool ofTokens = static_cast<int>(blockIdx.x) < tokenCount;
  int wanted = ofTokens ? blockIdx.x : blockIdx.x - tokenCount;
  int bound = ofTokens ? tokenCount : positionCount;
  const int* numbers = (ofTokens ? tokens : positions).ofRun();
  if (wanted == 0 && blockIdx.z == 0) {
    for (int row = threadIdx.x; row < count; row += blockDim.x) {
      if (!isInside(numbers[row], bound)) {
        report(fault, ofTokens ? FAULT_TOKEN : FAULT_POSITION, numbers[row], row, bound);
      }
    }
  }
  addRowsOf(wanted, count, numbers, outputGradient, width, (ofTokens ? tokenGradient : positionGradient).row(wanted));
}
