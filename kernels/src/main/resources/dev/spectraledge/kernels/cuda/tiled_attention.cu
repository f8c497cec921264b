#include "common.cuh"
#include "attention.cuh"

// Attention that keeps the logarithms of its sums instead of probabilities (Dao et al. 2022). A block has a tile of TILE rows
// of one run and head (blockIdx.x, y, z): of queries forward and for their gradients, of keys for the others. It goes through
// the other rows of the same sequence tile by tile, with two matrices of a tile in shared memory; each warp has ROWS rows of
// its own, and of the other tile each lane has one. A tile that belongs to several sequences is dealt with sequence by sequence.

#define TILE 32
#define WARPS 8
#define ROWS (TILE / WARPS)

// Whether rows of sequence `index` lie in this block's tile of queries, or of keys: [begin, end) of the sequence's own.
__device__ bool findPart(
    const Sequences& queries, const Sequences& keys, bool ofKeys, int index, Sequence& sequence, int& begin, int& end) {
  const int* q = queries.ofRun() + 1 + index;
  const int* k = keys.ofRun() + 1 + index;
  sequence.queryBegin = q[0];
  sequence.queries = q[1] - q[0];
  sequence.keyBegin = k[0];
  sequence.keys = k[1] - k[0];
  int first = blockIdx.x * TILE - (ofKeys ? sequence.keyBegin : sequence.queryBegin);
  begin = max(first, 0);
  end = min(first + TILE, ofKeys ? sequence.keys : sequence.queries);
  return begin < end;
}

// Rows [first, first + TILE) of two matrices, as far as there are `rows`, to shared memory.
__device__ void loadTiles(
    const Head<const REAL>& a, const Head<const REAL>& b, int first, int rows, int width, REAL* toA, REAL* toB) {
  int count = min(TILE, rows - first);
  __syncthreads();
  load(Head<const REAL>(a.row(first), a.rowStride), count, width, toA);
  load(Head<const REAL>(b.row(first), b.rowStride), count, width, toB);
  __syncthreads();
}

// out[c] <- kept out[c] + sum over r of factors[r] m[r][c], a column a lane.
__device__ inline void accumulate(
    const REAL* factors, const REAL* matrix, int stride, int count, int width, REAL kept, REAL* out) {
  for (int column = laneIndex(); column < width; column += WARP) {
    REAL sum = kept * out[column];
#pragma unroll 4
    for (int row = 0; row < count; row++) {
      sum = multiplyAdd(factors[row], matrix[row * stride + column], sum);
    }
    out[column] = sum;
  }
}

__device__ inline void clear(int width, REAL* out) {
  for (int column = laneIndex(); column < width; column += WARP) {
    out[column] = 0;
  }
}

