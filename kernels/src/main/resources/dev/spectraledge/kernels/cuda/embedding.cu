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

// The numbers of the rows in the order of the table rows that they belong to, and of one table row in their own order. Each
// thread finds the place of one of them by counting those before it. Numbers outside of the table come last.
extern "C" __global__ void __launch_bounds__(256) embeddingOrder(
    Rows rows, View<const int> numbers, int bound, int kind, View<int> order, Fault* fault) {
  __shared__ unsigned tile[256];
  int count = rows.count();
  int begin = blockIdx.x * blockDim.x;
  if (begin >= count) {
    return;
  }
  const int* all = numbers.ofRun();
  int row = begin + threadIdx.x;
  bool exists = row < count;
  int number = exists ? all[row] : 0;
  if (exists && !isInside(number, bound)) {
    report(fault, kind, number, row, bound);
  }
  unsigned own = static_cast<unsigned>(number);
  int before = 0;
  for (int first = 0; first < count; first += blockDim.x) {
    int size = min(static_cast<int>(blockDim.x), count - first);
    __syncthreads();
    if (static_cast<int>(threadIdx.x) < size) {
      tile[threadIdx.x] = static_cast<unsigned>(all[first + threadIdx.x]);
    }
    __syncthreads();
    for (int i = 0; i < size; i++) {
      before += tile[i] < own || (tile[i] == own && first + i < row);
    }
  }
  if (exists) {
    order.ofRun()[before] = row;
  }
}

// embeddingBackward of one large table, given the order of the rows. Each block has 32 places of it and 32 columns; each of its
// warps adds up the rows of the numbers that begin at some of them.
extern "C" __global__ void __launch_bounds__(256, 2) embeddingBackwardInOrder(
    Rows rows,
    int width,
    View<const int> numbers,
    View<const int> order,
    View<const REAL> outputGradient,
    View<REAL> tableGradient,
    int bound) {
  int count = rows.count();
  const int* numberOf = numbers.ofRun();
  const int* rowAt = order.ofRun();
  int column = blockIdx.z * WARP + laneIndex();
  bool inside = column < width;
  int end = min(count, static_cast<int>(blockIdx.x + 1) * WARP);
  for (int place = blockIdx.x * WARP + warpIndex(); place < end; place += warpCount()) {
    int wanted = numberOf[rowAt[place]];
    bool begins = place == 0 || numberOf[rowAt[place - 1]] != wanted;
    if (!begins || !isInside(wanted, bound)) {
      continue;
    }
    double sum = 0;
    bool goesOn = true;
    for (int first = place; goesOn; first += 4) {
      // Four rows at a time, so that their loads overlap.
      REAL values[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        int row = first + i < count ? rowAt[first + i] : -1;
        goesOn = row >= 0 && numberOf[row] == wanted;
        values[i] = goesOn && inside ? outputGradient.row(row)[column] : static_cast<REAL>(0);
      }
#pragma unroll
      for (int i = 0; i < 4; i++) {
        sum += values[i];
      }
    }
    if (inside) {
      REAL* target = tableGradient.row(wanted) + column;
      *target = static_cast<REAL>(*target + sum);
    }
  }
}