extern "C" __global__ void __launch_bounds__(256, 2) tiledAttention(
    Shape shape,
    Sequences queries,
    Sequences keys,
    View<const REAL> query,
    View<const REAL> key,
    View<const REAL> value,
    View<REAL> logSums,
    View<REAL> output) {
  extern __shared__ char sharedMemory[];
  int width = static_cast<int>(shape.headWidth);
  int stride = paddedWidth(width);
  REAL* nearKeys = reinterpret_cast<REAL*>(sharedMemory);
  REAL* nearValues = nearKeys + TILE * stride;
  REAL* factors = nearValues + TILE * stride + warpIndex() * WARP;
  for (int index = 0; index < queries.ofRun()[0]; index++) {
    Sequence sequence;
    int begin;
    int end;
    if (!findPart(queries, keys, false, index, sequence, begin, end)) {
      continue;
    }
    Head<const REAL> q(query, sequence.queryBegin, width);
    Head<const REAL> k(key, sequence.keyBegin, width);
    Head<const REAL> v(value, sequence.keyBegin, width);
    Head<REAL> o(output, sequence.queryBegin, width);
    REAL largest[ROWS];
    REAL sum[ROWS];
#pragma unroll
    for (int row = 0; row < ROWS; row++) {
      largest[row] = negativeInfinity();
      sum[row] = 0;
      int i = begin + warpIndex() + row * WARPS;
      if (i < end) {
        clear(width, o.row(i));
      }
    }
    int seen = visibleKeys(shape, end - 1, sequence.queries, sequence.keys);
    for (int first = 0; first < seen; first += TILE) {
      loadTiles(k, v, first, sequence.keys, width, nearKeys, nearValues);
#pragma unroll
      for (int row = 0; row < ROWS; row++) {
        int i = begin + warpIndex() + row * WARPS;
        int count = i < end ? min(TILE, visibleKeys(shape, i, sequence.queries, sequence.keys) - first) : 0;
        if (count > 0) {
          REAL score = negativeInfinity();
          if (laneIndex() < count) {
            score = dot(q.row(i), nearKeys + laneIndex() * stride, width) * static_cast<REAL>(shape.scale);
          }
          REAL own = warpMax(score);
          REAL newLargest = own > largest[row] ? own : largest[row];
          REAL term = laneIndex() < count ? exponential(score - newLargest) : 0;
          REAL kept = exponential(largest[row] - newLargest);
          sum[row] = sum[row] * kept + warpSum(term);
          largest[row] = newLargest;
          factors[laneIndex()] = term;
          __syncwarp();
          accumulate(factors, nearValues, stride, count, width, kept, o.row(i));
          // The next row overwrites what lanes still read.
          __syncwarp();
        }
      }
    }
#pragma unroll
    for (int row = 0; row < ROWS; row++) {
      int i = begin + warpIndex() + row * WARPS;
      if (i < end) {
        for (int column = laneIndex(); column < width; column += WARP) {
          o.row(i)[column] /= sum[row];
        }
        if (laneIndex() == 0) {
          logSums.row(sequence.queryBegin + i)[blockIdx.z] = largest[row] + log(sum[row]);
        }
      }
    }
    __syncthreads();
  }
}

// dQ_i = sum over j of dS_ij K_j with dS_ij = s P_ij (dO_i V_j - D_i), where D_i = dO_i O_i goes to `means` for the gradients
// of keys and values.
extern "C" __global__ void __launch_bounds__(256, 2) tiledAttentionByQueries(
    Shape shape,
    Sequences queries,
    Sequences keys,
    View<const REAL> outputGradient,
    View<const REAL> query,
    View<const REAL> key,
    View<const REAL> value,
    View<const REAL> output,
    View<const REAL> logSums,
    View<REAL> queryGradient,
    View<REAL> means) {
  extern __shared__ char sharedMemory[];
  int width = static_cast<int>(shape.headWidth);
  int stride = paddedWidth(width);
  REAL* nearKeys = reinterpret_cast<REAL*>(sharedMemory);
  REAL* nearValues = nearKeys + TILE * stride;
  REAL* factors = nearValues + TILE * stride + warpIndex() * WARP;
  for (int index = 0; index < queries.ofRun()[0]; index++) {
    Sequence sequence;
    int begin;
    int end;
    if (!findPart(queries, keys, false, index, sequence, begin, end)) {
      continue;
    }
    Head<const REAL> q(query, sequence.queryBegin, width);
    Head<const REAL> k(key, sequence.keyBegin, width);
    Head<const REAL> v(value, sequence.keyBegin, width);
    Head<const REAL> o(output, sequence.queryBegin, width);
    Head<const REAL> dO(outputGradient, sequence.queryBegin, width);
    Head<REAL> dQ(queryGradient, sequence.queryBegin, width);
    REAL mean[ROWS];
#pragma unroll
    for (int row = 0; row < ROWS; row++) {
      mean[row] = 0;
      int i = begin + warpIndex() + row * WARPS;
      if (i < end) {
        REAL sum = 0;
        for (int column = laneIndex(); column < width; column += WARP) {
          sum = multiplyAdd(dO.row(i)[column], o.row(i)[column], sum);
        }
        mean[row] = warpSum(sum);
        if (laneIndex() == 0) {
          means.row(sequence.queryBegin + i)[blockIdx.z] = mean[row];
        }
        clear(width, dQ.row(i));
      }
    }
    int seen = visibleKeys(shape, end - 1, sequence.queries, sequence.keys);
    for (int first = 0; first < seen; first += TILE) {
      loadTiles(k, v, first, sequence.keys, width, nearKeys, nearValues);
#pragma unroll
      for (int row = 0; row < ROWS; row++) {
        int i = begin + warpIndex() + row * WARPS;
        int count = i < end ? min(TILE, visibleKeys(shape, i, sequence.queries, sequence.keys) - first) : 0;
        if (count > 0) {
          REAL derivative = 0;
          if (laneIndex() < count) {
            REAL scale = static_cast<REAL>(shape.scale);
            REAL score = dot(q.row(i), nearKeys + laneIndex() * stride, width) * scale;
            REAL p = exponential(score - logSums.row(sequence.queryBegin + i)[blockIdx.z]);
            derivative = scale * p * (dot(dO.row(i), nearValues + laneIndex() * stride, width) - mean[row]);
          }
          factors[laneIndex()] = derivative;
          __syncwarp();
          accumulate(factors, nearKeys, stride, count, width, 1, dQ.row(i));
          __syncwarp();
        }
      }
    }
    __syncthreads();
  }
}

// dK_j = sum over i of dS_ij Q_i and dV_j = sum over i of P_ij dO_i, over the queries that see the key.
extern "C" __global__ void __launch_bounds__(256, 2) tiledAttentionByKeys(
    Shape shape,
    Sequences queries,
    Sequences keys,
    View<const REAL> outputGradient,
    View<const REAL> query,
    View<const REAL> key,
    View<const REAL> value,
    View<const REAL> logSums,
    View<const REAL> means,
    View<REAL> keyGradient,
    View<REAL> valueGradient) {
  extern __shared__ char sharedMemory[];
  int width = static_cast<int>(shape.headWidth);
  int stride = paddedWidth(width);
  REAL* nearQueries = reinterpret_cast<REAL*>(sharedMemory);
  REAL* nearGradients = nearQueries + TILE * stride;
  REAL* factors = nearGradients + TILE * stride + warpIndex() * 2 * WARP;
  for (int index = 0; index < queries.ofRun()[0]; index++) {
    Sequence sequence;
    int begin;
    int end;
    if (!findPart(queries, keys, true, index, sequence, begin, end)) {
      continue;
    }
    Head<const REAL> q(query, sequence.queryBegin, width);
    Head<const REAL> k(key, sequence.keyBegin, width);
    Head<const REAL> v(value, sequence.keyBegin, width);
    Head<const REAL> dO(outputGradient, sequence.queryBegin, width);
    Head<REAL> dK(keyGradient, sequence.keyBegin, width);
    Head<REAL> dV(valueGradient, sequence.keyBegin, width);
    for (int j = begin + warpIndex(); j < end; j += WARPS) {
      clear(width, dK.row(j));
      clear(width, dV.row(j));
    }
    int firstSeeing = firstQuery(shape, begin, sequence.queries, sequence.keys);
    for (int first = firstSeeing / TILE * TILE; first < sequence.queries; first += TILE) {
      loadTiles(q, dO, first, sequence.queries, width, nearQueries, nearGradients);
      int i = first + laneIndex();
      for (int j = begin + warpIndex(); j < end; j += WARPS) {
        REAL p = 0;
        REAL derivative = 0;
        if (i < sequence.queries && i >= firstQuery(shape, j, sequence.queries, sequence.keys)) {
          REAL scale = static_cast<REAL>(shape.scale);
          REAL score = dot(k.row(j), nearQueries + laneIndex() * stride, width) * scale;
          REAL ofValue = dot(v.row(j), nearGradients + laneIndex() * stride, width);
          p = exponential(score - logSums.row(sequence.queryBegin + i)[blockIdx.z]);
          derivative = scale * p * (ofValue - means.row(sequence.queryBegin + i)[blockIdx.z]);
        }
        factors[laneIndex()] = p;
        factors[WARP + laneIndex()] = derivative;
        __syncwarp();
        int count = min(TILE, sequence.queries - first);
        accumulate(factors, nearGradients, stride, count, width, 1, dV.row(j));
        accumulate(factors + WARP, nearQueries, stride, count, width, 1, dK.row(j));
        __syncwarp();
      }
    }
    __syncthreads();
  }
}
